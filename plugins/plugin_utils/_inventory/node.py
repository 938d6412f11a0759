# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from .entries import Address, EntryError, parse_address


def _block(first: str, last: str, label: str) -> tuple[int, int, str]:
    return int(parse_address(first)), int(parse_address(last)), label


# Addresses that no host of a cluster can have, as numbers because that is fast.
_UNUSABLE = {
    4: (
        _block("0.0.0.0", "0.255.255.255", "an unspecified address"),
        _block("127.0.0.0", "127.255.255.255", "a loopback address"),
        _block("169.254.0.0", "169.254.255.255", "a link-local address"),
        _block("224.0.0.0", "239.255.255.255", "a multicast address"),
        _block("255.255.255.255", "255.255.255.255", "the broadcast address"),
    ),
    6: (
        _block("::", "::", "an unspecified address"),
        _block("::1", "::1", "a loopback address"),
        _block("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "a link-local address"),
        _block("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "a multicast address"),
    ),
}


class Node(NamedTuple):
    """One machine as it was written, before it has a role. It has ip, ip6 or both."""

    # The place in the list, from 1, before anything is excluded.
    number: int
    place: str
    name: str | None
    ip: Address | None
    access_ip: Address | None
    ip6: Address | None = None
    access_ip6: Address | None = None
    ansible_host: str | None = None
    variables: Mapping[str, object] = MappingProxyType({})
    # Whether the entry's own CIDR already said that the address is no edge of its network.
    inside: bool = False

    @property
    def own(self) -> list[Address]:
        """The host's own addresses, IPv4 first."""
        return [address for address in (self.ip, self.ip6) if address is not None]

    @property
    def primary(self) -> Address:
        return self.own[0]

    @property
    def addresses(self) -> list[Address]:
        """Every address once, own ones first."""
        found = self.own
        for address in (self.access_ip, self.access_ip6):
            if address is not None and address not in found:
                found.append(address)
        return found


def check_usable(first: Address, last: Address) -> None:
    """Raises EntryError if one of the addresses from first to last cannot be a host's."""
    low, high = int(first), int(last)
    for begin, end, label in _UNUSABLE[first.version]:
        if low <= end and high >= begin:
            bad = first if low >= begin else type(first)(begin)
            raise EntryError(
                f"'{bad}' is {label}; wanted an address that every host of the cluster can reach"
            )
