# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remember what is deployed, beside the inventory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.refused import RefusedError
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir import record
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import (
    ControllerAction,
    say,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._files import private_file
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory import deployed, roles

# The first that a host has is the one that the list of addresses has it by.
_ADDRESSES = ("ip", "ip6", "ansible_host")


class ActionModule(ControllerAction):
    """Glue: the inventory's groups to plugin_utils/_inventory/deployed, and its text to the disk."""

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        groups, hostvars = task_vars["groups"], task_vars["hostvars"]
        heads, members = groups.get(roles.CONTROL_PLANE) or (), groups.get(roles.ETCD) or ()
        folder = str(hostvars[heads[0]].get("inventory_dir") or "") if heads else ""
        # Elsewhere nothing is ours to write; kubeadm's etcd needs no group, and has no members of its own to move.
        if not folder or not members or not (Path(folder) / record.FILE).is_file():
            return {"path": None}
        addresses = {name: _address(hostvars[name], name) for name in (*heads, *members)}
        text = deployed.of_groups(groups, addresses).text()
        path = Path(folder) / deployed.FILE
        try:
            before = path.read_text(encoding="utf-8") if path.is_file() else ""
            if writes := text != before and not self._task.check_mode:
                private_file.write(path, text)
        except (OSError, ValueError) as exc:
            raise RefusedError("", f"{path} cannot be written: {exc}.") from exc
        if writes:
            say(
                f"\nWhich hosts are the control plane and the etcd members is in {path}: the inventory keeps to it "
                "when hosts come and go. Commit that file.\n"
            )
        return {
            "changed": text != before,
            "path": str(path),
            "diff": {
                "before": before,
                "after": text,
                "before_header": str(path),
                "after_header": str(path),
            },
        }


def _address(variables: Any, name: str) -> str:
    found = (variables.get(variable) for variable in _ADDRESSES)
    return next((str(address) for address in found if address), name)
