# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the variables of the checks, and refuse wrong ones before any host is touched."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, ClassVar

from ansible.utils.display import Display
from ansible.utils.vars import load_extra_vars
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible import without_facts
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.refused import RefusedError
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks import (
    levels,
    run_settings,
    user_variables,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.assertions import renamed
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.audit import waiver_variable
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import ControllerAction
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory import roles
from ansible_collections.k8n.cluster.plugins.plugin_utils._text.outside import printable, show
from ansible_collections.k8n.cluster.plugins.plugin_utils._text.words import some

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
        waivers, ended = waiver_variable.read(self._loader, self._templar, task_vars)
        # Here nothing hangs on them but levels; the audit refuses them.
        for text in ended:
            display.warning(text)
        waived = [waiver.check for waiver in waivers]
        # As a rule all hosts have the same: each value is read once, and a mistake names its hosts.
        wrong: dict[str, list[str]] = {}
        seen: dict[str, tuple[levels.Wishes, list[str]]] = {}
        wanted_of = {}
        reader = waiver_variable.readers(self, task_vars)
        for host in hosts:
            get = reader(host)
            wanted = get("k8n_checks"), get("k8n_thresholds")
            key = show(wanted, _MOST_COMPARED)
            if key not in seen or len(key) > _MOST_COMPARED:
                seen[key] = _read(*wanted, waived)
            wanted_of[host], mistakes = seen[key]
            for mistake in mistakes:
                wrong.setdefault(mistake, []).append(host)
        settings, mistakes = run_settings.read(reader(hosts[0]))
        wrong.update(dict.fromkeys(mistakes, hosts))
        # Here for verify, whose first task this is.
        strange = user_variables.of(task_vars, load_extra_vars(self._loader))
        wrong.update(dict.fromkeys(strange, hosts))
        if wrong:
            lines = [f"- {mistake}{_where(found, len(hosts))}" for mistake, found in wrong.items()]
            number = f"{len(lines)} mistake{'' if len(lines) == 1 else 's'}"
            where = "the variables" if strange else "variables of the checks"
            raise RefusedError("\n".join(lines), f"{number} in {where}, above.")
        self._warn_of_facts(hosts, task_vars["hostvars"])
        whole = wanted_of[hosts[0]]
        # As a rule there are none: ansible-core up to 2.18 goes through all of this once more for each host.
        others = {host: each for host, each in wanted_of.items() if each != whole}
        return {
            "started": started,
            "levels": {host: each.levels for host, each in others.items()},
            "thresholds": {host: each.own_thresholds for host, each in others.items()},
            "run": {**settings, "levels": whole.levels, "thresholds": whole.own_thresholds},
            "etcd_members": roles.etcd_members(task_vars["groups"], task_vars["hostvars"]),
        }

    def _warn_of_facts(self, hosts: list[str], hostvars: Mapping[str, Any]) -> None:
        for host in hosts:
            names = [
                printable(name, _LONGEST_NAME)
                for name in without_facts.foreign(hostvars, host)
                if _CONTROLLERS.match(name)
            ]
            if names:
                display.warning(
                    f"The facts of {host} have {some(names)}: facts decide nothing here, only the inventory, "
                    "group_vars and the command line do."
                )


def _read(
    checks: object, thresholds: object, waived: Sequence[str]
) -> tuple[levels.Wishes, list[str]]:
    """The two, with what is waived, and what is wrong with them."""
    if isinstance(checks, Mapping):
        for text in renamed("k8n_checks", map(str, checks)):
            display.warning(text)
    try:
        wishes = levels.read(checks, thresholds)
    except levels.LevelsError as exc:
        return levels.Wishes({}, {}), list(exc.mistakes)
    own, mistakes = levels.with_waivers(wishes, waived)
    return levels.Wishes(own, wishes.thresholds), mistakes


def _where(hosts: list[str], everywhere: int) -> str:
    if len(hosts) == everywhere:
        return ""
    return f" (on {some(hosts)})"
