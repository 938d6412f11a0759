# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What was measured between the hosts, judged: one answer for each host, one for the cluster, and the figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ..._text.outside import show
from ..model import Check, Judged, Unknown, by_place
from . import clock, mtu, ports, rtt
from .measure import Measured

THRESHOLDS: dict[str, float] = dict(clock.THRESHOLDS)
# Of ports that are not open so many are returned one by one.
_MOST_BLOCKED = 500


def report(
    measured: Measured,
    without: Mapping[str, str],
    members: Sequence[str],
    neighbours: int,
    settings: Mapping[str, Any],
    limits: Mapping[str, float],
) -> dict[str, Any]:
    """The values that peer_probe returns; without maps the hosts on which no agent could be started to the reason.

    members are the etcd members, also those without an agent; limits are the thresholds.
    """
    clocks = {name: clock.read(each) for name, each in measured.clocks.items()}
    lost = {**without, **measured.lost}
    deaf = ports.cut_off(measured)
    paths = by_place(mtu.judge(measured.addresses, measured.mtus, settings))
    sources = {source for source, _target in measured.mtus}
    hosts = {}
    for name in sorted({*measured.peers, *without}):
        judged = Judged()
        missing: list[Check] = []
        if name in measured.addresses:
            judged.add(clock.CHECKS, clock.judge(name, clocks, limits))
            judged.add(ports.CHECKS, ports.judge(name, measured, deaf))
        else:
            missing += (*clock.CHECKS, *ports.CHECKS)
        if name in measured.addresses and (name not in lost or name in sources):
            judged.add(mtu.CHECKS, paths.get(name, ()))
        else:
            # Lost afterwards, it had listened and told its time before.
            missing += mtu.CHECKS
        reason = f"Nothing was measured between this host and the others: {lost.get(name)}."
        judged.add(missing, (Unknown(check.id, reason) for check in missing))
        hosts[name] = judged.as_dict()
    rtt_ms = rtt.matrix(measured.round_trips)
    cluster = Judged()
    cluster.add(rtt.CHECKS, rtt.judge(members, rtt_ms, settings))
    return {
        "hosts": hosts,
        "cluster": cluster.as_dict(),
        "clock": {
            name: {"offset_s": round(each.offset, 6), "error_s": round(each.error, 6)}
            for name, each in clocks.items()
        },
        "rtt_ms": rtt_ms,
        "ports": _ports(measured),
        "sample": _sample(measured, neighbours),
    }


def thresholds(given: Mapping[str, Any]) -> tuple[dict[str, float], list[str]]:
    """The thresholds of these checks, with those that are given in place, and all that is wrong with them.

    Those of other checks are not looked at.
    """
    values, mistakes = dict(THRESHOLDS), []
    for name in THRESHOLDS.keys() & given.keys():
        try:
            values[name] = float(given[name])
        except (TypeError, ValueError, OverflowError):
            values[name] = math.nan
        if not 0 < values[name] < math.inf:
            mistakes.append(
                f"thresholds.{name} is {show(given[name])}, it must be a number above 0"
            )
    return values, sorted(mistakes)


def blocking(found: Mapping[str, Any]) -> str:
    """What blocks, for a person, from the values of report(); empty if nothing does."""
    return " ".join(
        f"{name}: {problem['message']} Fix: {problem['fix']}"
        for name, judged in found["hosts"].items()
        for problem in judged["problems"]
        if problem["severity"] == "block"
    )


def _ports(measured: Measured) -> dict[str, Any]:
    tried = [
        {
            "from": source,
            "to": target,
            "port": port.number,
            "protocol": port.protocol,
            "result": result,
        }
        for (source, target), results in measured.results.items()
        for port, result in results.items()
    ]
    blocked = [each for each in tried if each["result"] != ports.OPEN]
    return {
        "pairs": _pairs(measured),
        "tried": len(tried),
        "open": len(tried) - len(blocked),
        "blocked": blocked[:_MOST_BLOCKED],
    }


def _pairs(measured: Measured) -> dict[str, dict[str, dict[str, int]]]:
    """From each host to each other how many ports were tried and how many of them were open."""
    pairs: dict[str, dict[str, dict[str, int]]] = {}
    for (source, target), results in measured.results.items():
        if results:
            is_open = sum(result == ports.OPEN for result in results.values())
            pairs.setdefault(source, {})[target] = {"tried": len(results), "open": is_open}
    return pairs


def _sample(measured: Measured, neighbours: int) -> dict[str, int]:
    hosts = len(measured.peers)
    return {
        "hubs": sum(peer.is_hub for peer in measured.peers.values()),
        "workers": sum(not peer.is_hub for peer in measured.peers.values()),
        "neighbours": neighbours,
        "pairs": len(measured.results),
        "possible_pairs": hosts * (hosts - 1),
    }
