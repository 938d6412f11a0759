# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What is known of a run at any moment."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Timed:
    """A task that has started: its name, when that was and when its last result came, in seconds of the run."""

    name: str
    start: float
    end: float


class State:
    """The hosts that are at work, the tasks and how long they took, and what came of them.

    It is read by the thread that draws the line while Ansible writes it: what that thread reads are single values and
    copies.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self.play = ""
        self.task = ""
        # Whether the user is being asked something, so that no line may come between.
        self.waits_for_input = False
        self.retry = ""
        self.hosts: set[str] = set()
        self._play_hosts: set[str] = set()
        self._busy: dict[tuple[str, str], None] = {}
        # A task that runs for one batch of hosts after the other (serial) is as many tasks.
        self._batch = 0
        self._tasks: dict[tuple[int, str], Timed] = {}
        self.changed: Counter[str] = Counter()
        self.failed: dict[str, str] = {}
        self.unreachable: dict[str, str] = {}
        # Where in Count's sense the first of them was.
        self.first_failed_at = 0

    @property
    def elapsed(self) -> float:
        """Seconds since the playbook started."""
        return self._clock() - self._began

    def play_started(self, name: str) -> None:
        """A play or another batch of its hosts."""
        self.play = name
        self._batch += 1
        self.task = self.retry = ""
        self.waits_for_input = False
        self._play_hosts = set()
        self._busy = {}

    def task_started(self, identity: str, name: str, waits_for_input: bool = False) -> None:
        """A task, on its first host; waits_for_input says that it asks the user something."""
        self.task = name
        self.retry = ""
        self.waits_for_input = waits_for_input
        if (self._batch, identity) not in self._tasks:
            now = self.elapsed
            self._tasks[self._batch, identity] = Timed(name, now, now)

    def host_started(self, host: str, task: str) -> None:
        """A host goes to work on a task."""
        self._busy[host, task] = None
        if host not in self._play_hosts:
            self._play_hosts.add(host)
            self.hosts.add(host)

    def host_ended(self, host: str, task: str) -> None:
        """A host has a result."""
        self._busy.pop((host, task), None)
        timed = self._tasks.get((self._batch, task))
        if timed:
            timed.end = self.elapsed

    def busy(self) -> list[str]:
        """The hosts that are at work."""
        return sorted({host for host, _task in list(self._busy)})

    def waiting(self) -> int:
        """How many hosts of this play wait for the others."""
        lost = self.failed.keys() | self.unreachable.keys()
        return len(set(self._play_hosts) - lost - set(self.busy()))

    def slowest(self, most: int = 5, least: float = 1.0) -> list[tuple[float, str]]:
        """The tasks that took longest, with their seconds; what took less than least is left out."""
        took = [(timed.end - timed.start, timed.name) for timed in self._tasks.values()]
        return sorted((pair for pair in took if pair[0] >= least), reverse=True)[:most]
