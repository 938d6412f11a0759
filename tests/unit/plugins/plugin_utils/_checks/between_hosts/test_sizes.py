# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks of pods and services against each other and the number of nodes."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts import sizes
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Unknown

SETTINGS: dict[str, Any] = {
    "plugin": "flannel",
    "pods": ["10.233.64.0/18"],
    "services": ["10.233.0.0/18"],
    "node_prefixes": [24],
}


def cluster(nodes: int = 3, **other: Any) -> list[Any]:
    return list(sizes.judge({**SETTINGS, **other}, nodes))


def test_networks_of_their_own_with_room_are_well() -> None:
    assert cluster(64) == []


def test_pods_and_services_in_one_network_block() -> None:
    assert cluster(services=["10.233.0.0/16"]) == [
        {
            "id": "pod_service_overlap",
            "severity": "block",
            "message": "The pod network 10.233.64.0/18 and the service network 10.233.0.0/16 overlap; Kubespray wants "
            "two networks that do not.",
            "fix": "Set kube_pods_subnet or kube_service_addresses to another network.",
        }
    ]


@pytest.mark.parametrize(
    ("nodes", "prefix", "room", "least"),
    [(65, 24, 64, 17), (3, 17, 0, 15), (5, 20, 4, 17), (1, 16, 0, 16)],
)
def test_more_nodes_than_the_pod_network_has_room_for_block(
    nodes: int, prefix: int, room: int, least: int
) -> None:
    assert cluster(nodes, node_prefixes=[prefix]) == [
        {
            "id": "pod_network_small",
            "severity": "block",
            "message": f"The pod network 10.233.64.0/18 (kube_pods_subnet) has room for {room} nodes with a /{prefix} "
            f"each, and the cluster has {nodes}: Kubespray wants one for each.",
            "fix": f"Set kube_pods_subnet to a network of /{least} or larger before the first deployment.",
        }
    ]


def test_nodes_of_calico_borrow_addresses() -> None:
    [problem] = cluster(300, plugin="calico", node_prefixes=[26])
    assert problem["severity"] == "warn"
    assert problem["message"].endswith("has 300: the others borrow single addresses from them.")


def test_a_service_network_without_room_for_dns_blocks() -> None:
    assert cluster(services=["10.1.0.0/29", "fd86::/125"]) == [
        {
            "id": "service_network_small",
            "severity": "block",
            "message": f"The service network {network} has 8 addresses; kubeadm wants 10 or more.",
            "fix": f"Set {variable} to a network of /{least} or larger.",
        }
        for network, variable, least in (
            ("10.1.0.0/29", "kube_service_addresses", 28),
            ("fd86::/125", "kube_service_addresses_ipv6", 124),
        )
    ]
    assert cluster(services=["10.1.0.0/28"]) == []


def test_without_settings_nothing_is_known_of_the_cluster() -> None:
    reason = "It is not known which networks Kubespray is going to use."
    unknown = [Unknown(check.id, reason) for check in sizes.CHECKS]
    assert list(sizes.judge(None, 3)) == unknown
    assert cluster(node_prefixes=[None]) == [
        Unknown("pod_network_small", "It is not known how much of the pod network a node gets.")
    ]
