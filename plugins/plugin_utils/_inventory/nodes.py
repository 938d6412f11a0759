# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network

from .._text.outside import show
from .entries import Address, EntryError, Network, explain_bare_name, parse_entry
from .mapping import read_mapping
from .mistakes import Mistakes
from .names import name_mistake
from .node import Node, check_usable
from .sources import Item

MAX_ADDRESSES = 65_536


def read_nodes(items: Iterable[Item], mistakes: Mistakes) -> list[Node]:
    """The nodes of all entries, in order; entries with mistakes are left out."""
    nodes: list[Node] = []
    for item in items:
        start = len(nodes) + 1
        if isinstance(item.value, str):
            try:
                nodes.extend(_from_word(item.value, item.place, start))
            except EntryError as e:
                mistakes.add(item.place, str(e))
        elif (node := read_mapping(item.value, item.place, start, mistakes)) is not None:
            nodes.append(node)
    return nodes


def _node(
    number: int, place: str, name: str | None, own: Address, access: Address | None, inside: bool
) -> Node:
    if isinstance(own, IPv4Address):
        return Node(number, place, name, own, access or own, inside=inside)
    return Node(number, place, name, None, None, own, access or own, inside=inside)


def _from_word(word: str, place: str, start: int) -> Iterator[Node]:
    entry = parse_entry(word)
    if entry.first is None or entry.last is None:
        raise EntryError(explain_bare_name(word))
    if entry.name is not None and (mistake := name_mistake(entry.name)):
        raise EntryError(mistake)
    if entry.access is not None:
        check_usable(entry.access, entry.access)
    if entry.first == entry.last:
        check_usable(entry.first, entry.last)
        return iter([_node(start, place, entry.name, entry.first, entry.access, False)])
    first, last = _usable_span(entry.first, entry.last, entry.network)
    count = int(last) - int(first) + 1
    if count > MAX_ADDRESSES:
        raise EntryError(
            f"{show(word)} is {count:,} addresses, more than the {MAX_ADDRESSES:,} that one entry"
            " may hold; write only the addresses that are machines, or several smaller entries"
        )
    check_usable(first, last)
    make, inside = type(first), entry.network is not None
    return (
        _node(start + offset, place, None, make(int(first) + offset), None, inside)
        for offset in range(count)
    )


def _usable_span(first: Address, last: Address, network: Network | None) -> tuple[Address, Address]:
    if network is None or network.prefixlen >= network.max_prefixlen - 1:
        return first, last
    if isinstance(network, IPv4Network):
        return first + 1, last - 1
    return first + 1, last  # IPv6 has no broadcast, its first address is every router's
