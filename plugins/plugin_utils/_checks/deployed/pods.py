# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The pods of the system run, each where it is to run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn

from ..model import DEPLOYED, Check, Finding, Stage, Unknown
from . import view
from .model import CLUSTER, Cluster, listed

HOST_CHECKS = (
    Check("system_pod_not_running", "the system's pods on it run", "block", Stage.NODES, DEPLOYED),
    Check("system_image_not_pulled", "the images of the system's pods on it are there", "block", Stage.NODES, DEPLOYED),
    Check("daemonset_incomplete", "each DaemonSet of the system has its pod on it", "block", Stage.NODES, DEPLOYED),
)  # fmt: skip
CLUSTER_CHECKS = (
    Check(
        "system_pod_not_placed",
        "every pod of the system has its node",
        "block",
        Stage.NODES,
        DEPLOYED,
    ),
)
CHECKS = (*HOST_CHECKS, *CLUSTER_CHECKS)

_RUNS, _PULLED, _DAEMONSETS = (check.id for check in HOST_CHECKS)
_PLACED = CLUSTER_CHECKS[0].id
# Without these there is no cluster; other pods in kube-system are worth knowing of.
_ESSENTIAL = (
    "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "etcd-", "coredns", "nodelocaldns",
    "calico-", "cilium", "kube-flannel", "kube-router", "kube-ovn", "nginx-proxy", "haproxy", "kube-vip",
)  # fmt: skip
# The states of a container that waits for its image.
_PULLING = frozenset(
    {"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "RegistryUnavailable", "ErrImageNeverPull"}
)  # fmt: skip


def hosts(cluster: Cluster) -> list[str]:
    """The hosts that HOST_CHECKS are about."""
    return cluster.kubelets


def judge(cluster: Cluster) -> Iterator[tuple[str, Finding]]:
    """Each finding with its place, a host or the cluster."""
    host_of = view.hosts_of_nodes(cluster)
    yield from _pods(cluster, host_of)
    yield from _daemonsets(cluster, host_of)


def _pods(cluster: Cluster, host_of: Mapping[str, str]) -> Iterator[tuple[str, Finding]]:
    pods = view.first(cluster, "pods")
    if pods is None:
        why = "no API server has listed the pods of kube-system."
        yield from (
            (host, Unknown(check, why)) for host in cluster.kubelets for check in (_RUNS, _PULLED)
        )
        yield CLUSTER, Unknown(_PLACED, why)
        return
    more = f" In all the cluster {pods['more']} more do not." if pods["more"] else ""
    at: dict[tuple[str, bool], list[Mapping[str, str]]] = {}
    for pod in pods["not_well"]:
        place = host_of.get(pod["node"], CLUSTER)
        at.setdefault((place, place != CLUSTER and pod["state"] in _PULLING), []).append(pod)
    for (place, pulls), there in at.items():
        if pulls:
            yield place, _not_pulled(there, more)
        else:
            yield place, _not_running(cluster, place, there, more)


def _make(there: list[Mapping[str, str]]) -> Any:
    return block if any(pod["name"].startswith(_ESSENTIAL) for pod in there) else warn


def _not_running(
    cluster: Cluster, place: str, there: list[Mapping[str, str]], more: str
) -> Finding:
    # Those of the same name that wait for a node all say the same.
    why = next((f" {pod['name']}: {pod['why'].rstrip('.')}." for pod in there if pod["why"]), "")
    states = listed(f"{pod['name']} ({pod['state']})" for pod in there)
    return _make(there)(  # type: ignore[no-any-return]  # it is block or warn
        _PLACED if place == CLUSTER else _RUNS,
        f"Pods of kube-system do not run as they should: {states}.{why}{more}",
        f"Fix what the pod's events and its log say: {view.on_admin(cluster, _describe(there[0]))}.",
    )


def _describe(pod: Mapping[str, str]) -> str:
    name = view.name(pod["name"])
    return (
        f"kubectl -n kube-system describe pod {name}; kubectl -n kube-system logs {name} --previous"
    )


def _not_pulled(there: list[Mapping[str, str]], more: str) -> Finding:
    image = there[0]["image"]
    each = listed(f"{pod['image']} for {pod['name']} ({pod['state']})" for pod in there)
    return _make(there)(  # type: ignore[no-any-return]  # it is block or warn
        _PULLED,
        f"Images of kube-system's pods cannot be pulled: {each}. {there[0]['why'].rstrip('.')}.{more}",
        f"Fix what 'crictl pull {view.name(image)}' says on this host: put the image into that registry, or give the "
        f"pod's workload the name of one that is there; the kubelet then pulls it within five minutes.",
    )


def _daemonsets(cluster: Cluster, host_of: Mapping[str, str]) -> Iterator[tuple[str, Finding]]:
    sets = view.first(cluster, "daemonsets")
    if sets is None:
        why = "no API server has listed the DaemonSets, nodes and pods of kube-system."
        yield from ((host, Unknown(_DAEMONSETS, why)) for host in cluster.kubelets)
        return
    for each in sets:
        for missing in each["missing"]:
            if host := host_of.get(missing["node"]):
                yield host, _lacking(cluster, each, missing)


def _lacking(cluster: Cluster, each: Mapping[str, Any], missing: Mapping[str, Any]) -> Finding:
    name = view.name(each["name"])
    make = block if each["critical"] else warn
    if missing["excluded"]:
        said = "its template excludes this node by its name"
        undo = f"kubectl -n kube-system rollout undo daemonset {name}"
        fix = f"{view.capital(view.on_admin(cluster, undo))}, which undoes the last change to it."
    else:
        said = "none is made for it"
        describe = f"kubectl -n kube-system describe daemonset {name}"
        fix = f"Fix what its events say: {view.on_admin(cluster, describe)}."
    return make(
        _DAEMONSETS,
        f"The DaemonSet {each['name']} of kube-system has no pod on this node, though it is meant for it: {said}.",
        fix,
    )
