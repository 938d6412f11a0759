# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The one line that lives at the bottom of the terminal, and the one that a pipe gets now and then."""

from __future__ import annotations

from .._text.lines import clip, duration, short, width
from .count import Count
from .state import State

# What a play's name may take of the room that is left for play and task.
_PLAY_SHARE = 0.4


def position(count: Count) -> str:
    """Done and total."""
    return f"{count.done}/{count.total}"


def times(state: State, rest: float | None) -> str:
    """Elapsed, and the estimated rest in seconds where an earlier run tells."""
    elapsed = duration(state.elapsed)
    return elapsed if rest is None else f"{elapsed} ~{duration(rest)} left"


def hosts(state: State) -> str:
    """Who is at work and how many wait; a single host is named."""
    busy, waiting = state.busy(), state.waiting()
    parts = []
    if len(busy) == 1:
        parts.append(f"{clip(busy[0], 20)} busy")
    elif busy:
        parts.append(f"{len(busy)} busy")
    if waiting:
        parts.append(f"{waiting} waiting")
    return ", ".join(parts)


def live(count: Count, state: State, rest: float | None, columns: int) -> str:
    """The line for a terminal of that width. One column stays free, or some terminals would wrap."""
    room = columns - 1
    fixed = " | ".join(
        part for part in (position(count), times(state, rest), hosts(state), state.retry) if part
    )
    left = room - width(fixed) - 3
    if left < 8:
        return clip(fixed, room)
    task = short(state.task)
    where = " > ".join(part for part in (state.play, task) if part)
    if width(where) > left and task:
        play = clip(state.play, max(int(left * _PLAY_SHARE), left - 3 - width(task)))
        where = f"{play} > {task}"
    return f"{fixed} | {clip(where, left)}"


def plain(count: Count, state: State, rest: float | None) -> str:
    """The same for a file: as long as it needs to be."""
    parts = (position(count), times(state, rest), hosts(state), state.retry, short(state.task))
    return " | ".join(part for part in parts if part)
