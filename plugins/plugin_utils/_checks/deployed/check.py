# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""All checks of a deployed cluster, for every host of the inventory and for the cluster as a whole."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem

from ..model import Judged, by_place
from . import (
    causes,
    certificates,
    clock,
    control_plane,
    dns,
    etcd,
    kubelet,
    nodes,
    pods,
    registries,
    rules,
    sysctl,
)
from .model import CLUSTER, Cluster

_JUDGES = (
    etcd, control_plane, kubelet, nodes, pods, rules, dns, registries, certificates, sysctl, clock,
)  # fmt: skip


def judge(cluster: Cluster, lost: Mapping[str, Problem]) -> tuple[dict[str, Judged], Judged]:
    """What is to be said of each host, and of the cluster.

    lost is why a host could not be looked at, where that is a problem.
    """
    hosts = {host: Judged() for host in cluster.hosts}
    whole = Judged()
    for host, problem in lost.items():
        hosts[host].problems.append(problem)
    for each in _JUDGES:
        said = by_place(each.judge(cluster))
        for host in each.hosts(cluster):
            hosts[host].add(each.HOST_CHECKS, said.get(host, ()))
        whole.add(each.CLUSTER_CHECKS, said.get(CLUSTER, ()))
    causes.explain({**hosts, CLUSTER: whole})
    return hosts, whole
