# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A deployed cluster is broken in every way that faults/ has: verify finds each, and its cure helps."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from _cluster import DEPLOY, LabCluster
from _faults import Broken, Fault, names

ADDRESSES = ["10.107.21.11", "10.107.21.12", "10.107.22.11"]


@pytest.fixture(scope="module")
def broken(closed: Callable[..., LabCluster]) -> Broken:
    cluster = closed("e2e-broken", ADDRESSES)
    deployed = cluster.run(*DEPLOY)
    assert deployed.code == 0, deployed.output[-5000:]
    groups = cluster.groups()
    control_plane = groups["kube_control_plane"][0]
    members = [host for host in groups["etcd"] if host not in groups["kube_control_plane"]]
    return Broken(cluster, control_plane, members[-1])


@pytest.fixture
def healed(broken: Broken, request: pytest.FixtureRequest) -> Iterator[Fault]:
    fault = Fault(request.param)
    yield fault
    broken.heal(fault)


def test_nothing_is_found_in_a_whole_cluster(broken: Broken) -> None:
    broken.is_whole()
    assert broken.verify("whole") == {}


@pytest.mark.parametrize("healed", names(), indirect=True)
def test_a_fault_is_found_and_its_cure_helps(broken: Broken, healed: Fault) -> None:
    broken.is_whole()
    broken.make(healed, "inject")
    broken.make(healed, "on_worker")

    found = broken.is_found(healed)

    broken.cure(healed, found)
