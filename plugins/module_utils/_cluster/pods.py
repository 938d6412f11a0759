# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The pods of the system in a PodList: those that do not do their work, and where the cluster's DNS runs."""

from __future__ import annotations

import calendar
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import Collection, Tuple

    Workload = Tuple[str, str, str]

_MAX_PODS = 40
_MAX_TEXT = 200
# The label of CoreDNS with Kubespray and kubeadm; with dns_mode coredns_dual there are two.
_DNS = ("kube-dns", "kube-dns-secondary")
# Without a pull no image: the states in which a container waits for one.
PULL_STATES = (
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
    "RegistryUnavailable",
    "ErrImageNeverPull",
)
# A container that has ended as often, and so soon, and has only just started, will end again. Not longer: controllers
# end while no API server answers, and are well afterwards.
_LOOP_RESTARTS = 3
_LOOP_LIVED_SECONDS = 600
_LOOP_YOUNG_SECONDS = 30


def keep(pod: Any) -> dict[str, Any]:
    """What is needed of a pod: its template's volumes and environment, which may hold secrets, are not."""
    metadata, spec, status = pod["metadata"], pod.get("spec") or {}, pod["status"]
    wanted = ("name", "labels", "ownerReferences", "deletionTimestamp")
    return {
        "metadata": {key: metadata[key] for key in wanted if key in metadata},
        "spec": {"nodeName": spec.get("nodeName") or _meant_for(spec)},
        "status": status,
    }


def _meant_for(spec: Any) -> str:
    """The node for which a DaemonSet has made a pod that is not placed yet."""
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    for term in required.get("nodeSelectorTerms") or ():
        for field in term.get("matchFields") or ():
            if field["key"] == "metadata.name" and field["operator"] == "In":
                return str(field["values"][0])
    return ""


def pods(answer: Any, now: float) -> dict[str, Any]:
    """How many pods a PodList has, those that do not do their work, and those of the cluster's DNS.

    now is in seconds since 1970.
    """
    items = answer["items"]
    alive = {
        _workload(pod)
        for pod in items
        if not _is_gone(pod) and pod["status"].get("phase") != "Succeeded"
    }
    not_well = [shown for pod in items if (shown := _pod(pod, alive, now))["state"]]
    dns = [pod for pod in items if not _is_gone(pod) and _label(pod) in _DNS]
    return {
        "count": len(items),
        "not_well": not_well[:_MAX_PODS],
        "more": len(not_well[_MAX_PODS:]),
        "dns": {"count": len(dns), "ready": sum(_is_ready(pod) for pod in dns)},
    }


def owned(answer: Any) -> set[Workload]:
    """The workloads that have a pod, DaemonSets on each node that has one of theirs."""
    there = (None if _is_gone(pod) else _workload(pod) for pod in answer["items"])
    return {workload for workload in there if workload is not None}


def _label(pod: Any) -> str:
    return str((pod["metadata"].get("labels") or {}).get("k8s-app", ""))


def _is_ready(pod: Any) -> bool:
    conditions = pod["status"].get("conditions") or ()
    return any(each["type"] == "Ready" and each.get("status") == "True" for each in conditions)


def _pod(pod: Any, alive: Collection[Workload | None], now: float) -> dict[str, Any]:
    """state is empty where all is well: all containers ready, done with their work, or replaced by another pod."""
    found = {"state": "", "why": "", "image": ""} if _is_over(pod, alive) else _state(pod, now)
    return {
        "name": pod["metadata"]["name"],
        "node": pod.get("spec", {}).get("nodeName", ""),
        **{key: text[:_MAX_TEXT] for key, text in found.items()},
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


def _state(pod: Any, now: float) -> dict[str, str]:
    """state, why it is so, and the image that could not be pulled."""
    status = pod["status"]
    phase = str(status.get("phase", "Unknown"))
    if phase == "Succeeded":
        return _said("")
    if "deletionTimestamp" in pod["metadata"]:
        return _said("Terminating")
    containers = [
        *(status.get("initContainerStatuses") or ()),
        *(status.get("containerStatuses") or ()),
    ]
    for container in containers:
        waiting = container.get("state", {}).get("waiting") or {}
        # An init container that is done is not ready either, but waits for nothing.
        if reason := str(waiting.get("reason") or ""):
            if reason in PULL_STATES:
                return _said(
                    reason, str(waiting.get("message", "")), str(container.get("image", ""))
                )
            return _said(reason, _how_it_ended(container) or str(waiting.get("message", "")))
    if phase != "Running":
        return _said(str(status.get("reason") or phase), _not_scheduled(status))
    for container in containers:
        if _is_in_a_loop(container, now):
            return _said(
                f"ends again and again, {container['restartCount']} times", _how_it_ended(container)
            )
    ready = all(container.get("ready") for container in status.get("containerStatuses") or ())
    return _said("" if ready else "Running, not ready")


def _said(state: str, why: str = "", image: str = "") -> dict[str, str]:
    return {"state": state, "why": " ".join(why.split()), "image": image}


def _how_it_ended(container: Any) -> str:
    ended = (container.get("lastState") or {}).get("terminated") or {}
    if not ended:
        return ""
    return f"it last ended with {ended.get('exitCode')} ({ended.get('reason', '')}) {ended.get('message', '')}"


def _not_scheduled(status: Any) -> str:
    conditions = status.get("conditions") or ()
    return next(
        (str(each.get("message", "")) for each in conditions
         if each["type"] == "PodScheduled" and each.get("status") == "False"), "",
    )  # fmt: skip


def _is_in_a_loop(container: Any, now: float) -> bool:
    """Whether it runs only for a moment: its last life was short, like those before, and this one is young."""
    ended = (container.get("lastState") or {}).get("terminated") or {}
    running = (container.get("state") or {}).get("running") or {}
    if int(container.get("restartCount") or 0) < _LOOP_RESTARTS or not ended or not running:
        return False
    lived = _seconds(ended.get("finishedAt")) - _seconds(ended.get("startedAt"))
    lives = now - _seconds(running.get("startedAt"))
    return lived < _LOOP_LIVED_SECONDS and lives < _LOOP_YOUNG_SECONDS


def _seconds(text: Any) -> int:
    """A time as Kubernetes writes it, in seconds since 1970. Raises ValueError."""
    return calendar.timegm(time.strptime(str(text), "%Y-%m-%dT%H:%M:%SZ"))
