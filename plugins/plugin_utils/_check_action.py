# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What the action plugins of the checks share."""

from __future__ import annotations

import contextlib
import math
from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError
from ansible.plugins.action import ActionBase
from ansible_collections.k8n.cluster.plugins.module_utils._hostname import judge as judge_names
from ansible_collections.k8n.cluster.plugins.module_utils._sudo_check import Control, hide
from ansible_collections.k8n.cluster.plugins.module_utils._sudo_check import judge as judge_sudo

from ._ansible import without_facts
from ._checks.host import measured
from ._checks.outcome import outcome
from ._ssh import latency as _latency
from ._ssh.become import Secret, knows_wrapped_prompt, sudo_way
from ._ssh.connection import ShellError, measure, through_channel, timeouts_of
from ._ssh.module_result import cleaned
from ._text.outside import show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem


def validate(
    options: Mapping[str, Any], given: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """The options of a task with their defaults and types, and every mistake in them."""
    mistakes = []
    fit = dict(given)
    for name, option in options.items():
        # ansible-core's validator breaks on a number where it wants a dictionary.
        if option["type"] == "dict" and not isinstance(fit.get(name, {}), Mapping):
            value = fit.pop(name)
            if value is not None:
                mistakes.append(f"{name} is {show(value)}, it must be a dictionary of options")
    result = ArgumentSpecValidator(options).validate(fit)
    for error in result.errors:
        text = str(error).rstrip(".")
        unknown = isinstance(error, UnsupportedError)
        mistakes.append(f"there is no option {text}" if unknown else text)
    values = result.validated_parameters
    return values, mistakes + _too_small(options, values)


def _too_small(options: Mapping[str, Any], values: Mapping[str, Any], place: str = "") -> list[str]:
    """Every value of a numeric option that is not above 0; place is the option they are in."""
    mistakes = []
    for name, option in options.items():
        value = values.get(name)
        if value is None:
            continue
        if "options" in option:
            mistakes += _too_small(option["options"], value, f"{place}{name}.")
        elif option["type"] in ("int", "float") and not (value > 0 and math.isfinite(value)):
            mistakes.append(f"{place}{name} is {value}, it must be a number above 0")
    return mistakes


class ModuleError(Exception):
    """A module did not run; result is what Ansible made of that."""

    def __init__(self, result: dict[str, Any]) -> None:
        super().__init__(result.get("msg"))
        self.result = result


class CheckAction(ActionBase):
    """An action that checks one host as its login user and changes nothing on it."""

    options: ClassVar[dict[str, Any]]

    @abstractmethod
    def check(
        self, options: dict[str, Any], variables: dict[str, Any]
    ) -> tuple[dict[str, Any], list[Problem]]:
        """Do it; options are those of the task, variables those of the host.

        Returns the values that were found, and the problems. Raises ModuleError.
        """

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        options, mistakes = validate(self.options, self._task.args)
        if mistakes:
            # Not raised: up to 2.18 ansible-core prints "The error was: NoneType: None" for it.
            return {"failed": True, "msg": f"{self._task.action}: {'; '.join(mistakes)}."}
        variables = task_vars or {}
        try:
            with self._as_login():
                values, problems = self.check(options, variables)
        except ModuleError as exc:
            return exc.result
        except measured.MeasuredError:
            text = "What came from the host is not what this module measures there."
            return {"failed": True, "msg": text}
        result.update(outcome(self.host_name(variables), values, problems, options["fail"]))
        return result

    def run_module(
        self, name: str, arguments: dict[str, Any], variables: dict[str, Any]
    ) -> dict[str, Any]:
        """Run a module of this collection: what it returned, as module_result.cleaned() leaves it.

        Raises ModuleError if it could not run, or where what it has measured is none of that.
        """
        result: dict[str, Any] = self._execute_module(
            module_name=f"k8n.cluster.{name}", module_args=arguments, task_vars=variables
        )
        python = self._discovered_interpreter if self._discovered_interpreter_key else None
        result = cleaned(result, self.host_name(variables), python)
        if "measured" not in result:
            raise ModuleError(result)
        return result

    def judged_sudo(
        self, given: object, options: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[Problem]]:
        """What the sudo that a host has measured means; options are those of sudo_check. Raises MeasuredError."""
        control = Control(None, self._pipelining(), timeouts_of(self._connection).connection)
        return judge_sudo(
            measured.sudo(given), control, options["timeout"], options["slow_seconds"]
        )

    def judged_hostname(
        self, given: object, options: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[Problem]]:
        """What the names that a host has measured mean; options are those of hostname_check. Raises MeasuredError."""
        return judge_names(options["expected"], *measured.hostname(given), options["renamed"])

    def _is_pipelining_enabled(self, module_style: str, wrap_async: bool = False) -> bool:
        """Also where it is switched off, if the connection can: sudo, for which that may be, starts on the host.

        A file that is uploaded stays there if the run is killed, and these have the become password in them.
        """
        if super()._is_pipelining_enabled(module_style, wrap_async):
            return True
        connection = self._connection
        can = connection.has_pipelining and connection.become is None
        return bool(
            can and module_style == "new" and not wrap_async and not C.DEFAULT_KEEP_REMOTE_FILES
        )

    @contextlib.contextmanager
    def _as_login(self) -> Iterator[None]:
        """Whatever become says: sudo is what is being checked."""
        self._become = self._connection.become
        self._connection.set_become_plugin(None)
        try:
            yield
        finally:
            self._connection.set_become_plugin(self._become)

    def host_name(self, variables: Mapping[str, Any]) -> str:
        """The inventory's name of the host that the task runs on."""
        return str(self._task.delegate_to or variables["inventory_hostname"])

    def host_variables(self, variables: dict[str, Any]) -> dict[str, Any]:
        """The variables of the host that the task runs on."""
        if self._task.delegate_to:
            return dict(variables["ansible_delegated_vars"][self._task.delegate_to])
        return variables

    def value(self, variables: dict[str, Any], name: str, default: object = None) -> Any:
        """A variable of the host as the inventory has it, whatever the host says; the default where it has no value."""
        own = self.host_variables(without_facts.of_task(variables))
        template = self._templar.copy_with_new_env(available_variables=own).template
        # One that is made of facts has no value before there are any.
        with contextlib.suppress(AnsibleError):
            return template(own[name]) if name in own else default
        return default

    def control(self, variables: dict[str, Any]) -> dict[str, Any]:
        """What the sudo check must know from the control node."""
        variables = self.host_variables(variables)
        template = self._templar.copy_with_new_env(available_variables=variables).template
        method = variables.get("ansible_become_method")
        way = sudo_way(
            active=self._become,
            method=str(template(method) if method else self._task.become_method),
            prompted=self._play_context.become_pass,
            variables=variables,
            template=template,
        )
        return {
            "become_password": Secret(hide(way.password)) if way.password else None,
            "become_command": way.command,
            "wrapped_prompt": knows_wrapped_prompt(),
            "pipelining": self._pipelining(),
            "timeout": timeouts_of(self._connection).connection,
        }

    def _pipelining(self) -> bool:
        """That of all other tasks."""
        return bool(super()._is_pipelining_enabled("new"))

    def latency(
        self,
        options: Mapping[str, Any],
        through: Callable[[Any, int], list[float]] = through_channel,
    ) -> tuple[dict[str, Any], list[Problem]]:
        """Measure the connection: the values that ssh_latency returns, and the problems."""
        measured = measure(
            self._connection,
            lambda command: self._low_level_execute_command(command, sudoable=False),
            options["samples"],
            options["reconnect"],
            through,
        )
        return _latency.judge(measured, options["max_connect_seconds"], options["max_rtt_ms"])

    def shell_problem(self, exc: ShellError) -> Problem:
        """A login shell that does not work, as a problem."""
        return exc.as_problem(self._get_remote_user())
