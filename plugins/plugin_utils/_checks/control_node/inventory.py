# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The hosts of an inventory that a run would leave out without a word."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, warn

from ..._inventory import groups as _groups
from ..._text.words import some

# As Kubespray's inventories had them until 2021.
_OLD = {
    "kube-master": "kube_control_plane",
    "kube-node": "kube_node",
    "k8s-cluster": "k8s_cluster",
    "calico-rr": "calico_rr",
}
_BASTION = "bastion"
_NAMED = 5
NO_CONTROL_PLANE = (
    "The inventory has no host in the group kube_control_plane. Give ansible-playbook a readable inventory "
    "with -i, such as -i cluster.k8n.yml; what Ansible could not read it says in its warnings."
)


def mistakes(groups: Mapping[str, Collection[str]]) -> list[str]:
    """What is wrong with the groups, one sentence each."""
    found = list(_old_names(groups))
    if not groups.get("kube_control_plane") and not groups.get("kube-master"):
        found.append(NO_CONTROL_PLANE)
    return found


def _old_names(groups: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Groups with an old name, whose hosts are not all in the new one as well."""
    made = {**groups, _groups.NODE_GROUPS[0]: _groups.hosts(groups, _groups.NODE_GROUPS)}
    for old, new in _OLD.items():
        lost = [host for host in groups.get(old, ()) if host not in made.get(new, ())]
        if lost:
            yield (
                f"The group {old} has an outdated name, which Kubespray does not put into k8s_cluster: "
                f"{some(lost, _NAMED)} would be left out. Call it {new} in the inventory, and so its folder in "
                "group_vars."
            )


def spare(groups: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    """Hosts that are in no group at all, so that nobody has said what they are for."""
    inside = {
        host for name, hosts in groups.items() if name not in ("all", "ungrouped") for host in hosts
    }
    lost = [
        host
        for host in groups.get("all", ())
        if host not in inside and host not in ("localhost", _BASTION)
    ]
    if lost:
        is_one = len(lost) == 1
        yield warn(
            "host_in_no_group",
            f"{some(lost, _NAMED)} {'is' if is_one else 'are'} in the inventory and in no group: nothing looks at "
            f"{'it' if is_one else 'them'}, and Kubespray installs nothing there.",
            f"Put {'it' if is_one else 'them'} into kube_node, kube_control_plane or etcd, or into a group of your own "
            "if the cluster is not to have it.",
        )
