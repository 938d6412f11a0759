# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The variables that a host has in Kubespray's plays, put together by Ansible's own variable manager.

Ansible is given a play with Kubespray's roles, without their tasks. So whatever decides which of several variables
counts, from role defaults to -e, is decided by the Ansible that runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError
from ansible.playbook.play import Play
from ansible.playbook.role import Role
from ansible.playbook.role.include import RoleInclude

from ..._ansible import without_facts
from ..collection import KubesprayError, install_command
from .values import Values

# Of two roles the later counts, as in a play, since a role's own defaults are stronger than those that all share.
_ROLES = (
    "kubespray[_-]defaults",
    "etcd",
    "etcd_defaults",
    "container-engine/*",
    "kubernetes-apps/ansible",
    "kubernetes-apps/metallb",
    "kubernetes/preinstall",
    "kubernetes/kubeadm_common",
    "kubernetes/node",
    "kubernetes/control-plane",
    "network_facts",
    "network_plugin/*",
)
# Some variables hang on facts, which need not be there yet: then they are those of a common host.
_STAND_IN = {
    "ansible_architecture": "x86_64",
    "ansible_distribution": "Debian",
    "ansible_distribution_major_version": "12",
    "ansible_distribution_release": "bookworm",
    "ansible_distribution_version": "12",
    "ansible_memtotal_mb": 4096,
    "ansible_os_family": "Debian",
    "ansible_pkg_mgr": "apt",
    "ansible_service_mgr": "systemd",
    "ansible_system": "Linux",
}
_OF_ROLES = ("defaults", "vars")


class _VariablesOnly(Role):
    """A role with its variables alone: its tasks may use modules that are not installed here."""

    def _load_role_yaml(self, subdir: str, *arguments: Any, **options: Any) -> Any:
        return (
            super()._load_role_yaml(subdir, *arguments, **options) if subdir in _OF_ROLES else None
        )


class KubesprayVariables:
    """The variables of hosts as the Kubespray in root has them."""

    def __init__(self, root: Path, manager: Any, loader: Any, play_vars: Mapping[str, Any]) -> None:
        """manager and loader are Ansible's; play_vars are those of the import that Kubespray runs under.

        Raises KubesprayError naming the role whose variables cannot be read.
        """
        self._loader = loader
        self._manager = without_facts.of_manager(manager, _STAND_IN)
        self._play = Play.load(
            {"hosts": "all", "gather_facts": False, "vars": dict(play_vars)},
            variable_manager=self._manager,
            loader=loader,
        )
        self._play.roles = [
            self._role(path) for role in _ROLES for path in sorted(root.glob(f"roles/{role}"))
        ]

    def of_host(self, name: str) -> Values:
        """The variables of a host of the inventory."""
        host = self._manager._inventory.get_host(name)
        found = self._manager.get_vars(play=self._play, host=host)
        # From ansible-core 2.20 on a fact warns whoever reads it by its own name: that is Kubespray's to hear, and the
        # warning shows the template that does, which may hold a password.
        for fact, value in found["ansible_facts"].items():
            if found.get(f"ansible_{fact}") == value:
                found[f"ansible_{fact}"] = value
        return Values(found, self._loader)

    def _role(self, path: Path) -> Role:
        include = RoleInclude.load(
            {"role": str(path)},
            play=self._play,
            variable_manager=self._manager,
            loader=self._loader,
        )
        # Public whatever private_role_vars says: each of Kubespray's tasks has its own role's.
        role = _VariablesOnly(play=self._play, validate=False, public=True)
        try:
            role._load_role_data(include)
        except (AnsibleError, OSError, ValueError) as exc:
            why = " ".join(str(exc).split())
            raise KubesprayError(
                f"{path}: the variables of this role of Kubespray cannot be read: {why} "
                f"Install Kubespray again: {install_command()}"
            ) from exc
        return role
