# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Choose a Python for a Kubespray."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, ClassVar

from ansible.utils.display import Display
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.refused import RefusedError
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import ControllerAction
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import collection
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.installation import pythons

display = Display()


class ActionModule(ControllerAction):
    """Glue: a folder to plugin_utils/_kubespray/collection and its installation/pythons."""

    spec: ClassVar = {
        "path": {"type": "path", "required": True},
        "python": {"type": "path", "default": ""},
    }

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        try:
            kubespray = collection.read(Path(arguments["path"]))
            python = pythons.wanted(kubespray, arguments["python"], os.environ.get("PATH", ""))
        except (collection.KubesprayError, pythons.PythonError) as exc:
            raise RefusedError(
                str(exc), "There is no Python for this Kubespray, as said above."
            ) from exc
        return {
            "python": python.path,
            "python_version": python.text,
            "kubespray_version": kubespray.version,
            "ansible_core_window": kubespray.window,
        }
