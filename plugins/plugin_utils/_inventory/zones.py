# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_network
from typing import NamedTuple

from .._text.outside import show
from .._text.words import describe
from .entries import Address, EntryError, Network, parse_network
from .mistakes import Mistakes

_DEFAULT_PREFIX = {4: 24, 6: 64}
_ZONE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]*")


class Zone(NamedTuple):
    """A zone's network. Several networks may carry the same zone name."""

    name: str
    network: Network
    # The numbers of the addresses that no host can have (IPv4: network and broadcast,
    # IPv6: the subnet-router anycast address).
    edges: frozenset[int]


def _zone(name: str, network: Network) -> Zone:
    if network.prefixlen >= network.max_prefixlen - 1:
        return Zone(name, network, frozenset())
    first = int(network.network_address)
    edges = {first, int(network.broadcast_address)} if network.version == 4 else {first}
    return Zone(name, network, frozenset(edges))


class Zones:
    """Finds the zone of an address: the longest matching network, else one zone per subnet."""

    def __init__(self, networks: Mapping[Network, str], valid: bool = True) -> None:
        self.given = bool(networks)
        # Whether the option was without mistakes: else an address in no zone proves nothing.
        self.valid = valid
        self.names = frozenset(networks.values())
        self._zones: dict[tuple[int, int, int], Zone] = {}
        for network, name in networks.items():
            self._zones[_key(network, network.prefixlen)] = _zone(name, network)
        self._prefixes = {
            version: sorted(
                {network.prefixlen for network in networks if network.version == version},
                reverse=True,
            )
            for version in _DEFAULT_PREFIX
        }

    def find(self, address: Address) -> Zone | None:
        """None if zones are given and none of them holds the address."""
        if not self.given:
            return self._subnet(address)
        number, version, width = int(address), address.version, address.max_prefixlen
        for prefix in self._prefixes[version]:
            zone = self._zones.get((version, prefix, number >> (width - prefix)))
            if zone is not None:
                return zone
        return None

    def _subnet(self, address: Address) -> Zone:
        version, prefix = address.version, _DEFAULT_PREFIX[address.version]
        key = (version, prefix, int(address) >> (address.max_prefixlen - prefix))
        zone = self._zones.get(key)
        if zone is None:
            network = ip_network((address, prefix), strict=False)
            zone = self._zones[key] = _zone(str(network), network)
        return zone


def _key(network: Network, prefix: int) -> tuple[int, int, int]:
    shift = network.max_prefixlen - prefix
    return network.version, prefix, int(network.network_address) >> shift


def read_zones(value: object, mistakes: Mistakes) -> Zones:
    """The option zones: zone name -> one network or a list of them."""
    if not isinstance(value, Mapping):
        mistakes.add(
            "zones",
            f"this is {describe(value)}; wanted a mapping such as {{rack1: [10.10.1.0/24]}}",
        )
        return Zones({})
    before = len(mistakes)
    networks: dict[Network, str] = {}
    for key, written in value.items():
        name = str(key)
        if not _ZONE_NAME.fullmatch(name):
            mistakes.add(
                "zones",
                f"{show(key)} is not a zone name; wanted letters, digits and . _ : / -",
            )
            continue
        items = written if isinstance(written, (list, tuple)) else [written]
        if not items:
            mistakes.add(f"zones, {name}", "no network is given; write at least one")
        for item in items:
            try:
                network = _read_network(item)
                if networks.setdefault(network, name) != name:
                    raise EntryError(f"{network} is in zone {networks[network]} too; keep one")
            except EntryError as e:
                mistakes.add(f"zones, {name}", str(e))
    return Zones(networks, valid=len(mistakes) == before)


def _read_network(item: object) -> Network:
    if not isinstance(item, str) or "/" not in item:
        raise EntryError(f"{show(item)} is not a network; wanted for example 10.10.1.0/24")
    return parse_network(item)
