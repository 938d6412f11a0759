# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say what there is when a cluster was verified."""

from __future__ import annotations

import shutil
from typing import Any, ClassVar

from ansible import constants as C
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.deployed import summary
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import (
    ControllerAction,
    say,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.run import SUMMARY_AT_THE_END
from ansible_collections.k8n.cluster.plugins.plugin_utils._text.outside import printable_lines


class ActionModule(ControllerAction):
    """Glue: registered results to plugin_utils/_checks/deployed/summary, and its text to the terminal."""

    spec: ClassVar = {
        "nodes": {
            "type": "list",
            "elements": "dict",
            "required": True,
            "options": {
                "name": {"type": "str", "required": True},
                "status": {"type": "str", "required": True},
                "roles": {"type": "list", "elements": "str", "required": True},
                "version": {"type": "str", "required": True},
                "address": {"type": "str", "required": True},
            },
        },
        "host": {"type": "str", "required": True},
        "kubeconfig": {"type": "str", "default": ""},
    }

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        text = printable_lines(
            summary.text(
                arguments["nodes"],
                arguments["host"],
                arguments["kubeconfig"],
                shutil.which("kubectl") is not None,
            )
        )
        if C.DEFAULT_STDOUT_CALLBACK != SUMMARY_AT_THE_END:
            say(f"\n{text}\n")
        return {"text": text}
