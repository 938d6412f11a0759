# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Kubespray's groups, and the hosts of an inventory that are in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

# Of the other two Kubespray makes the first, where an inventory has none.
NODE_GROUPS = ("k8s_cluster", "kube_control_plane", "kube_node")

# All whose hosts it works on.
CLUSTER_GROUPS = (*NODE_GROUPS, "etcd", "calico_rr")


def hosts(groups: Mapping[str, Iterable[str]], names: Iterable[str] = CLUSTER_GROUPS) -> list[str]:
    """The hosts of groups of an inventory, each once, in the order of the groups."""
    return list(dict.fromkeys(host for name in names for host in groups.get(name, ())))


def with_made(groups: Iterable[str]) -> frozenset[str]:
    """A host's groups, with the one that Kubespray makes of the other two where an inventory has none."""
    known = frozenset(groups)
    return known | {NODE_GROUPS[0]} if known & set(NODE_GROUPS) else known
