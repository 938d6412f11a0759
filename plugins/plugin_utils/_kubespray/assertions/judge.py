# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The verdict on one gate on one host."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from ansible.errors import AnsibleUndefinedVariable
from ansible.template import Templar

from ..._ansible.templates import ERRORS, trusted
from .. import versions
from . import judge, names, values
from .steps import Step, listed, registered, short_action
from .verdict import FAILS, PASSES, Verdict

_VERSION = "stop_if_unsupported_version_of_kubernetes"
_VERSION_KNOWN = "download_file_check_if_requested_kubernetes_are_supported"
# The assertions whose failures versions.py knows more of.
OF_KUBERNETES = frozenset({_VERSION, _VERSION_KNOWN})


def truth(templar: Templar, condition: Any) -> bool:
    """A condition as Ansible decides it in `when`; raises one of ERRORS."""
    if hasattr(templar, "evaluate_conditional"):
        return bool(templar.evaluate_conditional(condition))
    if isinstance(condition, bool) or condition in (None, ""):
        return condition is not False
    if names.is_template(condition):
        return str(templar.template(condition)).strip() == "True"
    # As Conditional does it, but for its warning of results that are no booleans: those are Kubespray's to have.
    return (
        str(templar.template(f"{{% if {condition} %}}True{{% else %}}False{{% endif %}}")) == "True"
    )


class UnknownError(Exception):
    """It cannot be said beforehand; the text says why."""


class Walk(Protocol):
    """What a gate asks of the evaluation that comes to it."""

    # The version of Kubespray.
    kubespray: str

    def known(self, templates: Iterable[Any], host: Any, variables: Mapping[str, Any]) -> None:
        """Raise UnknownError if a template reads what is not known on this host."""

    def truth(self, condition: Any, variables: Mapping[str, Any]) -> bool:
        """A condition as Ansible decides it."""

    def template(self, value: Any, variables: Mapping[str, Any]) -> Any:
        """A value with its templates filled in."""

    def measure(self, step: Step, host: Any, variables: Mapping[str, Any]) -> dict[str, Any]:
        """What a read-only task found on its host."""


class GateOnHost:
    """A gate that runs on a host, with the variables that it has there."""

    def __init__(self, walk: Walk, step: Step, host: Any, variables: Mapping[str, Any]) -> None:
        self.walk = walk
        self.step = step
        self.host = host
        self.variables = variables

    def verdict(self) -> Verdict:
        """What it would say; raises UnknownError, or one of ERRORS where a template cannot be evaluated."""
        task = self.step.task
        if task.loop is not None:
            raise UnknownError("it loops")
        action = short_action(task)
        if action == "assert":
            return self._assertion()
        if action == "fail":
            conditions = " and ".join(map(str, task.when))
            return self._failure(f"not ({conditions})", "Failed as requested from task")
        if action == "command":
            return self._command()
        raise UnknownError(f"it runs {task.action} on the host, which an audit does not")

    def _assertion(self) -> Verdict:
        that = self.step.task.args.get("that")
        for expression in that if isinstance(that, list) else [that]:
            self.walk.known([names.as_template(expression)], self.host, self.variables)
            try:
                if not self.walk.truth(expression, self.variables):
                    return self._failure(str(expression), "Assertion failed")
            except AnsibleUndefinedVariable:
                raise
            except ERRORS as exc:
                # Kubespray's own evaluation ends there as well: the value is wrong, not unknown.
                return self._failure(str(expression), " ".join(str(exc).split()), own=False)
        return Verdict(PASSES)

    def _failure(self, expression: str, default: str, own: bool = True) -> Verdict:
        """own: with the task's own message, where it has one."""
        arguments = self.step.task.args
        given = (arguments.get("fail_msg") or arguments.get("msg")) if own else None
        try:
            message = str(self.walk.template(given, self.variables)) if given else default
        except ERRORS:
            message = str(given)
        return Verdict(
            FAILS,
            expression=expression,
            values=values.seen(expression, self._resolve),
            message=message.strip(),
            fix=self._fix(),
            broken=not own,
        )

    def _fix(self) -> str:
        """What to do, where more can be said than for every failure of the kind."""
        gate = self.step.gate
        if gate is None or gate.id not in judge.OF_KUBERNETES:
            return ""
        found = versions.read(
            self.walk.kubespray, str(self._resolve("kube_version")), self.variables.get
        )
        return f"{found.sentence} {versions.cure(found)}" if found.missing else ""

    def _resolve(self, path: str) -> Any:
        try:
            return self.walk.template(trusted("{{ " + path + " }}"), self.variables)
        except ERRORS as exc:
            raise LookupError(path) from exc

    def _command(self) -> Verdict:
        task = self.step.task
        result = self.walk.measure(self.step, self.host, self.variables)
        if task.failed_when:
            here = {**self.variables, **dict.fromkeys(registered(task), result)}
            failed = all(self.walk.truth(each, here) for each in listed(task.failed_when))
        else:
            failed = bool(result.get("rc"))
        if not failed:
            return Verdict(PASSES)
        said = str(result.get("stderr") or result.get("msg") or result.get("stdout") or "").strip()
        seen = {"rc": result.get("rc"), "output": said} if said else {"rc": result.get("rc")}
        return Verdict(
            FAILS,
            expression=shlex.join(result.get("cmd") or []),
            values=tuple((name, values.show(value)) for name, value in seen.items()),
            message=values.show(said).strip("'"),
        )
