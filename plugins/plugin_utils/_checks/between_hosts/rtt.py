# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Whether the configured timing of etcd fits the round trips between its members."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import warn

from ..model import BETWEEN, Check, Finding, Skipped, Stage, Unknown
from .plan import Pair

CHECKS = (
    Check(
        "etcd_rtt_high",
        "etcd's timing fits the round trips between its members",
        "warn",
        Stage.ETCD,
        BETWEEN,
    ),
)
# etcd's advice: a heartbeat of 0.5 to 1.5 round trips, an election timeout of at least 10 of them.
_ELECTION_ROUND_TRIPS = 10
_ELECTION_HEARTBEATS = 10
# etcd takes no longer election timeout.
_MOST_ELECTION_MS = 50000
_STEP_MS = 50


def matrix(round_trips: Mapping[Pair, Sequence[float]]) -> dict[str, dict[str, float]]:
    """The median round trip of each pair, from and to, in milliseconds."""
    by_source: dict[str, dict[str, float]] = {}
    for (source, target), seconds in round_trips.items():
        by_source.setdefault(source, {})[target] = round(statistics.median(seconds) * 1000, 3)
    return by_source


def judge(
    members: Sequence[str], rtt_ms: Mapping[str, Mapping[str, float]], settings: Mapping[str, Any]
) -> Iterator[Finding]:
    """What the round trips say of the cluster's etcd, whose members these are."""
    if len(members) < 2:
        yield Skipped("etcd_rtt_high", "There are no two etcd members.")
        return
    etcd = settings.get("etcd") or {}
    heartbeat, election = _milliseconds(etcd, "heartbeat_ms"), _milliseconds(etcd, "election_ms")
    if heartbeat is None or election is None:
        yield Skipped("etcd_rtt_high", "Heartbeat and election timeout of etcd are not known.")
        return
    wanted = [(source, target) for source in members for target in members if source != target]
    found = {
        pair: rtt_ms[pair[0]][pair[1]] for pair in wanted if pair[1] in rtt_ms.get(pair[0], {})
    }
    if len(found) < len(wanted):
        reason = f"Of {len(wanted)} ways between etcd members the round trip of {len(found)} could be measured."
        yield Unknown("etcd_rtt_high", reason)
    if not found:
        return
    (source, target), worst = max(found.items(), key=lambda each: each[1])
    if worst <= heartbeat and worst * _ELECTION_ROUND_TRIPS <= election:
        return
    new_heartbeat = max(int(heartbeat), _up(worst))
    new_election = max(int(election), _up(worst * _ELECTION_ROUND_TRIPS))
    new_election = max(new_election, new_heartbeat * _ELECTION_HEARTBEATS)
    fix = (
        f"Set etcd_heartbeat_interval: {new_heartbeat} and etcd_election_timeout: {new_election} for all hosts, for "
        "example in group_vars/all."
    )
    if new_election > _MOST_ELECTION_MS:
        fix = (
            f"Choose etcd members that are nearer to each other: no election timeout that etcd takes, which is at most "
            f"{_MOST_ELECTION_MS} ms, fits."
        )
    yield warn(
        "etcd_rtt_high",
        f"A round trip from the etcd member {source} to {target} takes {worst:.0f} ms, and etcd's heartbeat is "
        f"{heartbeat:g} ms and its election timeout {election:g} ms (wanted: a heartbeat of at least one round trip, "
        f"an election timeout of at least {_ELECTION_ROUND_TRIPS}).",
        fix,
    )


def _milliseconds(etcd: Mapping[str, Any], key: str) -> float | None:
    """A number of the settings, which Kubespray has as text."""
    try:
        value = float(etcd[key])
    except (KeyError, TypeError, ValueError):
        return None
    return value if 0 < value < math.inf else None


def _up(milliseconds: float) -> int:
    return math.ceil(milliseconds / _STEP_MS) * _STEP_MS
