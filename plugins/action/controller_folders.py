# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the folders of an installation of Kubespray, or remove those that were made."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.refused import RefusedError
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import ControllerAction
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.installation import (
    folders,
    lock,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.installation import (
    release as release_folder,
)


class ActionModule(ControllerAction):
    """Glue: arguments to plugin_utils/_kubespray/installation/folders."""

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
        home = Path(arguments["directory"]) / release_folder.HOME
        if arguments["state"] == "absent":
            with contextlib.suppress(OSError):
                lock.free(home, mark)
            removed = folders.undo(map(Path, arguments["made"]), release, mark)
            return {"changed": bool(removed), "removed": list(map(str, removed))}
        try:
            made = folders.make(Path(arguments["directory"]), release, mark)
        except OSError as exc:
            raise RefusedError("", f"{exc.filename or release}: {exc.strerror}.") from exc
        try:
            lock.take(home, mark)
        except (lock.LockedError, OSError) as exc:
            folders.undo(made, release, mark)
            text = f"{exc.filename}: {exc.strerror}." if isinstance(exc, OSError) else str(exc)
            raise RefusedError("", text) from exc
        return {"changed": True, "made": list(map(str, made))}
