# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What the control plane sees of the cluster, and how a cure names what is in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .model import Cluster, normal

# What Kubernetes lets anybody name anything, with a namespace, a taint's value and effect.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:=-]*")


def first(cluster: Cluster, what: str) -> Any:
    """The answer of the first control plane host that has one, None where none has."""
    parts = (cluster.part(host, "kubernetes") or {} for host in cluster.control_plane)
    return next((part[what] for part in parts if part.get(what) is not None), None)


def nodes_of(cluster: Cluster) -> dict[str, Mapping[str, Any]]:
    """The node that each host is: by its name, else by an address."""
    nodes = first(cluster, "nodes") or ()
    by_name = {node["name"]: node for node in nodes}
    by_address = {normal(address): node for node in nodes for address in node["addresses"]}
    found = {}
    for host in cluster.kubelets:
        name = str(cluster.hosts[host].variables.get("kube_override_hostname") or host).lower()
        addresses = sorted(cluster.addresses(host))
        node = by_name.get(name) or next(filter(None, map(by_address.get, addresses)), None)
        if node is not None:
            found[host] = node
    return found


def hosts_of_nodes(cluster: Cluster) -> dict[str, str]:
    """The host that each node is."""
    return {node["name"]: host for host, node in nodes_of(cluster).items()}


def on_admin(cluster: Cluster, command: str) -> str:
    """An instruction to run kubectl where it works."""
    hosts = [
        host
        for host in cluster.control_plane
        if (cluster.part(host, "kubernetes") or {}).get("version")
    ]
    return f"on {hosts[0] if hosts else 'a control plane host'} run as root '{command}'"


def name(text: str) -> str:
    """A name that may stand in a command; one that is no name would be a command of somebody else's."""
    return text if _NAME.fullmatch(text) else "NAME"


def capital(text: str) -> str:
    """The same as the beginning of a sentence."""
    return text[:1].upper() + text[1:]
