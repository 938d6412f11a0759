# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What the action plugins share that work on the control node and contact no host."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from ansible import constants as C
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ._ansible import registered, without_facts
from ._ansible.refused import RefusedError
from ._text.outside import printable_lines

display = Display()


def bulleted(mistakes: Iterable[str]) -> str:
    """Mistakes, each on a line of its own."""
    return "\n".join(f"- {mistake}" for mistake in mistakes)


def say(text: str, color: str | None = None) -> None:
    """Print a text of our own, which may hold names and words of others."""
    display.display(printable_lines(text), color=color)


def columns(most: int = 120) -> int:
    """How wide our own tables may be: as COLUMNS says, else as wide as the terminal.

    Not asked of the terminal here: from ansible-core 2.19 on a task's process has none.
    """
    return min(int(os.environ.get("COLUMNS") or 0) or display.columns, most)


class ControllerAction(ActionBase):
    """An action that needs no connection, in check mode as well as without."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    spec: ClassVar[dict[str, Any]] = {}
    # Whether it is about what Kubespray will see, to which a host's facts under any name belong.
    sees_facts: ClassVar[bool] = False
    # Options of type raw that take the results of earlier tasks as _ansible/registered says: of one, of each host.
    results: ClassVar[Sequence[str]] = ()
    results_of_hosts: ClassVar[Sequence[str]] = ()

    @abstractmethod
    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """Do it: arguments are those of the task by spec. Returns the values of the result; raises RefusedError."""

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        arguments = self.validate_argument_spec(argument_spec=self.spec)[1]
        variables = task_vars or {}
        if not self.sees_facts:
            variables = without_facts.of_task(variables)
        try:
            self._read_results(arguments, variables)
            found = self.act(arguments, variables)
        except RefusedError as exc:
            if str(exc):
                # Printed, since a task's result shows a line break as \n.
                say(str(exc), C.COLOR_ERROR)
            return {**result, **exc.values, "failed": True, "msg": printable_lines(exc.msg)}
        return {**result, "changed": False, **found}

    def _read_results(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> None:
        """Put results in the place of the names by which they were given; raises RefusedError."""
        ways = ((self.results, registered.result), (self.results_of_hosts, registered.of_hosts))
        mistakes = []
        for names, way in ways:
            for name in names:
                try:
                    if arguments[name] is not None:
                        arguments[name] = way(arguments[name], task_vars)
                except registered.RegisteredError as exc:
                    mistakes.append(f"{name} {exc}")
        if mistakes:
            raise RefusedError("", f"{self._task.action}: {'; '.join(mistakes)}.")
