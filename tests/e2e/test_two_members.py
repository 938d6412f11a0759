# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two etcd members, which are refused and then accepted by a waiver."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from _cluster import DEPLOY, LabCluster, assert_hosts
from _kubernetes import assert_ready

WAIVER = {"check": "even_etcd", "reason": "the third member comes next week", "until": "2999-12-31"}


@pytest.fixture(scope="module")
def pair(closed: Callable[..., LabCluster]) -> LabCluster:
    return closed("e2e-pair", ["10.107.9.11", "10.107.10.11"], etcd=2)


def test_two_members_are_refused_before_any_host(pair: LabCluster) -> None:
    ran = pair.run(*DEPLOY)
    assert ran.code == 1
    assert ran.results == []
    said = " ".join(ran.output.split())
    assert "etcd: 2 etcd members are an even number: the majority is 2," in said
    assert "allow_even_etcd: true (or a waiver of even_etcd in k8n_waivers) if you must" in said


def test_two_members_are_accepted_by_a_waiver(pair: LabCluster) -> None:
    given = ("-e", json.dumps({"k8n_waivers": [WAIVER]}))
    ran = pair.run(*DEPLOY, *given)
    assert ran.code == 0, ran.output[-5000:]
    assert "until 2999-12-31: the third member comes next week" in ran.output
    # Without the waiver ip_list refuses as before, and nobody could say which hosts are the members.
    with (pair.directory / "cluster.k8n.yml").open("a", encoding="utf-8") as file:
        file.write("allow_even_etcd: true\n")
    assert len(pair.groups()["etcd"]) == 2
    assert_hosts(pair)
    assert_ready(pair)
