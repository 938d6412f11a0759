# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from .node import Node
from .selection import Roles


class Host(NamedTuple):
    """A host of the inventory and its variables: our own, and those given with its entry."""

    name: str
    variables: dict[str, object]
    given: Mapping[str, object]


class Cluster(NamedTuple):
    """A whole inventory. Groups stand in the order in which Kubespray's users write them."""

    hosts: list[Host]
    # Group name -> names of its members: hosts, or groups in the case of k8s_cluster.
    groups: dict[str, list[str]]
    # For the group all: our own, and those given for it.
    variables: dict[str, object]
    given: Mapping[str, object] = MappingProxyType({})
    # The host that all others are reached through, which is none of the cluster: its variables, or none.
    bastion: Mapping[str, object] = MappingProxyType({})


def assemble(
    hosts: Sequence[Node],
    names: Sequence[str],
    zone_names: Sequence[str],
    roles: Roles,
    local: int | None,
) -> Cluster:
    groups = {
        "kube_control_plane": [names[number] for number in roles.control_plane],
        "kube_node": [names[number] for number in roles.workers],
        "etcd": [names[number] for number in roles.etcd],
        "k8s_cluster": ["kube_control_plane", "kube_node"],
        "calico_rr": [names[number] for number in roles.calico_rr],
    }
    variables = dict(_stacks(hosts))
    loose = roles.loose or (() if roles.etcd_settled else ("etcd",))
    if loose:
        variables["k8n_etcd_pin"] = _pin(hosts, roles, loose)
    return Cluster(
        [
            Host(name, _host_variables(node, zone, number == local), node.variables)
            for number, (node, name, zone) in enumerate(zip(hosts, names, zone_names, strict=True))
        ],
        groups,
        variables,
    )


def _pin(hosts: Sequence[Node], roles: Roles, loose: Sequence[str]) -> str:
    """The lines of a source file, one for each of these options, that keep the present roles."""

    def listed(numbers: Sequence[int]) -> str:
        return f"[{', '.join(str(hosts[number].primary) for number in numbers)}]"

    lines = {
        "control_plane": listed(roles.control_plane),
        "etcd": listed(roles.etcd),
        # Before etcd gets hosts of its own only the control plane can have been left out.
        "workers": "all" if len(roles.workers) == len(hosts) else "exclude_control_plane",
    }
    return "\n".join(f"{option}: {lines[option]}" for option in loose)


def _host_variables(node: Node, zone: str, local: bool) -> dict[str, object]:
    variables: dict[str, object] = {}
    if node.ip is not None:
        ip = str(node.ip)
        access = ip if node.access_ip is node.ip else str(node.access_ip)
        variables = {"ansible_host": node.ansible_host or access, "ip": ip, "access_ip": access}
    if node.ip6 is not None:
        access6 = str(node.access_ip6)
        variables.setdefault("ansible_host", node.ansible_host or access6)
        variables["ip6"] = str(node.ip6)
        variables["access_ip6"] = access6
    variables["k8n_zone"] = zone
    if local:
        variables["ansible_connection"] = "local"
    return variables


def _stacks(nodes: Sequence[Node]) -> Mapping[str, object]:
    """Kubespray's variables for the address families, where its default (IPv4) does not fit."""
    if all(node.ip is None for node in nodes):
        return {"ipv4_stack": False, "ipv6_stack": True}
    if all(node.ip6 is not None and node.ip is not None for node in nodes):
        return {"ipv6_stack": True}
    return {}
