# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From one address to a Ready node by the real Kubespray: the main job, in the least time. `.ci/run` runs it, too."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from _cluster import UP, LabCluster, Ran, assert_hosts
from _kubernetes import assert_ready, assert_web, start_web

HOST = "node-10-107-11-11"


@pytest.fixture(scope="module")
def cluster(closed: Callable[..., LabCluster]) -> LabCluster:
    return closed("e2e-one", ["10.107.11.11"])


@pytest.fixture(scope="module")
def deployed(cluster: LabCluster) -> Ran:
    return cluster.run(*UP)


def test_one_command_ends_with_a_ready_node(cluster: LabCluster, deployed: Ran) -> None:
    assert deployed.code == 0, deployed.output[-5000:]
    assert cluster.groups()["etcd"] == [HOST]
    assert_hosts(cluster)
    assert_ready(cluster)


def test_verify_has_nothing_against_it_and_etcd_is_warned_of(deployed: Ran) -> None:
    assert "VERIFY: 1 of 1 host with nothing wrong." in deployed.output
    assert "etcd: 1 member, majority 1, survives no loss." in deployed.output


def test_the_run_ends_with_the_nodes_and_the_kubeconfig(cluster: LabCluster, deployed: Ran) -> None:
    kubeconfig = cluster.directory / "artifacts" / "admin.conf"
    assert re.search(rf"^{HOST} +Ready +control-plane ", deployed.output, re.M)
    assert f"The kubeconfig is {kubeconfig}: " in deployed.output
    assert kubeconfig.stat().st_mode & 0o777 == 0o600


def test_a_pod_reaches_itself_by_its_services_name(cluster: LabCluster, deployed: Ran) -> None:
    start_web(cluster, cluster.image)
    assert_web(cluster)
