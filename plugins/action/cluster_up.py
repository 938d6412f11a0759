# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say in which directory, and with which Kubespray, a list of addresses becomes a cluster."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, ClassVar

from ansible import constants as C
from ansible import context
from ansible.utils.display import Display
from ansible.utils.vars import load_extra_vars
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible import terminal
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.refused import RefusedError
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks import user_variables
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir import directory, nodes, up
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir.mistakes import InitError
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import (
    ControllerAction,
    bulleted,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import collection
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.command import masked

display = Display()


class ActionModule(ControllerAction):
    """Glue: the command line to plugin_utils/_cluster_dir/up, and what it cannot know to the person at the terminal."""

    spec: ClassVar = {
        "path": {"type": "str", "default": ""},
        "nodes": {"type": "raw"},
        "kubespray_version": {"type": "str", "default": ""},
    }

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._decided(arguments)
        except terminal.StoppedError as exc:
            raise RefusedError("", "Stopped in place of an answer. Nothing was done.") from exc

    def _decided(self, arguments: dict[str, Any]) -> dict[str, Any]:
        options = context.CLIARGS
        mistakes = user_variables.unknown({}, load_extra_vars(self._loader))
        inventories = list(options.get("inventory") or ())
        # Without -i it has those of the configuration, which may be this very directory's.
        given_here = [] if inventories == list(C.DEFAULT_HOST_LIST) else inventories
        mistakes += up.mistakes(given_here, options.get("subset"))
        path = Path("/nonexistent")
        given = arguments["nodes"] or []
        try:
            path = directory.resolve(up.place(arguments["path"], Path.cwd()))
            if not given and not (path / nodes.FILE).is_file():
                given = self._nodes()
        except InitError as exc:
            mistakes += exc.mistakes
        version = arguments["kubespray_version"].strip()
        root = collection.find()
        needed = up.needs_controller(path, version, _version(root))
        if mistakes:
            raise RefusedError(
                bulleted(mistakes),
                f"No cluster can be made from this; {len(mistakes)} to fix, each said above. Nothing was done.",
            )
        if needed is None:
            needed = self._install(path)
        command = up.command(
            sys.argv,
            options["args"],
            path,
            become=bool(options.get("become")),
            extra=load_extra_vars(self._loader),
        )
        return {
            "path": str(path),
            "nodes": given,
            "controller": needed,
            "command": masked(command.typed)[0],
        }

    def _nodes(self) -> str:
        question = "The addresses of the machines, such as 10.10.1.2-4 10.20.1.3:"
        answer = terminal.ask(display, question)
        if not answer:
            raise InitError([nodes.NOTHING_GIVEN])
        return answer

    def _install(self, path: Path) -> bool:
        question = (
            f"No Kubespray is installed here. Install {collection.TESTED_VERSION}, and all that it asks for, into "
            f"{path}?"
        )
        if not terminal.agreed(display, question, default=True):
            raise RefusedError("", up.no_kubespray(path))
        return True


def _version(root: Path | None) -> str | None:
    """The version of the installed Kubespray; one that cannot be read is none, and said by the checks to come."""
    try:
        return collection.read(root).version if root else None
    except collection.KubesprayError:
        return None
