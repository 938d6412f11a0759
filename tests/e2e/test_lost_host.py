# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Five hosts in three zones with one etcd member in each; one loses its power in the middle of the run."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from _cluster import (
    DEPLOY,
    LabCluster,
    Ran,
    Watch,
    assert_first_placeholder,
    assert_hosts,
    command_to_go_on,
)

ADDRESSES = ["10.107.6.11", "10.107.6.12", "10.107.6.13", "10.107.7.11", "10.107.8.11"]
LOST = "node-10-107-7-11"


@pytest.fixture(scope="module")
def cluster(closed: Callable[..., LabCluster]) -> LabCluster:
    return closed("e2e-zones", ADDRESSES, etcd_placement="spread")


@pytest.fixture(scope="module")
def lost(cluster: LabCluster) -> Ran:
    """The power fails when container engines are being installed."""
    return cluster.run(
        *DEPLOY,
        watch=Watch("/roles/container-engine/runc/", lambda _run: cluster.lab("off", LOST)),
    )


def test_one_member_is_in_each_zone(cluster: LabCluster) -> None:
    assert cluster.groups()["etcd"] == ["node-10-107-6-11", LOST, "node-10-107-8-11"]


def test_the_lost_host_is_named_and_the_run_ends(cluster: LabCluster, lost: Ran) -> None:
    assert lost.code not in (0, -9)
    (gone,) = (result for result in lost.results if result.state == "unreachable")
    assert gone.host == LOST
    # At once: nothing of Kubespray's ran on the others after the task in which it was missed, and what verify says
    # at the end comes from this machine.
    assert [result for result in lost.results if not result.ours][-1].place == gone.place
    after = lost.results[lost.results.index(gone) + 1 :]
    assert {result.host for result in after if result.place != gone.place} == {"localhost"}
    assert f"UNREACHABLE  {LOST}  " in lost.output
    assert re.search(
        rf"\nWHERE SOMETHING IS WRONG\n(  .+\n)*  {LOST} +unreachable at ", lost.output
    )
    assert " probe_failed: Kubespray did not come to its end here: " in lost.output


def test_the_command_that_is_printed_goes_on(cluster: LabCluster, lost: Ran) -> None:
    cluster.lab("on", LOST)
    ran = cluster.run(*command_to_go_on(lost.output))
    assert_first_placeholder(ran, cluster)
    assert (
        "etcd: 3 members, majority 2, survives the loss of 1. It survives the loss of any zone."
        in ran.output
    )
    assert_hosts(cluster)
