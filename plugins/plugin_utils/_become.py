# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The become password, found where Ansible itself would find it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible import constants as C
from ansible import errors
from ansible.plugins.loader import become_loader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# A variable that is set to omit; ansible-core 2.17 and 2.18 have no such exception.
_Omitted: Any = getattr(errors, "AnsibleValueOmittedError", ())


class Secret(str):
    """A text that does not show itself when the dictionary around it is printed.

    Ansible prints the arguments of a module with ANSIBLE_DEBUG=1, no_log or not.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "'********'"


def sudo_password(
    active: Any,
    method: str,
    prompted: str | None,
    variables: Mapping[str, Any],
    template: Callable[[Any], Any],
) -> str | None:
    """The password that Ansible would give to sudo on this host, or None.

    active: the become plugin of the task, None without become; method: the become method in
    force; prompted: what --ask-become-pass or --become-password-file gave; variables: those of
    the host; template: a templar's template method.
    """
    if active is None:
        if method not in ("sudo", "ansible.builtin.sudo"):
            return None
        # As TaskExecutor does for a task with become: the plugin's own definitions say which
        # variables, environment variables and ini keys hold the password.
        active = become_loader.get("sudo")
        active.set_options(
            task_keys={"become_pass": prompted} if prompted else {},
            var_options=option_variables("become", active, variables, template),
        )
    elif active.name != "sudo":
        # The password of su, say, is root's and not for sudo.
        return None
    password = active.get_option("become_pass")
    return str(password) if password not in (None, "") else None


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
