# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host import etcd_disk
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    Host,
    Skipped,
    Unknown,
)

FOUND = {
    "p50_ms": 1.5,
    "p99_ms": 4.0,
    "rounds": 3,
    "writes": 300,
    "folder": "/var/lib",
    "reason": None,
}
THRESHOLDS = dict(etcd_disk.THRESHOLDS)
MEMBER = Host("n1", frozenset({"etcd"}), thresholds=THRESHOLDS)
FIX = "Put etcd's data on a faster disk, an SSD of its own, with etcd_data_dir."


def judged(**found):
    return list(etcd_disk.judge({**FOUND, **found}, MEMBER))


@pytest.mark.parametrize("p99", [4.0, 10.0])
def test_fast(p99):
    assert judged(p99_ms=p99) == []


def test_slow():
    assert judged(p99_ms=10.01) == [
        warn(
            "etcd_disk_slow",
            "The disk of /var/lib takes 10.01 ms (99th percentile; median 1.5 ms) for one lasting write in the best of "
            "3 rounds with 300 writes; etcd wants at most 10 ms.",
            FIX,
        )
    ]
    assert judged(p99_ms=200.0)[0]["severity"] == "warn"


def test_unusable():
    assert judged(p99_ms=250.5, p50_ms=90.0) == [
        block(
            "etcd_disk_slow",
            "The disk of /var/lib takes 250.5 ms (99th percentile; median 90 ms) for one lasting write in the best of "
            "3 rounds with 300 writes; etcd wants at most 10 ms, and would lose its leader again and again.",
            FIX,
        )
    ]


def test_a_threshold_of_ones_own():
    host = Host("n1", frozenset({"etcd"}), thresholds={"etcd_fsync_p99_ms": 50.0})

    assert list(etcd_disk.judge({**FOUND, "p99_ms": 40.0}, host)) == []
    assert etcd_disk.wants(host) == {"fsync_enough_ms": 50.0}


def test_from_where_on_it_blocks_is_a_threshold_too():
    host = Host(
        "n1", frozenset({"etcd"}), thresholds={**THRESHOLDS, "etcd_fsync_block_times": 30.0}
    )

    (problem,) = etcd_disk.judge({**FOUND, "p99_ms": 250.5}, host)

    assert isinstance(problem, dict)
    assert problem["severity"] == "warn"


def test_not_measured():
    assert judged(p99_ms=None, reason="/var/lib has hardly any free space") == [
        Unknown("etcd_disk_slow", "The disk was not measured: /var/lib has hardly any free space.")
    ]
    assert list(
        etcd_disk.judge(FOUND, Host("n1", frozenset({"kube_node"}), thresholds=THRESHOLDS))
    ) == [Skipped("etcd_disk_slow", "The host is not an etcd member.")]
