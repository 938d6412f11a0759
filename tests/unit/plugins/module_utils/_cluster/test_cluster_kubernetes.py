# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No kubectl can be had here: the answers are written after the API's reference, in the form of `kubectl get --raw`."""

from __future__ import annotations

import json
import stat

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._cluster import kubernetes

VERSION = {"major": "1", "minor": "35", "gitVersion": "v1.35.4", "platform": "linux/amd64"}


def node(name, address, ready="True", message="kubelet is posting ready status", **more):
    return {
        "metadata": {
            "name": name,
            "labels": {"kubernetes.io/hostname": name, **more.get("labels", {})},
            "annotations": {"volumes.kubernetes.io/controller-managed-attach-detach": "true"},
        },
        "spec": {"podCIDR": "10.233.64.0/24", **more.get("spec", {})},
        "status": {
            "addresses": [
                {"type": "InternalIP", "address": address},
                {"type": "Hostname", "address": name},
            ],
            "conditions": [
                {"type": "MemoryPressure", "status": "False"},
                {"type": "Ready", "status": ready, "reason": "KubeletReady", "message": message},
            ],
            "nodeInfo": {
                "kubeletVersion": "v1.35.4",
                "containerRuntimeVersion": "containerd://2.2.1",
            },
            "images": [{"names": ["registry.k8s.io/pause:3.10"], "sizeBytes": 320368}],
        },
    }


NODES = {
    "kind": "NodeList",
    "items": [
        node(
            "n1",
            "10.0.0.1",
            labels={"node-role.kubernetes.io/control-plane": ""},
            spec={
                "taints": [{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}]
            },
        ),
        node("n2", "10.0.0.2", "Unknown", "Kubelet stopped posting node status."),
    ],
}


def pod(name, phase="Running", containers=(), init=(), node="n1", **status):
    return {
        "metadata": {"name": name, "namespace": "kube-system"},
        "spec": {"nodeName": node} if node else {},
        "status": {
            "phase": phase,
            "containerStatuses": list(containers),
            "initContainerStatuses": list(init),
            **status,
        },
    }


READY = {"ready": True, "state": {"running": {"startedAt": "2026-11-25T03:00:00Z"}}}
NOT_READY = {"ready": False, "state": {"running": {"startedAt": "2026-11-25T03:00:00Z"}}}
CRASHING = {"ready": False, "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "..."}}}
DONE = {"ready": True, "state": {"terminated": {"reason": "Completed", "exitCode": 0}}}
PODS = {
    "kind": "PodList",
    "items": [
        pod("kube-proxy-a", containers=[READY]),
        pod("calico-node-b", containers=[READY], init=[DONE]),
        pod(
            "helm-install-c",
            "Succeeded",
            containers=[{"ready": False, "state": {"terminated": {}}}],
        ),
        pod("coredns-d", containers=[CRASHING]),
        pod("coredns-e", "Pending", node=""),
        pod(
            "calico-node-f",
            "Pending",
            containers=[CRASHING],
            init=[{**CRASHING, "state": {"waiting": {"reason": "ImagePullBackOff"}}}],
            node="n2",
        ),
        pod("metrics-server-g", containers=[READY, NOT_READY]),
        pod("evicted-h", "Failed", reason="Evicted"),
    ],
}


@pytest.fixture
def places(tmp_path):
    """A kubectl that answers as given and keeps its arguments."""

    def make(version="{}", nodes="{}", pods="{}"):
        for name, text in (("version", version), ("nodes", nodes), ("pods", pods)):
            (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / "admin.conf").touch()
        script = tmp_path / "kubectl"
        script.write_text(
            "#!/bin/sh\n"
            f'echo "$@" "HOME=$HOME" >> {tmp_path}/asked\n'
            "for last; do :; done\n"
            f"cat {tmp_path}/${{last##*/}}\n"
            "echo 'The connection to the server 127.0.0.1:6443 was refused' >&2\nexit 1\n",
            encoding="utf-8",
        )
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        return kubernetes.Places(str(script), str(tmp_path / "admin.conf"))

    return make


def test_everything_is_asked_raw_and_leaves_no_cache(places, tmp_path):
    found = kubernetes.collect(
        places(json.dumps(VERSION), json.dumps(NODES), json.dumps(PODS)), 10.0
    )

    assert found == {
        "missing": [],
        "errors": {},
        "version": "v1.35.4",
        "nodes": [
            {
                "name": "n1",
                "addresses": ["10.0.0.1"],
                "ready": "True",
                "why": "",
                "roles": ["control-plane"],
                "taints": ["node-role.kubernetes.io/control-plane:NoSchedule"],
                "version": "v1.35.4",
            },
            {
                "name": "n2",
                "addresses": ["10.0.0.2"],
                "ready": "Unknown",
                "why": "Kubelet stopped posting node status.",
                "roles": [],
                "taints": [],
                "version": "v1.35.4",
            },
        ],
        "pods": {
            "count": 8,
            "not_well": [
                {"name": "coredns-d", "node": "n1", "state": "CrashLoopBackOff"},
                {"name": "coredns-e", "node": "", "state": "Pending"},
                {"name": "calico-node-f", "node": "n2", "state": "ImagePullBackOff"},
                {"name": "metrics-server-g", "node": "n1", "state": "Running, not ready"},
                {"name": "evicted-h", "node": "n1", "state": "Evicted"},
            ],
            "more": 0,
        },
    }
    base = f"--kubeconfig={tmp_path}/admin.conf --request-timeout=8s get --raw"
    assert sorted((tmp_path / "asked").read_text(encoding="utf-8").splitlines()) == [
        f"{base} /api/v1/namespaces/kube-system/pods HOME=",
        f"{base} /api/v1/nodes HOME=",
        f"{base} /version HOME=",
    ]


@pytest.mark.parametrize("answer", ["", "null", "error: no\n"])
def test_an_api_server_that_is_silent(places, answer):
    found = kubernetes.collect(places(answer, answer, answer), 10.0)

    assert found["version"] is found["nodes"] is found["pods"] is None
    assert found["errors"] == dict.fromkeys(
        ("version", "nodes", "pods"), "The connection to the server 127.0.0.1:6443 was refused"
    )


@pytest.mark.parametrize(
    "answer", ['{"items": [1]}', "[1]", '{"items": [{"metadata": {}}]}', '"x"']
)
def test_an_answer_of_another_form_is_no_answer(places, answer):
    found = kubernetes.collect(places(answer, answer, answer), 10.0)

    assert found["version"] is found["nodes"] is found["pods"] is None
    assert found["errors"]["nodes"] == "its answer has an unknown form"


def test_nothing_is_installed(tmp_path):
    there = kubernetes.Places(str(tmp_path / "kubectl"), str(tmp_path / "admin.conf"))

    assert kubernetes.collect(there, 10.0) == {
        "missing": [str(tmp_path / "kubectl"), str(tmp_path / "admin.conf")],
        "errors": {},
        "version": None,
        "nodes": None,
        "pods": None,
    }


def of(kind, name, pod, deleted=False):
    """The pod with its controller."""
    owner = {"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": "u", "controller": True}
    pod["metadata"]["ownerReferences"] = [{**owner, "controller": False, "name": "x"}, owner]
    if deleted:
        pod["metadata"]["deletionTimestamp"] = "2026-11-25T03:00:00Z"
    return pod


def failed(name, **more):
    return pod(name, "Failed", reason="Terminated", message="Pod was terminated in response to imminent node shutdown.",
               **more)  # fmt: skip


def well(name, **more):
    return pod(name, containers=[READY], **more)


@pytest.mark.parametrize(
    ("pods", "not_well"),
    [
        # Another pod of the same Deployment, after a change to it or not; whether it is well is told of that one.
        ([of("ReplicaSet", "coredns-1a", failed("a")), of("ReplicaSet", "coredns-1a", well("b"))], {}),
        ([of("ReplicaSet", "coredns-1a", failed("a")), of("ReplicaSet", "coredns-2b", well("b"))], {}),
        ([of("ReplicaSet", "coredns-1a", failed("a")),
          of("ReplicaSet", "coredns-1a", pod("b", containers=[CRASHING]))], {"b": "CrashLoopBackOff"}),
        # None of it is left.
        ([of("ReplicaSet", "coredns-1a", failed("a")), of("ReplicaSet", "metrics-1a", well("b"))],
         {"a": "Terminated"}),
        ([of("ReplicaSet", "coredns-1a", failed("a")), of("ReplicaSet", "coredns-1a", pod("b", "Succeeded"))],
         {"a": "Terminated"}),
        ([of("ReplicaSet", "coredns-1a", well("a"), deleted=True)], {"a": "Terminating"}),
        ([of("ReplicaSet", "coredns-1a", well("a"), deleted=True), of("ReplicaSet", "coredns-1a", well("b"))], {}),
        # A DaemonSet has one for each node.
        ([of("DaemonSet", "kube-proxy", failed("a")), of("DaemonSet", "kube-proxy", well("b"))], {}),
        ([of("DaemonSet", "kube-proxy", failed("a")), of("DaemonSet", "kube-proxy", well("b", node="n2"))],
         {"a": "Terminated"}),
        ([of("Job", "certs", failed("a"))], {}),
        # A static pod, and one that somebody made by hand.
        ([of("Node", "n1", failed("a")), of("Node", "n1", well("b"))], {"a": "Terminated"}),
        ([failed("a"), well("b")], {"a": "Terminated"}),
        ([of("Node", "n1", pod("a", containers=[CRASHING]), deleted=True)], {}),
    ],
)  # fmt: skip
def test_a_pod_that_was_replaced_is_no_finding(pods, not_well):
    found = kubernetes.pods({"items": pods})

    assert {each["name"]: each["state"] for each in found["not_well"]} == not_well


def test_pods_without_number():
    found = kubernetes.pods({"items": [pod(f"p{n}", "Pending") for n in range(100)]})

    assert len(found["not_well"]) == 40
    assert (found["count"], found["more"]) == (100, 60)


@pytest.mark.parametrize(
    ("nodes", "pods", "settled"),
    [
        (NODES["items"][:1], PODS["items"][:3], True),
        (NODES["items"], PODS["items"][:3], False),
        (NODES["items"][:1], PODS["items"], False),
        ([], [], False),
    ],
)
def test_what_there_is_to_wait_for(nodes, pods, settled):
    found = {"nodes": kubernetes.nodes({"items": nodes}), "pods": kubernetes.pods({"items": pods})}
    assert kubernetes.settled(found) is settled
    assert kubernetes.settled({**found, "pods": None}) is False
    assert kubernetes.settled({**found, "nodes": None}) is False
