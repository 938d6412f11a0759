# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A kubectl that prints what it is given; test_verify_recorded.py has what comes of a real API server's answers."""

from __future__ import annotations

import calendar
import json
import stat
import time

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._cluster import (
    ask,
    kubernetes,
    static_pod,
)
from ansible_collections.k8n.cluster.plugins.module_utils._cluster.nodes import nodes as nodes_of
from ansible_collections.k8n.cluster.plugins.module_utils._cluster.pods import keep as keep_pod
from ansible_collections.k8n.cluster.plugins.module_utils._cluster.pods import owned
from ansible_collections.k8n.cluster.plugins.module_utils._cluster.pods import pods as pods_of

NOW = 1_796_000_000.0
# Of a node that nothing keeps pods from.
OPEN = {
    "cordoned": False, "cordoned_since": None, "pod_ranges": ["10.233.64.0/24"], "pressure": [],
}  # fmt: skip
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


def not_well(name, node, state, why="", image=""):
    return {"name": name, "node": node, "state": state, "why": why, "image": image}


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
            init=[
                {
                    "image": "calico/node:v3",
                    "ready": False,
                    "state": {"waiting": {"reason": "ImagePullBackOff"}},
                }
            ],
            node="n2",
        ),
        pod("metrics-server-g", containers=[READY, NOT_READY]),
        pod("evicted-h", "Failed", reason="Evicted"),
    ],
}


LISTS = (
    "nodes", "pods", "daemonsets", "deployments", "poddisruptionbudgets", "networkpolicies",
    "validatingwebhookconfigurations", "mutatingwebhookconfigurations",
)  # fmt: skip


@pytest.fixture
def places(tmp_path):
    """A kubectl that answers as given and keeps its arguments."""

    def make(version="{}", nodes="{}", pods="{}", **others):
        empty = json.dumps({"metadata": {}, "items": []})
        answers = {**dict.fromkeys(LISTS, empty), "version": version, "nodes": nodes, "pods": pods}
        for name, text in {**answers, **others}.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / "admin.conf").touch()
        script = tmp_path / "kubectl"
        script.write_text(
            "#!/bin/sh\n"
            f'echo "$@" "HOME=$HOME" >> {tmp_path}/asked\n'
            "for last; do :; done\n"
            "last=${last%%\\?*}\n"
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
                **OPEN,
            },
            {
                "name": "n2",
                "addresses": ["10.0.0.2"],
                "ready": "Unknown",
                "why": "Kubelet stopped posting node status.",
                "roles": [],
                "taints": [],
                "version": "v1.35.4",
                **OPEN,
            },
        ],
        "pods": {
            "count": 8,
            "not_well": [
                not_well("coredns-d", "n1", "CrashLoopBackOff", "..."),
                not_well("coredns-e", "", "Pending"),
                not_well("calico-node-f", "n2", "ImagePullBackOff", "", "calico/node:v3"),
                not_well("metrics-server-g", "n1", "Running, not ready"),
                not_well("evicted-h", "n1", "Evicted"),
            ],
            "more": 0,
            "dns": {"count": 0, "ready": 0},
        },
        "daemonsets": [],
        "dns_replicas": [],
        "budgets": {"found": [], "more": 0},
        "dns_policies": [],
        "webhooks": {"count": 0, "found": [], "more": 0},
        "last_words": None,
    }
    base = f"--kubeconfig={tmp_path}/admin.conf --request-timeout=8s get --raw"
    apis, system = "/apis", "namespaces/kube-system"
    assert sorted((tmp_path / "asked").read_text(encoding="utf-8").splitlines()) == sorted(
        f"{base} {path} HOME="
        for path in (
            "/version",
            "/api/v1/nodes?limit=500",
            f"/api/v1/{system}/pods?limit=500",
            f"{apis}/apps/v1/{system}/daemonsets?limit=500",
            f"{apis}/apps/v1/{system}/deployments?labelSelector=k8s-app%3Dkube-dns&limit=500",
            f"{apis}/policy/v1/poddisruptionbudgets?limit=500",
            f"{apis}/networking.k8s.io/v1/{system}/networkpolicies?limit=500",
            f"{apis}/admissionregistration.k8s.io/v1/validatingwebhookconfigurations?limit=500",
            f"{apis}/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations?limit=500",
        )
    )


def test_a_list_comes_in_pages(places, tmp_path):
    """One of many nodes may be as large as this host's memory."""
    there = places(json.dumps(VERSION), json.dumps(NODES), json.dumps(PODS))
    first = {"metadata": {"continue": "x=&y"}, "items": NODES["items"][:1]}
    second = {"metadata": {"continue": ""}, "items": NODES["items"][1:]}
    for name, page in (("first", first), ("second", second)):
        (tmp_path / name).write_text(json.dumps(page), encoding="utf-8")
    script = tmp_path / "kubectl"
    text = script.read_text(encoding="utf-8").replace(
        "last=${last%%",
        f"case $last in */nodes*continue=x%3D%26y) cat {tmp_path}/second; exit;;\n"
        f"*/nodes*) cat {tmp_path}/first; exit;; esac\n"
        "last=${last%%",
    )
    script.write_text(text, encoding="utf-8")

    assert [node["name"] for node in kubernetes.collect(there, 10.0)["nodes"]] == ["n1", "n2"]


def test_a_list_without_end_is_given_up(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])

    def page(_argv, _timeout):
        clock[0] += 9.0
        return {"metadata": {"continue": "on"}, "items": []}

    monkeypatch.setattr(ask, "ask", page)

    with pytest.raises(ask.AskError, match="the list was not complete within 60 s"):
        ask.ask_pages([], "/api/v1/nodes", lambda item: item, 10.0)
    assert clock[0] == 63.0


@pytest.mark.parametrize("answer", ["", "null", "error: no\n"])
def test_an_api_server_that_is_silent(places, tmp_path, monkeypatch, answer):
    monkeypatch.setattr(static_pod, "last_words", lambda name: f"{name} said no")

    found = kubernetes.collect(places(answer, answer, answer), 10.0)

    assert found.pop("missing") == []
    assert found.pop("last_words") == "kube-apiserver said no"
    assert found.pop("errors") == dict.fromkeys(
        found, "The connection to the server 127.0.0.1:6443 was refused"
    )
    assert set(found.values()) == {None}
    # Everything else would wait for as long.
    assert len((tmp_path / "asked").read_text(encoding="utf-8").splitlines()) == 1


@pytest.mark.parametrize(
    "answer", ['{"items": [1]}', "[1]", '{"items": [{"metadata": {}}]}', '"x"']
)
def test_an_answer_of_another_form_is_no_answer(places, answer):
    version = json.dumps(VERSION)
    found = kubernetes.collect(places(version, answer, answer, networkpolicies=answer), 10.0)

    assert found["version"] == "v1.35.4"
    nothing = ("nodes", "pods", "daemonsets", "dns_policies")
    assert all(found[name] is None for name in nothing)
    assert found["errors"] == dict.fromkeys(nothing, "its answer has an unknown form")


def test_nothing_is_installed(tmp_path):
    there = kubernetes.Places(str(tmp_path / "kubectl"), str(tmp_path / "admin.conf"))

    found = kubernetes.collect(there, 10.0)

    assert found.pop("missing") == [str(tmp_path / "kubectl"), str(tmp_path / "admin.conf")]
    assert found.pop("errors") == {}
    assert set(found.values()) == {None}


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
    found = pods_of({"items": pods}, NOW)

    assert {each["name"]: each["state"] for each in found["not_well"]} == not_well


ENDED = {
    "exitCode": 1, "reason": "Error", "startedAt": "2026-11-30T00:59:00Z", "finishedAt": "2026-11-30T00:59:40Z",
}  # fmt: skip
LOOP = {
    "ready": True,
    "restartCount": 5,
    "state": {"running": {"startedAt": "2026-11-30T01:00:00Z"}},
    "lastState": {"terminated": ENDED},
}
SOON = calendar.timegm((2026, 11, 30, 1, 0, 20))


@pytest.mark.parametrize(
    ("changes", "now", "state"),
    [
        ({}, SOON, "ends again and again, 5 times"),
        # Right after an installation.
        ({"restartCount": 2}, SOON, ""),
        # It has been well for a while.
        ({}, SOON + 60, ""),
        # A host that was rebooted.
        ({"lastState": {"terminated": {**ENDED, "startedAt": "2026-11-29T00:00:00Z"}}}, SOON, ""),
        ({"lastState": {}}, SOON, ""),
    ],
)  # fmt: skip
def test_a_container_that_is_well_only_between_two_ends(changes, now, state):
    found = pods_of({"items": [pod("a", containers=[{**LOOP, **changes}])]}, now)["not_well"]

    assert [(each["state"], each["why"]) for each in found] == (
        [(state, "it last ended with 1 (Error)")] if state else []
    )


def test_pods_of_the_dns():
    def dns(name, ready):
        made = pod(name, containers=[READY], conditions=[{"type": "Ready", "status": ready}])
        made["metadata"]["labels"] = {"k8s-app": "kube-dns"}
        return made

    gone = dns("c", "True")
    gone["metadata"]["deletionTimestamp"] = "2026-11-25T03:00:00Z"
    found = pods_of({"items": [dns("a", "True"), dns("b", "False"), gone, well("d")]}, NOW)

    assert found["dns"] == {"count": 2, "ready": 1}


def test_pods_that_find_no_node_say_why():
    waits = {"type": "PodScheduled", "status": "False", "message": "0/3 nodes are\navailable"}
    (found,) = pods_of({"items": [pod("a", "Pending", node="", conditions=[waits])]}, NOW)[
        "not_well"
    ]
    assert found["why"] == "0/3 nodes are available"


def test_a_pod_of_a_daemonset_that_is_not_placed_is_its_nodes():
    """As a real API server has it: the scheduler is told by the node's name."""
    term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n2"]}]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}
    waits = of("DaemonSet", "kube-proxy", pod("kube-proxy-x", "Pending", node=""))
    waits["spec"] = {"affinity": {"nodeAffinity": required}, "containers": [{"env": "SECRET"}]}

    kept = {"items": [keep_pod(waits)]}

    assert pods_of(kept, NOW)["not_well"] == [not_well("kube-proxy-x", "n2", "Pending")]
    assert owned(kept) == {("DaemonSet", "kube-proxy", "n2")}
    assert "SECRET" not in str(kept)


def test_what_closes_a_node():
    (found,) = nodes_of(
        {
            "items": [
                node(
                    "n1",
                    "10.0.0.1",
                    spec={
                        "unschedulable": True,
                        "podCIDRs": ["10.233.64.0/24", "fd00::/64"],
                        "taints": [
                            {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule",
                             "timeAdded": "2026-11-30T09:00:00Z"}
                        ],
                    },
                )
            ]
        }
    )  # fmt: skip
    assert found["cordoned"] is True
    assert found["cordoned_since"] == "2026-11-30T09:00:00Z"
    assert found["pod_ranges"] == ["10.233.64.0/24", "fd00::/64"]


def test_pods_without_number():
    found = pods_of({"items": [pod(f"p{n}", "Pending") for n in range(100)]}, NOW)

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
    found = {
        "nodes": nodes_of({"items": nodes}), "pods": pods_of({"items": pods}, NOW), "daemonsets": []
    }  # fmt: skip
    assert kubernetes.settled(found) is settled
    assert kubernetes.settled({**found, "pods": None}) is False
    assert kubernetes.settled({**found, "nodes": None}) is False
    assert kubernetes.settled({**found, "daemonsets": [{"name": "kube-proxy"}]}) is False
