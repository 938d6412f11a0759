# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The become password and the command of sudo, found where Ansible itself would find them."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any, NamedTuple

from ansible import constants as C
from ansible import errors
from ansible.plugins.loader import become_loader, shell_loader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

# A variable that is set to omit; ansible-core 2.17 and 2.18 have no such exception.
_Omitted: Any = getattr(errors, "AnsibleValueOmittedError", ())


class Secret(str):
    """A text that does not show itself when the dictionary around it is printed.

    Ansible prints the arguments of a module with ANSIBLE_DEBUG=1, no_log or not.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "'********'"


class Way(NamedTuple):
    """How Ansible becomes root with sudo on a host."""

    password: str | None
    # The program with its options, but for those that forbid to ask.
    command: list[str]


def sudo_way(
    active: Any,
    method: str,
    prompted: str | None,
    variables: Mapping[str, Any],
    template: Callable[[Any], Any],
) -> Way:
    """The password that Ansible would give to sudo on this host, or None, and the command that it would run.

    active: the become plugin of the task, None without become; method: the become method in
    force; prompted: what --ask-become-pass or --become-password-file gave; variables: those of
    the host; template: a templar's template method.
    """
    if active is None:
        if method not in ("sudo", "ansible.builtin.sudo"):
            return Way(None, ["sudo"])
        # As TaskExecutor does for a task with become: the plugin's own definitions say which
        # variables, environment variables and ini keys hold the password.
        active = become_loader.get("sudo")
        active.set_options(
            task_keys={"become_pass": prompted} if prompted else {},
            var_options=option_variables("become", active, variables, template),
        )
    elif active.name != "sudo":
        # The password of su, say, is root's and not for sudo.
        return Way(None, ["sudo"])
    password = active.get_option("become_pass")
    command = [
        *shlex.split(active.get_option("become_exe") or "sudo"),
        *_may_ask(shlex.split(active.get_option("become_flags") or "")),
    ]
    return Way(str(password) if password not in (None, "") else None, command)


def _may_ask(flags: Sequence[str]) -> Iterator[str]:
    """Options of sudo without the one that forbids it to ask, as Ansible does it where it has a password."""
    for flag in flags:
        if flag.startswith("--"):
            if flag != "--non-interactive":
                yield flag
        else:
            shorter = re.sub(r"^(-\w*)n(\w*.*)", r"\1\2", flag)
            if shorter != "-":
                yield shorter


def knows_wrapped_prompt() -> bool:
    """Whether this ansible-core finds its prompt within the one that sudo-rs makes of it."""
    plugin = become_loader.get("sudo")
    plugin.set_options(direct={"become_pass": "any"})
    shell = shell_loader.get("sh")
    plugin.build_become_command("true", shell)
    return bool(plugin.check_password_prompt(f"[sudo: {plugin.prompt}] Password: ".encode()))


def option_variables(
    kind: str, plugin: Any, variables: Mapping[str, Any], template: Callable[[Any], Any]
) -> dict[str, Any]:
    """Those variables that a plugin of this kind takes its options from, as it wants them."""
    values = {}
    for name in C.config.get_plugin_vars(kind, plugin._load_name):
        if name in variables:
            try:
                values[name] = template(variables[name])
            except _Omitted:
                continue
    return values
