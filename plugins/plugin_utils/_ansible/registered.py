# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Results of earlier tasks, given by the name of the variable that they were registered in, or as they are.

By name, since ansible-core up to 2.18 writes what a template yields out as text and parses that again: the results of
300 hosts cost each task a second, and what each host is given is paid for by each host.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._text.outside import show

_WANTED = "a dictionary, or the name that a task has registered one by"


class RegisteredError(Exception):
    """What was given is neither; the text says what is wanted, without the name of the option."""


def result(given: object, variables: Mapping[str, Any]) -> Mapping[str, Any]:
    """The result; variables are those of the task's host. Raises RegisteredError."""
    found = variables.get(given) if isinstance(given, str) else given
    if not isinstance(found, Mapping):
        raise RegisteredError(f"is {show(given)}, it must be {_WANTED}")
    return found


def of_hosts(given: object, task_vars: Mapping[str, Any]) -> dict[str, Any]:
    """For each host its result; by name for all of the play's hosts, None for one without. Raises RegisteredError."""
    if not isinstance(given, str):
        return dict(result(given, task_vars))
    hostvars = task_vars["hostvars"]
    found = {host: hostvars.raw_get(host).get(given) for host in task_vars["ansible_play_hosts"]}
    if all(each is None for each in found.values()):
        raise RegisteredError(f"is {show(given)}, which no host has, and must be {_WANTED}")
    return found
