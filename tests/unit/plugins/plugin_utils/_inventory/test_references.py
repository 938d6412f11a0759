# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Iterable

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.mistakes import (
    IpListError,
    Mistakes,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.node import Node
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.nodes import read_nodes
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.references import (
    Directory,
    find_all,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.sources import Item


def names_of(node: Node) -> Iterable[str]:
    """A name given, or one for either of two roles."""
    return [node.name] if node.name else [f"cp{node.number}", f"node{node.number}"]


def directory(*words: str) -> Directory:
    nodes = read_nodes([Item("", word) for word in words], Mistakes())
    return Directory(nodes, names_of)


LIST = ("10.1.1.9", "10.1.1.1-4", "db1,10.2.1.1,192.168.1.1", "2001:db8::1", "same,10.3.1.1")


def find(value: object, option: str = "etcd", excluded: dict[int, str] | None = None) -> list[int]:
    mistakes = Mistakes()
    found = find_all(value, option, directory(*LIST), mistakes, excluded or {})
    mistakes.raise_if_any()
    return list(found)


@pytest.mark.parametrize(
    ("value", "positions"),
    [
        (["10.1.1.9"], [0]),
        (["10.2.1.1", "10.1.1.9"], [5, 0]),
        ("10.2.1.1 10.1.1.9", [5, 0]),
        (["10.1.1.2-10.1.1.3"], [2, 3]),
        (["10.1.1.0/24"], [0, 1, 2, 3, 4]),
        (["10.1.1.3-20"], [0, 3, 4]),
        (["192.168.1.1"], [5]),
        (["192.168.0.0/16"], [5]),
        (["2001:db8::/64"], [6]),
        (["db1", "node1", "cp2"], [5, 0, 1]),
        ([{"ip": "10.1.1.9"}, {"name": "db1"}, {"ip6": "2001:db8::1"}], [0, 5, 6]),
        (["db1,10.2.1.1"], [5]),
        (["db1,10.2.1.1,192.168.1.1", "cp2,10.1.1.1"], [5, 1]),
        (["10.2.1.1,192.168.1.1"], [5]),
        ([{"ip": "10.2.1.1", "name": "db1", "access_ip": "192.168.1.1"}], [5]),
    ],
)
def test_find(value: object, positions: list[int]) -> None:
    assert find(value) == positions


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            ["10.1.1.44"],
            "etcd, item 1: no host of the list has the address or name '10.1.1.44'; did you mean"
            " 10.1.1.4?",
        ),
        (
            ["dbl"],
            "etcd, item 1: no host of the list has the address or name 'dbl'",
        ),
        (
            ["nod2"],
            "etcd, item 1: no host of the list has the address or name 'nod2'; did you mean node2?",
        ),
        (
            ["10.1.1.1", "node2"],
            "etcd, item 2: 'node2' is the host of etcd, item 1; name it once",
        ),
        (
            ["10.1.1.1", "10.1.1.0/24"],
            "etcd, item 2: '10.1.1.0/24' is the host of etcd, item 1; name it once",
        ),
        (
            ["10.1.1.300"],
            "etcd, item 1: '10.1.1.300' is not an IP address"
            " (Octet 300 (> 255) not permitted in '10.1.1.300')",
        ),
        (
            ["10.1.1.1,10.1.1.2"],
            "etcd, item 1: '10.1.1.1,10.1.1.2': a comma binds name and addresses of one host; use a"
            " blank between two hosts",
        ),
        (
            ["db1,10.1.1.1"],
            "etcd, item 1: 'db1,10.1.1.1': a comma binds name and addresses of one host; use a"
            " blank between two hosts",
        ),
        (
            ["10.1.1.77,10.1.1.2"],
            "etcd, item 1: no host of the list has the address or name '10.1.1.77,10.1.1.2'",
        ),
        (
            [{"ip": "10.1.1.1", "access_ip": "10.1.1.2"}],
            "etcd, item 1: {'ip': '10.1.1.1', 'access_ip': '10.1.1.2'}: a mapping binds name and"
            " addresses of one host; use two items for two hosts",
        ),
        (
            [{"ip": "10.1.1.1", "name": "db1"}],
            "etcd, item 1: {'ip': '10.1.1.1', 'name': 'db1'}: a mapping binds name and addresses of"
            " one host; use two items for two hosts",
        ),
        ([], "etcd: the list is empty; write at least one host, or a count"),
        ([{"vars": {}}], "etcd, item 1: {'vars': {}} has no ip and no name to tell the host by"),
    ],
)
def test_find_refuses(value: object, message: str) -> None:
    with pytest.raises(IpListError) as caught:
        find(value)
    assert str(caught.value) == message


def test_a_host_that_is_left_out() -> None:
    with pytest.raises(IpListError) as caught:
        find(["10.1.1.1"], excluded={1: "exclude, item 3"})
    assert str(caught.value) == (
        "etcd, item 1: '10.1.1.1' is left out by exclude, item 3; delete it there or here"
    )


def test_a_range_without_the_hosts_that_are_left_out() -> None:
    assert find(["10.1.1.1-4"], excluded={1: "x", 3: "x"}) == [2, 4]


def test_exclude_may_overlap_and_be_empty() -> None:
    assert find(["10.1.1.1-3", "10.1.1.2", "node2"], "exclude") == [1, 2, 3]
    assert find([], "exclude") == []


def test_a_name_that_fits_two_hosts() -> None:
    nodes = read_nodes([Item("", "10.1.1.1-2")], Mistakes())
    mistakes = Mistakes()
    find_all(["n"], "etcd", Directory(nodes, lambda node: ["n"]), mistakes)
    with pytest.raises(IpListError) as caught:
        mistakes.raise_if_any()
    assert str(caught.value) == "etcd, item 1: 'n' fits 2 hosts; write the address"


def test_only_the_first_unknown_hosts_get_a_suggestion() -> None:
    mistakes = Mistakes()
    find_all(["nod1"] * 12, "exclude", directory(*LIST), mistakes)
    with pytest.raises(IpListError) as caught:
        mistakes.raise_if_any()
    asked = [mistake.endswith("; did you mean node1?") for mistake in caught.value.mistakes]
    assert asked == [True] * 10 + [False] * 2
