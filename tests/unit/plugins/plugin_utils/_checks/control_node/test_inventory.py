# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.control_node import inventory

ALL = {"all": ["cp", "w1", "w2"]}


def said(old, hosts, new):
    return (
        f"The group {old} has an outdated name, which Kubespray does not put into k8s_cluster: {hosts} would be left "
        f"out. Call it {new} in the inventory, and so its folder in group_vars."
    )


@pytest.mark.parametrize(
    ("groups", "mistakes"),
    [
        ({"kube_control_plane": ["cp"], "kube_node": ["w1", "w2"]}, []),
        (
            {
                "kube_control_plane": ["cp"],
                "kube-node": ["w1", "w2"],
                "k8s-cluster": ["cp", "w1", "w2"],
            },
            [
                said("kube-node", "w1, w2", "kube_node"),
                said("k8s-cluster", "w1, w2", "k8s_cluster"),
            ],
        ),
        (
            {"kube-master": ["cp"], "kube-node": ["w1"], "k8s-cluster": ["cp", "w1"]},
            [
                said("kube-master", "cp", "kube_control_plane"),
                said("kube-node", "w1", "kube_node"),
                said("k8s-cluster", "cp, w1", "k8s_cluster"),
            ],
        ),
        # Both names, for old and new Kubesprays: nobody is left out.
        (
            {
                "kube_control_plane": ["cp"],
                "kube-master": ["cp"],
                "kube_node": ["w1"],
                "k8s-cluster": ["cp", "w1"],
            },
            [],
        ),
        (
            {"kube_control_plane": ["cp"], "calico-rr": ["w1"]},
            [said("calico-rr", "w1", "calico_rr")],
        ),
        ({}, [inventory.NO_CONTROL_PLANE]),
        ({"kube_node": ["w1"]}, [inventory.NO_CONTROL_PLANE]),
    ],
)
def test_old_names_that_leave_hosts_out(groups, mistakes):
    assert inventory.mistakes({**ALL, **groups}) == mistakes


def test_hosts_in_no_group():
    groups = {
        "all": ["cp", "spare", "nfs", "bastion", "localhost"],
        "kube_control_plane": ["cp"],
        "storage": ["nfs"],
    }

    [problem] = inventory.spare({**groups, "ungrouped": ["spare", "bastion"]})

    assert (problem["id"], problem["severity"]) == ("host_in_no_group", "warn")
    assert problem["message"] == (
        "spare is in the inventory and in no group: nothing looks at it, and Kubespray installs nothing there."
    )
    assert list(inventory.spare({**groups, "storage": ["nfs", "spare"]})) == []
