# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Interrupted from etcd to the first API server, at each place once; in the end the cluster is Ready and verified."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from _cluster import LabCluster
from _interrupted import START, Place, assert_ends_ready, interrupt

HOST = "node-10-107-14-11"
PLACES = [
    Place("etcd start", 'Configure | reload systemd"'),
    Place("kubelet", "/roles/kubernetes/node/tasks/kubelet.yml:", power=HOST),
    # Where kubeadm has run and no network plugin is there yet, Kubespray itself cannot go on.
    Place("kubeadm init", 'Initialize first control plane node (1st try)"'),
    Place("after kubeadm init", "/roles/kubernetes-apps/cluster_roles/"),
]


@pytest.fixture(scope="module")
def cluster(closed: Callable[..., LabCluster]) -> LabCluster:
    return closed("e2e-middle", ["10.107.14.11"])


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
