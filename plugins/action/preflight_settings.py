# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the variables of the checks, and refuse wrong ones before any host is touched."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any, ClassVar

from ansible.utils.vars import load_extra_vars
from ansible_collections.k8n.cluster.plugins.plugin_utils import _roles, _variables
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks import levels
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import (
    ControllerAction,
    RefusedError,
)


class ActionModule(ControllerAction):
    """Glue: the two variables of each host to plugin_utils/_checks/levels."""

    spec: ClassVar = {"hosts": {"type": "list", "elements": "str", "required": True}}

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        started = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        # As a rule all hosts have the same: each value is read once, and a mistake names its hosts.
        wrong: dict[str, list[str]] = {}
        seen: dict[str, tuple[Mapping[str, str], list[str]]] = {}
        wanted_of = {}
        for host in arguments["hosts"]:
            variables = task_vars["hostvars"][host]
            wanted = variables.get("k8n_checks"), variables.get("k8n_thresholds")
            key = repr(wanted)
            if key not in seen:
                seen[key] = _read(*wanted)
            wanted_of[host], mistakes = seen[key]
            for mistake in mistakes:
                wrong.setdefault(mistake, []).append(host)
        # Here for verify, whose first task this is.
        strange = _variables.of(task_vars, load_extra_vars(self._loader))
        wrong.update(dict.fromkeys(strange, arguments["hosts"]))
        if wrong:
            lines = [
                f"- {mistake}{_where(hosts, len(arguments['hosts']))}"
                for mistake, hosts in wrong.items()
            ]
            number = f"{len(lines)} mistake{'' if len(lines) == 1 else 's'}"
            where = "the variables" if strange else "k8n_checks and k8n_thresholds"
            raise RefusedError("\n".join(lines), f"{number} in {where}, above.")
        return {
            "started": started,
            "levels": wanted_of,
            "etcd_members": _roles.etcd_members(task_vars["groups"], task_vars["hostvars"]),
        }


def _read(checks: object, thresholds: object) -> tuple[Mapping[str, str], list[str]]:
    """The levels, and what is wrong with the two values."""
    try:
        return levels.read(checks, thresholds).levels, []
    except levels.LevelsError as exc:
        return {}, list(exc.mistakes)


def _where(hosts: list[str], everywhere: int) -> str:
    if len(hosts) == everywhere:
        return ""
    more = f" and {len(hosts) - 3} more" if len(hosts) > 3 else ""
    return f" (on {', '.join(hosts[:3])}{more})"
