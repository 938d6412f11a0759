# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check a release against what its Kubespray asks for, and say how to use it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from ansible import constants as C
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.k8n.cluster.plugins.plugin_utils._installation import release

display = Display()


class ActionModule(ActionBase):
    """Glue: a folder to plugin_utils/_installation/release."""

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
                "ara": {"type": "bool", "default": False},
                "activate": {"type": "path"},
            }
        )[1]
        try:
            sound = release.check(Path(arguments["path"]), arguments["ara"])
        except release.ReleaseError as exc:
            # Printed, since a task's result shows a line break as \n.
            display.display(str(exc), color=C.COLOR_ERROR)
            result.update(failed=True, msg="The installation is not whole, as said above.")
            return result
        if arguments["activate"]:
            display.display(release.usage(sound, arguments["activate"]))
        result.update(changed=False, **asdict(sound))
        return result
