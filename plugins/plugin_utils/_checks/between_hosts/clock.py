# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Whether the clocks of the hosts agree."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem

from ..model import BETWEEN, Check, Finding, Skipped, Stage, Unknown
from .measure import Exchange

CHECKS = (
    Check(
        "clock_offset",
        "the clock agrees with those of the other hosts",
        "warn",
        Stage.NETWORK,
        BETWEEN,
    ),
)
# etcd warns of one second between its members; of minutes, certificates that were just made are not valid yet.
THRESHOLDS = {"clock_offset_seconds": 0.5, "clock_offset_block_seconds": 60.0}
_FIX = (
    "Let a time service set the clock: 'apt-get install systemd-timesyncd', or chrony with servers that this host "
    "reaches, then 'timedatectl set-ntp true', and see with timedatectl that it says synchronized."
)


@dataclass(frozen=True)
class Clock:
    """How far a clock is ahead of the one here, in seconds, give or take error."""

    offset: float
    error: float


def read(exchanges: Sequence[Exchange]) -> Clock:
    """The offset by the quickest exchange: where in it the clock was read is all that is not known."""
    best = min(exchanges, key=lambda each: each.received - each.sent)
    half = (best.received - best.sent) / 2
    return Clock(best.remote - best.sent - half, half)


def median(clocks: Mapping[str, Clock]) -> float:
    """The offset that is judged against, in seconds.

    Of an even number the clock here is one more, so that it is somebody's, and with two it tells which is wrong.
    """
    offsets = [clock.offset for clock in clocks.values()]
    return statistics.median(offsets if len(offsets) % 2 else [*offsets, 0.0])


def judge(
    name: str, clocks: Mapping[str, Clock], thresholds: Mapping[str, float]
) -> Iterator[Finding]:
    """What the clocks say of one host, which must be among them."""
    if len(clocks) < 2:
        yield Skipped("clock_offset", "There is no other host whose clock was read.")
        return
    clock = clocks[name]
    off = clock.offset - median(clocks)
    most, blocking = thresholds["clock_offset_seconds"], thresholds["clock_offset_block_seconds"]
    sure = abs(off) - clock.error
    if sure > most:
        severity = "block" if sure > blocking else "warn"
        message = (
            f"The clock is {_seconds(abs(off))} {'ahead of' if off > 0 else 'behind'} the median of all hosts, give or "
            f"take {_seconds(clock.error)} (wanted: at most {most:g} s)."
        )
        yield Problem(id="clock_offset", severity=severity, message=message, fix=_FIX)
    elif clock.error > most:
        reason = f"The clock was read with an uncertainty of {_seconds(clock.error)}, more than the {most:g} s wanted."
        yield Unknown("clock_offset", reason)


def _seconds(value: float) -> str:
    return f"{value:.0f} s" if value >= 10 else f"{value:.3f} s"
