# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""A deployed cluster: what the inventory says of it, and what its hosts said."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from ..._text.words import some
from ..model import Host

# The place of what is no one host's.
CLUSTER = "(cluster)"
# The variables that hold a host's addresses.
_ADDRESSES = ("ip", "access_ip", "ip6", "access_ip6", "ansible_host")
_KUBELET_GROUPS = frozenset({"k8s_cluster", "kube_control_plane", "kube_node", "calico_rr"})


@dataclass(frozen=True)
class Cluster:
    """hosts are those of the inventory, in its order; found is what cluster_probe returned of a host.

    unseen tells of every other host why nothing is known of it, as a sentence; the hosts were asked between started
    and now, both in seconds since 1970; thresholds has every threshold.
    """

    hosts: Mapping[str, Host]
    found: Mapping[str, Mapping[str, Any]]
    unseen: Mapping[str, str]
    started: float
    now: float
    thresholds: Mapping[str, float]

    def part(self, host: str, name: str) -> Any:
        """One part of what was found on a host, None where nothing was."""
        return self.found.get(host, {}).get(name)

    @cached_property
    def control_plane(self) -> list[str]:
        return [name for name, host in self.hosts.items() if host.is_control_plane]

    @cached_property
    def etcd(self) -> list[str]:
        """The hosts that are to be etcd members; without a group etcd that is the control plane."""
        return [
            name for name, host in self.hosts.items() if host.is_etcd_member
        ] or self.control_plane

    @cached_property
    def kubelets(self) -> list[str]:
        """The hosts that are to be nodes of Kubernetes."""
        return [name for name, host in self.hosts.items() if host.groups & _KUBELET_GROUPS]

    def addresses(self, host: str) -> set[str]:
        """The addresses and names by which the inventory reaches a host."""
        variables = self.hosts[host].variables
        return {normal(str(variables[key])) for key in _ADDRESSES if variables.get(key)}


def normal(address: str) -> str:
    """An address in its one written form; anything else as it is, in small letters."""
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return address.lower()


def hosts_of(urls: Iterable[str]) -> set[str]:
    """The addresses in URLs."""
    found = set()
    for url in urls:
        try:
            host = urlsplit(url).hostname
        except ValueError:
            continue
        if host:
            found.add(normal(host))
    return found


def listed(names: Iterable[str], most: int = 5) -> str:
    """The first names of a list that may have thousands."""
    return some(names, most)
