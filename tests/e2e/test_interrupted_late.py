# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Interrupted from the first API server to the end, at each place once; in the end the cluster is Ready."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from _cluster import LabCluster
from _interrupted import START, Place, assert_ends_ready, interrupt

ADDRESSES = ["10.107.24.11", "10.107.25.11"]
FIRST, WORKER = "node-10-107-24-11", "node-10-107-25-11"
PLACES = [
    Place("kubeadm init", "/roles/kubernetes/client/", power=FIRST),
    Place("join", 'Join to cluster if needed"'),
    Place("network plugin", "/roles/network_plugin/flannel/", power=WORKER),
    Place("apps", "/roles/kubernetes-apps/ansible/"),
    Place("verify", '"task": "Ask the host"'),
]


@pytest.fixture(scope="module")
def cluster(closed: Callable[..., LabCluster]) -> LabCluster:
    return closed("e2e-late", ADDRESSES)


@pytest.fixture(scope="module")
def commands() -> list[list[str]]:
    """The command with which the next run goes on, last."""
    return [START]


@pytest.mark.parametrize("where", PLACES, ids=lambda where: where.name)
def test_it_is_interrupted(cluster: LabCluster, commands: list[list[str]], where: Place) -> None:
    commands.append(interrupt(cluster, where, commands[-1]))


def test_the_printed_command_then_ends_with_ready_nodes(
    cluster: LabCluster, commands: list[list[str]]
) -> None:
    assert_ends_ready(cluster, commands[-1])
