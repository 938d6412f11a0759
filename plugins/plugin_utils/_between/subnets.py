# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The networks of pods and services, against the hosts' own networks, each other and the number of nodes."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, Union

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._between.names import listed, texts
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    BETWEEN,
    Check,
    Finding,
    Unknown,
)

HOST_CHECKS = (
    Check(
        "pod_network_overlap", "the pod network is none of the host's networks", "block", BETWEEN
    ),
    Check(
        "service_network_overlap",
        "the service network is none of the host's networks",
        "block",
        BETWEEN,
    ),
)
CLUSTER_CHECKS = (
    Check("pod_service_overlap", "pods and services have networks of their own", "block", BETWEEN),
    Check("pod_network_small", "the pod network has room for every node", "block", BETWEEN),
    Check(
        "service_network_small",
        "the service network has room for the first services",
        "block",
        BETWEEN,
    ),
)
CHECKS = HOST_CHECKS + CLUSTER_CHECKS
THRESHOLDS: dict[str, float] = {}

_Network = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]

# Where a live cluster itself puts addresses and routes of pods and services.
_OWN = re.compile(
    r"(cali|lxc|veth|tap)[0-9a-f]{6,}|(vxlan|vxlan-v6|wireguard|wg-v6)\.cali(co)?|tunl0|flannel[.-].*|cni0|kube-ipvs0"
    r"|nodelocaldns|lxc_health|cilium_.*|kube-bridge|kube-dummy-if|tun-[0-9a-z]+|ovn0|genev_sys_\d+"
)
# kubeadm refuses less: its constant MinimumAddressesInServiceSubnet, since DNS has the tenth address.
_LEAST_SERVICES = 10


class _Wanted(NamedTuple):
    """A network of the cluster that no host may have."""

    check: str
    what: str  # "pod" or "service"
    variable: str
    network: _Network


class _Conflict(NamedTuple):
    """What hosts have in a network of the cluster."""

    wanted: _Wanted
    kind: str
    found: str


def judge_hosts(
    networks: Mapping[str, Mapping[str, Any] | None],
    settings: Mapping[str, Any] | None,
    others: Iterable[str] = (),
) -> dict[str, list[Finding]]:
    """The findings of each host; networks maps each to its host.network, settings is that of kubespray_settings.

    others are addresses of hosts of the cluster of which nothing is known now.
    """
    wanted = _wanted(settings)
    nodes = _addresses(networks).union(others)
    found: dict[str, list[Finding]] = {host: [] for host in networks}
    conflicts: dict[_Conflict, list[str]] = {}
    for host, network in networks.items():
        found[host] += _unknown(network, wanted)
        for conflict in dict.fromkeys(_conflicts(network, wanted, nodes)):
            conflicts.setdefault(conflict, []).append(host)
    for conflict, hosts in conflicts.items():
        problem = _overlap(conflict, hosts)
        for host in hosts:
            # A problem says more than that not everything is known.
            found[host] = [
                each for each in found[host] if not _says_nothing_of(each, problem["id"])
            ]
            found[host].append(problem)
    return found


def _says_nothing_of(finding: Finding, check: str) -> bool:
    return isinstance(finding, Unknown) and finding.id == check


def _wanted(settings: Mapping[str, Any] | None) -> list[_Wanted]:
    given = settings if isinstance(settings, Mapping) else {}
    kinds = (
        ("pods", "pod_network_overlap", "pod", "kube_pods_subnet"),
        ("services", "service_network_overlap", "service", "kube_service_addresses"),
    )
    return [
        _Wanted(check, what, variable + ("" if network.version == 4 else "_ipv6"), network)
        for key, check, what, variable in kinds
        for network in map(_network, texts(given.get(key) or ()))
        if network
    ]


@lru_cache(maxsize=65536)
def _network(text: str) -> _Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


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


def _unknown(network: Mapping[str, Any] | None, wanted: list[_Wanted]) -> Iterator[Finding]:
    known = network if isinstance(network, Mapping) else {}
    for check in HOST_CHECKS:
        if not any(each.check == check.id for each in wanted):
            yield Unknown(check.id, "It is not known which network Kubespray is going to use.")
        elif not isinstance(known.get("interfaces"), list) or not isinstance(
            known.get("routes"), list
        ):
            yield Unknown(check.id, "The host's addresses and routes are not known.")
        elif known.get("complete") is False:
            yield Unknown(check.id, "The host has more addresses and routes than were looked at.")


def _conflicts(
    network: Mapping[str, Any] | None, wanted: list[_Wanted], nodes: frozenset[str]
) -> Iterator[_Conflict]:
    inside = set()
    for text in _own_addresses(network):
        address = _network(text.partition("/")[0])
        for each in wanted:
            if address and _overlaps(each.network, address):
                inside.add(_network(text))
                yield _Conflict(each, "address", str(address.network_address))
    found = [_network(text) for text in _own_addresses(network)]
    found += [
        _network(text)
        for route in _items(network, "routes")
        for text in texts([route.get("to")])
        if not _of_pods(text, route.get("via"), wanted, nodes)
    ]
    for other in dict.fromkeys(found):
        for each in wanted:
            # The network of an address that is in it has been said.
            if other and other not in inside and _overlaps(each.network, other):
                yield _Conflict(
                    each, "larger" if _holds(other, each.network) else "inside", str(other)
                )


def _of_pods(route: str, via: object, wanted: list[_Wanted], nodes: frozenset[str]) -> bool:
    """Whether it is the way to another node's pods, as network plugins without a tunnel set it."""
    if not isinstance(via, str) or via not in nodes:
        return False
    network = _network(route)
    pods = [each.network for each in wanted if each.check == "pod_network_overlap"]
    return network is not None and any(_holds(each, network) for each in pods)


def _overlaps(one: _Network, other: _Network) -> bool:
    return one.version == other.version and one.overlaps(other)


def _holds(larger: _Network, smaller: _Network) -> bool:
    """Whether smaller lies in larger, and is not the same."""
    return (
        larger.version == smaller.version
        and larger.prefixlen < smaller.prefixlen
        and larger.overlaps(smaller)
    )


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


def judge_cluster(settings: Mapping[str, Any] | None, nodes: int) -> Iterator[Finding]:
    """The networks against each other, and their sizes; settings is that of kubespray_settings, nodes a number."""
    wanted = _wanted(settings)
    pods = [each for each in wanted if each.check == "pod_network_overlap"]
    services = [each for each in wanted if each.check == "service_network_overlap"]
    if not pods or not services:
        for check in CLUSTER_CHECKS:
            yield Unknown(check.id, "It is not known which networks Kubespray is going to use.")
        return
    for pod in pods:
        for service in services:
            if _overlaps(pod.network, service.network):
                yield block(
                    "pod_service_overlap",
                    f"The pod network {pod.network} and the service network {service.network} overlap; Kubespray wants "
                    "two networks that do not.",
                    f"Set {pod.variable} or {service.variable} to another network.",
                )
    yield from _small_pods(pods, settings or {}, nodes)
    for service in services:
        if service.network.num_addresses < _LEAST_SERVICES:
            least = service.network.max_prefixlen - (_LEAST_SERVICES - 1).bit_length()
            yield block(
                "service_network_small",
                f"The service network {service.network} has {service.network.num_addresses} addresses; kubeadm wants "
                f"{_LEAST_SERVICES} or more.",
                f"Set {service.variable} to a network of /{least} or larger.",
            )


def _small_pods(pods: list[_Wanted], settings: Mapping[str, Any], nodes: int) -> Iterator[Finding]:
    prefixes = settings.get("node_prefixes")
    if not isinstance(prefixes, list) or len(prefixes) != len(pods) or None in prefixes:
        yield Unknown(
            "pod_network_small", "It is not known how much of the pod network a node gets."
        )
        return
    blocks = settings.get("plugin") == "calico"
    for pod, prefix in zip(pods, prefixes):
        bits = prefix - pod.network.prefixlen
        room = 2**bits if bits >= 0 else 0
        if nodes <= room:
            continue
        least = max(prefix - (nodes - 1).bit_length(), 0)
        said = (
            f"The pod network {pod.network} ({pod.variable}) has room for {room} node{'' if room == 1 else 's'} with "
            f"a /{prefix} each, and the cluster has {nodes}"
        )
        fix = f"Set {pod.variable} to a network of /{least} or larger before the first deployment."
        if blocks:
            yield warn(
                "pod_network_small", f"{said}: the others borrow single addresses from them.", fix
            )
        else:
            yield block("pod_network_small", f"{said}: Kubespray wants one for each.", fix)
