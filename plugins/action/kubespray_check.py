# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refuse to start what Kubespray would refuse, or silently misread, an hour later."""

from __future__ import annotations

import os
from typing import Any

from ansible import constants as C
from ansible import context
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.release import __version__ as core_version
from ansible.utils.vars import load_extra_vars
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.refused import RefusedError
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks import user_variables
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.audit import waiver_variable
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.control_node import (
    inventory,
    localhost,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import (
    ControllerAction,
    bulleted,
    say,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory import groups
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import collection


class ActionModule(ControllerAction):
    """Glue: command line and variables to plugin_utils/_kubespray/collection."""

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        # Every mistake at once: one sentence each.
        mistakes: list[str] = []
        found: dict[str, Any] = {}
        try:
            kubespray = collection.usable(collection.find(), core_version)
            found = {
                "kubespray_version": kubespray.version,
                "kubespray_path": str(kubespray.path),
                "ansible_core_window": kubespray.window,
            }
        except collection.KubesprayError as exc:
            mistakes.append(str(exc))
        mistakes += waiver_variable.read(self._loader, self._templar, task_vars)[1]
        if "k8n_playbook" in task_vars and "k8n_playbook" not in load_extra_vars(self._loader):
            mistakes.append(
                "k8n_playbook counts as an extra variable only (-e k8n_playbook=...), since Ansible chooses the "
                "playbook before it reads the inventory. Take it out of the inventory, group_vars or vars of an import."
            )
        if (local := localhost.problem(task_vars["groups"])) is not None:
            mistakes.append(f"{local['message']} {local['fix']}")
        cluster = groups.hosts(task_vars["groups"])
        of_inventory = inventory.mistakes(task_vars["groups"])
        mistakes += of_inventory + user_variables.of(task_vars, load_extra_vars(self._loader))
        if not of_inventory and not set(cluster) & set(task_vars["ansible_play_hosts_all"]):
            mistakes.append(
                f"--limit {context.CLIARGS.get('subset')} leaves no host of the cluster. Name at least one of them, "
                f"or leave it out."
            )
        unprivileged = self._without_become(cluster, task_vars)
        if unprivileged:
            mistakes.append(
                f"Kubespray works as root, and become is off for {_some(unprivileged)}. "
                f"Run the same command with -b, or set ansible_become: true in the inventory."
            )
        if mistakes:
            raise RefusedError(
                bulleted(mistakes),
                f"Kubespray cannot run like this; {len(mistakes)} to fix, each said above.",
                **found,
            )
        _announce(found)
        return found

    def _without_become(self, hosts: list[str], task_vars: dict[str, Any]) -> list[str]:
        """Hosts of the cluster on which Kubespray's tasks would run as a login that is not root."""
        on_command_line = context.CLIARGS.get("become") or C.config.get_config_value(
            "DEFAULT_BECOME"
        )
        unprivileged = []
        for host in hosts:
            variables = task_vars["hostvars"][host]
            become = variables.get("ansible_become", on_command_line)
            user = variables.get("ansible_user", context.CLIARGS.get("remote_user"))
            local_root = variables.get("ansible_connection") == "local" and os.geteuid() == 0
            if not boolean(become, strict=False) and user != "root" and not local_root:
                unprivileged.append(host)
        return unprivileged


def _some(hosts: list[str]) -> str:
    """The first names of a list that may have thousands."""
    return ", ".join(hosts[:3]) + (f" and {len(hosts) - 3} more hosts" if len(hosts) > 3 else "")


def _announce(result: dict[str, Any]) -> None:
    """Say what will run; the same facts are in the result for who registers it."""
    say(
        f"Kubespray {result['kubespray_version']} in {result['kubespray_path']}\n"
        f"ansible-core {core_version} (Kubespray wants {result['ansible_core_window']})"
    )
