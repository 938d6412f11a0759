# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The nodes as they are shown, and the way in."""

from __future__ import annotations

from typing import Any

from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.deployed import summary
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.deployed.model import Cluster


def node(cluster: Cluster, name: str) -> dict[str, Any]:
    nodes: list[dict[str, Any]] = cluster.part("n1", "kubernetes")["nodes"]
    return next(each for each in nodes if each["name"] == name)


def test_the_nodes_of_a_whole_cluster(cluster):
    found = summary.nodes(cluster)
    assert [each["name"] for each in found] == [
        each["name"] for each in cluster.found["n1"]["kubernetes"]["nodes"]
    ]
    assert {each["status"] for each in found} == {"Ready"}
    assert found[0] == {
        "name": "n1",
        "status": "Ready",
        "roles": ["control-plane"],
        "version": node(cluster, "n1")["version"],
        "address": node(cluster, "n1")["addresses"][0],
    }


def test_a_node_that_is_not_as_it_should_be(cluster):
    node(cluster, "n2").update(ready="False", cordoned=True, addresses=[])
    node(cluster, "n1").update(ready="what?")
    states = {each["name"]: (each["status"], each["address"]) for each in summary.nodes(cluster)}
    assert states["n2"] == ("NotReady,SchedulingDisabled", "")
    assert states["n1"][0] == "Unknown"


def test_nothing_without_an_api_server(cluster):
    for probe in cluster.found.values():
        probe["kubernetes"] = None
    assert summary.nodes(cluster) == []


NODES = [
    {"name": "node-1", "status": "Ready", "roles": ["control-plane"], "version": "v1.35.4", "address": "10.1.1.2"},
    {"name": "n2", "status": "NotReady", "roles": [], "version": "v1.35.4", "address": "10.1.1.3"},
]  # fmt: skip


def test_what_is_said_where_the_kubeconfig_is_here():
    assert summary.text(NODES, "node-1", "/my prod/artifacts/admin.conf", True) == (
        "NODES\n"
        "NAME    STATUS    ROLES          VERSION  ADDRESS\n"
        "n2      NotReady  <none>         v1.35.4  10.1.1.3\n"
        "node-1  Ready     control-plane  v1.35.4  10.1.1.2\n"
        "\n"
        "The kubeconfig is /my prod/artifacts/admin.conf: an administrator's login, readable only by you.\n"
        "It is merged into no other kubeconfig. Next:\n"
        "  export KUBECONFIG='/my prod/artifacts/admin.conf'\n"
        "  kubectl get pods -A"
    )
    without = summary.text(NODES, "node-1", "/p/admin.conf", False)
    assert without.endswith(
        "\nThis machine has no kubectl; root on node-1 has one and needs no KUBECONFIG."
    )


def test_what_is_said_where_it_is_not():
    assert summary.text(NODES, "node-1", "", True).endswith(
        "\n\n"
        "Root on node-1 has access: kubectl get pods -A\n"
        "To get its kubeconfig onto this machine, readable only by you:\n"
        "  ansible-playbook k8n.cluster.verify -b -e k8n_fetch_kubeconfig=true"
    )


def test_a_large_cluster():
    many = [{**NODES[0], "name": f"n{number}"} for number in range(100)] + [NODES[1]]
    lines = summary.text(many, "n0", "", True).splitlines()
    assert lines[2].startswith("n2 ") and "NotReady" in lines[2]
    assert lines[42:44] == ["and 61 more", ""]
