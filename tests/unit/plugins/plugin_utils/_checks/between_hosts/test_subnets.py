# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks of pods and services against hosts."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts import subnets
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Unknown, by_place

SETTINGS: dict[str, Any] = {
    "pods": ["10.233.64.0/18"],
    "services": ["10.233.0.0/18"],
}


def judged(hosts: Any, *more: Any) -> dict[str, list[Any]]:
    """What is said of each of these hosts."""
    return {**{host: [] for host in hosts}, **by_place(subnets.judge(hosts, *more))}


def network(
    address: str = "10.0.0.1/24", *routes: tuple[str, str | None, str], **other: Any
) -> dict[str, Any]:
    return {
        "interfaces": [{"name": "eth0", "mac": "a", "mtu": 1500, "addresses": [address]}],
        "routes": [{"to": to, "via": via, "dev": dev} for to, via, dev in routes],
        "complete": True,
        **other,
    }


def test_networks_that_no_host_has_are_well() -> None:
    hosts = {
        "n1": network(
            "10.0.0.1/24", ("10.0.0.0/24", None, "eth0"), ("172.17.0.0/16", None, "docker0")
        )
    }
    assert judged(hosts, SETTINGS) == {"n1": []}


FREE = "to a network that nothing else uses where these hosts are, before the first deployment."


@pytest.mark.parametrize(
    ("host", "problem"),
    [
        (
            network("10.233.64.5/24", ("10.233.64.0/24", None, "eth0")),
            {
                "id": "pod_network_overlap",
                "severity": "block",
                "message": "The pod network 10.233.64.0/18 (kube_pods_subnet) has the address 10.233.64.5 in it, which "
                "is one on n1: no pod reaches that host. The network should hold no host.",
                "fix": f"Set kube_pods_subnet {FREE}",
            },
        ),
        (
            network("10.0.0.1/24", ("10.233.7.0/24", "10.0.0.254", "eth0")),
            {
                "id": "service_network_overlap",
                "severity": "block",
                "message": "The service network 10.233.0.0/18 (kube_service_addresses) overlaps with 10.233.7.0/24, to "
                "which there is a route on n1: packets for services go there. The network should be in use nowhere.",
                "fix": f"Set kube_service_addresses {FREE}",
            },
        ),
        (
            network("10.0.0.1/24", ("10.233.64.0/18", "10.0.0.254", "eth0")),
            {
                "id": "pod_network_overlap",
                "severity": "block",
                "message": "The pod network 10.233.64.0/18 (kube_pods_subnet) overlaps with 10.233.64.0/18, to which "
                "there is a route on n1: packets for pods go there. The network should be in use nowhere.",
                "fix": f"Set kube_pods_subnet {FREE}",
            },
        ),
    ],
)
def test_an_address_or_a_route_in_a_network_blocks(
    host: dict[str, Any], problem: dict[str, str]
) -> None:
    hosts = {"n1": host, "n2": network("10.0.0.2/24")}
    assert judged(hosts, SETTINGS) == {"n1": [problem], "n2": []}


def test_a_route_to_a_larger_network_hides_a_part_of_it_and_is_said_once_for_all_hosts() -> None:
    route = ("10.128.0.0/9", "10.0.0.254", "eth0")
    hosts = {f"n{number}": network(f"10.0.0.{number}/24", route) for number in (1, 2)}
    found = judged(hosts, {**SETTINGS, "services": ["192.168.0.0/20"]})
    assert found["n1"] == found["n2"]
    [problem] = found["n1"]
    assert problem == {
        "id": "pod_network_overlap",
        "severity": "warn",
        "message": "The pod network 10.233.64.0/18 (kube_pods_subnet) is a part of 10.128.0.0/9, to which there is a "
        "route on n1, n2: what has an address of it there cannot be reached from the cluster. The network should be in "
        "use nowhere.",
        "fix": f"Set kube_pods_subnet {FREE}",
    }


LIVE = network(
    "10.0.0.1/24",
    ("10.233.70.0/26", None, "vxlan.calico"),
    ("10.233.70.1", None, "cali0123456789a"),
    ("10.233.71.0/24", "10.233.71.0", "flannel.1"),
    ("10.233.64.0/24", None, "cni0"),
    ("10.233.80.0/24", None, "cilium_host"),
    ("10.233.80.9", None, "lxc_health"),
    ("10.233.81.0/24", None, "kube-bridge"),
    ("10.233.90.0/26", "10.0.0.2", "eth0"),
    ("10.233.91.0/26", "10.0.0.2", "tunl0"),
)
LIVE["interfaces"] += [
    {"name": "kube-ipvs0", "addresses": ["10.233.0.1/32", "10.233.0.3/32"]},
    {"name": "vxlan.calico", "addresses": ["10.233.70.64/32"]},
    {"name": "nodelocaldns", "addresses": ["169.254.25.10/32"]},
]


def test_what_a_live_cluster_has_set_up_is_no_overlap() -> None:
    assert judged({"n1": LIVE, "n2": network("10.0.0.2/24")}, SETTINGS) == {
        "n1": [],
        "n2": [],
    }


def test_the_same_route_to_a_stranger_is_one() -> None:
    found = judged({"n1": LIVE}, SETTINGS)
    assert ["10.233.90.0/26, to which" in str(each) for each in found["n1"]] == [True]


def test_the_address_of_a_host_that_does_not_answer_is_no_stranger_s() -> None:
    assert judged({"n1": LIVE}, SETTINGS, ["10.0.0.2", "None"]) == {"n1": []}


def test_both_families_are_looked_at_each_with_its_own_variable() -> None:
    settings = {
        **SETTINGS,
        "pods": ["10.233.64.0/18", "fd85::/48"],
        "services": ["10.233.0.0/18", "fd86::/112"],
    }
    found = judged({"n1": network("fd85::5/64")}, settings)
    [problem] = found["n1"]
    assert str(problem).count("kube_pods_subnet_ipv6") == 2


@pytest.mark.parametrize(
    ("host", "settings", "reason"),
    [
        (None, SETTINGS, "The host's addresses and routes are not known."),
        (network(routes=None), SETTINGS, "The host's addresses and routes are not known."),
        (
            network(complete=False),
            SETTINGS,
            "The host has more addresses and routes than were looked at.",
        ),
        (network(), None, "It is not known which network Kubespray is going to use."),
        (
            network(),
            {"pods": None, "services": ["x"]},
            "It is not known which network Kubespray is going to use.",
        ),
    ],
)
def test_what_is_not_known_is_no_pass(
    host: dict[str, Any] | None, settings: dict[str, Any] | None, reason: str
) -> None:
    assert judged({"n1": host}, settings) == {
        "n1": [Unknown(check.id, reason) for check in subnets.CHECKS]
    }


def test_a_problem_counts_where_not_all_was_looked_at() -> None:
    found = judged({"n1": network("10.233.64.5/24", complete=False)}, SETTINGS)
    assert [each["id"] if isinstance(each, dict) else each for each in found["n1"]] == [
        "pod_network_overlap",
        Unknown(
            "service_network_overlap", "The host has more addresses and routes than were looked at."
        ),
    ]


def test_what_a_host_makes_up_breaks_nothing() -> None:
    strange = {
        "interfaces": [
            None,
            {"name": 5, "addresses": 7},
            {"addresses": ["x", None, "10.0.0.1/99"]},
        ],
        "routes": ["x", {"to": None}, {"to": "10.233.64.0/24", "via": ["x"], "dev": {}}],
    }
    [problem] = judged({"n1": strange}, SETTINGS)["n1"]
    assert "10.233.64.0/24" in str(problem)
