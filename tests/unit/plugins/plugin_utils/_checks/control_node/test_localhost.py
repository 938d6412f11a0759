# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.control_node import localhost


def test_in_a_group_of_kubespray() -> None:
    groups = {"all": ["localhost", "n1"], "kube_node": ["localhost", "n1"], "etcd": ["n1"]}
    assert localhost.problem(groups) == block(
        "localhost_in_inventory",
        "localhost is a host of the inventory, in the groups kube_node: Kubespray's checks that run once, for all, "
        "may run there with its variables instead of the cluster's, and pass what fails there.",
        "Give the machine its own name and address in the inventory.",
    )


def test_beside_the_cluster() -> None:
    assert localhost.problem({"all": ["localhost", "n1"], "kube_node": ["n1"]}) == block(
        "localhost_in_inventory",
        "localhost is a host of the inventory, though in no group of Kubespray: Kubespray's checks that run once, "
        "for all, may run there with its variables instead of the cluster's, and pass what fails there.",
        "Take localhost out of the inventory; Ansible knows it without that.",
    )


def test_the_localhost_that_ansible_makes_up_is_in_no_group() -> None:
    assert localhost.problem({"all": ["n1"], "kube_node": ["n1"]}) is None
