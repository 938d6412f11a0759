# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work out what makes a cluster directory's controller what was asked for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from ansible import constants as C
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.k8n.cluster.plugins.plugin_utils._installation import plan as _plan

display = Display()


class ActionModule(ActionBase):
    """Glue: arguments to plugin_utils/_installation/plan."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        text = {"type": "str", "default": ""}
        names = ("version", "source", "python", "lock_file", "wheelhouse")
        arguments = self.validate_argument_spec(
            argument_spec={
                "directory": {"type": "str", "required": True},
                **dict.fromkeys(names, text),
                "proxy": {**text, "no_log": True},
                "ara": {"type": "bool", "default": False},
            }
        )[1]
        try:
            plan = _plan.make(_plan.Wanted(**arguments), Path(sys.prefix))
        except _plan.PlanError as exc:
            # Printed, since a task's result shows a line break as \n.
            display.display("\n".join(f"- {text}" for text in exc.mistakes), color=C.COLOR_ERROR)
            result.update(
                failed=True,
                msg=f"Nothing was changed; {len(exc.mistakes)} to mend, each said above.",
            )
            return result
        display.display(plan.text())
        result.update(plan.facts(), changed=plan.changes and self._task.check_mode)
        if plan.changes:
            result["diff"] = plan.diff()
        return result
