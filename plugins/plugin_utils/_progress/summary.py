# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The closing lines of a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .._text.lines import clip, counted, duration, short, wrapped
from .count import Count
from .state import State


def closing(
    state: State,
    count: Count,
    log: Path | None,
    resume: Sequence[str],
    *,
    interrupted: bool = False,
    check: bool = False,
    columns: int = 79,
) -> list[tuple[str, str]]:
    """Texts and the kind of each (good, bad, interrupted, plain).

    How it ended, where something is wrong, what took longest, where the log is and how to go on.
    """
    wrong = sorted(state.failed.keys() | state.unreachable.keys())
    kind = "interrupted" if interrupted else "bad" if wrong else "good"
    sentences = [_headline(state, count, kind, check), *_no_host_left(state)]
    head = [line for sentence in sentences for line in wrapped(sentence, columns, "")]
    lines = []
    if wrong:
        wide = max(len(host) for host in wrong)
        lines += ["", "WHERE SOMETHING IS WRONG"]
        lines += [f"  {host.ljust(wide)}  {_wrong(state, host)}" for host in wrong]
    slowest = state.slowest()
    if slowest:
        lines += ["", "SLOWEST TASKS"]
        lines += [
            f"  {_took(seconds).rjust(7)}  {clip(short(name), 68)}" for seconds, name in slowest
        ]
    lines += ["", f"Full log: {log}" if log else "There is no log of this run."]
    if resume:
        lines += ["", *resume]
    return [("\n" + "\n".join(head), kind), ("\n".join(lines), "plain")]


def _headline(state: State, count: Count, kind: str, check: bool) -> str:
    took = duration(state.elapsed) + (" in check mode, which changes nothing" if check else "")
    if kind == "good":
        return (
            f"DONE in {took}: {counted(count.done, 'task')} on {counted(len(state.hosts), 'host')}, "
            f"{_changes(state)}."
        )
    if kind == "interrupted":
        return (
            f"INTERRUPTED after {took}, at task {count.done} of {count.total}, {_changes(state)}."
        )
    return (
        f"FAILED after {took}, the first at task {state.first_failed_at} of {count.total}: {len(state.failed)} failed, "
        f"{len(state.unreachable)} unreachable of {counted(len(state.hosts), 'host')}; {_changes(state)}."
    )


def _changes(state: State) -> str:
    if not state.changed:
        return "nothing changed"
    return (
        f"{counted(sum(state.changed.values()), 'change')} on {counted(len(state.changed), 'host')}"
    )


def _no_host_left(state: State) -> list[str]:
    """Ansible's own recap says failed=0 there, and a later play's empty header looks like work."""
    others = state.hosts - {"localhost"} or state.hosts
    if others and others <= state.unreachable.keys():
        return [
            f"ALL {len(others)} HOSTS ARE UNREACHABLE: whatever came after that did not happen on any of them."
            if len(others) > 1
            else f"{next(iter(others))} IS UNREACHABLE: whatever came after that did not happen.",
        ]
    return []


def _wrong(state: State, host: str) -> str:
    parts = []
    if host in state.unreachable:
        parts.append(f"unreachable at {short(state.unreachable[host])}")
    if host in state.failed:
        parts.append(f"failed at {short(state.failed[host])}")
    if state.changed[host]:
        parts.append(counted(state.changed[host], "change"))
    return ", ".join(parts)


def _took(seconds: float) -> str:
    return duration(seconds) if seconds >= 60 else f"{seconds:.1f} s"
