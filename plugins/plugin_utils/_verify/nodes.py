# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The nodes are the hosts that the inventory says, each Ready and in its role, and the system's pods run on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    DEPLOYED,
    Check,
    Finding,
    Unknown,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._verify import control_plane
from ansible_collections.k8n.cluster.plugins.plugin_utils._verify.model import (
    CLUSTER,
    Cluster,
    listed,
    normal,
)

HOST_CHECKS = (
    Check("node_missing", "the host is a node of the cluster", "block", DEPLOYED),
    Check("node_not_ready", "the node is Ready", "block", DEPLOYED),
    Check("node_role_wrong", "the node has the role that the inventory says", "block", DEPLOYED),
    Check("version_skew", "its kubelet fits the API servers", "block", DEPLOYED),
    Check("system_pod_not_running", "the system's pods on it run", "block", DEPLOYED),
)
_ANYWHERE = Check(
    "system_pod_not_placed", "every pod of the system has its node", "block", DEPLOYED
)
CLUSTER_CHECKS = (
    Check("node_foreign", "the cluster has no node beside the inventory's", "warn", DEPLOYED),
    _ANYWHERE,
)
CHECKS = (*HOST_CHECKS, *CLUSTER_CHECKS)

_ROLE = "control-plane"
_TAINT = "node-role.kubernetes.io/control-plane:NoSchedule"
# A kubelet may be older than its API server by so many minor releases (kubernetes.io/releases/version-skew-policy).
_OLDER_MINORS = 3
# Without these there is no cluster; other pods in kube-system are worth knowing of.
_ESSENTIAL = (
    "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "etcd-", "coredns", "nodelocaldns",
    "calico-", "cilium", "kube-flannel", "kube-router", "kube-ovn", "nginx-proxy", "haproxy", "kube-vip",
)  # fmt: skip
_RUN_AGAIN = "Run k8n.cluster.deploy again, and look at the tasks of Kubespray's role kubernetes/kubeadm for this host."


def hosts(cluster: Cluster) -> list[str]:
    """The hosts that HOST_CHECKS are about."""
    return cluster.kubelets


def judge(cluster: Cluster) -> Iterator[tuple[str, Finding]]:
    """Each finding with its place, a host or the cluster."""
    nodes = _first(cluster, "nodes")
    pods = _first(cluster, "pods")
    node_of = _nodes_of(cluster, nodes or ())
    if nodes is None:
        why = control_plane.no_view(cluster)
        for host in cluster.kubelets:
            yield from ((host, Unknown(check.id, why)) for check in HOST_CHECKS[:-1])
        yield CLUSTER, Unknown("node_foreign", why)
    else:
        for host in cluster.kubelets:
            for finding in _host(cluster, host, node_of.get(host), nodes):
                yield host, finding
        yield from _foreign(nodes, node_of)
    yield from _pods(cluster, pods, {node["name"]: host for host, node in node_of.items()})


def _first(cluster: Cluster, what: str) -> Any:
    """The answer of the first control plane host that has one."""
    parts = (cluster.part(host, "kubernetes") or {} for host in cluster.control_plane)
    return next((part[what] for part in parts if part.get(what) is not None), None)


def _nodes_of(cluster: Cluster, nodes: Any) -> dict[str, Mapping[str, Any]]:
    """The node that each host is: by its name, else by an address."""
    by_name = {node["name"]: node for node in nodes}
    by_address = {normal(address): node for node in nodes for address in node["addresses"]}
    found = {}
    for host in cluster.kubelets:
        name = str(cluster.hosts[host].variables.get("kube_override_hostname") or host).lower()
        addresses = sorted(cluster.addresses(host))
        node = by_name.get(name) or next(filter(None, map(by_address.get, addresses)), None)
        if node is not None:
            found[host] = node
    return found


def _host(
    cluster: Cluster, host: str, node: Mapping[str, Any] | None, nodes: list[Mapping[str, Any]]
) -> Iterator[Finding]:
    if node is None:
        yield block(
            "node_missing",
            f"The inventory wants a node here, and it is none of the cluster's {len(nodes)}: "
            f"{listed(each['name'] for each in nodes)}.",
            _RUN_AGAIN,
        )
        yield from (Unknown(check.id, "the host is no node.") for check in HOST_CHECKS[1:-1])
        return
    if node["ready"] != "True":
        why = f": {node['why']}" if node["why"] else ""
        yield block(
            "node_not_ready",
            f"The node is not Ready (its state is {node['ready']}){why}",
            "Mend what 'journalctl -u kubelet -n 50' says on this host.",
        )
    yield from _role(cluster, host, node)
    yield from _skew(cluster, host, node)


def _role(cluster: Cluster, host: str, node: Mapping[str, Any]) -> Iterator[Finding]:
    wanted, has = cluster.hosts[host].is_control_plane, _ROLE in node["roles"]
    worker, tainted = cluster.hosts[host].is_node, _TAINT in node["taints"]
    if wanted != has:
        yield block(
            "node_role_wrong",
            f"By the inventory this host is {'part' if wanted else 'no part'} of the control plane, in the cluster it "
            f"is {'part' if has else 'no part'} of it.",
            _RUN_AGAIN
            if wanted
            else "Write the host into the group kube_control_plane, or remove the node as Kubespray's "
            "docs/operations/nodes.md says.",
        )
    elif worker and tainted:
        yield warn(
            "node_role_wrong",
            f"By the inventory this host also runs pods (group kube_node), and its taint {_TAINT} keeps them away.",
            f"Run 'kubectl taint nodes {node['name']} {_TAINT}-', or take the host out of the group kube_node.",
        )
    elif wanted and not worker and not tainted:
        yield warn(
            "node_role_wrong",
            f"By the inventory this host runs the control plane alone, and no taint {_TAINT} keeps other pods away.",
            f"Run 'kubectl taint nodes {node['name']} {_TAINT}', or write the host into the group kube_node.",
        )


def _skew(cluster: Cluster, host: str, node: Mapping[str, Any]) -> Iterator[Finding]:
    servers = control_plane.versions(cluster)
    kubelet = control_plane.minor(node["version"])
    if not servers or kubelet is None:
        yield Unknown("version_skew", "the versions of kubelet and API server are not both known.")
        return
    oldest, newest = min(servers.values()), max(servers.values())
    if kubelet > oldest or newest[1] - kubelet[1] > _OLDER_MINORS:
        yield block(
            "version_skew",
            f"Its kubelet is {node['version']}, the oldest API server {oldest[0]}.{oldest[1]} and the newest "
            f"{newest[0]}.{newest[1]}: a kubelet may not be newer, and at most {_OLDER_MINORS} minor releases older.",
            "Run Kubespray's playbook upgrade_cluster, control plane first.",
        )


def _foreign(
    nodes: list[Mapping[str, Any]], node_of: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, Finding]]:
    known = {node["name"] for node in node_of.values()}
    strangers = [node["name"] for node in nodes if node["name"] not in known]
    if strangers:
        yield (
            CLUSTER,
            warn(
                "node_foreign",
                f"The cluster has nodes that are no hosts of the inventory: {listed(strangers)}.",
                "Write them into the inventory, or remove them with 'kubectl delete node'.",
            ),
        )


def _pods(
    cluster: Cluster, pods: Mapping[str, Any] | None, host_of: Mapping[str, str]
) -> Iterator[tuple[str, Finding]]:
    if pods is None:
        why = "no API server has listed the pods of kube-system."
        yield from ((host, Unknown(HOST_CHECKS[-1].id, why)) for host in cluster.kubelets)
        yield CLUSTER, Unknown(_ANYWHERE.id, why)
        return
    at: dict[str, list[Mapping[str, str]]] = {}
    for pod in pods["not_well"]:
        at.setdefault(host_of.get(pod["node"], CLUSTER), []).append(pod)
    for place, there in at.items():
        essential = any(pod["name"].startswith(_ESSENTIAL) for pod in there)
        states = listed(f"{pod['name']} ({pod['state']})" for pod in there)
        more = f" In all the cluster {pods['more']} more do not." if pods["more"] else ""
        make = block if essential else warn
        yield (
            place,
            make(
                (_ANYWHERE if place == CLUSTER else HOST_CHECKS[-1]).id,
                f"Pods of kube-system do not run as they should: {states}.{more}",
                f"Mend what 'kubectl -n kube-system describe pod {there[0]['name']}' and its logs say.",
            ),
        )
