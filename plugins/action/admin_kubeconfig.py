# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the administrator's kubeconfig beside the inventory, built from what a host has."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.refused import RefusedError
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir import kubeconfig
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import ControllerAction
from ansible_collections.k8n.cluster.plugins.plugin_utils._files import private_file

# Where Kubespray itself has it, beside the inventory.
_FOLDER, _FILE = "artifacts", "admin.conf"


class ActionModule(ControllerAction):
    """Glue: the registered result of slurp to plugin_utils/_cluster_dir/kubeconfig, and its text to the disk."""

    spec: ClassVar = {
        "slurped": {"type": "raw", "required": True},
        "host": {"type": "str", "required": True},
        "address": {"type": "str", "required": True},
    }
    results = ("slurped",)

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        host = arguments["host"]
        variables = task_vars["hostvars"][host]
        balancer = variables.get("loadbalancer_apiserver")
        known = {
            str(name).lower()
            for name in (
                variables.get("apiserver_loadbalancer_domain_name"),
                balancer.get("address") if isinstance(balancer, Mapping) else None,
            )
            if name
        }
        if not variables.get("inventory_dir"):
            raise RefusedError(
                "",
                f"{host} is in no file of an inventory beside which its kubeconfig could be written. Give an inventory "
                "file with -i.",
            )
        try:
            text = kubeconfig.remade(
                str(arguments["slurped"].get("content")), arguments["address"], known
            )
        except kubeconfig.KubeconfigError as exc:
            raise RefusedError(
                "",
                f"The administrator's kubeconfig of {host} is not one that kubeadm has made, and nothing of it is "
                f"written: {exc}. Look on {host} who has changed admin.conf; kubeadm init phase kubeconfig admin makes "
                "a new one once the old one is moved away.",
            ) from exc
        path = Path(str(variables["inventory_dir"])) / _FOLDER / _FILE
        try:
            changed = not path.is_file() or path.read_text(encoding="utf-8") != text
            if changed and not self._task.check_mode:
                path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
                private_file.write(path, text)
        except (OSError, ValueError) as exc:
            raise RefusedError("", f"{path} cannot be written: {exc}.") from exc
        return {"changed": changed, "path": str(path)}
