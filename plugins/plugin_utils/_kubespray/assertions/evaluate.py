# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Every gate of a flow on every host, as Ansible itself would decide it, before anything runs.

Conditions, variables and messages go through Ansible's own templating with the variables that the task has there. Of
the tasks between the gates only those are followed that set what a gate reads. What cannot be followed makes a gate
unknown; it is never taken for passed.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from ansible.playbook.task import Task
from ansible.template import Templar

from ..._ansible.templates import ERRORS
from . import facts, names
from .catalog import SWITCH
from .flow import Reader
from .judge import GateOnHost, UnknownError, truth
from .steps import Flow, Guard, PlayFlow, Step, listed, registered, short_action, target_template
from .verdict import NO_FACTS, NOT_RUN, UNKNOWN, Findings, Verdict

_DEPENDS = "it depends on what Kubespray does in"
_SKIPPED = {"changed": False, "skipped": True, "skip_reason": "Conditional result was False"}


class Evaluator:
    """Walks a flow, host by host, with what was measured on the hosts."""

    def __init__(
        self,
        reader: Reader,
        measured: Mapping[str, Iterable[Mapping[str, Any]]],
        kubespray: str = "",
    ) -> None:
        """measured holds by host what kubespray_commands returned: each request with its result.

        kubespray is its version.
        """
        self.kubespray = kubespray
        self.reader = reader
        self.measured = measured
        self.findings = Findings()
        self._tainted: dict[str, dict[str, str]] = {}
        self._guards: dict[tuple[int, int, str], bool] = {}

    def run(self, flow: Flow) -> Findings:
        """The verdict on every gate that the playbook comes to, on every host where it does."""
        facts.narrow(self.reader.variables, self.reader.inventory.get_hosts(), flow)
        for part in flow.plays:
            part.regroup()
            for step in part.steps:
                hosts = part.hosts[:1] if step.task.run_once else part.hosts
                for host in hosts:
                    if step.gate:
                        if step.task.run_once:
                            self.findings.once.add(step.gate.id)
                        verdict = self._verdict(part, step, host)
                        self.findings.add(step.gate.id, host.name, verdict)
                    if step.sets:
                        self._follow(part, step, host)
        return self.findings

    def _verdict(self, part: PlayFlow, step: Step, host: Any) -> Verdict:
        try:
            variables = self._variables(part, step.task, host)
            if not self._runs(part, step, host, variables):
                return Verdict(NOT_RUN)
            return GateOnHost(self, step, host, variables).verdict()
        except UnknownError as exc:
            return Verdict(UNKNOWN, reason=str(exc))
        except ERRORS as exc:
            return Verdict(UNKNOWN, reason=self._why(exc, host))

    def _follow(self, part: PlayFlow, step: Step, host: Any) -> None:
        """Do what a task does to variables, or note that what it sets is not known from here on."""
        hosts = part.hosts if step.task.run_once else [host]
        try:
            variables = self._variables(part, step.task, host)
            if self._runs(part, step, host, variables):
                found = self._set_by(part, step, host, variables)
            else:
                found = {name: dict(_SKIPPED) for name in registered(step.task)}
        except UnknownError as exc:
            self._taint(step, hosts, str(exc))
            return
        except ERRORS as exc:
            self._taint(step, hosts, self._why(exc, host))
            return
        for each in hosts:
            known = self._tainted.get(each.name, {})
            for name in found:
                known.pop(name, None)
            if found:
                self.reader.variables.set_nonpersistent_facts(each.name, found)

    def _taint(self, step: Step, hosts: Iterable[Any], reason: str) -> None:
        # Of a chain the first link is enough: what nobody has measured.
        text = reason
        if not reason.startswith(_DEPENDS):
            text = f"{_DEPENDS} '{step.task.name}' at {step.place}: {reason}"
        for each in hosts:
            self._tainted.setdefault(each.name, {}).update(dict.fromkeys(step.sets, text))

    def _set_by(
        self, part: PlayFlow, step: Step, host: Any, variables: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The variables that a task sets on a host."""
        task = step.task
        action = short_action(task)
        if action == "group_by":
            self._group(step, host, variables)
            return {}
        if task.loop is not None:
            raise UnknownError("it loops")
        if action == "set_fact":
            self.known(step.task.args.values(), host, variables)
            given = self.template(task.args, variables)
            return {name: value for name, value in given.items() if name != "cacheable"}
        return dict.fromkeys(registered(task), self.measure(step, host, variables))

    def _group(self, step: Step, host: Any, variables: Mapping[str, Any]) -> None:
        """Put a host into groups, in this process's copy of the inventory."""
        task = step.task
        items = self.template(task.loop, variables) if task.loop is not None else [None]
        inventory = self.reader.inventory
        for item in items:
            here = {**variables, "item": item}
            if task.loop is not None and not all(self.truth(each, here) for each in task.when):
                continue
            group = str(self.template(task.args["key"], here))
            inventory.add_group(group)
            inventory._inventory.add_child(group, host.name)
        inventory.reconcile_inventory()

    def measure(self, step: Step, host: Any, variables: Mapping[str, Any]) -> dict[str, Any]:
        """What a read-only task of Kubespray found on its host; noted as a request while nobody has run it."""
        task = step.task
        if task.loop is not None or task.retries:
            raise UnknownError("it is repeated")
        self.known([*task.args.values(), task.delegate_to], host, variables)
        arguments = self.template(task.args, variables)
        where = str(self.template(task.delegate_to, variables)) if task.delegate_to else host.name
        wanted = _request(task, arguments)
        for entry in self.measured.get(where, ()):
            if entry["request"] == wanted:
                return dict(entry["result"])
        self.findings.request(where, wanted)
        raise UnknownError(f"it has not been run on {where}")

    def _runs(self, part: PlayFlow, step: Step, host: Any, variables: Mapping[str, Any]) -> bool:
        play, task = part.play, step.task
        if not task.evaluate_tags(play.only_tags, play.skip_tags, variables):
            return False
        if not all(self._guard(part, guard, host) for guard in step.guards):
            return False
        if short_action(task) == "group_by" and task.loop is not None:
            return True  # its conditions are those of each item
        return all(self._condition(each, host, variables) for each in task.when)

    def _guard(self, part: PlayFlow, guard: Guard, host: Any) -> bool:
        key = (id(part), id(guard), host.name)
        if key not in self._guards:
            include = guard.include
            variables = self._variables(part, include, host)
            self._guards[key] = (
                all(self._condition(each, host, variables) for each in include.when)
                and str(self.template(target_template(include), variables)) == guard.target
            )
        return self._guards[key]

    def _condition(self, condition: Any, host: Any, variables: Mapping[str, Any]) -> bool:
        self.known([names.as_template(condition)], host, variables)
        return self.truth(condition, variables)

    def known(self, templates: Iterable[Any], host: Any, variables: Mapping[str, Any]) -> None:
        """Raise UnknownError if one of the templates reads, however far, what is not known on this host."""
        tainted = self._tainted.get(host.name)
        if not tainted:
            return
        texts = [text for template in templates for text in names.strings(template)]
        for name in names.closure(texts, variables):
            if name in tainted:
                raise UnknownError(tainted[name])

    def truth(self, condition: Any, variables: Mapping[str, Any]) -> bool:
        """A condition as Ansible decides it."""
        return truth(Templar(loader=self.reader.loader, variables=variables), condition)

    def template(self, value: Any, variables: Mapping[str, Any]) -> Any:
        """A value with its templates filled in, as Ansible does it."""
        return Templar(loader=self.reader.loader, variables=variables).template(value)

    def _variables(self, part: PlayFlow, task: Task, host: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.reader.variables.get_vars(
            play=part.play,
            host=host,
            task=task,
            _hosts=part.host_names,
            _hosts_all=part.host_names,
        )
        # What Kubespray's checks say while they are on.
        found[SWITCH] = False
        return found

    def _why(self, error: BaseException, host: Any) -> str:
        if not self.reader.variables.get_vars(host=host).get("ansible_facts"):
            return NO_FACTS
        return " ".join(str(error).split()) or type(error).__name__


def _request(task: Task, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """A task as kubespray_commands runs it: only what Kubespray itself declares to change nothing."""
    action = short_action(task)
    if action == "stat":
        return {"kind": "stat", "path": str(arguments["path"])}
    if action != "command" or not _unchanging(task):
        raise UnknownError(f"it runs {task.action} on the host, which an audit does not")
    if set(arguments) - {"_raw_params", "cmd", "argv"}:
        raise UnknownError("it runs a command with options that an audit does not follow")
    argv = arguments.get("argv") or shlex.split(
        str(arguments.get("_raw_params") or arguments.get("cmd"))
    )
    return {"kind": "command", "argv": [str(part) for part in argv]}


def _unchanging(task: Task) -> bool:
    return listed(task.changed_when) == [False]
