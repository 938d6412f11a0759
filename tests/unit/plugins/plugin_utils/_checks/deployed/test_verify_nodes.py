# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is judged has the form that module_utils/_cluster/kubernetes.py returns."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.deployed import (
    control_plane,
    nodes,
    pods,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.deployed.model import (
    CLUSTER,
    Cluster,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Unknown
from whole_cluster import TAINT, lose, node

RUN_AGAIN = "Run k8n.cluster.deploy again, and look at the tasks of Kubespray's role kubernetes/kubeadm for this host."


def kubernetes(cluster: Cluster) -> Any:
    return cluster.found["n1"]["kubernetes"]


def judged(cluster: Cluster) -> list[tuple[str, Any]]:
    return [*nodes.judge(cluster), *pods.judge(cluster)]


def test_a_whole_cluster(cluster):
    assert judged(cluster) == []
    assert list(control_plane.judge(cluster)) == []


def test_a_control_plane_host_without_kubernetes(cluster):
    kubernetes(cluster).update(
        missing=["/usr/local/bin/kubectl", "/etc/kubernetes/admin.conf"],
        version=None,
        nodes=None,
        pods=None,
        daemonsets=None,
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
    for judge in (nodes, pods):
        for host in ("n1", "n2", "n3"):
            assert {check.id for check in judge.HOST_CHECKS} <= {
                each.id for place, each in found if place == host
            }
    assert {each.id for place, each in found if place == CLUSTER} == {
        check.id for check in (*nodes.CLUSTER_CHECKS, *pods.CLUSTER_CHECKS)
    }
    assert {each.reason for _place, each in found} == {
        "no API server has answered.",
        "no API server has listed the pods of kube-system.",
        "no API server has listed the DaemonSets, nodes and pods of kube-system.",
    }


def test_an_api_server_that_is_silent(cluster):
    refused = "The connection to the server 127.0.0.1:6443 was refused"
    errors = dict.fromkeys(("version", "nodes", "pods"), refused)
    kubernetes(cluster).update(
        version=None, nodes=None, pods=None, errors=errors, last_words="Error: unknown flag: --x"
    )

    assert next(control_plane.judge(cluster)) == (
        "n1",
        block(
            "api_server_silent",
            f"The API server of this host does not answer its own administrator: {refused}. It said last: Error: "
            f"unknown flag: --x",
            "Fix what 'crictl logs $(crictl ps -a -q --name kube-apiserver | head -1)' and 'journalctl -u kubelet -n "
            "50' say on this host; its settings are in /etc/kubernetes/manifests/kube-apiserver.yaml, and the kubelet "
            "restarts it within five minutes after a change there.",
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
                "On this host run 'systemctl restart kubelet': a kubelet registers its node only when it starts. Then "
                "run k8n.cluster.verify again, since the node gets another range for its pods.",
            ),
        ),
        *[
            ("n3", Unknown(check.id, "the host is not a node."))
            for check in nodes.HOST_CHECKS
            if check.id != "node_missing"
        ],
    ]
    # A host that has never joined.
    cluster.found["n3"]["kubelet"]["login"] = None
    assert judged(cluster)[0][1]["fix"] == RUN_AGAIN


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
                "The cluster has nodes that are not hosts of the inventory: n9.",
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
                "Fix what 'journalctl -u kubelet -n 50' says on this host.",
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
    expected = {
        "v1.36.0": ["block"], "v1.35.9": [], "v1.34.9": ["warn"], "v1.32.0": ["warn"], "v1.31.9": ["block"],
    }  # fmt: skip
    for version, severities in expected.items():
        kubernetes(cluster)["nodes"][1]["version"] = version
        found = judged(cluster)
        assert [each["severity"] for _place, each in found] == severities, version
        assert all((place, each["id"]) == ("n2", "version_skew") for place, each in found)

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
    kubernetes(cluster)["nodes"][1]["version"] = "v1.34.3"
    assert judged(cluster)[0][1] == warn(
        "version_skew",
        "Its kubelet is v1.34.3, the oldest API server 1.35: that works, but is no state to stay in.",
        "Run Kubespray's playbook upgrade_cluster to its end.",
    )
    kubernetes(cluster)["nodes"][1]["version"] = "unknown"
    assert judged(cluster) == [
        (
            "n2",
            Unknown("version_skew", "the versions of kubelet and API server are not both known."),
        )
    ]


def test_a_cordoned_node(cluster):
    kubernetes(cluster)["nodes"][1].update(
        cordoned=True,
        cordoned_since="2026-11-30T09:00:00Z",
        taints=["node.kubernetes.io/unschedulable:NoSchedule"],
    )

    assert judged(cluster) == [
        (
            "n2",
            warn(
                "node_cordoned",
                "The node is cordoned since 2026-11-30T09:00:00Z: no new pod is placed on it. Somebody has done that, "
                "or an upgrade that was interrupted; Kubespray opens only what it has cordoned in the same "
                "run.",
                "On n1 run as root 'kubectl uncordon n2'.",
            ),
        )
    ]
    kubernetes(cluster)["nodes"][1]["cordoned_since"] = None
    assert judged(cluster)[0][1]["message"].startswith("The node is cordoned: no new")


def test_taints_that_somebody_added(cluster):
    kubernetes(cluster)["nodes"][2]["taints"] = [
        "example.org/mine:NoExecute", "wanted:NoSchedule", "soft:PreferNoSchedule", "nvidia.com/gpu:NoSchedule",
        "node.kubernetes.io/disk-pressure:NoSchedule",
    ]  # fmt: skip
    cluster.hosts["n3"].variables["node_taints"] = ["wanted=yes:NoSchedule"]

    assert judged(cluster) == [
        (
            "n3",
            warn(
                "node_tainted",
                "Taints that the inventory does not know keep pods from this node: example.org/mine:NoExecute.",
                "On n1 run as root 'kubectl taint nodes n3 example.org/mine:NoExecute-'; or write them into "
                "node_taints if they are wanted.",
            ),
        )
    ]
    cluster.hosts["n3"].variables["node_taints"] = "{{ undefined }}"
    assert "wanted:NoSchedule" in judged(cluster)[0][1]["message"]


def test_a_node_without_room(cluster):
    kubernetes(cluster)["nodes"][2]["pressure"] = [
        {"type": "DiskPressure", "why": "kubelet has disk pressure"}, {"type": "Unheard", "why": ""},
    ]  # fmt: skip

    assert judged(cluster) == [
        (
            "n3",
            block(
                "node_pressure",
                "The node has DiskPressure: kubelet has disk pressure",
                "Free space below /var/lib/kubelet, /var/log and the container engine's directory ('df -h' and "
                "'crictl rmi --prune' on this host), or set a lower kubelet_eviction_hard; the kubelet sees it within "
                "minutes.",
            ),
        )
    ]


def test_what_a_host_made_up_is_no_part_of_a_command(cluster):
    kubernetes(cluster)["nodes"][1].update(
        name="n2'; rm -rf /; '", addresses=["10.0.0.2"], cordoned=True
    )

    assert judged(cluster)[0][1]["fix"] == "On n1 run as root 'kubectl uncordon NAME'."


def pod(name, node, state, why="", image=""):
    return {"name": name, "node": node, "state": state, "why": why, "image": image}


def test_pods_that_do_not_run(cluster):
    kubernetes(cluster)["pods"] = {
        "count": 20,
        "not_well": [
            pod("metrics-server-7", "n2", "CrashLoopBackOff"),
            pod("coredns-8", "n3", "Running, not ready", "it last ended with 1 (Error)"),
            pod(
                "dns-autoscaler-1", "n3", "ImagePullBackOff", "no such host", "r:5000/autoscaler:1"
            ),
            pod("coredns-9", "", "Pending", "0/3 nodes are available."),
        ],
        "more": 2,
        "dns": {"count": 2, "ready": 1},
    }

    found = judged(cluster)

    assert [(place, each["id"], each["severity"]) for place, each in found] == [
        ("n2", "system_pod_not_running", "warn"),
        ("n3", "system_pod_not_running", "block"),
        ("n3", "system_image_not_pulled", "warn"),
        (CLUSTER, "system_pod_not_placed", "block"),
    ]
    assert found[1][1] == block(
        "system_pod_not_running",
        "Pods of kube-system do not run as they should: coredns-8 (Running, not ready). coredns-8: it last ended with "
        "1 (Error). In all the cluster 2 more do not.",
        "Fix what the pod's events and its log say: on n1 run as root 'kubectl -n kube-system describe pod coredns-8; "
        "kubectl -n kube-system logs coredns-8 --previous'.",
    )
    assert found[2][1] == warn(
        "system_image_not_pulled",
        "Images of kube-system's pods cannot be pulled: r:5000/autoscaler:1 for dns-autoscaler-1 (ImagePullBackOff). "
        "no such host. In all the cluster 2 more do not.",
        "Fix what 'crictl pull r:5000/autoscaler:1' says on this host: put the image into that registry, or give the "
        "pod's workload the name of one that is there; the kubelet then pulls it within five minutes.",
    )


@pytest.mark.parametrize(
    ("missing", "severity", "said", "fix"),
    [
        ({"excluded": True}, "block", "its template excludes this node by its name",
         "On n1 run as root 'kubectl -n kube-system rollout undo daemonset kube-proxy', which undoes the last "
         "change to it."),
        ({"excluded": False}, "warn", "none is made for it",
         "Fix what its events say: on n1 run as root 'kubectl -n kube-system describe daemonset kube-proxy'."),
    ],
)  # fmt: skip
def test_a_daemonset_without_a_pod_on_one_node(cluster, missing, severity, said, fix):
    kubernetes(cluster)["daemonsets"] = [
        {"name": "kube-proxy", "critical": severity == "block", "missing": [{"node": "n2", **missing}], "more": 0}
    ]  # fmt: skip

    ((place, found),) = judged(cluster)

    assert (place, found) == (
        "n2",
        {
            "id": "daemonset_incomplete",
            "severity": severity,
            "message": "The DaemonSet kube-proxy of kube-system has no pod on this node, though it is meant for it: "
            f"{said}.",
            "fix": fix,
        },
    )
