# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Five hosts, three of them control planes: the first one loses its power, and comes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from _cluster import DEPLOY, LabCluster, Ran, assert_hosts
from _kubernetes import assert_ready, settles

ADDRESSES = ["10.107.6.11", "10.107.6.12", "10.107.6.13", "10.107.7.11", "10.107.8.11"]
CONTROL_PLANE = ["10.107.6.11", "10.107.7.11", "10.107.8.11"]
FIRST, SECOND, WORKER = "node-10-107-6-11", "node-10-107-7-11", "node-10-107-6-12"
# As each kubelet does: by its kubeconfig, which names the node's own balancer, and its certificate. kubectl is not on
# every node.
ASK = (
    "sudo sh -c 'curl --silent --fail --max-time 5 --cacert /etc/kubernetes/ssl/ca.crt "
    "--cert /var/lib/kubelet/pki/kubelet-client-current.pem "
    '"$(sed -n "s/^ *server: //p" /etc/kubernetes/kubelet.conf)/api/v1/nodes/$(hostname)"\''
)


@pytest.fixture(scope="module")
def cluster(closed: Callable[..., LabCluster]) -> LabCluster:
    return closed("e2e-control", ADDRESSES, control_plane=CONTROL_PLANE, etcd_placement="spread")


@pytest.fixture(scope="module")
def deployed(cluster: LabCluster) -> Ran:
    return cluster.run(*DEPLOY)


def verified(cluster: LabCluster) -> Ran:
    return cluster.run("ansible-playbook", "k8n.cluster.verify", "-b")


def test_one_command_ends_with_ready_nodes(cluster: LabCluster, deployed: Ran) -> None:
    assert deployed.code == 0, deployed.output[-5000:]
    assert_hosts(cluster)
    assert_ready(cluster)
    assert "VERIFY: 5 of 5 hosts with nothing wrong." in deployed.output


def test_without_the_first_control_plane_the_api_answers_on_every_node(
    cluster: LabCluster, deployed: Ran
) -> None:
    cluster.lab("off", FIRST)
    for host in set(cluster.hosts) - {FIRST}:
        assert settles(lambda host=host: cluster.on_host(host, ASK).returncode == 0), host


def test_verify_names_it_and_says_what_still_holds(cluster: LabCluster, deployed: Ran) -> None:
    said: list[Ran] = []

    def named() -> bool:
        said.append(verified(cluster))
        return "VERIFY: 4 of 5 hosts with nothing wrong." in said[-1].output

    # At first an API server may be busy with the etcd member that is gone.
    assert settles(named), said[-1].output
    assert said[-1].code == 2
    assert f"\n{FIRST} " in said[-1].output
    assert "2 of 3 members answer, 2 must: no other may fail." in " ".join(said[-1].output.split())


def test_it_comes_back_and_verify_passes(cluster: LabCluster, deployed: Ran) -> None:
    cluster.lab("on", FIRST)
    assert_ready(cluster)
    assert settles(lambda: verified(cluster).code == 0)
    assert_hosts(cluster)
