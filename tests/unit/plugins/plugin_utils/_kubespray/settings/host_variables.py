# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of a host of a made-up inventory, as Ansible has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.vars.manager import VariableManager
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.templates import trusted
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.settings.values import Values
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.settings.variables import (
    KubesprayVariables,
)


def host_values(
    root: Path,
    inventory: Mapping[str, Any],
    extra: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> Values:
    """The variables that a host has with the Kubespray in root; inventory are those of the host."""
    loader = DataLoader()
    hosts = InventoryManager(loader, sources=["node,"])
    for group, members in (groups or {}).items():
        hosts.add_group(group)
        for member in members:
            hosts.add_host(member, group=group)
    hosts.reconcile_inventory()
    for name, value in inventory.items():
        hosts.get_host("node").set_variable(name, _trusted(value))
    manager = VariableManager(loader, hosts)
    manager._extra_vars = dict(extra or {})
    if facts:
        manager.set_host_facts("node", {f"ansible_{name}": each for name, each in facts.items()})
    return KubesprayVariables(root, manager, loader, {}).of_host("node")


def _trusted(value: Any) -> Any:
    """As if it were read from an inventory: its texts are templates."""
    if isinstance(value, Mapping):
        return {key: _trusted(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_trusted(part) for part in value]
    return trusted(value) if isinstance(value, str) else value
