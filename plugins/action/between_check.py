# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare what is known of all hosts with each other."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.k8n.cluster.plugins.plugin_utils import _kubespray
from ansible_collections.k8n.cluster.plugins.plugin_utils._between import check
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import (
    ControllerAction,
)


class ActionModule(ControllerAction):
    """Glue: the results of node_probe and of kubespray_settings to plugin_utils/_between."""

    spec: ClassVar = {
        "probes": {"type": "dict", "required": True},
        "settings": {"type": "dict", "default": {}},
    }

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        nodes = _kubespray.hosts(task_vars["groups"], _kubespray.NODE_GROUPS)
        return check.check(arguments["probes"], arguments["settings"], len(nodes))
