# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Variables as the inventory, group_vars and the command line have them, whatever a host says of itself.

A fact of a host is a variable of that name, and beats the inventory. So a host that returns a fact inventory_dir,
k8n_checks or ip with any module would decide where the control node writes, what is checked, and how others reach it.
Only facts whose names begin with ansible_ count here, by which an inventory's own templates ask for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ansible.vars.hostvars import HostVars

_PREFIX = "ansible_"
# What Ansible itself stores: the Python that it has found, and which facts it has gathered.
_ANSIBLES = ("discovered_interpreter_", "module_setup", "gather_subset")


class _AnsibleFacts:
    """A fact cache, as far as a VariableManager reads one, without facts under other names."""

    def __init__(self, cache: Any, stand_in: Mapping[str, Any]) -> None:
        self.whole = cache
        self.stand_in = stand_in

    def get(self, host: str, default: Any = None) -> Any:
        found = _facts(self.whole, host)
        own = {name: value for name, value in found.items() if not _is_foreign(name)}
        return {**self.stand_in, **own}


def of_hosts(hostvars: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same as Ansible's hostvars, without such facts."""
    if not isinstance(hostvars, HostVars):
        return hostvars
    without: Mapping[str, Any] = of_manager(hostvars._variable_manager)._hostvars
    return without


def of_manager(manager: Any, stand_in: Mapping[str, Any] = MappingProxyType({})) -> Any:
    """A VariableManager like this one, without such facts; stand_in are facts of hosts that have not been asked."""
    # Not copy.copy(), which would lose what its __getstate__ leaves out.
    other = object.__new__(type(manager))
    other.__dict__.update(manager.__dict__)
    other._fact_cache = _AnsibleFacts(manager._fact_cache, stand_in)
    if manager._hostvars is not None:
        # Which makes itself those of the manager.
        HostVars(manager._inventory, other, manager._loader)
    return other


def of_task(variables: Mapping[str, Any]) -> dict[str, Any]:
    """A task's variables without such facts of its host, and with such hostvars.

    What a play, a task or the command line sets stays: it beats facts.
    """
    hostvars = variables.get("hostvars")
    host = variables.get("inventory_hostname")
    if not isinstance(hostvars, HostVars) or host is None:
        return dict(variables)
    without = of_hosts(hostvars)
    found = {**variables, "hostvars": without}
    facts = _facts(hostvars._variable_manager._fact_cache, str(host))
    names = {
        name
        for name, value in facts.items()
        if _is_foreign(name) and name in found and found[name] == value
    }
    if names:
        own = without.raw_get(str(host))  # type: ignore[attr-defined]  # a HostVars, which has no types
        for name in names:
            found.pop(name)
            if name in own:
                found[name] = own[name]
    return found


def foreign(hostvars: Mapping[str, Any], host: str) -> list[str]:
    """The names of all facts that a host has and that do not count here; hostvars with or without them."""
    if not isinstance(hostvars, HostVars):
        return []
    cache = hostvars._variable_manager._fact_cache
    facts = _facts(cache.whole if isinstance(cache, _AnsibleFacts) else cache, host)
    return sorted(name for name in facts if _is_foreign(name))


def _facts(cache: Any, host: str) -> Mapping[str, Any]:
    try:
        # A mapping up to ansible-core 2.18; later the cache plugin itself, whose get() takes no default.
        found = cache[host] if isinstance(cache, Mapping) else cache.get(host)
    except KeyError:
        found = {}
    return found if isinstance(found, Mapping) else {}


def _is_foreign(name: object) -> bool:
    return not str(name).startswith((_PREFIX, *_ANSIBLES))
