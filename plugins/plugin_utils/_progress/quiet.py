# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What Kubespray's authors tell themselves, and what Ansible warns of that Kubespray means so: for the log alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

# The role that all of Kubespray's plays begin with, by its names of the last years.
_ITS_ROLES = ("kubespray_defaults", "kubespray-defaults")
# Kubespray shows values of its variables on every host, and asserts what is wrong. What is left are these.
_SPEAKS = re.compile(r"\b(?:warn|deprecat|fail|error)", re.I)
_WARNING = re.compile(r"\[WARNING\]: ?")
_OF_ANYBODY = re.compile(
    # Groups that Kubespray's plays name, and that an inventory need not have.
    r"Could not match supplied host pattern, ignoring: (?:bastion|calico_rr|_kubespray_\w+)\b"
    # Ansible has made what it needs.
    r"|Module remote_tmp \S+ did not exist and was created "
)
_OF_KUBESPRAY = re.compile(
    # It looks for files in folders that not every host has.
    r"Skipped '[^']*' path due to this access issue: '[^']*' is not a directory"
    # A proxy, for tasks that do not need it.
    r"|raw module does not support the environment keyword"
)


@lru_cache(maxsize=4096)
def of_kubespray(task_path: str) -> bool:
    """Whether a task is Kubespray's own, by the place of its file, FILE:LINE: installed, or a checkout."""
    for folder in Path(task_path).parents:
        if folder.name == "roles":
            return any((folder / role).is_dir() for role in _ITS_ROLES)
        if folder.name == "playbooks" and (folder.parent / "roles").is_dir():
            return any((folder.parent / "roles" / role).is_dir() for role in _ITS_ROLES)
    return False


def message(task_path: str, lines: Sequence[str]) -> bool:
    """Whether a debug task's message says nothing to the user."""
    text = " ".join(lines).strip()
    return of_kubespray(task_path) and not (" " in text and _SPEAKS.search(text))


def warning(text: str, task_path: str) -> bool:
    """Whether what Ansible prints is a warning that says nothing to the user, while a task runs."""
    if not _WARNING.match(text.lstrip()):
        return False
    said = _WARNING.sub("", " ".join(text.split()), count=1)
    return bool(_OF_ANYBODY.match(said) or (_OF_KUBESPRAY.match(said) and of_kubespray(task_path)))
