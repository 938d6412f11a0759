# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check a release against what its Kubespray asks for, and say how to use it."""

from __future__ import annotations

import contextlib
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.refused import RefusedError
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import (
    ControllerAction,
    say,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.installation import (
    folders,
    lock,
    release,
)


class ActionModule(ControllerAction):
    """Glue: a folder to plugin_utils/_kubespray/installation/release."""

    spec: ClassVar = {
        "path": {"type": "path", "required": True},
        "ara": {"type": "bool", "default": False},
        "activate": {"type": "path"},
    }

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        try:
            sound = release.check(Path(arguments["path"]), arguments["ara"])
        except release.ReleaseError as exc:
            raise RefusedError(str(exc), "The installation is not whole, as said above.") from exc
        if arguments["activate"]:
            say(release.usage(sound, arguments["activate"]))
            # It is the last task of a run, and other runs may come.
            with contextlib.suppress(OSError):
                lock.free(Path(arguments["path"]).parent, folders.run(os.getppid()))
        return asdict(sound)
