# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say what the known_hosts of a cluster is to hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from ansible.utils.display import Display
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible import terminal
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.refused import RefusedError
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir import host_keys, report
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir.mistakes import InitError
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir.nodes import Target
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import (
    ControllerAction,
    say,
)

display = Display()


class ActionModule(ControllerAction):
    """Glue: arguments to plugin_utils/_cluster_dir/host_keys and its tables to the terminal."""

    spec: ClassVar = {
        "path": {"type": "path", "required": True},
        "hosts": {
            "type": "list",
            "elements": "dict",
            "required": True,
            "options": {
                "name": {"type": "str", "required": True},
                "address": {"type": "str", "required": True},
                "port": {"type": "int", "default": 22},
                "local": {"type": "bool", "default": False},
                "jump": {"type": "str", "default": ""},
            },
        },
        "trust": {"type": "bool", "default": False},
        "source": {"type": "path"},
        "goes_on": {"type": "bool", "default": False},
    }

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        offered = Path(arguments["source"]) if arguments["source"] else None
        targets = [target for host in arguments["hosts"] if not (target := Target(**host)).local]
        try:
            found, text = self._found(Path(arguments["path"]), targets, arguments["trust"], offered)
        except InitError as exc:
            raise RefusedError(
                str(exc),
                f"{len(exc.mistakes)} to fix in the host keys, each said above. Nothing was written.",
            ) from exc
        if text:
            say(f"\n{text}\n")
        if found.unknown and arguments["goes_on"]:
            raise RefusedError("", report.no_key(found))
        return {
            "content": found.content,
            "added": [
                {"host": target.name, "key": key.kind, "fingerprint": key.fingerprint}
                for target, key in found.added
            ],
            "unknown": [target.name for target in found.unknown],
        }

    def _found(
        self, path: Path, targets: list[Target], trust: bool, offered: Path | None
    ) -> tuple[host_keys.Found, str]:
        """The keys, and what is to be said of them; the person at the terminal may trust what is not known."""
        check = bool(self._task.check_mode)
        found = host_keys.find(path, targets, trust, offered)
        if trust or check or not found.unknown:
            return found, report.host_keys(found, check)
        try:
            if not terminal.agreed(display, report.question(found), default=True):
                return found, ""
            shown = host_keys.find(path, targets, True, offered)
            say(f"\n{report.host_keys(shown, check=True)}\n")
            wanted = shown.added and terminal.agreed(display, report.TRUST, default=False)
        except terminal.StoppedError as exc:
            raise RefusedError("", "Stopped in place of an answer. Nothing was written.") from exc
        return (shown if wanted else found), ""
