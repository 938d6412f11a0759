# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""How to go on after a failure: the same command, and whether anything shorter is safe."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .._text.lines import wrapped
from .._text.secrets import HIDDEN
from .._text.words import some
from .known import NODES_READY

# What a later task may need of an earlier one in the same run.
_LEAVES = frozenset(
    (
        "set_fact", "include_vars", "include_tasks", "include_role", "add_host", "group_by", "set_stats", "setup",
        "gather_facts",
    )
)  # fmt: skip
# Kubespray's own variable of how often it looks whether they are Ready.
_NO_WAIT = "control_plane_node_become_ready_tries=0"
_OTHER_HOSTS = ("hostvars", "groups", "play_hosts", "ansible_play", "local_action")


@dataclass(frozen=True)
class Step:
    """What matters of a task when a run starts in the middle, or on some of the hosts.

    leaves says that a later task may need what it found out or did to Ansible's state, shares that it looks at or works
    for other hosts.
    """

    name: str
    leaves: bool
    shares: bool


def step(task: Any) -> Step:
    """Of an Ansible task, before it runs."""
    source = str(task.get_ds())
    leaves = task.action.rsplit(".", 1)[-1] in _LEAVES or bool(task.register or task.notify)
    # A role has defaults, handlers and dependencies that are not to be seen here.
    return Step(
        name=task.get_name(),
        leaves=leaves or task._role is not None,
        shares=leaves
        or task._role is not None
        or bool(task.run_once or task.delegate_to)
        or any(word in source for word in _OTHER_HOSTS),
    )


def plain(play: Any) -> bool:
    """Whether a play is nothing but tasks for its hosts, one after the other."""
    return not (
        play.roles
        or play.handlers
        or play.serial
        or play.vars_prompt
        or play.any_errors_fatal
        or play.max_fail_percentage is not None
        or play.strategy not in ("linear", "ansible.builtin.linear")
    )


def start_at(steps: Sequence[Step], failed: str) -> bool:
    """Whether --start-at-task with that name leaves out nothing that a later task needs."""
    places = [index for index, step in enumerate(steps) if step.name == failed]
    return (
        len(places) == 1
        and "{{" not in failed
        and not any(step.leaves for step in steps[: places[0]])
    )


@dataclass(frozen=True)
class Failed:
    """What failed: the hosts, whether others did not, and the task that failed first."""

    hosts: Sequence[str]
    others: bool
    task: str


def advice(
    command: str,
    hidden: bool,
    failed: Failed,
    *,
    kubespray: bool,
    waits: bool = False,
    once: Sequence[str] = (),
    limit: bool = False,
    start: bool = False,
    columns: int = 79,
) -> list[str]:
    """The closing lines. hidden: a secret was left out of command; limit, start: these options are safe here.

    waits: nothing in this playbook knows of a control plane whose network plugin is not there yet; once: the arguments
    that name what is gone after this run.
    """
    limit = limit and failed.others and bool(failed.hosts)
    start = start and bool(failed.task)
    reasons = []
    if hidden:
        reasons.append(f"{HIDDEN} stands for a value that looks secret: give it again.")
    if once:
        gone = "is" if len(once) == 1 else "are"
        reasons.append(
            f"{some(list(once))} {gone} what the shell had ready for this run only: give it as you typed it."
        )
    if waits and re.search(NODES_READY, failed.task, re.I) and _NO_WAIT not in command:
        command += f" -e {_NO_WAIT}"
        reasons.append(
            "Where the network plugin is not there yet, Kubespray would wait again for nodes that only the plugin makes"
            " Ready, and which it installs later: the variable leaves that wait out."
        )
    if limit:
        command += f" --limit {shlex.quote(','.join(failed.hosts))}"
        reasons.append("The other hosts are done, and no task looks at another host.")
    if start:
        command += f" --start-at-task {shlex.quote(failed.task)}"
        reasons.append("Nothing that comes before this task is needed after it.")
    if not limit and not start:
        reasons += _whole(failed, kubespray)
    first = "TO GO ON, fix what is said above, then run:" if failed.hosts else "TO GO ON, run:"
    lines = [first, f"  {command}"]
    for reason in reasons:
        lines += wrapped(reason, columns, "  ")
    return lines


def _whole(failed: Failed, kubespray: bool) -> list[str]:
    """Why the whole playbook runs again."""
    if not kubespray:
        return [
            "It is the same command: it starts from the beginning, and what is done stays done as far as the playbook"
            " is idempotent. --start-at-task and --limit are left out: they are safe only where no task needs another"
            " host or what an earlier task found out."
        ]
    reasons = [
        "It is the same command: it starts from the beginning and changes only what is not yet as it should be.",
        "--start-at-task is not safe here: Kubespray's tasks need what earlier ones found out.",
    ]
    if failed.hosts and failed.others:
        reasons.append(
            f"--limit {some(list(failed.hosts))} is not safe here: a host's settings need the facts of all."
        )
    return reasons
