# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The name servers that pods are given know the cluster's own names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn

from ..model import DEPLOYED, Check, Finding, Skipped, Stage, Unknown
from . import view
from .model import CLUSTER, Cluster

HOST_CHECKS = (
    Check(
        "cluster_dns_silent",
        "the cluster's DNS answers on the host",
        "block",
        Stage.NODES,
        DEPLOYED,
    ),
)
CLUSTER_CHECKS = (
    Check("cluster_dns_down", "the cluster's DNS has a pod", "block", Stage.NODES, DEPLOYED),
)
CHECKS = (*HOST_CHECKS, *CLUSTER_CHECKS)

_ID = HOST_CHECKS[0].id
_DOWN = CLUSTER_CHECKS[0].id
# As many as Kubespray makes where nobody says another number.
_REPLICAS = 2


def hosts(cluster: Cluster) -> list[str]:
    """The hosts that HOST_CHECKS are about."""
    return cluster.kubelets


def judge(cluster: Cluster) -> Iterator[tuple[str, Finding]]:
    """Each finding with its place, a host or the cluster."""
    yield from _down(cluster)
    for host in cluster.kubelets:
        part = cluster.part(host, "dns")
        if part is not None:
            for finding in _answers(part):
                yield host, finding
        elif host in cluster.found:
            yield (
                host,
                Unknown(
                    _ID,
                    "no kubelet is set up on this host, which would tell the name servers of pods.",
                ),
            )
        else:
            yield host, Unknown(_ID, cluster.unseen.get(host, "nothing was asked on this host."))


def _down(cluster: Cluster) -> Iterator[tuple[str, Finding]]:
    pods, deployments = view.first(cluster, "pods"), view.first(cluster, "dns_replicas")
    if pods is None or deployments is None:
        yield (
            CLUSTER,
            Unknown(_DOWN, "no API server has listed the pods and Deployments of CoreDNS."),
        )
        return
    parts = [part for host in cluster.kubelets if (part := cluster.part(host, "dns")) is not None]
    if parts and not any(part["answers"] for part in parts):
        yield (
            CLUSTER,
            Skipped(_DOWN, "the kubelets give pods no name server of the cluster (dns_mode)."),
        )
    elif deployments and not any(each["replicas"] for each in deployments):
        name = view.name(deployments[0]["name"])
        scale = f"kubectl -n kube-system scale deployment {name} --replicas={_REPLICAS}"
        yield (
            CLUSTER,
            block(
                _DOWN,
                f"The Deployment {deployments[0]['name']} of kube-system is scaled to 0: no pod can look up any name.",
                f"{view.capital(view.on_admin(cluster, scale))}.",
            ),
        )
    elif not pods["dns"]["count"]:
        yield (
            CLUSTER,
            block(
                _DOWN,
                "There is no pod of CoreDNS in kube-system"
                + ("" if deployments else ", nor a Deployment of it")
                + ": no pod can look up any name.",
                "Run k8n.cluster.deploy again: Kubespray makes what is missing of it."
                if not deployments
                else "Fix what its events say: "
                + view.on_admin(
                    cluster, "kubectl -n kube-system describe replicasets -l k8s-app=kube-dns"
                )
                + ".",
            ),
        )


def _answers(part: Mapping[str, Any]) -> Iterator[Finding]:
    if not part["answers"]:
        yield Skipped(_ID, "the kubelet gives pods no name server of the cluster (dns_mode).")
        return
    silent = [answer for answer in part["answers"] if answer["error"] is not None]
    if silent:
        each = ", ".join(f"{answer['server']} ({answer['error']})" for answer in silent)
        # A resolver asks the next one, after some seconds.
        make = block if len(silent) == len(part["answers"]) else warn
        yield make(
            _ID,
            f"Pods on this host are given name servers that do not know {part['name']}: {each}.",
            "Look at the pods coredns and nodelocaldns ('kubectl -n kube-system get pods -o wide') and at kube-proxy "
            "and the pod network on this host.",
        )
