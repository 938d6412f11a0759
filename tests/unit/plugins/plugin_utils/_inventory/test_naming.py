# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.mistakes import (
    IpListError,
    Mistakes,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.naming import (
    Names,
    Naming,
    read_naming,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.node import Node
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.nodes import read_nodes
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.sources import Item

ROLE_NAMES = {"control_plane": "cp", "etcd": "etcd", "worker": "node"}
ALLOWED = "allowed are {role}, {index}, {ip}, {octet1}, {octet2}, {octet3}, {octet4}, {zone}"


def read(pattern: object, role_names: object = None) -> Naming:
    mistakes = Mistakes()
    naming = read_naming(pattern, ROLE_NAMES if role_names is None else role_names, mistakes)
    mistakes.raise_if_any()
    assert naming is not None
    return naming


def nodes(*words: str) -> list[Node]:
    return read_nodes([Item(f"word {n}", word) for n, word in enumerate(words, 1)], Mistakes())


@pytest.mark.parametrize(
    ("pattern", "role", "zone", "name"),
    [
        ("node-{ip}", "worker", "z", "node-10-20-1-4"),
        ("{role}{octet2}-{octet4}", "worker", "z", "node20-4"),
        ("{role}{octet2}-{octet4}", "control_plane", "z", "cp20-4"),
        ("{role}-{octet1}-{octet3}", "etcd", "z", "etcd-10-1"),
        ("n{index}", "worker", "z", "n2"),
        ("{zone}-{index}.example.com", "worker", "10.20.1.0/24", "10-20-1-0-24-2.example.com"),
        ("{zone}-x", "worker", "Rack_A/1", "rack-a-1-x"),
    ],
)
def test_names(pattern: str, role: str, zone: str, name: str) -> None:
    node = nodes("10.1.1.1", "10.20.1.4")[1]
    naming = read(pattern)
    assert naming.fits(node)
    assert naming.name(node, role, zone) == name


def test_a_given_name_wins() -> None:
    (node,) = nodes("db1,10.1.1.1")
    assert read("n{index}").name(node, "worker", "z") == "db1"


def test_ipv6_in_full_length() -> None:
    (node,) = nodes("2001:db8::1")
    name = read("node-{ip}").name(node, "worker", "z")
    assert name == "node-2001-0db8-0000-0000-0000-0000-0000-0001"


def test_ipv6_has_no_octets() -> None:
    named, bare = nodes("db1,2001:db8::1", "2001:db8::2")
    naming = read("n{octet4}")
    assert naming.fits(named)
    assert not naming.fits(bare)


def test_uses_role() -> None:
    assert read("{role}-{ip}").uses_role
    assert not read("node-{ip}").uses_role


@pytest.mark.parametrize(
    ("pattern", "role_names", "messages"),
    [
        (5, ROLE_NAMES, ["naming: this is a number (5); wanted a text"]),
        (
            "{",
            ROLE_NAMES,
            [
                "naming: '{' is not a pattern (Single '{' encountered in format string);"
                f" {ALLOWED}"
            ],
        ),
        (
            "{index:03}",
            ROLE_NAMES,
            [f"naming: '{{index:03}}' is not a pattern (placeholders take no format); {ALLOWED}"],
        ),
        (
            "{ip!r}",
            ROLE_NAMES,
            [f"naming: '{{ip!r}}' is not a pattern (placeholders take no format); {ALLOWED}"],
        ),
        (
            "Node_{rol}",
            ROLE_NAMES,
            [
                "naming: 'Node_' cannot stand in a host name; write 'node-'"
                " (RFC 1123 in lower case: letters, digits, '-' and '.')",
                f"naming: {{rol}} is not a placeholder; {ALLOWED}; did you mean role?",
            ],
        ),
        ("{}", ROLE_NAMES, [f"naming: {{}} is not a placeholder; {ALLOWED}"]),
        ("{ip.x}", ROLE_NAMES, [f"naming: {{ip.x}} is not a placeholder; {ALLOWED}"]),
        (
            "node",
            ROLE_NAMES,
            [f"naming: without a placeholder all hosts get one name; {ALLOWED}"],
        ),
        (
            "{role}{ip}",
            {"controlplane": "x", "worker": "Node", "etcd": 5, "control_plane": ""},
            [
                "role_names: 'controlplane' is not a role; wanted control_plane, etcd, worker;"
                " did you mean control_plane?",
                "role_names, worker: 'Node' cannot stand in a host name; write for example node",
                "role_names, etcd: this is a number (5); wanted a text",
                "role_names, control_plane: '' cannot stand in a host name; write for example node",
            ],
        ),
        (
            "{ip}x",
            "master",
            [
                "role_names: this is a text ('master'); wanted a mapping such as"
                " {control_plane: master, worker: node}"
            ],
        ),
    ],
)
def test_every_mistake(pattern: object, role_names: object, messages: list[str]) -> None:
    with pytest.raises(IpListError) as caught:
        read(pattern, role_names)
    assert list(caught.value.mistakes) == messages
    assert read_naming(pattern, role_names, Mistakes()) is None


def test_two_hosts_with_one_name() -> None:
    first, second = nodes("10.1.1.1", "10.2.1.1")
    mistakes = Mistakes()
    names = Names(mistakes)
    names.add("n1", first)
    names.add("n1", second)
    names.finish()
    with pytest.raises(IpListError) as caught:
        mistakes.raise_if_any()
    assert str(caught.value) == (
        "word 2: 10.2.1.1 gets the name 'n1', which 10.1.1.1 (word 1) has too; give one a name of"
        " its own, or put {ip} or more octets into naming"
    )


def test_invalid_names_of_a_pattern_are_reported_once() -> None:
    mistakes = Mistakes()
    names = Names(mistakes)
    for number, node in enumerate(nodes("10.1.1.1", "10.1.1.2", "10.1.1.3")):
        names.add(f"-{number}x", node)
    names.finish()
    with pytest.raises(IpListError) as caught:
        mistakes.raise_if_any()
    assert str(caught.value) == (
        "naming: '-0x' is not a valid host name; write 0x (RFC 1123 in lower case: labels of"
        " letters, digits and '-', with no '-' at either end; at most 63 characters in all)"
        " (2 more likewise)"
    )
