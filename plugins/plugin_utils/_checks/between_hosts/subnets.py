# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The networks of pods and services, against the hosts' own networks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, block, warn

from ..model import BETWEEN, Check, Finding, Stage, Unknown
from .names import listed, texts
from .wanted import Wanted, holds, overlaps, parse, read

CHECKS = (
    Check(
        "pod_network_overlap",
        "the pod network is none of the host's networks",
        "block",
        Stage.CLUSTER_NETWORKS,
        BETWEEN,
    ),
    Check(
        "service_network_overlap",
        "the service network is none of the host's networks",
        "block",
        Stage.CLUSTER_NETWORKS,
        BETWEEN,
    ),
)
THRESHOLDS: dict[str, float] = {}

# Where a live cluster itself puts addresses and routes of pods and services.
_OWN = re.compile(
    r"(cali|lxc|veth|tap)[0-9a-f]{6,}|(vxlan|vxlan-v6|wireguard|wg-v6)\.cali(co)?|tunl0|flannel[.-].*|cni0|kube-ipvs0"
    r"|nodelocaldns|lxc_health|cilium_.*|kube-bridge|kube-dummy-if|tun-[0-9a-z]+|ovn0|genev_sys_\d+"
)


class _Conflict(NamedTuple):
    """What hosts have in a network of the cluster."""

    wanted: Wanted
    kind: str
    found: str


def judge(
    networks: Mapping[str, Mapping[str, Any] | None],
    settings: Mapping[str, Any] | None,
    others: Iterable[str] = (),
) -> Iterator[tuple[str, Finding]]:
    """Each finding with its host; networks maps each to its host.network, settings is that of kubespray_settings.

    others are addresses of hosts of the cluster of which nothing is known now.
    """
    wanted = read(settings)
    nodes = _addresses(networks).union(others)
    conflicts: dict[_Conflict, list[str]] = {}
    for host, network in networks.items():
        for conflict in dict.fromkeys(_conflicts(network, wanted, nodes)):
            conflicts.setdefault(conflict, []).append(host)
    told: set[tuple[str, str]] = set()
    for conflict, hosts in conflicts.items():
        problem = _overlap(conflict, hosts)
        told.update((host, problem["id"]) for host in hosts)
        yield from ((host, problem) for host in hosts)
    for host, network in networks.items():
        # A problem says more than that not everything is known.
        for unknown in _unknown(network, wanted):
            if (host, unknown.id) not in told:
                yield host, unknown


def _items(network: Mapping[str, Any] | None, key: str) -> list[Mapping[str, Any]]:
    """Interfaces or routes of a host that are not the cluster's own."""
    given = network.get(key) if isinstance(network, Mapping) else None
    name = "name" if key == "interfaces" else "dev"
    return [
        item
        for item in (given if isinstance(given, list) else ())
        if isinstance(item, Mapping) and not _OWN.fullmatch(str(item.get(name)))
    ]


def _own_addresses(network: Mapping[str, Any] | None) -> Iterator[str]:
    for interface in _items(network, "interfaces"):
        given = interface.get("addresses")
        yield from texts(given if isinstance(given, list) else ())


def _addresses(networks: Mapping[str, Mapping[str, Any] | None]) -> frozenset[str]:
    return frozenset(
        address.partition("/")[0]
        for network in networks.values()
        for address in _own_addresses(network)
    )


def _unknown(network: Mapping[str, Any] | None, wanted: list[Wanted]) -> Iterator[Unknown]:
    known = network if isinstance(network, Mapping) else {}
    for check in CHECKS:
        if not any(each.check == check.id for each in wanted):
            yield Unknown(check.id, "It is not known which network Kubespray is going to use.")
        elif not isinstance(known.get("interfaces"), list) or not isinstance(
            known.get("routes"), list
        ):
            yield Unknown(check.id, "The host's addresses and routes are not known.")
        elif known.get("complete") is False:
            yield Unknown(check.id, "The host has more addresses and routes than were looked at.")


def _conflicts(
    network: Mapping[str, Any] | None, wanted: list[Wanted], nodes: frozenset[str]
) -> Iterator[_Conflict]:
    inside = set()
    for text in _own_addresses(network):
        address = parse(text.partition("/")[0])
        for each in wanted:
            if address and overlaps(each.network, address):
                inside.add(parse(text))
                yield _Conflict(each, "address", str(address.network_address))
    found = [parse(text) for text in _own_addresses(network)]
    found += [
        parse(text)
        for route in _items(network, "routes")
        for text in texts([route.get("to")])
        if not _of_pods(text, route.get("via"), wanted, nodes)
    ]
    for other in dict.fromkeys(found):
        for each in wanted:
            # The network of an address that is in it has been said.
            if other and other not in inside and overlaps(each.network, other):
                yield _Conflict(
                    each, "larger" if holds(other, each.network) else "inside", str(other)
                )


def _of_pods(route: str, via: object, wanted: list[Wanted], nodes: frozenset[str]) -> bool:
    """Whether it is the way to another node's pods, as network plugins without a tunnel set it."""
    if not isinstance(via, str) or via not in nodes:
        return False
    network = parse(route)
    pods = [each.network for each in wanted if each.check == "pod_network_overlap"]
    return network is not None and any(holds(each, network) for each in pods)


def _overlap(conflict: _Conflict, hosts: list[str]) -> Problem:
    wanted, kind, found = conflict
    named = f"The {wanted.what} network {wanted.network} ({wanted.variable})"
    on = f"on {listed(hosts)}"
    fix = (
        f"Set {wanted.variable} to a network that nothing else uses where these hosts are, before the first "
        "deployment."
    )
    if kind == "address":
        return block(
            wanted.check,
            f"{named} has the address {found} in it, which is one {on}: no pod reaches that host. The network should "
            "hold no host.",
            fix,
        )
    if kind == "larger":
        return warn(
            wanted.check,
            f"{named} is a part of {found}, to which there is a route {on}: what has an address of it there cannot be "
            "reached from the cluster. The network should be in use nowhere.",
            fix,
        )
    return block(
        wanted.check,
        f"{named} overlaps with {found}, to which there is a route {on}: packets for {wanted.what}s go there. "
        "The network should be in use nowhere.",
        fix,
    )
