# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts import rtt
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Skipped, Unknown

# As kubespray_settings has them from Kubespray, which has them as text.
SETTINGS = {"etcd": {"heartbeat_ms": "250", "election_ms": "5000"}}
MEMBERS = ["a", "b", "c"]


def judge(*arguments: Any) -> list[Any]:
    return list(rtt.judge(*arguments))


def full(milliseconds):
    return {
        source: {target: milliseconds for target in MEMBERS if target != source}
        for source in MEMBERS
    }


def test_the_matrix_has_medians_in_milliseconds():
    assert rtt.matrix({("a", "b"): (0.001, 0.0021234, 0.9), ("b", "a"): (0.004,)}) == {
        "a": {"b": 2.123},
        "b": {"a": 4.0},
    }


@pytest.mark.parametrize("milliseconds", [0.2, 40.0, 250.0])
def test_what_fits(milliseconds):
    assert judge(MEMBERS, full(milliseconds), SETTINGS) == []


def test_a_heartbeat_that_is_too_short():
    found = full(20.0)
    found["b"]["c"] = 301.2

    (problem,) = judge(MEMBERS, found, SETTINGS)

    assert problem == {
        "id": "etcd_rtt_high",
        "severity": "warn",
        "message": "A round trip from the etcd member b to c takes 301 ms, and etcd's heartbeat is 250 ms and its "
        "election timeout 5000 ms (wanted: a heartbeat of at least one round trip, an election timeout of at least "
        "10).",
        "fix": "Set etcd_heartbeat_interval: 350 and etcd_election_timeout: 5000 for all hosts, for example in "
        "group_vars/all.",
    }


def test_an_election_timeout_that_is_too_short():
    settings = {"etcd": {"heartbeat_ms": 250, "election_ms": 1000}}

    (problem,) = judge(MEMBERS, full(120.0), settings)

    assert problem["fix"].startswith(
        "Set etcd_heartbeat_interval: 250 and etcd_election_timeout: 2500 for all hosts"
    )


@pytest.mark.parametrize(
    ("worst", "heartbeat", "election", "fix"),
    [
        # A heartbeat of one round trip and an election timeout of ten are enough.
        (100.0, 100, 1000, None),
        (100.1, 100, 5000, (150, 5000)),
        (100.1, 250, 1000, (250, 2500)),
        # An election timeout is ten heartbeats at least, and both are multiples of 50 ms.
        (201.0, 100, 1000, (250, 2500)),
        (250.1, 250, 2500, (300, 3000)),
        (5000.0, 100, 1000, (5000, 50000)),
    ],
)
def test_where_the_timing_begins_to_fit(worst, heartbeat, election, fix):
    settings = {"etcd": {"heartbeat_ms": heartbeat, "election_ms": election}}

    problems = judge(MEMBERS, full(worst), settings)

    said = "Set etcd_heartbeat_interval: {} and etcd_election_timeout: {}"
    fixes = [problem["fix"].partition(" for all hosts")[0] for problem in problems]
    assert fixes == ([said.format(*fix)] if fix else [])


def test_no_timing_helps():
    (problem,) = judge(MEMBERS, full(5001.0), SETTINGS)

    assert problem["fix"] == (
        "Choose etcd members that are nearer to each other: no election timeout that etcd takes, which is at most "
        "50000 ms, fits."
    )


def test_ways_that_were_not_measured():
    found = full(1.0)
    del found["c"], found["a"]["c"]

    assert judge(MEMBERS, found, SETTINGS) == [
        Unknown(
            "etcd_rtt_high", "Of 6 ways between etcd members the round trip of 3 could be measured."
        )
    ]
    assert len(judge(MEMBERS, {}, SETTINGS)) == 1


def test_one_member():
    assert list(rtt.judge(["a"], {}, SETTINGS)) == [
        Skipped("etcd_rtt_high", "There are no two etcd members.")
    ]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"etcd": None},
        {"etcd": {"heartbeat_ms": "fast", "election_ms": 5000}},
        {"etcd": {"heartbeat_ms": 250}},
    ],
)
def test_no_timing_is_known(settings):
    assert judge(MEMBERS, full(1.0), settings) == [
        Skipped("etcd_rtt_high", "Heartbeat and election timeout of etcd are not known.")
    ]
