# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""How many tasks there are to come, and how many of them are done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# Of a task's action: it is done by Ansible's strategy itself and never starts as a task.
META = frozenset(("meta", "ansible.builtin.meta", "ansible.legacy.meta"))


def tasks_of(play: Any) -> Iterator[Any]:
    """The tasks that Ansible would start in a play, as far as they are known before it runs.

    Not among them: handlers, rescue tasks, and what is included while the play runs. A role that two others depend on
    runs once.
    """
    seen: set[int] = set()
    for block in play.pre_tasks:
        yield from _block(block)
    for role in play.roles:
        if not role.from_include:
            yield from _role(role, seen)
    for block in (*play.tasks, *play.post_tasks):
        yield from _block(block)


def _role(role: Any, seen: set[int]) -> Iterator[Any]:
    for dependency in role.get_direct_dependencies():
        yield from _role(dependency, seen)
    if id(role) in seen:
        return
    seen.add(id(role))
    for block in role.get_task_blocks():
        yield from _block(block)


def _block(item: Any) -> Iterator[Any]:
    if not hasattr(item, "block"):
        if item.action not in META:
            yield item
        return
    for inner in (*item.block, *item.always):
        yield from _block(inner)


def chosen(task: Any, only: list[str], skip: list[str]) -> bool:
    """Whether --tags and --skip-tags leave a task in."""
    if not skip and list(only) == ["all"]:
        # Ansible's own answer, without asking each task.
        return "never" not in task.tags
    try:
        return bool(task.evaluate_tags(only, skip, {}))
    except Exception:  # its tags are templates, whose variables are not known yet
        return True


class Count:
    """The position in a playbook.

    A play that ended counts as done with all its tasks, whether or not each had a host to run on. A task that was not
    known beforehand joins the total when it starts.
    """

    def __init__(self, plays: list[tuple[str, frozenset[str]]]) -> None:
        """plays: each play's identity and those of its tasks."""
        self._known = plays
        self._index = {identity: index for index, (identity, _tasks) in enumerate(plays)}
        self._ended = 0
        self._tasks: frozenset[str] = frozenset()
        self._started: set[str] = set()
        self._unforeseen = 0
        self._rest = sum(len(tasks) for _identity, tasks in plays)
        # The total of an earlier run.
        self.expected = 0
        self._current = -1
        self.play = 0

    def play_started(self, identity: str) -> None:
        """A play starts, or another batch of hosts (serial) of the same one."""
        self._ended += len(self._tasks) + self._unforeseen
        index = self._index.get(identity, self._current)
        # Plays that Ansible left out, and this one, are no longer to come.
        for _identity, tasks in self._known[self._current + 1 : index]:
            self._ended += len(tasks)
        for _identity, tasks in self._known[self._current + 1 : index + 1]:
            self._rest -= len(tasks)
        self._tasks = self._known[index][1] if 0 <= index < len(self._known) else frozenset()
        self._current = max(self._current, index)
        self._started = set()
        self._unforeseen = 0
        self.play = index + 1

    def task_started(self, identity: str) -> bool:
        """A task starts, on one host or on all; False if it has started on another one before."""
        if identity in self._started:
            return False
        self._started.add(identity)
        if identity not in self._tasks:
            self._unforeseen += 1
        return True

    @property
    def plays(self) -> int:
        """How many plays there are."""
        return len(self._known)

    @property
    def done(self) -> int:
        """The tasks that have started, and those of plays that have ended."""
        return self._ended + len(self._started)

    @property
    def known(self) -> int:
        """The tasks as far as they are known by now."""
        return self._ended + len(self._tasks) + self._unforeseen + self._rest

    @property
    def total(self) -> int:
        """The tasks there will be: what is known by now, or what an earlier run came to if that is more."""
        return max(self.known, self.expected)
