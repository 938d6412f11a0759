# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Which hosts have a role: a group's hosts, unless a variable of Kubespray gives the role to others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from . import groups as _groups

CONTROL_PLANE, ETCD = "kube_control_plane", "etcd"
DEPLOYMENT = "etcd_deployment_type"


def etcd_by_kubeadm(variables: Mapping[str, Any]) -> bool:
    """Whether kubeadm makes the etcd members, by the variables of any host of the cluster."""
    return _is_kubeadm(variables.get(DEPLOYMENT))


def _is_kubeadm(value: object) -> bool:
    return str(value) == "kubeadm"


def groups(
    inventory: Mapping[str, Sequence[str]], hostvars: Mapping[str, Mapping[str, Any]]
) -> dict[str, Sequence[str]]:
    """The groups of an inventory with the hosts that will have their role."""
    found = dict(inventory)
    heads = found.get(CONTROL_PLANE) or ()
    # kubeadm makes a member of each host of the control plane, and nobody reads the group.
    if heads and etcd_by_kubeadm(hostvars[heads[0]]):
        found[ETCD] = heads
    return found


def etcd_members(
    inventory: Mapping[str, Sequence[str]], hostvars: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """The hosts that will be members of etcd; where no host is said to be one, those of the control plane."""
    found = groups(inventory, hostvars)
    return list(found.get(ETCD) or found.get(CONTROL_PLANE) or ())


def of_host(group_names: Iterable[str], deployment: object) -> frozenset[str]:
    """The groups of a host likewise, by its etcd_deployment_type, and with the group that Kubespray makes."""
    names = set(group_names)
    if _is_kubeadm(deployment):
        names -= {ETCD}
        names |= {ETCD} if CONTROL_PLANE in names else set()
    return _groups.with_made(names)
