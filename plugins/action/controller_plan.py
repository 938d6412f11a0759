# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work out what to install into a cluster directory."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, ClassVar

from ansible.utils.vars import load_extra_vars
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.refused import RefusedError
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks import user_variables
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import (
    ControllerAction,
    bulleted,
    say,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.installation import (
    folders,
    lock,
    release,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.installation import (
    plan as _plan,
)

_TEXT = {"type": "str", "default": ""}


class ActionModule(ControllerAction):
    """Glue: arguments to plugin_utils/_kubespray/installation/plan."""

    spec: ClassVar = {
        "directory": {"type": "str", "required": True},
        **dict.fromkeys(("version", "source", "python", "lock_file", "wheelhouse"), _TEXT),
        "proxy": {**_TEXT, "no_log": True},
        "ara": {"type": "bool", "default": False},
    }

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        if strange := user_variables.unknown({}, load_extra_vars(self._loader)):
            raise RefusedError(
                bulleted(strange), "Nothing was changed; what is wrong is said above."
            )
        try:
            plan = _plan.make(_plan.Wanted(**arguments), Path(sys.prefix))
        except _plan.PlanError as exc:
            raise RefusedError(
                bulleted(exc.mistakes),
                f"Nothing was changed; {len(exc.mistakes)} to fix, each said above.",
            ) from exc
        home = plan.directory / release.HOME
        if home.is_dir() and not self._task.check_mode:
            try:
                lock.take(home, folders.run(os.getppid()))
            except lock.LockedError as exc:
                raise RefusedError("", str(exc)) from exc
            except OSError as exc:
                raise RefusedError("", f"{exc.filename or home}: {exc.strerror}.") from exc
        say(plan.text())
        return {
            **plan.facts(),
            "changed": plan.changes and self._task.check_mode,
            **({"diff": plan.diff()} if plan.changes else {}),
        }
