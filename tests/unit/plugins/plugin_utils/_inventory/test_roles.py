# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory import roles

GROUPS = {
    "all": ["a", "b", "c"],
    "kube_control_plane": ["a", "b"],
    "kube_node": ["b", "c"],
    "etcd": ["a", "b", "c"],
}
KUBEADM = {"etcd_deployment_type": "kubeadm"}


@pytest.mark.parametrize(
    ("variables", "groups", "members"),
    [
        ({}, GROUPS, ["a", "b", "c"]),
        ({"etcd_deployment_type": "host"}, GROUPS, ["a", "b", "c"]),
        (KUBEADM, GROUPS, ["a", "b"]),
        (KUBEADM, {**GROUPS, "etcd": []}, ["a", "b"]),
        ({}, {"kube_control_plane": ["b"]}, ["b"]),
        (KUBEADM, {"etcd": ["a"]}, ["a"]),
    ],
)
def test_the_members_of_etcd(variables, groups, members):
    hostvars = dict.fromkeys("abc", variables)

    assert roles.etcd_members(groups, hostvars) == members

    found = roles.groups(groups, hostvars)
    if groups.get("etcd") or variables == KUBEADM:
        assert list(found["etcd"]) == members
    else:
        assert "etcd" not in found
    assert {name: hosts for name, hosts in found.items() if name != "etcd"} == {
        name: hosts for name, hosts in groups.items() if name != "etcd"
    }


@pytest.mark.parametrize(
    ("names", "variables", "groups"),
    [
        (["etcd"], {}, {"etcd"}),
        (["etcd"], KUBEADM, set()),
        (["kube_control_plane"], {}, {"kube_control_plane", "k8s_cluster"}),
        (["kube_control_plane"], KUBEADM, {"kube_control_plane", "etcd", "k8s_cluster"}),
        (["kube_node", "etcd"], KUBEADM, {"kube_node", "k8s_cluster"}),
    ],
)
def test_the_groups_of_one_host(names, variables, groups):
    assert roles.of_host(names, variables.get("etcd_deployment_type")) == groups
