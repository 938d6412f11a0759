# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the variables of the checks, and refuse wrong ones before any host is touched."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any, ClassVar

from ansible.errors import AnsibleError
from ansible.utils.display import Display
from ansible.utils.vars import load_extra_vars
from ansible_collections.k8n.cluster.plugins.plugin_utils import (
    _roles,
    _variables,
    _without_facts,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks import levels, run_settings
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller.values import some
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import (
    ControllerAction,
    RefusedError,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._outside import printable, show

display = Display()
# Values that are longer as text are read for each host.
_MOST_COMPARED = 10000
# The names by which a host would decide what this machine does.
_CONTROLLERS = re.compile(r"_*(k8n|prepare)_|inventory_(dir|file)$")
_LONGEST_NAME = 60


class ActionModule(ControllerAction):
    """Glue: the variables of the inventory to plugin_utils/_checks/levels and run_settings."""

    spec: ClassVar = {"hosts": {"type": "list", "elements": "str", "required": True}}

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        started = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        hosts = arguments["hosts"] or [task_vars["inventory_hostname"]]
        # As a rule all hosts have the same: each value is read once, and a mistake names its hosts.
        wrong: dict[str, list[str]] = {}
        seen: dict[str, tuple[levels.Wishes, list[str]]] = {}
        wanted_of = {}
        for host in hosts:
            get = self._reader(host, task_vars)
            wanted = get("k8n_checks"), get("k8n_thresholds")
            key = show(wanted, _MOST_COMPARED)
            if key not in seen or len(key) > _MOST_COMPARED:
                seen[key] = _read(*wanted)
            wanted_of[host], mistakes = seen[key]
            for mistake in mistakes:
                wrong.setdefault(mistake, []).append(host)
        settings, mistakes = run_settings.read(self._reader(hosts[0], task_vars))
        wrong.update(dict.fromkeys(mistakes, hosts))
        # Here for verify, whose first task this is.
        strange = _variables.of(task_vars, load_extra_vars(self._loader))
        wrong.update(dict.fromkeys(strange, hosts))
        if wrong:
            lines = [f"- {mistake}{_where(found, len(hosts))}" for mistake, found in wrong.items()]
            number = f"{len(lines)} mistake{'' if len(lines) == 1 else 's'}"
            where = "the variables" if strange else "variables of the checks"
            raise RefusedError("\n".join(lines), f"{number} in {where}, above.")
        self._warn_of_facts(hosts, task_vars["hostvars"])
        return {
            "started": started,
            "levels": {host: each.levels for host, each in wanted_of.items()},
            "thresholds": {host: each.own_thresholds for host, each in wanted_of.items()},
            "run": {
                **settings,
                "levels": wanted_of[hosts[0]].levels,
                "thresholds": wanted_of[hosts[0]].own_thresholds,
            },
            "etcd_members": _roles.etcd_members(task_vars["groups"], task_vars["hostvars"]),
        }

    def _reader(self, host: str, task_vars: Mapping[str, Any]) -> Callable[[str], object]:
        """What gives a variable of a host as a task of this play has it, whatever the host says of itself."""
        manager = _without_facts.of_manager(self._task.get_variable_manager())
        hosts = task_vars["ansible_play_hosts_all"]
        variables = manager.get_vars(
            play=self._task.get_play(),
            host=manager._inventory.get_host(host),
            _hosts=hosts,
            _hosts_all=hosts,
        )
        template = self._templar.copy_with_new_env(available_variables=variables).template

        def get(name: str) -> object:
            try:
                return template(variables.get(name))
            except AnsibleError as exc:
                raise RefusedError("", f"{name} of {host} has no value: {exc}") from exc

        return get

    def _warn_of_facts(self, hosts: list[str], hostvars: Mapping[str, Any]) -> None:
        for host in hosts:
            names = [
                printable(name, _LONGEST_NAME)
                for name in _without_facts.foreign(hostvars, host)
                if _CONTROLLERS.match(name)
            ]
            if names:
                display.warning(
                    f"The facts of {host} have {some(names)}: facts decide nothing here, only the inventory, "
                    "group_vars and the command line do."
                )


def _read(checks: object, thresholds: object) -> tuple[levels.Wishes, list[str]]:
    """The two, and what is wrong with them."""
    try:
        return levels.read(checks, thresholds), []
    except levels.LevelsError as exc:
        return levels.Wishes({}, {}), list(exc.mistakes)


def _where(hosts: list[str], everywhere: int) -> str:
    if len(hosts) == everywhere:
        return ""
    more = f" and {len(hosts) - 3} more" if len(hosts) > 3 else ""
    return f" (on {', '.join(hosts[:3])}{more})"
