# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""One run of a playbook, event by event: what the callback plugin hands on and what comes of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._text.lines import short
from . import line, quiet, resume, summary, timings
from .count import Count, chosen, tasks_of
from .report import Report, has_rescue, once
from .state import State

# They wait for a person, or for a time: the line would come between.
_PAUSE = frozenset(
    (
        "pause", "ansible.builtin.pause", "ansible.legacy.pause",
        "k8n.cluster.cluster_up", "k8n.cluster.cluster_inputs", "k8n.cluster.host_keys",
    )
)  # fmt: skip

# The playbook that has it goes on where a control plane has no network plugin yet.
_KNOWS_OF_NETWORK = "k8n.cluster.kubeadm_state"

# What it says is the end of a run that ended well; the action plugin knows by the callback's name that it comes there.
_SUMMARY = "k8n.cluster.cluster_summary"
SUMMARY_AT_THE_END = "k8n.cluster.progress"

# They speak to the user.
_DEBUG = frozenset(("debug", "ansible.builtin.debug", "ansible.legacy.debug"))


@dataclass(frozen=True)
class Call:
    """How ansible-playbook was called: its command without secrets, whether some were left out, its options.

    once are the arguments that name what is gone after this run.
    options are those that leave out tasks or hosts, for telling runs apart. of_another says that it is the command of a
    run that ends in this one, so that no option for this one fits it.
    """

    command: str
    hidden: bool
    once: tuple[str, ...]
    options: tuple[str, ...]
    tags: list[str]
    skip_tags: list[str]
    check: bool
    of_another: bool


class Run:
    """What is known of this run, and what is said about it."""

    def __init__(
        self,
        playbook: Any,
        call: Call,
        logs: Path | None,
        report: Report,
        say_play: Callable[[str], None] | None,
        columns: int,
    ) -> None:
        """logs is the folder of the timings; say_play prints a line for each play, where there is no live line.

        columns is how wide our own sentences may be.
        """
        self._columns = columns
        self._call = call
        self._logs = logs
        self._report = report
        self._say_play = say_play
        self._name = os.path.abspath(playbook._file_name)
        self._plays = playbook.get_plays()
        self.count = Count([(play._uuid, self._tasks(play)) for play in self._plays])
        self.state = State()
        self._estimate = timings.Estimate(None)
        self._key = ""
        self._starts: list[tuple[str, float]] = []
        self._first_failed = ""
        self._unsaid_play = ""
        self._well = False
        self._summary = ""
        self._task_path = ""

    def _tasks(self, play: Any) -> frozenset[str]:
        call = self._call
        return frozenset(
            task._uuid for task in tasks_of(play) if chosen(task, call.tags, call.skip_tags)
        )

    def line(self, columns: int | None) -> str:
        """The line for a terminal of that width, or for a file; empty where none may be."""
        if self.state.waits_for_input or not self.state.play:
            return ""
        rest = self._estimate.rest(self.state.elapsed)
        if columns is None:
            return line.plain(self.count, self.state, rest)
        return line.live(self.count, self.state, rest, columns)

    def play_started(self, play: Any) -> None:
        """A play, or the next batch of its hosts."""
        self._report.task_over()
        self.count.play_started(play._uuid)
        self.state.play_started(play.get_name().strip())
        self._unsaid_play = self.state.play
        if not self._key:
            hosts = play.get_variable_manager().get_vars(play=play)["groups"].get("all", [])
            self._key = timings.key(self._name, len(hosts), self._call.options)
            earlier = timings.load(self._logs, self._key) if self._logs else None
            self.count.expected = earlier.total if earlier else 0
            self._estimate = timings.Estimate(earlier)

    def task_started(self, task: Any, handler: bool = False) -> None:
        """A task on its first host; with the strategy free, on each."""
        self._report.task_over()
        self._task_path = task.get_path() or ""
        name = task.get_name().strip()
        self.state.task_started(
            task._uuid, f"handler {short(name)}" if handler else name, task.action in _PAUSE
        )
        if not handler and self.count.task_started(task._uuid):
            elapsed = self.state.elapsed
            key = timings.task_key(self.count.play, task.get_path() or "", name)
            self._starts.append((key, elapsed))
            self._estimate.task_started(key, elapsed)
        if self._unsaid_play and self._say_play:
            # Not before: a play that has no host to run on is none.
            self._say_play(
                f"PLAY {self.count.play} of {self.count.plays}: {self._unsaid_play}  "
                f"{line.position(self.count)}  {line.times(self.state, None)}"
            )
        self._unsaid_play = ""

    def says_nothing(self, text: str) -> bool:
        """Whether what Ansible prints now is for the log alone."""
        return quiet.warning(text, self._task_path)

    def host_started(self, host: str, task: Any) -> None:
        """A host goes to work."""
        self.state.host_started(host, task._uuid)

    def asks(self) -> None:
        """The user is about to be asked for a variable."""
        self.state.waits_for_input = True

    def ended(self, result: Any, host: str) -> None:
        """A host is done with a task, and well."""
        name = self._over(result)
        if result._result.get("changed"):
            self.state.changed[name] += 1
        if result._task.action in _DEBUG:
            self._report.message(result, host)
        if result._task.action == _SUMMARY:
            self._summary = str(result._result.get("text", ""))

    def skipped(self, result: Any) -> None:
        """A task does not apply to a host."""
        self._over(result)

    def item_ended(self, result: Any, host: str) -> None:
        """A host is done with an item of a loop, and well."""
        if result._task.action in _DEBUG:
            self._report.message(result, host)

    def item_failed(self, result: Any, host: str, label: object) -> None:
        """A host failed at an item of a loop."""
        self._report.item_failed(result, host, label)

    def _over(self, result: Any) -> str:
        name: str = result._host.get_name()
        self.state.host_ended(name, result._task._uuid)
        return name

    def failed(self, result: Any, host: str, ignore: bool) -> None:
        """A host failed a task."""
        name = self._over(result)
        if not ignore and not has_rescue(result._task):
            self._lost(self.state.failed, name, result._task)
        self._report.failed(result, host, ignore)

    def unreachable(self, result: Any, host: str) -> None:
        """A host could not be reached."""
        name = self._over(result)
        if not result._task.ignore_unreachable:
            # Of a task that is delegated it is the other host that does not answer.
            self._lost(self.state.unreachable, result._task.delegate_to or name, result._task)
        self._report.unreachable(result, host)

    def _lost(self, where: dict[str, str], host: str, task: Any) -> None:
        where.setdefault(host, f"{task.get_name().strip()}{once(task)}")
        if not self._first_failed:
            self._first_failed = task.get_name().strip()
            self.state.first_failed_at = self.count.done

    def retried(self, result: Any, host: str) -> None:
        """A task is about to be tried again on a host."""
        self.state.retry = (
            f"try {result._result['attempts']} of {result._result['retries']} on {host}"
        )

    def closing(self, stats: Any | None, log: Path | None) -> list[tuple[str, str]]:
        """The closing lines and their colours; stats are Ansible's, or None where the run was broken off."""
        self._report.task_over()
        state = self.state
        if stats is not None:
            failed = {host for host in stats.processed if stats.summarize(host)["failures"]}
            state.failed = {host: state.failed.get(host, "?") for host in sorted(failed)}
        wrong = sorted(state.failed.keys() | state.unreachable.keys())
        self._well = stats is not None and not wrong
        resume_lines = [] if self._well else self._resume(wrong)
        lines = summary.closing(
            state,
            self.count,
            log,
            resume_lines,
            interrupted=stats is None,
            check=self._call.check,
            columns=self._columns,
        )
        return [*lines, (f"\n{self._summary}", "plain")] if self._well and self._summary else lines

    def keep(self) -> None:
        """Remember how long this run took if it came to a good end; OSError where that cannot be written."""
        if self._well and self._logs and self._starts:
            run = timings.Run(self.state.elapsed, self.count.known, self._starts)
            timings.save(self._logs, self._key, run)

    def _resume(self, wrong: list[str]) -> list[str]:
        tasks = [task for play in self._plays for task in tasks_of(play)]
        steps = [resume.step(task) for task in tasks]
        plain = not self._call.of_another and all(resume.plain(play) for play in self._plays)
        kubespray = any("kubespray" in (task.get_path() or "") for task in tasks)
        failed = resume.Failed(wrong, bool(self.state.hosts - set(wrong)), self._first_failed)
        return resume.advice(
            self._call.command,
            self._call.hidden,
            failed,
            kubespray=kubespray,
            waits=not any(task.action == _KNOWS_OF_NETWORK for task in tasks),
            once=self._call.once,
            limit=plain and len(self._plays) == 1 and not any(step.shares for step in steps),
            start=plain and resume.start_at(steps, self._first_failed),
            columns=self._columns,
        )
