# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host import network
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    Host,
    Skipped,
    Unknown,
)

FOUND: dict[str, Any] = {
    "interfaces": [
        {
            "name": "eth0",
            "mac": "a6:15:ed:5f:eb:d1",
            "mtu": 1500,
            "addresses": ["10.0.0.5/24", "fd00::5/64"],
        }
    ],
    "routes": [],
    "default": {"dev": "eth0", "via": "10.0.0.1"},
    "complete": True,
}


def judged(found=None, **variables):
    host = Host("n1", frozenset({"kube_node"}), variables)
    return list(network.judge({**FOUND, **(found or {})}, host))


@pytest.mark.parametrize(
    "variables",
    [
        {"ip": "10.0.0.5"},
        {"ip": "10.0.0.5", "ip6": "fd00:0::5"},
        # What a router translates is on no interface.
        {"ip": "10.0.0.5", "access_ip": "203.0.113.9", "ansible_host": "203.0.113.9"},
    ],
)
def test_well(variables):
    assert judged(**variables) == []


def test_an_address_of_another_host():
    assert judged(ip="10.0.0.6", ip6="x") == [
        block(
            "ip_not_on_interface",
            f"{name} is {value}, which is on no interface of this host; it has 10.0.0.5, fd00::5.",
            f"Correct {name} of this host in the inventory, or give the host that address.",
        )
        for name, value in (("ip", "10.0.0.6"), ("ip6", "x"))
    ]


def test_no_address_at_all():
    (problem,) = judged({"interfaces": []}, ip="10.0.0.6")
    assert (
        problem["message"]
        == "ip is 10.0.0.6, which is on no interface of this host; it has no address."
    )


def test_not_wanted_and_not_known():
    assert judged() == [
        Skipped("ip_not_on_interface", "The inventory sets neither ip nor ip6 for this host.")
    ]
    assert judged({"interfaces": None, "routes": None, "default": None}, ip="10.0.0.5") == [
        Unknown("ip_not_on_interface", "The host's program ip did not say what the addresses are."),
        Unknown("default_route_missing", "The host's program ip did not say what the routes are."),
        Unknown(
            "network_on_two_interfaces",
            "The host's program ip did not say what the addresses are.",
        ),
    ]
    assert judged({"complete": False}, ip="10.0.0.6") == [
        Unknown("ip_not_on_interface", "The host has more addresses than were looked at."),
        Unknown("network_on_two_interfaces", "The host has more addresses than were looked at."),
    ]
    assert judged({"complete": False}, ip="10.0.0.5") == [
        Unknown("network_on_two_interfaces", "The host has more addresses than were looked at.")
    ]


def test_no_default_route():
    assert judged({"default": None}, ip="10.0.0.5") == [
        warn(
            "default_route_missing",
            "The host has no default route: its own processes may not reach addresses of services, "
            "and nothing can be downloaded.",
            "Give the host a default route in its network configuration (for now: ip route add default via GATEWAY).",
        )
    ]
    assert judged({"default": None})[1] == block(
        "default_route_missing",
        "The host has no default route, and Kubespray takes a host's address from it where the inventory sets no ip.",
        "Give the host a default route in its network configuration (for now: ip route add default via GATEWAY), "
        "or set ip of this host in the inventory.",
    )


def with_second(*addresses, **more):
    second = {"name": "eth1", "mac": None, "mtu": 1500, "addresses": list(addresses)}
    return judged({"interfaces": [*FOUND["interfaces"], second], **more}, ip="10.0.0.5")


@pytest.mark.parametrize(
    ("address", "network"), [("10.0.0.9/24", "10.0.0.0/24"), ("fd00::9/64", "fd00::/64")]
)
def test_one_network_on_two_interfaces(address, network):
    assert with_second("192.168.1.9/24", address) == [
        warn(
            "network_on_two_interfaces",
            f"{network} is on eth0 and eth1: the host answers through one of them what came in through the other, "
            "which filters drop, and a network plugin may take another of its addresses than Kubespray.",
            "Take the address off all of them but one, or make one bond or bridge of them.",
        )
    ]


def test_single_addresses_and_other_networks_are_no_second_one():
    assert with_second("10.0.0.9/32", "10.0.0.129/25", "fd00::9/128") == []
    assert with_second("10.0.1.9/24", complete=False) == [
        Unknown("network_on_two_interfaces", "The host has more addresses than were looked at.")
    ]
