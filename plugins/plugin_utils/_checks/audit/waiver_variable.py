# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The variables k8n_waivers and k8n_checks as a task sees them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible import template
from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible.utils.vars import load_extra_vars

from ..._ansible import without_facts
from ..assertions import renamed
from . import waivers as _waivers

display = Display()


def read(
    loader: Any, templar: Any, variables: Mapping[str, Any]
) -> tuple[list[_waivers.Waiver], list[str]]:
    """The waivers that are valid today, and what is wrong with the others, one sentence each.

    Not from an argument "{{ k8n_waivers }}" of a task: before ansible-core 2.19 that makes one text of a list in which
    a day is written without quotes.
    """
    try:
        value = _native(templar).template(variables.get(_waivers.VARIABLE))
    except AnsibleError as exc:
        return [], [f"{_waivers.VARIABLE}: its template fails: {' '.join(str(exc).split())}"]
    source = _waivers.source(load_extra_vars(loader))
    waivers, mistakes = _waivers.parse(value, source, datetime.date.today())
    for text in renamed(_waivers.VARIABLE, (waiver.name for waiver in waivers)):
        display.warning(text)
    return waivers, mistakes


Reader = Callable[[str], object]


def readers(action: ActionBase, variables: Mapping[str, Any]) -> Callable[[str], Reader]:
    """What gives for a host what gives its variables, as a task of this play has them, whatever it says of itself."""
    manager = without_facts.of_manager(action._task.get_variable_manager())
    hosts = variables["ansible_play_hosts_all"]
    play = action._task.get_play()

    def of(host: str) -> Reader:
        found = manager.get_vars(
            play=play, host=manager._inventory.get_host(host), _hosts=hosts, _hosts_all=hosts
        )
        template = action._templar.copy_with_new_env(available_variables=found).template

        def get(name: str) -> object:
            try:
                return template(found.get(name))
            except AnsibleError as exc:
                raise AnsibleActionFail(f"{name} of {host} has no value: {exc}") from None

        return get

    return of


def by_levels(
    action: ActionBase, hosts: Iterable[str], variables: Mapping[str, Any]
) -> tuple[list[_waivers.Waiver], list[str]]:
    """What k8n_checks of these hosts lets pass, each where it does, and all that is wrong in it."""
    reader = readers(action, variables)
    given = {host: reader(host)("k8n_checks") for host in hosts}
    if not any(given.values()):
        return [], []
    # Only now: it brings all checks with it.
    from .. import levels

    lowered: dict[str, list[str]] = {}
    mistakes: dict[str, None] = {}
    for host, value in given.items():
        try:
            for check, level in levels.read(value, None).levels.items():
                if level != levels.BLOCK:
                    lowered.setdefault(check, []).append(host)
        except levels.LevelsError as exc:
            mistakes.update(dict.fromkeys(exc.mistakes))
    return [
        _waivers.Waiver(check, None, None, "k8n_checks", frozenset(there))
        for check, there in lowered.items()
    ], list(mistakes)


def _native(templar: Any) -> Any:
    """A templar whose templates yield values; from ansible-core 2.19 on each is one."""
    if hasattr(templar, "evaluate_conditional"):
        return templar
    return templar.copy_with_new_env(environment_class=template.AnsibleNativeEnvironment)


def by_inventory(
    members: Iterable[str], hostvars: Mapping[str, Mapping[str, Any]]
) -> list[_waivers.Waiver]:
    """The waiver that the inventory itself gives an even number of these etcd members, where it does."""
    allowed = any(hostvars[host].get("k8n_allow_even_etcd") is True for host in members)
    return [_waivers.BY_INVENTORY] if allowed else []


def differing(hosts: Iterable[str], hostvars: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """A sentence if the variable is not the same on all hosts: Kubespray's switch is one for all of them."""
    values = [(host, hostvars[host].get(_waivers.VARIABLE)) for host in hosts]
    for host, value in values:
        if value != values[0][1]:
            return [
                f"{_waivers.VARIABLE}: it is not the same on {values[0][0]} and {host}, and what is waived is waived "
                f"on all hosts. Give it once for all of them, in group_vars/all or with -e."
            ]
    return []
