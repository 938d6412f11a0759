# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The networks that a cluster takes for itself."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple, Union

from .names import texts

Network = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]


class Wanted(NamedTuple):
    """A network of the cluster that no host may have."""

    check: str
    what: str  # "pod" or "service"
    variable: str
    network: Network


def read(settings: Mapping[str, Any] | None) -> list[Wanted]:
    """Those of the key network of what kubespray_settings returned; none that is not known."""
    given = settings if isinstance(settings, Mapping) else {}
    kinds = (
        ("pods", "pod_network_overlap", "pod", "kube_pods_subnet"),
        ("services", "service_network_overlap", "service", "kube_service_addresses"),
    )
    return [
        Wanted(check, what, variable + ("" if network.version == 4 else "_ipv6"), network)
        for key, check, what, variable in kinds
        for network in map(parse, texts(given.get(key) or ()))
        if network
    ]


@lru_cache(maxsize=65536)
def parse(text: str) -> Network | None:
    """The network that a text with or without a prefix length names, None if none."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def overlaps(one: Network, other: Network) -> bool:
    """Whether an address is in both; networks of two families never overlap."""
    return one.version == other.version and one.overlaps(other)


def holds(larger: Network, smaller: Network) -> bool:
    """Whether smaller lies in larger, and is not the same."""
    return (
        larger.version == smaller.version
        and larger.prefixlen < smaller.prefixlen
        and larger.overlaps(smaller)
    )
