# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ipaddress import ip_address

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.mistakes import (
    IpListError,
    Mistakes,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.zones import (
    Zone,
    Zones,
    read_zones,
)


def read(value: object) -> Zones:
    mistakes = Mistakes()
    zones = read_zones(value, mistakes)
    mistakes.raise_if_any()
    return zones


def find(zones: Zones, address: str) -> Zone:
    zone = zones.find(ip_address(address))
    assert zone is not None
    return zone


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("10.1.1.7", "10.1.1.0/24"),
        ("10.1.2.7", "10.1.2.0/24"),
        ("2001:db8:0:1::7", "2001:db8:0:1::/64"),
    ],
)
def test_the_default_is_one_zone_for_each_subnet(address: str, name: str) -> None:
    zones = read({})
    assert not zones.given
    assert find(zones, address).name == name
    assert find(zones, address) is find(zones, address)


def test_the_longest_matching_network_counts() -> None:
    zones = read({"site": "10.0.0.0/8", "rack": ["10.1.1.0/24", "2001:db8::/48"], 7: "10.1.0.0/16"})
    assert zones.given
    assert find(zones, "10.1.1.7").name == "rack"
    assert find(zones, "10.1.2.7").name == "7"
    assert find(zones, "10.9.2.7").name == "site"
    assert find(zones, "2001:db8::1").name == "rack"
    assert zones.find(ip_address("192.168.1.1")) is None
    assert zones.find(ip_address("2001:db9::1")) is None


@pytest.mark.parametrize(
    ("network", "edges"),
    [
        ("10.1.1.0/24", ["10.1.1.0", "10.1.1.255"]),
        ("10.1.1.0/30", ["10.1.1.0", "10.1.1.3"]),
        ("10.1.1.0/31", []),
        ("10.1.1.0/32", []),
        ("2001:db8::/64", ["2001:db8::"]),
        ("2001:db8::/127", []),
    ],
)
def test_edges(network: str, edges: list[str]) -> None:
    zones = read({"z": network})
    zone = find(zones, network.partition("/")[0])
    assert zone.edges == {int(ip_address(edge)) for edge in edges}


@pytest.mark.parametrize(
    ("value", "messages"),
    [
        (
            ["10.1.1.0/24"],
            [
                "zones: this is a list (['10.1.1.0/24']); wanted a mapping such as"
                " {rack1: [10.10.1.0/24]}"
            ],
        ),
        (
            {"a b": "10.1.1.0/24", "c": [], "d": ["10.1.1.1", "10.1.1.1/24"], "e": {"x": 1}},
            [
                "zones: 'a b' is not a zone name; wanted letters, digits and . _ : / -",
                "zones, c: no network is given; write at least one",
                "zones, d: '10.1.1.1' is not a network; wanted for example 10.10.1.0/24",
                "zones, d: '10.1.1.1/24' has host bits set; write 10.1.1.0/24 for the network, or"
                " 10.1.1.1 for the one address",
                "zones, e: {'x': 1} is not a network; wanted for example 10.10.1.0/24",
            ],
        ),
        (
            {"a": "10.1.1.0/24", "b": "10.1.1.0/24"},
            ["zones, b: 10.1.1.0/24 is in zone a too; keep one"],
        ),
    ],
)
def test_every_mistake_in_zones(value: object, messages: list[str]) -> None:
    with pytest.raises(IpListError) as caught:
        read(value)
    assert list(caught.value.mistakes) == messages


def test_zones_with_a_mistake_are_not_valid() -> None:
    assert not read_zones({"a": "x", "b": "10.1.1.0/24"}, Mistakes()).valid
    assert read_zones({"b": "10.1.1.0/24"}, Mistakes()).valid
