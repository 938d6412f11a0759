# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.entries import (
    Entry,
    EntryError,
    explain_bare_name,
    parse_address,
    parse_entry,
    parse_network,
)


def entry(
    first: str, last: str | None = None, name: str | None = None, access: str | None = None
) -> Entry:
    return Entry(
        name,
        ip_address(first),
        ip_address(last or first),
        ip_address(access) if access else None,
    )


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("10.1.1.1", entry("10.1.1.1")),
        ("2001:DB8::1", entry("2001:db8::1")),
        ("10.1.1.2-10.1.1.9", entry("10.1.1.2", "10.1.1.9")),
        ("10.1.1.250-10.1.2.5", entry("10.1.1.250", "10.1.2.5")),
        ("10.1.1.2-9", entry("10.1.1.2", "10.1.1.9")),
        ("10.1.1.2-2", entry("10.1.1.2")),
        ("2001:db8::1-2001:db8::f", entry("2001:db8::1", "2001:db8::f")),
        ("10.1.1.1,192.168.1.1", entry("10.1.1.1", access="192.168.1.1")),
        ("2001:db8::1,2001:db8:1::1", entry("2001:db8::1", access="2001:db8:1::1")),
        ("node1,10.1.1.1", entry("10.1.1.1", name="node1")),
        ("1-node,10.1.1.1", entry("10.1.1.1", name="1-node")),
        ("10-1-1-1,10.1.1.1", entry("10.1.1.1", name="10-1-1-1")),
        ("my-node.example.com,10.1.1.1", entry("10.1.1.1", name="my-node.example.com")),
        ("n,10.1.1.1,10.2.1.1", entry("10.1.1.1", name="n", access="10.2.1.1")),
        ("my-node", Entry("my-node", None, None)),
        ("10-1-1-1", Entry("10-1-1-1", None, None)),
        ("-node1", Entry("-node1", None, None)),
    ],
)
def test_parse_entry(word: str, expected: Entry) -> None:
    assert parse_entry(word) == expected


def test_a_network_keeps_its_edges() -> None:
    network = ip_network("10.1.1.0/29")
    assert parse_entry("10.1.1.0/29") == Entry(
        None, ip_address("10.1.1.0"), ip_address("10.1.1.7"), network=network
    )


FORMS = (
    "an address, a range 10.10.1.2-10.10.1.9 or 10.10.1.2-9, a network 10.10.1.0/28, ip,access_ip,"
    " name,ip or name,ip,access_ip"
)


@pytest.mark.parametrize(
    ("word", "message"),
    [
        (
            "10.1.1.300",
            "'10.1.1.300' is not an IP address (Octet 300 (> 255) not permitted in '10.1.1.300')",
        ),
        ("10.1.1", "'10.1.1' is not an IP address (Expected 4 octets in '10.1.1')"),
        (
            "010.1.1.1",
            "'010.1.1.1' is not an IP address"
            " (Leading zeros are not permitted in '010' in '010.1.1.1')",
        ),
        (
            "2001:db8:::1",
            "'2001:db8:::1' is not an IP address (At most one '::' permitted in '2001:db8:::1')",
        ),
        ("::ffff:10.1.1.1", "'::ffff:10.1.1.1' is IPv4 inside IPv6; write 10.1.1.1"),
        (
            "fe80::1%eth0",
            "'fe80::1%eth0' is bound to the interface eth0; wanted an address that every host of"
            " the cluster can reach",
        ),
        ("10.1.1.9-10.1.1.2", "'10.1.1.9-10.1.1.2' runs backwards; write 10.1.1.2-10.1.1.9"),
        ("10.1.1.9-2", "'10.1.1.9-2' runs backwards; write 10.1.1.2-10.1.1.9"),
        ("10.1.1.9-256", "'10.1.1.9-256': the last octet 256 is above 255"),
        (
            "10.1.1.9-",
            "'' is not an IP address",
        ),
        (
            "2001:db8::1-9",
            "'2001:db8::1-9': write the last IPv6 address of the range in full",
        ),
        ("10.1.1.1-2001:db8::1", "'10.1.1.1-2001:db8::1' mixes IPv4 and IPv6; write two ranges"),
        (
            "10.1.1.5/24",
            "'10.1.1.5/24' has host bits set; write 10.1.1.0/24 for the network, or 10.1.1.5 for"
            " the one address",
        ),
        (
            "10.1.1.0/33",
            "'10.1.1.0/33' is not a network ('10.1.1.0/33' does not appear to be an IPv4 or IPv6"
            " network); wanted for example 10.10.1.0/24",
        ),
        (
            "10.1.1.1,10.1.1.2,10.1.1.3",
            "'10.1.1.1,10.1.1.2,10.1.1.3' joins 3 addresses with commas, but a comma binds"
            " ip,access_ip of one host; use blanks: '10.1.1.1 10.1.1.2 10.1.1.3'",
        ),
        (
            ",10.1.1.1",
            "',10.1.1.1' has nothing before or after a comma; a comma binds ip,access_ip, between"
            " entries goes a blank",
        ),
        (
            "10.1.1.1,2001:db8::1",
            "'10.1.1.1,2001:db8::1' mixes IPv4 and IPv6; write a mapping with ip and ip6 (and"
            " ansible_host, if Ansible should connect to the other one)",
        ),
        (
            "n,10.1.1.1-3",
            "'n,10.1.1.1-3': a range or network takes no name and no access_ip; write one entry"
            " for each host",
        ),
        (
            "10.1.1.0/24,10.1.2.1",
            "'10.1.1.0/24,10.1.2.1': a range or network takes no name and no access_ip; write one"
            " entry for each host",
        ),
        ("a,b", f"'a,b' is not an entry; wanted {FORMS}"),
        ("10.1.1.1,b", f"'10.1.1.1,b' is not an entry; wanted {FORMS}"),
        ("a,10.1.1.1,b", f"'a,10.1.1.1,b' is not an entry; wanted {FORMS}"),
        (
            "a,10.1.1.1,10.1.1.2,10.1.1.3",
            f"'a,10.1.1.1,10.1.1.2,10.1.1.3' is not an entry; wanted {FORMS}",
        ),
    ],
)
def test_parse_entry_refuses(word: str, message: str) -> None:
    with pytest.raises(EntryError) as caught:
        parse_entry(word)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("-", "a range is written without blanks: 10.10.1.2-10.10.1.9"),
        ("-node1", "'-node1' would remove a host; list node1 under exclude instead"),
        (
            "admin@10.1.1.1",
            "'admin@10.1.1.1' holds a login name; write 10.1.1.1 here and give ansible_user as a"
            " variable",
        ),
        (
            "10.1.1.1:22",
            "'10.1.1.1:22' holds a port; write a mapping:"
            " {ip: 10.1.1.1, vars: {ansible_port: ...}}",
        ),
        ("[2001:db8::1]", "'[2001:db8::1]' is in brackets; write the IPv6 address without them"),
        (
            "node1.example.com",
            "'node1.example.com' is a name without an address; write for example"
            " node1.example.com,10.10.1.2",
        ),
        ("10.1.1.1;", f"'10.1.1.1;' is not an entry; wanted {FORMS}"),
    ],
)
def test_explain_bare_name(word: str, message: str) -> None:
    assert parse_entry(word) == Entry(word, None, None)
    assert explain_bare_name(word) == message


def test_parse_address_of_a_name() -> None:
    with pytest.raises(EntryError, match=r"^'node1' is not an IP address$"):
        parse_address("node1")


def test_parse_network() -> None:
    assert parse_network("2001:db8::/64") == ip_network("2001:db8::/64")
