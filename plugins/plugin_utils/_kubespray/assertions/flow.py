# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The way that one of Kubespray's playbooks takes through its gates, as Ansible itself reads it.

Ansible loads the plays, with their roles, dependencies and imports, so that each task has here the variables,
conditions and order that it has in the run. Kept of them are the gates, and the tasks that set a variable which a gate
reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from inspect import signature
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError
from ansible.playbook.block import Block
from ansible.playbook.helpers import load_list_of_blocks
from ansible.playbook.play import Play
from ansible.playbook.playbook_include import PlaybookInclude
from ansible.playbook.task import Task
from ansible.template import Templar

from .. import collection
from ..collection import KubesprayError
from . import catalog as texts
from . import names
from .catalog import SWITCH, Gate, Place
from .steps import Flow, Guard, PlayFlow, Step, registered, short_action, target_template, templates

# They change what `groups` and `group_names` hold.
_GROUPING = {"group_by", "add_host"}


class Reader:
    """Reads the flow of a playbook; Ansible's own parts as they are in a run."""

    def __init__(self, variable_manager: Any, loader: Any, inventory: Any) -> None:
        self.variables = variable_manager
        self.loader = loader
        self.inventory = inventory

    def read(self, root: Path, playbook: str, play_vars: Mapping[str, Any]) -> Flow:
        """Read a playbook of the Kubespray in root; play_vars are those of the import that it is going to run under.

        Raises KubesprayError naming file and line where Kubespray's files are not as expected.
        """
        catalog = texts.read(root)
        if not (root / "playbooks" / f"{playbook}.yml").is_file():
            raise KubesprayError(f"{root}: Kubespray has no playbook '{playbook}'.")
        flow = Flow(catalog, [], [])
        # Dynamic includes are expanded where they lead to a file that matters; which those are, their own tasks tell.
        wanted = catalog.leading_to({place.file for place in catalog.gates})
        try:
            flow.plays = self._plays(root, playbook, play_vars)
            while True:
                relevant = self._collect(flow, wanted)
                setters = {file for name in relevant for file in catalog.setters.get(name, ())}
                more = catalog.leading_to(setters) | wanted
                if more == wanted:
                    return flow
                wanted = more
        except AnsibleError as exc:
            raise KubesprayError(
                f"Ansible cannot load {playbook}.yml of the Kubespray in {root}: {exc}"
            ) from exc

    def _plays(self, root: Path, playbook: str, play_vars: Mapping[str, Any]) -> list[PlayFlow]:
        """The plays of a playbook, made ready as for a run."""
        book = PlaybookInclude.load(
            {
                "import_playbook": f"{collection.COLLECTION}.{playbook}",
                "vars": dict(play_vars),
            },
            basedir=str(root),
            variable_manager=self.variables,
            loader=self.loader,
        )
        parts = []
        # Given, since Ansible would look for the play's own, and warn of groups that are not there.
        hosts = [host.name for host in self.inventory.get_hosts()]
        for loaded in book.get_plays():
            play = loaded.copy()
            all_vars = self.variables.get_vars(play=play, _hosts=hosts, _hosts_all=hosts)
            play.post_validate(Templar(loader=self.loader, variables=all_vars))
            parts.append(PlayFlow(play, self.inventory, play.compile()))
        return parts

    def _collect(self, flow: Flow, wanted: set[str]) -> set[str]:
        """Find the steps, with those dynamic includes expanded that lead to a wanted file; the names that matter."""
        flow.unresolved.clear()
        for part in flow.plays:
            part.steps = list(self._steps(part, part.blocks, (), flow, wanted))
        relevant = self._relevant(flow)
        for part in flow.plays:
            part.steps = [step for step in part.steps if step.gate or step.sets & relevant]
        return relevant

    def _steps(
        self,
        part: PlayFlow,
        blocks: list[Any],
        guards: tuple[Guard, ...],
        flow: Flow,
        wanted: set[str],
    ) -> Iterator[Step]:
        for task in _flat(blocks):
            action = short_action(task)
            if action in ("include_role", "include_tasks"):
                yield from self._included(part, task, guards, flow, wanted)
                continue
            place = self._place(flow.catalog.root, task)
            gate = flow.catalog.gates.get(place)
            if (gate is None or gate.fixed) and SWITCH in str(task.when):
                # Through what is around the task in a way that its file does not show.
                shown = str(task.name or place)
                gate = Gate(gate.id if gate else names.slug(shown), shown, place)
                flow.catalog.gates[place] = gate
            sets = set(registered(task))
            if action == "set_fact":
                sets |= set(task.args) - {"cacheable"}
            if action in _GROUPING:
                sets |= {"groups", "group_names"}
            if gate or sets:
                yield Step(task, guards, gate, frozenset(sets), place)

    def _included(
        self, part: PlayFlow, include: Task, guards: tuple[Guard, ...], flow: Flow, wanted: set[str]
    ) -> Iterator[Step]:
        """The steps of a dynamic include, once for each target that it has on a host."""
        place = self._place(flow.catalog.root, include)
        pattern = next((each.target for each in flow.catalog.includes if each.place == place), None)
        if pattern is None or not any(fnmatch(file, pattern) for file in wanted):
            return
        targets = self._targets(part, include)
        if not targets:
            flow.unresolved.append((place, pattern))
        for target in targets:
            if not _is_there(flow.catalog.root, include, target):
                continue  # such as the role of kube_network_plugin: none, which no host comes to
            yield from self._steps(
                part,
                self._expand(part.play, include, target),
                (*guards, Guard(include, target)),
                flow,
                wanted,
            )

    def _targets(self, part: PlayFlow, include: Task) -> list[str]:
        """What a dynamic include names, over all hosts; nothing where that cannot be said for a host of its play.

        Over all, since group_by may put any of them into its play before it comes to that.
        """
        template = target_template(include)
        if not names.is_template(template):
            return [template]
        found: dict[str, None] = {}
        for host in self.inventory.get_hosts():
            variables = self.variables.get_vars(play=part.play, host=host, task=include)
            try:
                found[str(Templar(loader=self.loader, variables=variables).template(template))] = (
                    None
                )
            except AnsibleError:
                if host in part.hosts:
                    return []
        return list(found)

    def _expand(self, play: Play, include: Task, target: str) -> list[Any]:
        """The blocks of an include, loaded as Ansible's strategies load them."""
        if short_action(include) == "include_role":
            copy = include.copy()
            copy._role_name = target
            return list(copy.get_block_list(play, self.variables, self.loader)[0])
        folder = Path(include.get_path().rpartition(":")[0]).parent
        blocks: list[Any] = load_list_of_blocks(
            self._trusted(folder / target),
            play=play,
            parent_block=include.copy().build_parent_block(),
            role=include._role,
            variable_manager=self.variables,
            loader=self.loader,
        )
        return blocks

    def _trusted(self, path: Path) -> list[Any]:
        """The entries of a task file, whose texts are templates."""
        load = self.loader.load_from_file
        # Before ansible-core 2.19 every text is.
        trust = {"trusted_as_template"} & signature(load).parameters.keys()
        return list(load(str(path), **dict.fromkeys(trust, True)) or [])

    def _relevant(self, flow: Flow) -> set[str]:
        """The variables that gates read, and that those tasks read which set such a variable."""
        relevant: set[str] = {"groups", "group_names"}
        read: set[int] = set()
        grown = True
        while grown:
            grown = False
            for part in flow.plays:
                for step in part.steps:
                    if id(step) in read or not (step.gate or step.sets & relevant):
                        continue
                    read.add(id(step))
                    grown = True
                    variables = self.variables.get_vars(
                        play=part.play, host=next(iter(part.hosts), None), task=step.task
                    )
                    relevant |= names.closure(templates(step), variables)
        return relevant

    @staticmethod
    def _place(root: Path, task: Task) -> Place:
        path, _colon, line = str(task.get_path()).rpartition(":")
        file = Path(path)
        return Place(str(file.relative_to(root)) if file.is_relative_to(root) else path, int(line))


def _is_there(root: Path, include: Task, target: str) -> bool:
    """Whether Kubespray has what an include names on some host, be it one on which the include is skipped."""
    if short_action(include) == "include_role":
        return (root / "roles" / target.removeprefix(f"{collection.COLLECTION}.")).is_dir()
    folder = Path(include.get_path().rpartition(":")[0]).parent
    above = [each for each in folder.parents if each.name == "tasks"]
    return any((each / target).is_file() for each in (folder, *above))


def _flat(blocks: list[Any]) -> Iterator[Task]:
    """The tasks of a run in which nothing fails, in their order."""
    for entry in blocks:
        if isinstance(entry, Block):
            yield from _flat(entry.block)
            yield from _flat(entry.always)
        else:
            yield entry
