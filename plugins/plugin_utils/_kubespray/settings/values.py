# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""A cluster's variables as Kubespray is going to have them on a host, each evaluated when it is asked for.

Evaluating is Ansible's own. What is not defined, or cannot be evaluated, is None: nothing here raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean
from ansible.template import Templar

from ..._ansible.templates import ERRORS, trusted
from ..assertions.judge import truth


class Values:
    """The variables of one host."""

    def __init__(self, variables: Mapping[str, Any], loader: Any) -> None:
        """variables are those that the host has; loader is Ansible's."""
        self._variables = variables
        self._loader = loader
        self._templar = Templar(loader=loader, variables=variables)

    @property
    def machine(self) -> str:
        """What `uname -m` says on the host."""
        return str(self._variables["ansible_facts"]["architecture"])

    def on(self, machine: str) -> Values:
        """The same variables on a host that is such a machine."""
        facts = {**self._variables["ansible_facts"], "architecture": machine}
        return self.beside({"ansible_architecture": machine, "ansible_facts": facts})

    def of_groups(self, *names: str) -> Values:
        """The same variables on a host of these groups."""
        return self.beside({"group_names": list(names)})

    def beside(self, more: Mapping[str, Any]) -> Values:
        """The same with more variables, which are stronger."""
        return Values({**self._variables, **more}, self._loader)

    def names(self) -> list[str]:
        """The names of all variables."""
        return list(self._variables)

    def raw(self, name: str) -> Any:
        """A variable as it is written; None if there is none."""
        return self._variables.get(name)

    def evaluate(self, value: Any) -> Any:
        """A value with its templates filled in."""
        try:
            return self._templar.template(value)
        except ERRORS:
            return None

    def get(self, name: str) -> Any:
        """A variable's value."""
        return self.evaluate(self.raw(name))

    def text(self, name: str) -> str | None:
        """A variable as text; None also where it is empty."""
        value = self.get(name)
        return str(value).strip() or None if isinstance(value, (str, int, float)) else None

    def number(self, name: str) -> int | None:
        """A variable as a whole number."""
        try:
            return int(self.get(name))
        except (TypeError, ValueError):
            return None

    def flag(self, name: str) -> bool | None:
        """A variable as yes or no."""
        return self.truth(self.raw(name))

    def truth(self, value: Any) -> bool | None:
        """A value as yes or no; None also where it is neither."""
        try:
            return bool(boolean(self.evaluate(value)))
        except TypeError:
            return None

    def holds(self, conditions: Any) -> bool | None:
        """Whether a condition as in `when`, or each of a list of them, is true; None where that hangs on a run."""
        listed = conditions if isinstance(conditions, list) else [conditions]
        return _all(self._condition(each) for each in listed)

    def _condition(self, condition: Any) -> bool | None:
        if condition is None:
            return True
        try:
            # A condition has no braces by which files.tasks() would know a template.
            text = trusted(condition) if isinstance(condition, str) else condition
            return truth(self._templar, text)
        except ERRORS:
            return None


def _all(answers: Iterator[bool | None]) -> bool | None:
    given = list(answers)
    if False in given:
        return False
    return None if None in given else True
