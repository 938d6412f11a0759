# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judge what the hosts of a deployed cluster said against the inventory."""

from __future__ import annotations

import time
from typing import Any, ClassVar

from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.refused import RefusedError
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks import levels
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.control_node import inventory
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.deployed import (
    check,
    gather,
    summary,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import ControllerAction


class ActionModule(ControllerAction):
    """Glue: the inventory and the registered results to plugin_utils/_checks/deployed."""

    spec: ClassVar = {
        "probes": {"type": "dict", "required": True},
        "left_out": {"type": "list", "elements": "str", "default": []},
        "started": {"type": "str", "default": ""},
        "thresholds": {"type": "dict", "default": {}},
    }

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        groups = task_vars["groups"]
        if wrong := inventory.mistakes(groups):
            raise RefusedError("", " ".join(wrong))
        try:
            wishes = levels.read({}, arguments["thresholds"])
        except levels.LevelsError as exc:
            raise RefusedError(str(exc), "Variables of the checks are wrong.") from exc
        left_out = arguments["left_out"]
        now = time.time()
        cluster, lost = gather.gather(
            groups,
            task_vars["hostvars"],
            arguments["probes"],
            left_out,
            wishes.thresholds,
            gather.started(arguments["started"], now),
            now,
        )
        hosts, whole = check.judge(cluster, lost)
        return {
            "hosts": {
                host: judged.as_dict()
                for host, judged in hosts.items()
                if judged.problems or host not in left_out
            },
            "cluster": whole.as_dict(),
            "api_server": gather.api_server(cluster),
            "nodes": summary.nodes(cluster),
        }
