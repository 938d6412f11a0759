# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.mistakes import (
    IpListError,
    Mistakes,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.node import Node
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.nodes import read_nodes
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.sources import Item


def read(*values: Any) -> list[Node]:
    mistakes = Mistakes()
    items = [Item(f"item {number}", value) for number, value in enumerate(values, 1)]
    nodes = read_nodes(items, mistakes)
    mistakes.raise_if_any()
    return nodes


def refusal(*values: Any) -> tuple[str, ...]:
    with pytest.raises(IpListError) as caught:
        read(*values)
    return caught.value.mistakes


def test_an_address() -> None:
    ip = ip_address("10.1.1.1")
    assert read("10.1.1.1") == [Node(1, "item 1", None, ip, ip)]


def test_an_ipv6_address() -> None:
    ip6 = ip_address("2001:db8::1")
    assert read("2001:db8::1") == [Node(1, "item 1", None, None, None, ip6, ip6)]


def test_name_and_access_address() -> None:
    (node,) = read("n1,10.1.1.1,192.168.1.1")
    assert (node.name, str(node.ip), str(node.access_ip)) == ("n1", "10.1.1.1", "192.168.1.1")
    (node,) = read("2001:db8::1,2001:db8:1::1")
    assert (node.ip, node.access_ip) == (None, None)
    assert (str(node.ip6), str(node.access_ip6)) == ("2001:db8::1", "2001:db8:1::1")


def test_numbers_count_all_addresses_of_the_list() -> None:
    nodes = read("10.1.1.1", "10.1.1.5-7", "10.1.1.9")
    assert [(node.number, str(node.ip), node.place) for node in nodes] == [
        (1, "10.1.1.1", "item 1"),
        (2, "10.1.1.5", "item 2"),
        (3, "10.1.1.6", "item 2"),
        (4, "10.1.1.7", "item 2"),
        (5, "10.1.1.9", "item 3"),
    ]


@pytest.mark.parametrize("prefix", [16, 22, 24, 28, 30, 31, 32])
def test_a_network_is_its_usable_addresses(prefix: int) -> None:
    network = ip_network(f"10.1.0.0/{prefix}")
    assert [node.ip for node in read(str(network))] == list(network.hosts())


@pytest.mark.parametrize("prefix", [112, 126, 127, 128])
def test_an_ipv6_network_is_its_usable_addresses(prefix: int) -> None:
    network = ip_network(f"2001:db8::/{prefix}")
    assert [node.ip6 for node in read(str(network))] == list(network.hosts())


def test_only_a_network_says_that_its_addresses_are_no_edges() -> None:
    assert [node.inside for node in read("10.1.1.0/30", "10.1.1.8-9", "10.1.1.0/32")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_the_largest_range() -> None:
    assert len(read("10.1.0.1-10.2.0.0")) == 65_536
    assert refusal("10.1.0.0-10.2.0.0") == (
        "item 1: '10.1.0.0-10.2.0.0' is 65,537 addresses, more than the 65,536 that one entry may"
        " hold; write only the addresses that are machines, or several smaller entries",
    )


def test_a_huge_network_is_refused_at_once() -> None:
    assert refusal("10.0.0.0/8", "2001:db8::/32")[0] == (
        "item 1: '10.0.0.0/8' is 16,777,214 addresses, more than the 65,536 that one entry may"
        " hold; write only the addresses that are machines, or several smaller entries"
    )


@pytest.mark.parametrize(
    ("word", "address", "label"),
    [
        ("0.0.0.0", "0.0.0.0", "an unspecified address"),
        ("0.1.2.3", "0.1.2.3", "an unspecified address"),
        ("127.0.0.1", "127.0.0.1", "a loopback address"),
        ("169.254.1.1", "169.254.1.1", "a link-local address"),
        ("224.0.0.1", "224.0.0.1", "a multicast address"),
        ("239.255.255.255", "239.255.255.255", "a multicast address"),
        ("255.255.255.255", "255.255.255.255", "the broadcast address"),
        ("126.255.255.250-127.0.0.3", "127.0.0.0", "a loopback address"),
        ("10.1.1.1,127.0.0.1", "127.0.0.1", "a loopback address"),
        ("::", "::", "an unspecified address"),
        ("::1", "::1", "a loopback address"),
        ("fe80::1", "fe80::1", "a link-local address"),
        ("ff02::1", "ff02::1", "a multicast address"),
    ],
)
def test_addresses_that_no_host_can_have(word: str, address: str, label: str) -> None:
    assert refusal(word) == (
        f"item 1: '{address}' is {label}; wanted an address that every host of the cluster can"
        " reach",
    )


def test_every_wrong_entry_is_reported_and_the_others_are_kept() -> None:
    mistakes = Mistakes()
    items = [Item("a", "10.1.1.1"), Item("b", "x"), Item("c", "Y,10.1.1.2"), Item("d", "10.1.1.3")]
    assert [str(node.ip) for node in read_nodes(items, mistakes)] == ["10.1.1.1", "10.1.1.3"]
    with pytest.raises(IpListError) as caught:
        mistakes.raise_if_any()
    assert [mistake.partition(":")[0] for mistake in caught.value.mistakes] == ["b", "c"]


def test_addresses_of_a_node() -> None:
    (node,) = read({"ip": "10.1.1.1", "ip6": "2001:db8::1", "access_ip": "10.9.1.1"})
    assert [str(address) for address in node.own] == ["10.1.1.1", "2001:db8::1"]
    assert [str(address) for address in node.addresses] == ["10.1.1.1", "2001:db8::1", "10.9.1.1"]
    assert str(node.primary) == "10.1.1.1"
