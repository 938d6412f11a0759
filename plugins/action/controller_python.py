# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Choose a Python for a Kubespray."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ansible import constants as C
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.k8n.cluster.plugins.plugin_utils import _kubespray
from ansible_collections.k8n.cluster.plugins.plugin_utils._installation import pythons

display = Display()


class ActionModule(ActionBase):
    """Glue: a folder to plugin_utils/_kubespray and _installation/pythons."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        arguments = self.validate_argument_spec(
            argument_spec={
                "path": {"type": "path", "required": True},
                "python": {"type": "path", "default": ""},
            }
        )[1]
        try:
            kubespray = _kubespray.read(Path(arguments["path"]))
            python = pythons.wanted(kubespray, arguments["python"], os.environ.get("PATH", ""))
        except (_kubespray.KubesprayError, pythons.PythonError) as exc:
            # Printed, since a task's result shows a line break as \n.
            display.display(str(exc), color=C.COLOR_ERROR)
            result.update(failed=True, msg="There is no Python for this Kubespray, as said above.")
            return result
        result.update(
            changed=False,
            python=python.path,
            python_version=python.text,
            kubespray_version=kubespray.version,
            ansible_core_window=kubespray.window,
        )
        return result
