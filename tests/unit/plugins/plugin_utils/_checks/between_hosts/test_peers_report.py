# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts import report
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts.answers import (
    Greeting,
    Mtu,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts.measure import (
    Exchange,
    Measured,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts.plan import (
    Peer,
    Port,
)

ETCD = Port(2380, "tcp", "etcd", "etcd", "etcd peers")
SETTINGS = {"etcd": {"heartbeat_ms": "250", "election_ms": "5000"}}


def measured(lost=None):
    """Three etcd members a, b, c, all well, of which some are lost: before anything, or (True) afterwards."""
    found = Measured(
        {name: Peer(name, frozenset({"etcd"}), None, None, None, ()) for name in "abc"}, [ETCD]
    )
    lost = lost or {}
    alive = [name for name in "abc" if lost.get(name, True) is True]
    for number, name in enumerate(alive, 1):
        found.addresses[name] = f"10.1.1.{number}"
        found.greetings[name] = Greeting(None, None, False)
        found.listening[name] = {ETCD: "listening"}
        found.clocks[name] = [Exchange(100.0, 100.002, 100.0015)]
    for source in alive:
        if lost.get(source) is True:
            continue
        for target in alive:
            if target != source:
                found.results[source, target] = {ETCD: "open"}
                found.round_trips[source, target] = (0.001, 0.002, 0.003)
                found.mtus[source, target] = Mtu(1500, 1500)
    found.lost = dict.fromkeys(lost, "the connection to it broke")
    return found


def judged(found, without=None, settings=None):
    members = [*"abc", *(without or {})]
    return report.report(
        found,
        without or {},
        members,
        3,
        SETTINGS if settings is None else settings,
        report.THRESHOLDS,
    )


WELL = {
    "problems": [],
    "passed": ["clock_offset", "port_blocked", "mtu_path"],
    "unknown": [],
    "skipped": [],
}


def test_all_is_well():
    assert judged(measured()) == {
        "hosts": dict.fromkeys("abc", WELL),
        "cluster": {"problems": [], "passed": ["etcd_rtt_high"], "unknown": [], "skipped": []},
        "clock": {name: {"offset_s": 0.0005, "error_s": 0.001} for name in "abc"},
        "rtt_ms": {"a": {"b": 2.0, "c": 2.0}, "b": {"a": 2.0, "c": 2.0}, "c": {"a": 2.0, "b": 2.0}},
        "ports": {
            "pairs": {
                one: {other: {"tried": 1, "open": 1} for other in "abc" if other != one}
                for one in "abc"
            },
            "tried": 6,
            "open": 6,
            "blocked": [],
        },
        "sample": {"hubs": 3, "workers": 0, "neighbours": 3, "pairs": 6, "possible_pairs": 6},
    }


def test_a_host_without_an_agent_passes_nothing():
    found = judged(measured({"c": "before"}), {"d": "its connection is local"})

    for name, reason in (("c", "the connection to it broke"), ("d", "its connection is local")):
        said = f"Nothing was measured between this host and the others: {reason}."
        assert found["hosts"][name] == {
            "problems": [],
            "passed": [],
            "unknown": [
                {"id": check, "reason": said}
                for check in ("clock_offset", "port_blocked", "mtu_path")
            ],
            "skipped": [],
        }
    assert found["hosts"]["a"] == WELL


@pytest.mark.parametrize(
    ("lost", "without", "counts"),
    [({"c": "before"}, {}, "6 ways between etcd members the round trip of 2"),
     ({}, {"d": "its connection is local"}, "12 ways between etcd members the round trip of 6")],
)  # fmt: skip
def test_a_member_without_an_agent_leaves_etcds_timing_unknown(lost, without, counts):
    cluster = judged(measured(lost), without)["cluster"]

    assert cluster["passed"] == []
    assert cluster["unknown"] == [
        {"id": "etcd_rtt_high", "reason": f"Of {counts} could be measured."}
    ]


def test_a_host_that_is_lost_afterwards_keeps_what_was_measured():
    found = judged(measured({"c": True}))["hosts"]["c"]

    assert found["passed"] == ["clock_offset", "port_blocked"]
    assert [each["id"] for each in found["unknown"]] == ["mtu_path"]


def test_blocked_ports_are_listed_and_not_without_end(monkeypatch):
    monkeypatch.setattr(report, "_MOST_BLOCKED", 1)
    found = measured()
    found.results["a", "b"] = {ETCD: "timeout"}
    found.results["c", "b"] = {ETCD: "timeout"}

    said = judged(found)["ports"]

    assert said.pop("pairs")["a"] == {"b": {"tried": 1, "open": 0}, "c": {"tried": 1, "open": 1}}
    assert said == {
        "tried": 6,
        "open": 4,
        "blocked": [{"from": "a", "to": "b", "port": 2380, "protocol": "tcp", "result": "timeout"}],
    }


def test_no_settings_at_all():
    found = judged(measured(), settings={})

    assert found["cluster"]["skipped"][0]["id"] == "etcd_rtt_high"
    json.dumps(found)


def test_what_blocks_is_said_with_its_host():
    found = measured()
    found.results["a", "b"] = {ETCD: "refused"}
    found.clocks["c"] = [Exchange(100.0, 100.002, 103.0)]

    text = report.blocking(judged(found))

    assert text.startswith(
        "b: TCP 2380 (etcd peers) of this host (10.1.1.2) cannot be reached from a: refused"
    )
    assert " Fix: Let 2380/tcp from 10.1.1.1 to 10.1.1.2 through" in text
    assert "clock" not in text
    assert report.blocking(judged(measured())) == ""


def test_thresholds():
    assert report.thresholds({"clock_offset_seconds": "2", "etcd_fsync_p99_ms": "other"}) == (
        {"clock_offset_seconds": 2.0, "clock_offset_block_seconds": 60.0},
        [],
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        *((value, repr(value)) for value in (0, -1, "soon", "nan", [1])),
        (None, "nothing"),
        (1 << 2000, hex(1 << 2000)[:60] + "..."),
    ],
)
def test_thresholds_that_are_none(value, shown):
    assert report.thresholds({"clock_offset_seconds": value})[1] == [
        f"thresholds.clock_offset_seconds is {shown}, it must be a number above 0"
    ]
