# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show what the checks found on all hosts as one table."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible.utils.display import Display
from ansible_collections.k8n.cluster.plugins.plugin_utils import _preflight
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import (
    ControllerAction,
    columns,
)

display = Display()
_PROBLEMS: dict[str, Any] = {
    "type": "list",
    "elements": "dict",
    "default": [],
    "options": {
        "id": {"type": "str", "required": True},
        "severity": {"type": "str", "choices": ["block", "warn"], "required": True},
        "message": {"type": "str", "required": True},
        "fix": {"type": "str", "required": True},
    },
}


class ActionModule(ControllerAction):
    """Glue: arguments to plugin_utils/_preflight and its text to the terminal."""

    spec: ClassVar = {
        "title": {"type": "str", "default": "PREFLIGHT"},
        "probes": {"type": "dict", "required": True},
        "mended": {"type": "dict", "default": {}},
        "inventory_problems": _PROBLEMS,
        "controller_problems": _PROBLEMS,
    }

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        report = _preflight.build(
            arguments["probes"],
            arguments["mended"],
            arguments["inventory_problems"],
            arguments["controller_problems"],
        )
        # Printed, since a task's result shows a line break as \n.
        display.display("\n" + _preflight.table(report, columns(), arguments["title"]) + "\n")
        return {
            "ready": report.ready,
            "blocking": report.count(_preflight.BLOCK),
            "problems": [
                {**row.problem, "host": row.host, "severity": row.severity} for row in report.rows
            ],
        }
