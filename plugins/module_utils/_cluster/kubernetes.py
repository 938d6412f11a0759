# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What the API server on this control plane host says of the cluster, cut down to what is judged."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ansible_collections.k8n.cluster.plugins.module_utils._cluster.ask import ask_all

if TYPE_CHECKING:
    from typing import Collection, Mapping, Tuple

    from ansible_collections.k8n.cluster.plugins.module_utils._cluster.ask import Question

    Workload = Tuple[str, str, str]

_MAX_PODS = 40
_MAX_TEXT = 200
_ROLE = "node-role.kubernetes.io/"


@dataclass(frozen=True)
class Places:
    """Where Kubespray puts kubectl and the administrator's kubeconfig."""

    kubectl: str = "/usr/local/bin/kubectl"
    kubeconfig: str = "/etc/kubernetes/admin.conf"


def collect(places: Places, timeout: float) -> dict[str, Any]:
    """Its answers, each None with its reason in errors where there is none; timeout is in seconds for each."""
    missing = [path for path in (places.kubectl, places.kubeconfig) if not os.path.exists(path)]
    # Raw: anything else makes kubectl keep a cache in root's home.
    base = [
        places.kubectl,
        f"--kubeconfig={places.kubeconfig}",
        f"--request-timeout={max(1, int(timeout * 0.8))}s",
        "get",
        "--raw",
    ]
    questions: dict[str, Question] = {
        "version": ([*base, "/version"], lambda answer: str(answer["gitVersion"])[:40]),
        "nodes": ([*base, "/api/v1/nodes"], nodes),
        "pods": ([*base, "/api/v1/namespaces/kube-system/pods"], pods),
    }
    if missing:
        return {"missing": missing, **dict.fromkeys(questions), "errors": {}}
    return {"missing": missing, **ask_all(questions, timeout)}


def settled(found: Mapping[str, Any]) -> bool:
    """Whether all nodes are Ready and all system pods run: there is nothing to wait for."""
    nodes_there, pods_there = found["nodes"], found["pods"]
    return (
        bool(nodes_there)
        and all(node["ready"] == "True" for node in nodes_there)
        and pods_there is not None
        and not pods_there["not_well"]
    )


def nodes(answer: Any) -> list[dict[str, Any]]:
    """The nodes in a NodeList."""
    return [_node(each) for each in answer["items"]]


def _node(node: Any) -> dict[str, Any]:
    status, spec = node["status"], node.get("spec", {})
    ready: dict[str, Any] = next(
        (each for each in status.get("conditions", ()) if each["type"] == "Ready"), {}
    )
    return {
        "name": node["metadata"]["name"],
        "addresses": [
            each["address"] for each in status.get("addresses", ()) if each["type"] != "Hostname"
        ],
        # True, False or Unknown, which is what it is when the kubelet has fallen silent.
        "ready": ready.get("status", "Unknown"),
        "why": "" if ready.get("status") == "True" else str(ready.get("message", ""))[:_MAX_TEXT],
        "roles": [
            label[len(_ROLE) :]
            for label in node["metadata"].get("labels", {})
            if label.startswith(_ROLE)
        ],
        "taints": [f"{each['key']}:{each['effect']}" for each in spec.get("taints") or ()],
        "version": status.get("nodeInfo", {}).get("kubeletVersion", ""),
    }


def pods(answer: Any) -> dict[str, Any]:
    """How many pods a PodList has, and those that do not do their work."""
    items = answer["items"]
    alive = {
        _workload(pod)
        for pod in items
        if not _is_gone(pod) and pod["status"].get("phase") != "Succeeded"
    }
    not_well = [shown for pod in items if (shown := _pod(pod, alive))["state"]]
    return {
        "count": len(items),
        "not_well": not_well[:_MAX_PODS],
        "more": len(not_well[_MAX_PODS:]),
    }


def _pod(pod: Any, alive: Collection[Workload | None]) -> dict[str, Any]:
    """state is empty where all is well: all containers ready, done with their work, or replaced by another pod."""
    return {
        "name": pod["metadata"]["name"],
        "node": pod.get("spec", {}).get("nodeName", ""),
        "state": "" if _is_over(pod, alive) else _state(pod),
    }


def _is_gone(pod: Any) -> bool:
    return pod["status"].get("phase") == "Failed" or "deletionTimestamp" in pod["metadata"]


def _is_over(pod: Any, alive: Collection[Workload | None]) -> bool:
    """Whether it is one that nobody misses: what was evicted, or ended with its node, stays in the list for long."""
    if not _is_gone(pod):
        return False
    workload = _workload(pod)
    if workload is None:
        # Nothing puts another in the place of a pod that was made by hand, or by its node, unless somebody deleted it.
        return "deletionTimestamp" in pod["metadata"]
    # A Job's pod is over when it is.
    return workload[0] == "Job" or workload in alive


def _workload(pod: Any) -> Workload | None:
    """What makes a pod anew where it fails (kind, name, and the node that it is for), None where nothing does."""
    owners = pod["metadata"].get("ownerReferences") or ()
    owner = next((each for each in owners if each.get("controller")), None)
    # The kubelet's own pods, such as those of the control plane, have their node for a controller.
    if owner is None or owner["kind"] == "Node":
        return None
    kind, name = str(owner["kind"]), str(owner["name"])
    if kind == "ReplicaSet":
        # A Deployment has another one after each change.
        name = name.rpartition("-")[0] or name
    return kind, name, pod.get("spec", {}).get("nodeName", "") if kind == "DaemonSet" else ""


def _state(pod: Any) -> str:
    status = pod["status"]
    phase = str(status.get("phase", "Unknown"))
    if phase == "Succeeded":
        return ""
    if "deletionTimestamp" in pod["metadata"]:
        return "Terminating"
    containers = [
        *(status.get("initContainerStatuses") or ()),
        *(status.get("containerStatuses") or ()),
    ]
    for container in containers:
        waiting = container.get("state", {}).get("waiting") or {}
        # An init container that is done is not ready either, but waits for nothing.
        if waiting.get("reason"):
            return str(waiting["reason"])[:_MAX_TEXT]
    if phase != "Running":
        return str(status.get("reason") or phase)[:_MAX_TEXT]
    ready = all(container.get("ready") for container in status.get("containerStatuses") or ())
    return "" if ready else "Running, not ready"
