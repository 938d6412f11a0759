# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What is not asked for through a proxy, where Kubespray works that out itself."""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..._ansible.templates import ERRORS
from ..._inventory import groups as _groups
from . import files
from .values import Values

# What Kubespray sets the fact from: releases up to 2.30 make it of another one.
_FACTS = ("no_proxy_prepare", "no_proxy")


def no_proxy(root: Path, values: Values, hostvars: Mapping[str, Any]) -> str | None:
    """The value that Kubespray, which is in root, gives no_proxy; None where it gives none.

    It does so where there is a proxy and no no_proxy. hostvars are Ansible's, and read only then.
    """
    proxied = any(values.raw(name) is not None for name in ("http_proxy", "https_proxy"))
    if not proxied or values.raw("no_proxy") is not None:
        return None
    found = next(_written(root), None)
    if found is None:
        return None
    template, own = found
    groups = values.raw("groups") or {}
    made = {_groups.NODE_GROUPS[0]: _groups.hosts(groups, _groups.NODE_GROUPS)}
    hosts = {name: _host(name, hostvars, values) for name in _groups.hosts(groups)}
    more = {**own, "groups": {**groups, **made}, "hostvars": hosts}
    text = values.beside(more).evaluate(template)
    if not isinstance(text, str):
        return None
    return ",".join(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _written(root: Path) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """The templates of the fact, each with the variables of its task."""
    for path in sorted((root / "roles/network_facts/tasks").glob("*.y*ml")):
        for task in files.tasks(path):
            facts = task.get("ansible.builtin.set_fact") or task.get("set_fact")
            if isinstance(facts, Mapping):
                yield from (
                    (facts[name], task.get("vars") or {}) for name in _FACTS if name in facts
                )


def _host(name: str, hostvars: Mapping[str, Any], values: Values) -> dict[str, str]:
    """What Kubespray knows of a host once it has asked it, as far as that is known before."""
    variables = hostvars[name]
    version = "4" if values.flag("ipv4_stack") else "6"
    suffix = "" if version == "4" else version
    default = _value(variables, f"ansible_default_ipv{version}")
    addresses = [
        *(_value(variables, f"{key}{suffix}") for key in ("access_ip", "ip")),
        default.get("address") if isinstance(default, Mapping) else None,
        _value(variables, "ansible_host"),
    ]
    return {
        "main_access_ip": next(filter(None, map(_address, addresses)), ""),
        "ansible_hostname": str(_value(variables, "ansible_hostname") or name.partition(".")[0]),
    }


def _value(variables: Mapping[str, Any], name: str) -> Any:
    # One that is made of facts has no value before there are any.
    with contextlib.suppress(*ERRORS):
        return variables.get(name)
    return None


def _address(value: Any) -> str:
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_address(str(value)))
    return ""
