# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.address_checks import (
    find_duplicates,
    locate,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.mistakes import (
    IpListError,
    Mistakes,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.node import Node
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.nodes import read_nodes
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.sources import Item
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.zones import Zones, read_zones


def nodes(*values: Any) -> list[Node]:
    return read_nodes([Item(f"item {n}", value) for n, value in enumerate(values, 1)], Mistakes())


def zones(value: object) -> Zones:
    return read_zones(value, Mistakes())


def found(mistakes: Mistakes) -> tuple[str, ...]:
    with pytest.raises(IpListError) as caught:
        mistakes.raise_if_any()
    return caught.value.mistakes


def test_no_duplicates() -> None:
    mistakes = Mistakes()
    hosts = nodes("10.1.1.1-5", "n,10.1.1.6,10.2.1.6", "2001:db8::1", "0:1::2", "0.1.0.2")
    assert find_duplicates(hosts, mistakes) == set()
    assert len(mistakes) == 0


def test_duplicates() -> None:
    mistakes = Mistakes()
    hosts = nodes(
        "10.1.1.1",
        "10.1.1.1",
        "10.1.1.2,10.2.1.2",
        "10.2.1.2",
        "10.3.1.1,10.2.1.2",
        {"ip": "10.4.1.1", "ip6": "2001:db8::1"},
        "2001:db8::1",
    )
    assert find_duplicates(hosts, mistakes) == {1, 3, 4, 6}
    assert found(mistakes) == (
        "item 2: 10.1.1.1 is the address of the host at item 1 already; keep one of the two",
        "item 4: 10.2.1.2 is the access address of the host at item 3 already; keep one of the two",
        "item 5: 10.2.1.2 is the access address of the host at item 3 already; keep one of the two",
        "item 7: 2001:db8::1 is the address of the host at item 6 already; keep one of the two",
    )


def test_overlapping_ranges_are_one_mistake() -> None:
    mistakes = Mistakes()
    assert find_duplicates(nodes("10.1.1.1-9", "10.1.1.5-20"), mistakes) == {9, 10, 11, 12, 13}
    assert found(mistakes) == (
        "item 2: 10.1.1.5 is the address of the host at item 1 already; keep one of the two"
        " (4 more of this entry likewise)",
    )


def test_locate() -> None:
    mistakes = Mistakes()
    hosts = nodes("10.1.1.1", "10.1.2.1", "2001:db8::1", {"ip": "10.1.1.2", "ip6": "2001:db8::2"})
    assert locate(hosts, zones({}), mistakes) == [
        "10.1.1.0/24",
        "10.1.2.0/24",
        "2001:db8::/64",
        "10.1.1.0/24",
    ]
    assert len(mistakes) == 0


def test_a_dual_stack_host_is_located_by_either_address() -> None:
    (host,) = nodes({"ip": "10.1.1.2", "ip6": "2001:db8::2"})
    assert locate([host], zones({"six": "2001:db8::/64"}), Mistakes()) == ["six"]


def test_hosts_in_no_zone() -> None:
    mistakes = Mistakes()
    hosts = nodes("10.1.1.1", "10.2.1.1-3")
    assert locate(hosts, zones({"a": "10.1.0.0/16"}), mistakes) == ["a", "", "", ""]
    assert found(mistakes) == (
        "item 2: 10.2.1.1 is in no network of zones; add its network to a zone"
        " (2 more of this entry likewise)",
    )


def test_zones_with_a_mistake_prove_nothing() -> None:
    mistakes = Mistakes()
    broken = zones({"a": "10.1.0.0/16", "b": "10.2.0.0/1x"})
    assert locate(nodes("10.2.1.1"), broken, mistakes) == [""]
    assert len(mistakes) == 0


@pytest.mark.parametrize(
    ("word", "which", "network", "wider"),
    [
        ("10.1.1.0", "network", "10.1.1.0/24", "10.1.0.0/16"),
        ("10.1.1.255", "broadcast", "10.1.1.0/24", "10.1.0.0/16"),
        ("2001:db8:1:2::", "subnet-router anycast", "2001:db8:1:2::/64", "2001:db8:1::/48"),
    ],
)
def test_edges_of_the_default_zones(word: str, which: str, network: str, wider: str) -> None:
    mistakes = Mistakes()
    locate(nodes(word), zones({}), mistakes)
    assert found(mistakes) == (
        f"item 1: {word} is the {which} address of {network}, which no host can have; leave it out"
        f" or, if the subnet is larger than that, write for example zones: {{site: [{wider}]}}",
    )


def test_edges_of_given_zones() -> None:
    mistakes = Mistakes()
    locate(nodes("10.15.255.255", "10.1.1.0", "10.1.1.255"), zones({"a": "10.0.0.0/12"}), mistakes)
    assert found(mistakes) == (
        "item 1: 10.15.255.255 is the broadcast address of 10.0.0.0/12, which no host can have;"
        " leave it out or, if the subnet is larger than that, correct the network in zones",
    )


def test_the_addresses_of_a_network_entry_are_no_edges() -> None:
    mistakes = Mistakes()
    locate(nodes("10.1.0.0/22"), zones({}), mistakes)
    assert len(mistakes) == 0
