# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the folders of an installation of Kubespray, or remove those that were made."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import (
    ControllerAction,
    RefusedError,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._installation import folders


class ActionModule(ControllerAction):
    """Glue: arguments to plugin_utils/_installation/folders."""

    spec: ClassVar = {
        "directory": {"type": "path", "required": True},
        "release": {"type": "path", "required": True},
        "made": {"type": "list", "elements": "path", "default": []},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    }

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        release = Path(arguments["release"])
        # This process ends with the task; the one that has forked it is the run.
        mark = folders.run(os.getppid())
        if arguments["state"] == "absent":
            removed = folders.undo(map(Path, arguments["made"]), release, mark)
            return {"changed": bool(removed), "removed": list(map(str, removed))}
        try:
            made = folders.make(Path(arguments["directory"]), release, mark)
        except OSError as exc:
            raise RefusedError("", f"{exc.filename or release}: {exc.strerror}.") from exc
        return {"changed": True, "made": list(map(str, made))}
