# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the lines for the hosts file by which the hosts of a cluster find each other."""

from __future__ import annotations

from typing import Any

from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.refused import RefusedError
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import ControllerAction
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory import groups, hosts_file


class ActionModule(ControllerAction):
    """Glue: the inventory to plugin_utils/_inventory/hosts_file."""

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        hosts = groups.hosts(task_vars["groups"])
        lines, mistakes = hosts_file.lines(hosts, task_vars["hostvars"])
        if mistakes:
            raise RefusedError(
                "",
                f"The names of the cluster cannot be written to /etc/hosts: {'; '.join(mistakes)}. Set ip or access_ip "
                "of these hosts to an address in the inventory, or set prepare_cluster_hosts to false.",
            )
        return {"lines": lines}
