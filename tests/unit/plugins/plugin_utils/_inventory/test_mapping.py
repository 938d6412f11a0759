# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ipaddress import ip_address

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.mapping import read_mapping
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.mistakes import (
    IpListError,
    Mistakes,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.node import Node

KEYS = "ip, name, access_ip, ip6, access_ip6, ansible_host, vars"


def read(data: dict[object, object]) -> Node:
    mistakes = Mistakes()
    node = read_mapping(data, "item 1", 7, mistakes)
    mistakes.raise_if_any()
    assert node is not None
    return node


def test_all_keys() -> None:
    node = read(
        {
            "ip": "10.1.1.1",
            "name": "gpu1.example.com",
            "access_ip": "192.168.1.1",
            "ip6": "2001:db8::1",
            "access_ip6": "2001:db8:1::1",
            "ansible_host": "gpu1",
            "vars": {"ansible_port": 2222},
        }
    )
    assert node == Node(
        7,
        "item 1",
        "gpu1.example.com",
        ip_address("10.1.1.1"),
        ip_address("192.168.1.1"),
        ip_address("2001:db8::1"),
        ip_address("2001:db8:1::1"),
        "gpu1",
        {"ansible_port": 2222},
    )


def test_access_addresses_default_to_the_own_ones() -> None:
    node = read({"ip": "10.1.1.1", "ip6": "2001:db8::1"})
    assert (node.access_ip, node.access_ip6) == (node.ip, node.ip6)


def test_an_ipv6_address_in_ip_is_ip6() -> None:
    node = read({"ip": "2001:db8::1", "access_ip": "2001:db8:1::1"})
    assert (node.ip, node.access_ip) == (None, None)
    assert (str(node.ip6), str(node.access_ip6)) == ("2001:db8::1", "2001:db8:1::1")


def test_a_key_without_value_is_not_given() -> None:
    assert read({"ip": "10.1.1.1", "name": None, "vars": None}).variables == {}


@pytest.mark.parametrize("target", ["10.9.9.9", "2001:db8::9", "bastion.example.com", "my_alias"])
def test_ansible_host(target: str) -> None:
    assert read({"ip": "10.1.1.1", "ansible_host": target}).ansible_host == target


@pytest.mark.parametrize(
    ("data", "messages"),
    [
        ({}, ["item 1: this mapping has no address; write ip: (or ip6:) with the host's own"]),
        (
            {"ip": "10.1.1.1", "acces_ip": "10.1.1.2"},
            [
                f"item 1: 'acces_ip' is not a key of an entry; wanted {KEYS} (host variables go"
                " under vars); did you mean access_ip?"
            ],
        ),
        (
            {"node1": "10.1.1.1"},
            [
                f"item 1: 'node1' is not a key of an entry; wanted {KEYS} (host variables go under"
                " vars); for a host with this name write {name: node1, ip: 10.1.1.1}"
            ],
        ),
        (
            {"ip": "10.1.1.1", 5: "x"},
            [f"item 1: 5 is not a key of an entry; wanted {KEYS} (host variables go under vars)"],
        ),
        (
            {"ip": 10.1, "name": 5, "ansible_host": "a b", "vars": [1], "access_ip": "127.0.0.1"},
            [
                "item 1, ip: this is a number (10.1); wanted one address",
                "item 1, access_ip: '127.0.0.1' is a loopback address; wanted an address that"
                " every host of the cluster can reach",
                "item 1, name: this is a number (5); wanted a text",
                "item 1, ansible_host: 'a b' is not an address or a name to connect to",
                "item 1, vars: this is a list ([1]); wanted a mapping name: value",
            ],
        ),
        (
            {"ip": "10.1.1.1", "ansible_host": "10.1.1.300"},
            [
                "item 1, ansible_host: '10.1.1.300' is not an IP address"
                " (Octet 300 (> 255) not permitted in '10.1.1.300')"
            ],
        ),
        (
            {"ip": "10.1.1.1-9"},
            ["item 1, ip: '10.1.1.1-9' is not an IP address"],
        ),
        (
            {"ip": "10.1.1.1", "vars": {"ip": 1, "a-b": 2, 3: 4}},
            [
                "item 1, vars: write ip beside vars, not inside it",
                "item 1, vars: 'a-b' is not a variable name; wanted letters, digits and _",
                "item 1, vars: 3 is not a variable name; wanted letters, digits and _",
            ],
        ),
        (
            {"ip": "10.1.1.1", "access_ip6": "2001:db8::1"},
            [
                "item 1, access_ip6: '2001:db8::1' is given without ip6; add the host's own address"
                " as ip6"
            ],
        ),
        (
            {"ip6": "2001:db8::1", "access_ip": "10.1.1.1"},
            ["item 1, access_ip: '10.1.1.1' is given without ip; add the host's own address as ip"],
        ),
        (
            {"ip": "2001:db8::1", "access_ip": "2001:db8::2", "access_ip6": "2001:db8::3"},
            [
                "item 1, access_ip: '2001:db8::2' is not IPv4; IPv4 goes into ip and access_ip,"
                " IPv6 into ip6 and access_ip6",
            ],
        ),
        (
            {"ip": "2001:db8::1", "access_ip": "10.1.1.1"},
            ["item 1, access_ip: '10.1.1.1' is given without ip; add the host's own address as ip"],
        ),
        (
            {"ip": "10.1.1.1", "access_ip": "2001:db8::1", "ip6": "10.1.1.2"},
            [
                "item 1, access_ip: '2001:db8::1' is not IPv4; IPv4 goes into ip and access_ip,"
                " IPv6 into ip6 and access_ip6",
                "item 1, ip6: '10.1.1.2' is not IPv6; IPv4 goes into ip and access_ip, IPv6 into"
                " ip6 and access_ip6",
            ],
        ),
    ],
)
def test_every_mistake_in_a_mapping(data: dict[object, object], messages: list[str]) -> None:
    with pytest.raises(IpListError) as caught:
        read(data)
    assert list(caught.value.mistakes) == messages
