# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The nodes are the hosts that the inventory says, each Ready, in its role and open to pods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn

from ..model import DEPLOYED, Check, Finding, Stage, Unknown
from . import control_plane, view
from .model import CLUSTER, Cluster, listed

HOST_CHECKS = (
    Check("node_missing", "the host is a node of the cluster", "block", Stage.NODES, DEPLOYED),
    Check("node_not_ready", "the node is Ready", "block", Stage.NODES, DEPLOYED),
    Check("node_role_wrong", "the node has the role that the inventory says", "block", Stage.NODES, DEPLOYED),
    Check("version_skew", "its kubelet fits the API servers", "block", Stage.NODES, DEPLOYED),
    Check("node_pressure", "the node has room and its network", "block", Stage.NODES, DEPLOYED),
    Check("node_cordoned", "the node is not cordoned", "warn", Stage.NODES, DEPLOYED),
    Check("node_tainted", "no taint keeps pods away that the inventory does not know", "warn", Stage.NODES, DEPLOYED),
)  # fmt: skip
CLUSTER_CHECKS = (
    Check(
        "node_foreign",
        "the cluster has no node beside the inventory's",
        "warn",
        Stage.NODES,
        DEPLOYED,
    ),
)
CHECKS = (*HOST_CHECKS, *CLUSTER_CHECKS)

_ROLE = "control-plane"
_TAINT = "node-role.kubernetes.io/control-plane:NoSchedule"
# A kubelet may be older than its API server by so many minor releases (kubernetes.io/releases/version-skew-policy).
_OLDER_MINORS = 3
# Taints that Kubernetes and network plugins set and take away themselves.
_OF_ITSELF = ("node.kubernetes.io/", "node.cloudprovider.kubernetes.io/", "node.cilium.io/", _TAINT)
# Kubespray's role node-taint sets it for nvidia_gpu_nodes.
_OF_KUBESPRAY = ("nvidia.com/gpu:NoSchedule",)
_KEEPS_AWAY = ("NoSchedule", "NoExecute")
# Conditions of a node that are well when they are False, and what helps.
_PRESSURE = {
    "DiskPressure": "Free space below /var/lib/kubelet, /var/log and the container engine's directory ('df -h' and "
    "'crictl rmi --prune' on this host), or set a lower kubelet_eviction_hard; the kubelet sees it within minutes.",
    "MemoryPressure": "Stop what takes the memory ('ps aux --sort=-rss | head' on this host), or give the host more.",
    "PIDPressure": "Stop what has so many processes ('systemd-cgls' on this host), or raise kernel.pid_max.",
    "NetworkUnavailable": "Fix what the network plugin's pod on this node says ('crictl ps -a' and 'crictl logs').",
}
_REGISTER = (
    "On this host run 'systemctl restart kubelet': a kubelet registers its node only when it starts. Then run "
    "k8n.cluster.verify again, since the node gets another range for its pods."
)
_RUN_AGAIN = "Run k8n.cluster.deploy again, and look at the tasks of Kubespray's role kubernetes/kubeadm for this host."


def hosts(cluster: Cluster) -> list[str]:
    """The hosts that HOST_CHECKS are about."""
    return cluster.kubelets


def judge(cluster: Cluster) -> Iterator[tuple[str, Finding]]:
    """Each finding with its place, a host or the cluster."""
    nodes = view.first(cluster, "nodes")
    if nodes is None:
        why = control_plane.no_view(cluster)
        for host in cluster.kubelets:
            yield from ((host, Unknown(check.id, why)) for check in HOST_CHECKS)
        yield CLUSTER, Unknown("node_foreign", why)
        return
    node_of = view.nodes_of(cluster)
    for host in cluster.kubelets:
        for finding in _host(cluster, host, node_of.get(host), nodes):
            yield host, finding
    yield from _foreign(nodes, node_of)


def _host(
    cluster: Cluster, host: str, node: Mapping[str, Any] | None, nodes: list[Mapping[str, Any]]
) -> Iterator[Finding]:
    if node is None:
        yield block(
            "node_missing",
            f"The inventory wants a node here, and it is none of the cluster's {len(nodes)}: "
            f"{listed(each['name'] for each in nodes)}.",
            _REGISTER if (cluster.part(host, "kubelet") or {}).get("login") else _RUN_AGAIN,
        )
        yield from (Unknown(check.id, "the host is not a node.") for check in HOST_CHECKS[1:])
        return
    if node["ready"] != "True":
        why = f": {node['why']}" if node["why"] else ""
        yield block(
            "node_not_ready",
            f"The node is not Ready (its state is {node['ready']}){why}",
            "Fix what 'journalctl -u kubelet -n 50' says on this host.",
        )
    yield from _role(cluster, host, node)
    yield from _skew(cluster, node)
    for each in node["pressure"]:
        if each["type"] in _PRESSURE:
            why = f": {each['why']}" if each["why"] else ""
            yield block(
                "node_pressure", f"The node has {each['type']}{why}", _PRESSURE[each["type"]]
            )
    yield from _closed(cluster, host, node)


def _closed(cluster: Cluster, host: str, node: Mapping[str, Any]) -> Iterator[Finding]:
    name = view.name(node["name"])
    if node["cordoned"]:
        since = f" since {node['cordoned_since']}" if node["cordoned_since"] else ""
        yield warn(
            "node_cordoned",
            f"The node is cordoned{since}: no new pod is placed on it. Somebody has done that, or an upgrade that "
            f"was interrupted; Kubespray opens only what it has cordoned in the same run.",
            f"{view.capital(view.on_admin(cluster, f'kubectl uncordon {name}'))}.",
        )
    known = {*_OF_KUBESPRAY, *_wanted_taints(cluster.hosts[host].variables.get("node_taints"))}
    strange = [
        taint
        for taint in node["taints"]
        if taint.rpartition(":")[2] in _KEEPS_AWAY
        and not taint.startswith(_OF_ITSELF)
        and taint not in known
    ]
    if strange:
        taints = " ".join(f"{view.name(taint)}-" for taint in strange)
        yield warn(
            "node_tainted",
            f"Taints that the inventory does not know keep pods from this node: {listed(strange)}.",
            f"{view.capital(view.on_admin(cluster, f'kubectl taint nodes {name} {taints}'))}; or write them into "
            f"node_taints if they are wanted.",
        )


def _wanted_taints(variable: object) -> Iterator[str]:
    """Kubespray's variable node_taints, a list of key=value:effect, as key:effect."""
    for taint in variable if isinstance(variable, (list, tuple)) else ():
        key, _colon, effect = str(taint).rpartition(":")
        yield f"{key.partition('=')[0]}:{effect}"


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


def _skew(cluster: Cluster, node: Mapping[str, Any]) -> Iterator[Finding]:
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
    elif kubelet < oldest:
        yield warn(
            "version_skew",
            f"Its kubelet is {node['version']}, the oldest API server {oldest[0]}.{oldest[1]}: that works, but is no "
            f"state to stay in.",
            "Run Kubespray's playbook upgrade_cluster to its end.",
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
                f"The cluster has nodes that are not hosts of the inventory: {listed(strangers)}.",
                "Write them into the inventory, or remove them with 'kubectl delete node'.",
            ),
        )
