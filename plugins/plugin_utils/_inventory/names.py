# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

from __future__ import annotations

import re

from ansible_collections.k8n.cluster.plugins.module_utils._hostname import MAX_NAME

from .._text.outside import show

# Each label as RFC 1123 has it, in the lower case that Kubernetes node names need.
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_NAME = re.compile(rf"(?=.{{1,{MAX_NAME}}}\Z){_LABEL}(?:\.{_LABEL})*")
_NUMBERS = re.compile(r"[0-9.]+")
# What useradd takes; no word of a command line that could be an option.
_LOGIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\$?")
# A host of such a name would be taken for the group, or for the control node itself.
_RESERVED = frozenset({"all", "ungrouped", "etcd", "localhost"})


def is_login(text: str) -> bool:
    """Whether a host may have a user of this name."""
    return _LOGIN.fullmatch(text) is not None


def name_mistake(name: str) -> str:
    """Why this cannot be a host's name and what to write; an empty text if it can."""
    if name in _RESERVED:
        return f"'{name}' is a name that Ansible keeps for itself; choose another"
    if _NUMBERS.fullmatch(name):
        return f"'{name}' reads as an address, not as a name; write for example node-{name}"
    if len(name) > MAX_NAME:
        return (
            f"{show(name)} has {len(name)} characters, but the name of a node has at most"
            f" {MAX_NAME}; write a shorter one"
        )
    if _NAME.fullmatch(name):
        return ""
    wanted = (
        "RFC 1123 in lower case: labels of letters, digits and '-', with no '-' at either end;"
        f" at most {MAX_NAME} characters in all"
    )
    better = nearest_name(name)
    remedy = f"write {better} ({wanted})" if better else f"wanted {wanted}"
    return f"{show(name)} is not a valid host name; {remedy}"


def nearest_name(text: str) -> str:
    """The nearest valid name, or an empty text if nothing of it can stay."""
    labels = (re.sub(r"[^a-z0-9]+", "-", label).strip("-") for label in text.lower().split("."))
    better = ".".join(label for label in labels if label)
    return better if _NAME.fullmatch(better) else ""
