# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The tasks of one of Kubespray's playbooks that its gates depend on, and what such a task reads and sets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from ansible.playbook.play import Play
from ansible.playbook.task import Task

from . import names
from .catalog import Catalog, Gate, Place


class Guard(NamedTuple):
    """A dynamic include in whose tasks a step stands: it must run on the host, and name what was expanded."""

    include: Task
    target: str


@dataclass(frozen=True)
class Step:
    """A task of the run that is a gate, or sets a variable that a gate reads."""

    task: Task
    guards: tuple[Guard, ...]
    gate: Gate | None
    sets: frozenset[str]
    place: Place


@dataclass
class PlayFlow:
    """A play with its steps in order."""

    play: Play
    inventory: Any
    blocks: list[Any]
    steps: list[Step] = field(default_factory=list)

    @cached_property
    def hosts(self) -> list[Any]:
        """Its hosts; asked for only where a step needs them, since Ansible warns of groups that are not there."""
        return list(self.inventory.get_hosts(self.play.hosts))

    def regroup(self) -> None:
        """Ask for the hosts anew, since plays before this one may have put hosts into groups."""
        for name in ("hosts", "host_names"):
            self.__dict__.pop(name, None)

    @cached_property
    def host_names(self) -> list[str]:
        """The names of its hosts."""
        return [host.name for host in self.hosts]


@dataclass
class Flow:
    """A playbook's way through the gates."""

    catalog: Catalog
    plays: list[PlayFlow]
    # Includes whose target no host's variables could name, though it may hold gates.
    unresolved: list[tuple[Place, str]]

    @property
    def gates(self) -> list[Gate]:
        """All gates of this Kubespray, in the order of file and line, whether the playbook comes to them or not."""
        return sorted(
            self.catalog.gates.values(), key=lambda gate: (gate.place.file, gate.place.line)
        )


def listed(value: Any) -> list[Any]:
    """Conditions as a list: ansible-core 2.21 leaves a single one as it is written until the task runs."""
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def registered(task: Task) -> list[str]:
    """The variables that a task registers: a name, in ansible-core 2.21 a mapping of names."""
    given = task.register
    return [str(name) for name in given] if isinstance(given, Mapping) else listed(given or None)


def target_template(include: Task) -> Any:
    """What a dynamic include names, as it is written: not as a new str, which would not be trusted as a template."""
    if short_action(include) == "include_role":
        return include._role_name
    return include.args.get("_raw_params") or include.args.get("file")


def templates(step: Step) -> list[str]:
    """Every template that decides what a step does on a host."""
    task = step.task
    conditions = [*task.when, *listed(task.failed_when), *listed(task.until)]
    for guard in step.guards:
        conditions += [*guard.include.when, target_template(guard.include)]
    found = [names.as_template(condition) for condition in conditions]
    for key, value in task.args.items():
        for text in names.strings(value):
            found.append(names.as_template(text) if key == "that" else text)
    found += [text for value in (task.loop, task.delegate_to) for text in names.strings(value)]
    return found


def short_action(task: Task) -> str:
    """A task's action without the collection that all of Ansible's own have."""
    return re.sub(r"^ansible\.(builtin|legacy)\.", "", str(task.action))
