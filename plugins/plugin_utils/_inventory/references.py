# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from .._text.outside import show
from .._text.words import did_you_mean
from .entries import Address, EntryError, parse_address, parse_entry
from .mistakes import Mistakes
from .node import Node
from .sources import Item, read_items

# Each compares a word with every address and name: a second or so with 100,000 hosts.
_SUGGESTIONS = 10
# What a mapping may say of its host beside the key it is found by.
_OTHER_ADDRESSES = ("ip6", "access_ip", "access_ip6")


class Directory:
    """Finds nodes by address, range, network or name, each in logarithmic time."""

    def __init__(self, nodes: Sequence[Node], names_of: Callable[[Node], Iterable[str]]) -> None:
        self._nodes = nodes
        self._names_of = names_of
        self._addresses: dict[int, list[tuple[int, int]]] = {}
        self._names: dict[str, set[int]] | None = None
        self._suggestions = _SUGGESTIONS

    def find(self, item: Item) -> list[int]:
        """The positions of the nodes an entry stands for, in list order; empty if there are none.

        Raises EntryError.
        """
        if isinstance(item.value, Mapping):
            return self._find_mapping(item.value)
        entry = parse_entry(item.value)
        if entry.first is not None and entry.last is not None:
            positions = self._by_address(entry.first, entry.last)
            self._check_binding(
                positions,
                [entry.name] if entry.name is not None else [],
                [entry.access] if entry.access is not None else [],
                f"{show(item.value)}: a comma binds name and addresses of one host; use a blank"
                " between two hosts",
            )
            return positions
        return self._by_name(item.value)

    def suggest(self, item: Item) -> str:
        """A question with the nearest known address or name, for the first few that ask."""
        if self._suggestions == 0:
            return ""
        self._suggestions -= 1
        known = [str(address) for node in self._nodes for address in node.addresses]
        return did_you_mean(item.value, [*known, *self._name_index()])

    def _find_mapping(self, value: Mapping[object, object]) -> list[int]:
        for key in ("ip", "ip6", "name"):
            text = value.get(key)
            if isinstance(text, str):
                positions = self.find(Item("", text))
                self._check_binding(
                    positions,
                    [name for name in [value.get("name")] if isinstance(name, str)],
                    [
                        parse_address(other)
                        for other in map(value.get, _OTHER_ADDRESSES)
                        if isinstance(other, str)
                    ],
                    f"{show(dict(value))}: a mapping binds name and addresses of one host; use two"
                    " items for two hosts",
                )
                return positions
        raise EntryError(f"{show(dict(value))} has no ip and no name to tell the host by")

    def _check_binding(
        self,
        positions: Sequence[int],
        names: Iterable[str],
        addresses: Iterable[Address],
        message: str,
    ) -> None:
        """Raises EntryError if hosts are found, but none that has all these names and addresses."""
        names, addresses = set(names), set(addresses)
        if not positions or not (names or addresses):
            return
        for node in (self._nodes[position] for position in positions):
            if names <= set(self._names_of(node)) and addresses <= set(node.addresses):
                return
        raise EntryError(message)

    def _by_address(self, first: Address, last: Address) -> list[int]:
        version = first.version
        if version not in self._addresses:
            self._addresses[version] = sorted(
                (int(address), position)
                for position, node in enumerate(self._nodes)
                for address in node.addresses
                if address.version == version
            )
        index = self._addresses[version]
        begin = bisect_left(index, (int(first), -1))
        end = bisect_right(index, (int(last), len(self._nodes)))
        return sorted({position for _number, position in index[begin:end]})

    def _by_name(self, name: str) -> list[int]:
        found = self._name_index().get(name, set())
        if len(found) > 1:
            raise EntryError(f"{show(name)} fits {len(found)} hosts; write the address")
        return list(found)

    def _name_index(self) -> dict[str, set[int]]:
        if self._names is None:
            self._names = {}
            for position, node in enumerate(self._nodes):
                for name in self._names_of(node):
                    self._names.setdefault(name, set()).add(position)
        return self._names


def find_all(
    value: object,
    option: str,
    directory: Directory,
    mistakes: Mistakes,
    excluded: Mapping[int, str] = MappingProxyType({}),
) -> dict[int, str]:
    """The positions of the nodes that an option's entries stand for, with their places.

    excluded holds the positions that are left out, with the place that says so.
    """
    before = len(mistakes)
    found: dict[int, str] = {}
    for item in read_items(value, option, mistakes):
        try:
            positions = directory.find(item)
            if not positions:
                raise EntryError(
                    f"no host of the list has the address or name {show(item.value)}"
                    f"{directory.suggest(item)}"
                )
            left = [position for position in positions if position not in excluded]
            if not left:
                raise EntryError(
                    f"{show(item.value)} is left out by {excluded[positions[0]]}; delete it there"
                    " or here"
                )
            for position in left:
                if position in found and option != "exclude":
                    raise EntryError(
                        f"{show(item.value)} is the host of {found[position]}; name it once"
                    )
                found.setdefault(position, item.place)
        except EntryError as e:
            mistakes.add(item.place, str(e))
    if not found and len(mistakes) == before and option != "exclude":
        mistakes.add(option, "the list is empty; write at least one host, or a count")
    return found
