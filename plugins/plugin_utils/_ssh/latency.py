# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What SSH latency means for a run of Ansible: the arithmetic and the judgement."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING, Any, NamedTuple

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, warn

from .._text import origins

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# The least timeout to recommend, and how many times a login it must hold.
_LEAST_TIMEOUT = 30
_LOGINS_IN_TIMEOUT = 10
# A timeout that does not even hold this many logins is too short.
_LOGINS_WANTED = 3
_TIMEOUT = origins.Key("defaults", "timeout")
# The login shell may greet first, so what is waited for is a line that nobody else says.
TOKEN = b"k8n-cluster-echo\n"


class Timeouts(NamedTuple):
    """The timeouts in force, in seconds; None where the connection has none.

    connection is the one for logging in and origin says where it was set; become is how long
    Ansible waits for the prompt or the success of a become.
    """

    connection: float | None
    origin: str | None
    become: float | None


class Measured(NamedTuple):
    """What was measured. connect_seconds and the round trips (seconds) have no values if local."""

    connection: str
    local: bool
    connect_seconds: float | None
    round_trips: Sequence[float]
    method: str | None
    timeouts: Timeouts


class ChannelError(Exception):
    """The channel does not carry bytes to and fro."""


def ping_pong(
    send: Callable[[bytes], None],
    receive: Callable[[], bytes],
    samples: int,
    clock: Callable[[], float],
    strict: bool = False,
) -> list[float]:
    """Time round trips, in seconds, through a channel whose other end sends back what it gets.

    receive returns what has come, at least one byte, within a bound of its own. strict: nobody may have greeted first.
    Raises ChannelError (also from send and receive) where nothing or something else comes back.
    """
    send(TOKEN)
    heard = b""
    while TOKEN not in heard:
        heard = (heard + receive())[-65536:]
        if strict and not TOKEN.startswith(heard):
            raise ChannelError("something else was said first")
    round_trips = []
    for number in range(samples):
        byte = bytes([ord("a") + number % 26])
        started = clock()
        send(byte)
        answer = receive()
        round_trips.append(clock() - started)
        if answer != byte:
            raise ChannelError(f"{byte!r} was sent and {answer[:80]!r} came back")
    return round_trips


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """min, median, p95 and max of durations in seconds, as milliseconds."""
    figures = {
        "min": min(seconds),
        "median": statistics.median(seconds),
        "p95": max(seconds),
        "max": max(seconds),
    }
    if len(seconds) > 1:
        figures["p95"] = statistics.quantiles(seconds, n=20, method="inclusive")[-1]
    return {name: round(value * 1000, 3) for name, value in figures.items()}


def recommended_timeout(connect_seconds: float) -> int:
    """A timeout in seconds that holds ten logins, rounded up to tens, and is at least 30."""
    return max(_LEAST_TIMEOUT, math.ceil(connect_seconds * _LOGINS_IN_TIMEOUT / 10) * 10)


def judge(
    measured: Measured, max_connect_seconds: float, max_rtt_ms: float
) -> tuple[dict[str, Any], list[Problem]]:
    """The values that ssh_latency returns, and the problems."""
    connect, timeouts = measured.connect_seconds, measured.timeouts
    rtt = spread(measured.round_trips) if measured.round_trips else None
    recommended = None if connect is None else recommended_timeout(connect)
    values = {
        "connection": measured.connection,
        "local": measured.local,
        "connect_seconds": None if connect is None else round(connect, 3),
        "rtt_ms": rtt,
        "samples": len(measured.round_trips),
        "method": measured.method,
        "timeouts": timeouts._asdict(),
        "recommended_timeout": recommended,
    }
    problems = []
    if connect is not None and connect > max_connect_seconds:
        problems.append(_slow_connect(connect, max_connect_seconds))
    # The time of whole commands holds more than the network and is no measure of it.
    if rtt and measured.method == "channel" and rtt["median"] > max_rtt_ms:
        problems.append(_high_rtt(rtt["median"], max_rtt_ms))
    # No timeout, or one of 0, never ends a login.
    if connect is not None and 0 < (timeouts.connection or 0) < _LOGINS_WANTED * connect:
        problems.append(_timeout_short(connect, timeouts, recommended_timeout(connect)))
    return values, problems


def _slow_connect(found: float, wanted: float) -> Problem:
    return warn(
        "ssh_slow_connect",
        f"A new SSH connection takes {found:.1f} s until its first command has run "
        f"(wanted: at most {wanted:g} s).",
        "See with 'ssh -vvv' where it waits, and look in the host's sshd_config for UseDNS yes, "
        "GSSAPIAuthentication yes and a ForceCommand, in its PAM modules, and at its name servers.",
    )


def _high_rtt(found: float, wanted: float) -> Problem:
    return warn(
        "ssh_high_rtt",
        f"A round trip over the open SSH connection takes {found:.0f} ms "
        f"(wanted: at most {wanted:g} ms), and each task needs several.",
        "Run Ansible from a machine nearer to the hosts, for example from the first control "
        "plane host, and keep pipelining and ControlPersist on.",
    )


def _timeout_short(connect: float, timeouts: Timeouts, recommended: int) -> Problem:
    return warn(
        "ssh_timeout_short",
        f"The connection's timeout is {timeouts.connection:g} s ({timeouts.origin}) while one "
        f"login takes {connect:.1f} s: a little more load and hosts become unreachable.",
        f"{origins.change_or_run_with(str(timeouts.origin), _TIMEOUT, '--timeout', str(recommended))}.",
    )
