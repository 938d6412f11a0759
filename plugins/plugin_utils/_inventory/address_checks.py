# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

from __future__ import annotations

from collections.abc import Sequence

from .entries import Address
from .mistakes import AddressMistakes, Mistakes
from .node import Node
from .zones import Zone, Zones


def find_duplicates(nodes: Sequence[Node], mistakes: Mistakes) -> set[int]:
    """The numbers of the nodes with an address that an earlier node has; these are mistakes."""
    owners: dict[tuple[int, int], Node] = {}
    found = AddressMistakes(mistakes)
    doubled = set()
    for number, node in enumerate(nodes):
        for address in node.addresses:
            owner = owners.setdefault((address.version, int(address)), node)
            if owner is not node:
                doubled.add(number)
                found.add(
                    node.place,
                    f"{address} is {_use(address, owner)} the host at {owner.place} already;"
                    " keep one of the two",
                )
    found.report()
    return doubled


def _use(address: Address, owner: Node) -> str:
    return "the address of" if address in (owner.ip, owner.ip6) else "the access address of"


def check_families(nodes: Sequence[Node], mistakes: Mistakes) -> None:
    """Hosts reach each other only if all have IPv4 addresses, or all have IPv6 ones."""
    only4 = next((node for node in nodes if node.ip6 is None), None)
    only6 = next((node for node in nodes if node.ip is None), None)
    if only4 is not None and only6 is not None:
        mistakes.add(
            only6.place,
            f"{only6.primary} is the address of a host with IPv6 only, but {only4.primary}"
            f" ({only4.place}) is one of a host with IPv4 only; give all of them one family in"
            " common",
        )


def locate(nodes: Sequence[Node], zones: Zones, mistakes: Mistakes) -> list[str]:
    """The zone name of each node; a node in no zone, or at a network's edge, is a mistake."""
    outside, edges = AddressMistakes(mistakes), AddressMistakes(mistakes)
    names = []
    for node in nodes:
        located = [(address, zones.find(address)) for address in node.own]
        zone = next((zone for _address, zone in located if zone is not None), None)
        names.append(zone.name if zone is not None else "")
        if zone is None:
            outside.add(
                node.place,
                f"{node.primary} is in no network of zones; add its network to a zone",
            )
        elif not node.inside:
            for address, around in located:
                if around is not None and int(address) in around.edges:
                    edges.add(node.place, _edge(address, around, zones.given))
    if zones.valid:
        outside.report()
    edges.report()
    return names


def _edge(address: Address, zone: Zone, given: bool) -> str:
    network = zone.network
    which = "network" if address == network.network_address else "broadcast"
    if network.version == 6:
        which = "subnet-router anycast"
    if given:
        wider = "correct the network in zones"
    else:
        larger = network.supernet(new_prefix=16 if network.version == 4 else 48)
        wider = f"write for example zones: {{site: [{larger}]}}"
    return (
        f"{address} is the {which} address of {network}, which no host can have; leave it out or,"
        f" if the subnet is larger than that, {wider}"
    )
