# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check the machine that Ansible runs on, and the settings that it runs with."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.control_node import resolved
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import ControllerAction


class ActionModule(ControllerAction):
    """Glue: the connection and the variables of one host to plugin_utils/_checks/control_node."""

    spec: ClassVar = {"probes": {"type": "raw", "default": {}}}
    results_of_hosts = ("probes",)

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        values, judged = resolved.check(self._connection, task_vars, arguments["probes"])
        return {**values, **judged.as_result()}
