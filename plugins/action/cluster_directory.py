# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make a cluster directory, or bring up to date what in it is not the user's."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.refused import RefusedError
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir import (
    ara,
    directory,
    make,
    plan,
    report,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir.mistakes import InitError
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import (
    ControllerAction,
    columns,
    say,
)


class ActionModule(ControllerAction):
    """Glue: arguments to plugin_utils/_cluster_dir/make and its tables to the terminal."""

    spec: ClassVar = {
        "path": {"type": "str", "required": True},
        "files": {"type": "dict", "required": True},
        "kubespray": {"type": "path"},
        "known_hosts": {"type": "str", "required": True},
        "folders": {"type": "list", "elements": "str", "default": []},
        "overwrite": {"type": "list", "elements": "str", "default": []},
        "hosts": {"type": "int", "required": True},
        "unknown_hosts": {"type": "list", "elements": "str", "default": []},
        "again": {"type": "dict", "default": {}},
        "goes_on": {"type": "bool", "default": False},
    }

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        check = bool(self._task.check_mode)
        try:
            path = directory.resolve(arguments["path"])
            made = make.prepare(
                path,
                Path(arguments["kubespray"]) if arguments["kubespray"] else None,
                {name: str(text).encode() for name, text in arguments["files"].items()},
                arguments["known_hosts"].encode(),
                arguments["overwrite"],
            )
            backups = []
            if not check:
                stamp = time.strftime("%Y-%m-%d@%H:%M:%S")
                backups = make.write(path, made, arguments["folders"], stamp)
        except InitError as exc:
            raise RefusedError(
                str(exc), f"{len(exc.mistakes)} to fix, each said above. Nothing was written."
            ) from exc
        texts = [
            report.files(path, made.steps, made.record.kubespray, check),
            report.variables(made.record.removed, made.uses, made.encrypted, made.fresh, columns()),
        ]
        if not check and not arguments["goes_on"]:
            texts.append(
                report.closing(
                    path,
                    arguments["hosts"],
                    arguments["unknown_hosts"],
                    arguments["again"],
                    ara.FOLDER in arguments["folders"],
                )
            )
        diffs = []
        if self._task.diff:
            # Of what is written, Ansible itself shows it.
            texts[1:1] = [report.difference(step) for step in made.steps if step.kind == plan.KEEP]
            diffs = [
                {
                    "before_header": step.path,
                    "after_header": step.path,
                    "before": (step.before or b"").decode("utf-8", "replace"),
                    "after": (step.after or b"").decode("utf-8", "replace"),
                }
                for step in made.steps
                if step.writes
            ]
        say("\n" + "\n\n".join(text for text in texts if text) + "\n")
        return {
            "changed": made.changed,
            "path": str(path),
            "kubespray_version": made.record.kubespray,
            "files": {step.path: step.kind for step in made.steps},
            "backups": backups,
            "removed_variables": [
                {
                    "name": name,
                    "guesses": list(removed["guesses"]),
                    "gone_in": removed["gone_in"],
                    "set_in": [f"{use.file}:{use.line}" for use in made.uses if use.name == name],
                }
                for name, removed in made.record.removed.items()
            ],
            **({"diff": diffs} if self._task.diff else {}),
        }
