# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The networks of pods and services against each other, and their sizes against the number of nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn

from ..model import BETWEEN, Check, Finding, Stage, Unknown
from .wanted import Wanted, overlaps, read

CHECKS = (
    Check(
        "pod_service_overlap",
        "pods and services have networks of their own",
        "block",
        Stage.CLUSTER_NETWORKS,
        BETWEEN,
        kubespray=(
            "check_that_kube_pods_subnet_does_not_collide_with_kube_service_addresses",
            "check_that_kube_pods_subnet_ipv6_does_not_collide_with_kube_service_addresses_ipv6",
        ),
    ),
    Check(
        "pod_network_small",
        "the pod network has room for every node",
        "block",
        Stage.CLUSTER_NETWORKS,
        BETWEEN,
        kubespray=(
            "check_that_ipv4_ip_range_is_enough_for_the_nodes",
            "check_that_ipv6_ip_range_is_enough_for_the_nodes",
        ),
    ),
    Check(
        "service_network_small",
        "the service network has room for the first services",
        "block",
        Stage.CLUSTER_NETWORKS,
        BETWEEN,
    ),
)
THRESHOLDS: dict[str, float] = {}

# kubeadm refuses less: its constant MinimumAddressesInServiceSubnet, since DNS has the tenth address.
_LEAST_SERVICES = 10


def judge(settings: Mapping[str, Any] | None, nodes: int) -> Iterator[Finding]:
    """The networks against each other, and their sizes; settings is that of kubespray_settings, nodes a number."""
    wanted = read(settings)
    pods = [each for each in wanted if each.check == "pod_network_overlap"]
    services = [each for each in wanted if each.check == "service_network_overlap"]
    if not pods or not services:
        for check in CHECKS:
            yield Unknown(check.id, "It is not known which networks Kubespray is going to use.")
        return
    for pod in pods:
        for service in services:
            if overlaps(pod.network, service.network):
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


def _small_pods(pods: list[Wanted], settings: Mapping[str, Any], nodes: int) -> Iterator[Finding]:
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
