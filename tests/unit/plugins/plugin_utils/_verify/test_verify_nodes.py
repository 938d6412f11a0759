# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No kubectl can be had here; what is judged has the form that module_utils/_cluster/kubernetes.py returns."""

from __future__ import annotations

from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Unknown
from ansible_collections.k8n.cluster.plugins.plugin_utils._verify import control_plane, nodes
from ansible_collections.k8n.cluster.plugins.plugin_utils._verify.model import CLUSTER, Cluster
from whole_cluster import TAINT, lose, node

RUN_AGAIN = "Run k8n.cluster.deploy again, and look at the tasks of Kubespray's role kubernetes/kubeadm for this host."


def kubernetes(cluster: Cluster) -> Any:
    return cluster.found["n1"]["kubernetes"]


def judged(cluster: Cluster) -> list[tuple[str, Any]]:
    return list(nodes.judge(cluster))


def test_a_whole_cluster(cluster):
    assert judged(cluster) == []
    assert list(control_plane.judge(cluster)) == []


def test_a_control_plane_host_without_kubernetes(cluster):
    kubernetes(cluster).update(
        missing=["/usr/local/bin/kubectl", "/etc/kubernetes/admin.conf"],
        version=None,
        nodes=None,
        pods=None,
    )

    assert list(control_plane.judge(cluster)) == [
        (
            "n1",
            block(
                "control_plane_missing",
                "The inventory wants a control plane host here, and Kubernetes is not installed on it: there is no "
                "/usr/local/bin/kubectl and no /etc/kubernetes/admin.conf.",
                "Run k8n.cluster.deploy again, and look at Kubespray's play 'Install the control plane' for this host.",
            ),
        ),
        (
            "n1",
            Unknown("api_server_silent", "Kubernetes is not installed on this control plane host."),
        ),
        (CLUSTER, Unknown("api_servers_differ", "no API server has told its version.")),
    ]
    found = judged(cluster)
    # Nothing about the nodes passes.
    for host in ("n1", "n2", "n3"):
        assert {each.id for place, each in found if place == host} == {
            check.id for check in nodes.HOST_CHECKS
        }
    assert {each.id for place, each in found if place == CLUSTER} == {
        check.id for check in nodes.CLUSTER_CHECKS
    }
    assert {each.reason for _place, each in found} == {
        "no API server has answered.",
        "no API server has listed the pods of kube-system.",
    }


def test_an_api_server_that_is_silent(cluster):
    refused = "The connection to the server 127.0.0.1:6443 was refused"
    errors = dict.fromkeys(("version", "nodes", "pods"), refused)
    kubernetes(cluster).update(version=None, nodes=None, pods=None, errors=errors)

    assert next(control_plane.judge(cluster)) == (
        "n1",
        block(
            "api_server_silent",
            f"The API server of this host does not answer its own administrator: {refused}.",
            "Mend what 'journalctl -u kubelet -n 50' and 'crictl ps -a --name kube-apiserver' show on this host.",
        ),
    )
    assert judged(cluster)[0][1].reason == f"no API server has listed the nodes (n1: {refused})."


def test_a_control_plane_host_that_could_not_be_asked(cluster):
    lose(cluster, "n1")

    assert [each for place, each in control_plane.judge(cluster) if place == "n1"] == [
        Unknown("control_plane_missing", "the host could not be asked."),
        Unknown("api_server_silent", "the host could not be asked."),
    ]


def test_another_control_plane_host_is_asked_where_the_first_is_silent(cluster):
    host = cluster.hosts["n2"]
    cluster.hosts["n2"] = type(host)("n2", host.groups | {"kube_control_plane"}, host.variables)
    cluster.found["n2"]["kubernetes"] = {
        **kubernetes(cluster),
        "nodes": [node("n1", True), {**node("n2", True), "taints": []}, node("n3")],
    }
    kubernetes(cluster).update(version=None, nodes=None, pods=None, errors={"nodes": "refused"})

    assert judged(cluster) == []


def test_api_servers_two_releases_apart(cluster):
    host = cluster.hosts["n2"]
    cluster.hosts["n2"] = type(host)("n2", host.groups | {"kube_control_plane"}, host.variables)
    cluster.found["n2"]["kubernetes"] = {**kubernetes(cluster), "version": "v1.33.1"}

    assert list(control_plane.judge(cluster)) == [
        (
            CLUSTER,
            block(
                "api_servers_differ",
                "The API servers are of releases more than one minor apart: n1 1.35, n2 1.33.",
                "Run Kubespray's playbook upgrade_cluster until all of the control plane has the same release.",
            ),
        )
    ]


def test_a_host_that_is_no_node(cluster):
    kubernetes(cluster)["nodes"].pop()

    assert judged(cluster) == [
        (
            "n3",
            block(
                "node_missing",
                "The inventory wants a node here, and it is none of the cluster's 2: n1, n2.",
                RUN_AGAIN,
            ),
        ),
        ("n3", Unknown("node_not_ready", "the host is no node.")),
        ("n3", Unknown("node_role_wrong", "the host is no node.")),
        ("n3", Unknown("version_skew", "the host is no node.")),
    ]


def test_a_node_of_another_name_is_known_by_its_address_or_its_variable(cluster):
    kubernetes(cluster)["nodes"][2]["name"] = "worker-3"
    assert judged(cluster) == []

    kubernetes(cluster)["nodes"][2]["addresses"] = ["192.0.2.3"]
    assert [found["id"] for _place, found in judged(cluster) if isinstance(found, dict)] == [
        "node_missing",
        "node_foreign",
    ]

    cluster.hosts["n3"].variables["kube_override_hostname"] = "Worker-3"
    assert judged(cluster) == []


def test_a_node_that_is_no_host(cluster):
    kubernetes(cluster)["nodes"].append({**node("n3"), "name": "n9", "addresses": ["10.0.0.9"]})

    assert judged(cluster) == [
        (
            CLUSTER,
            warn(
                "node_foreign",
                "The cluster has nodes that are no hosts of the inventory: n9.",
                "Write them into the inventory, or remove them with 'kubectl delete node'.",
            ),
        )
    ]


def test_a_node_that_is_not_ready(cluster):
    kubernetes(cluster)["nodes"][1].update(
        ready="Unknown", why="Kubelet stopped posting node status."
    )

    assert judged(cluster) == [
        (
            "n2",
            block(
                "node_not_ready",
                "The node is not Ready (its state is Unknown): Kubelet stopped posting node status.",
                "Mend what 'journalctl -u kubelet -n 50' says on this host.",
            ),
        )
    ]


def test_a_role_that_is_not_the_inventorys(cluster):
    kubernetes(cluster)["nodes"] = [node("n1"), node("n2", True), node("n3")]

    assert judged(cluster) == [
        (
            "n1",
            block(
                "node_role_wrong",
                "By the inventory this host is part of the control plane, in the cluster it is no part of it.",
                RUN_AGAIN,
            ),
        ),
        (
            "n2",
            block(
                "node_role_wrong",
                "By the inventory this host is no part of the control plane, in the cluster it is part of it.",
                "Write the host into the group kube_control_plane, or remove the node as Kubespray's "
                "docs/operations/nodes.md says.",
            ),
        ),
    ]


def test_taints_that_do_not_fit_the_groups(cluster):
    kubernetes(cluster)["nodes"][0]["taints"] = []
    kubernetes(cluster)["nodes"][1]["taints"] = [TAINT]

    assert judged(cluster) == [
        (
            "n1",
            warn(
                "node_role_wrong",
                f"By the inventory this host runs the control plane alone, and no taint {TAINT} keeps other pods away.",
                f"Run 'kubectl taint nodes n1 {TAINT}', or write the host into the group kube_node.",
            ),
        ),
        (
            "n2",
            warn(
                "node_role_wrong",
                f"By the inventory this host also runs pods (group kube_node), and its taint {TAINT} keeps them away.",
                f"Run 'kubectl taint nodes n2 {TAINT}-', or take the host out of the group kube_node.",
            ),
        ),
    ]


def test_versions(cluster):
    expected = {"v1.36.0": ["n2"], "v1.35.9": [], "v1.32.0": [], "v1.31.9": ["n2"]}
    for version, places in expected.items():
        kubernetes(cluster)["nodes"][1]["version"] = version
        assert [place for place, _found in judged(cluster)] == places, version

    assert judged(cluster) == [
        (
            "n2",
            block(
                "version_skew",
                "Its kubelet is v1.31.9, the oldest API server 1.35 and the newest 1.35: a kubelet may not be newer, "
                "and at most 3 minor releases older.",
                "Run Kubespray's playbook upgrade_cluster, control plane first.",
            ),
        )
    ]
    kubernetes(cluster)["nodes"][1]["version"] = "unknown"
    assert judged(cluster) == [
        (
            "n2",
            Unknown("version_skew", "the versions of kubelet and API server are not both known."),
        )
    ]


def test_pods_that_do_not_run(cluster):
    kubernetes(cluster)["pods"] = {
        "count": 20,
        "not_well": [
            {"name": "metrics-server-7", "node": "n2", "state": "CrashLoopBackOff"},
            {"name": "coredns-8", "node": "n3", "state": "Running, not ready"},
            {"name": "dns-autoscaler-1", "node": "n3", "state": "ImagePullBackOff"},
            {"name": "coredns-9", "node": "", "state": "Pending"},
        ],
        "more": 2,
    }

    found = judged(cluster)

    assert [(place, each["id"], each["severity"]) for place, each in found] == [
        ("n2", "system_pod_not_running", "warn"),
        ("n3", "system_pod_not_running", "block"),
        (CLUSTER, "system_pod_not_placed", "block"),
    ]
    assert found[1][1] == block(
        "system_pod_not_running",
        "Pods of kube-system do not run as they should: coredns-8 (Running, not ready), dns-autoscaler-1 "
        "(ImagePullBackOff). In all the cluster 2 more do not.",
        "Mend what 'kubectl -n kube-system describe pod coredns-8' and its logs say.",
    )
