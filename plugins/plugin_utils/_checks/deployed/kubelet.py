# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Each node's kubelet and container engine run, the API server knows the kubelet, its pods have the node's range."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block

from ..model import DEPLOYED, Check, Finding, Stage, Unknown
from . import view
from .model import Cluster, listed

HOST_CHECKS = (
    Check(
        "container_engine_not_running", "its container engine runs", "block", Stage.NODES, DEPLOYED
    ),
    Check("kubelet_not_running", "its kubelet runs", "block", Stage.NODES, DEPLOYED),
    Check(
        "kubelet_without_api_server",
        "its kubelet reaches an API server",
        "block",
        Stage.NODES,
        DEPLOYED,
    ),
    Check("kubelet_refused", "the API server knows its kubelet", "block", Stage.NODES, DEPLOYED),
    Check(
        "pod_range_differs",
        "its pods have addresses of the node's range",
        "block",
        Stage.NODES,
        DEPLOYED,
    ),
)
CLUSTER_CHECKS: tuple[Check, ...] = ()
CHECKS = HOST_CHECKS

_ENGINE, _KUBELET, _REACHES, _KNOWN, _RANGE = (check.id for check in HOST_CHECKS)
_BALANCER = (
    "Fix what 'crictl ps -a --name \"nginx-proxy|haproxy|kube-vip|kube-apiserver\"' and 'journalctl -u kubelet -n 50' "
    "show on this host, and open the way from it to the control plane's TCP port 6443."
)


def hosts(cluster: Cluster) -> list[str]:
    """The hosts that HOST_CHECKS are about."""
    return cluster.kubelets


def judge(cluster: Cluster) -> Iterator[tuple[str, Finding]]:
    """Each finding with its host."""
    node_of = view.nodes_of(cluster)
    for host in cluster.kubelets:
        part = cluster.part(host, "kubelet")
        if part is None:
            why = cluster.unseen.get(host, "nothing was asked on this host.")
            findings: Iterator[Finding] = (Unknown(check.id, why) for check in HOST_CHECKS)
        else:
            findings = _host(cluster, part, host, node_of.get(host))
        for finding in findings:
            yield host, finding


def _host(
    cluster: Cluster, part: Mapping[str, Any], host: str, node: Mapping[str, Any] | None
) -> Iterator[Finding]:
    stopped = [each for each in part["engine"] if each["state"] != "active"]
    if stopped:
        units = [view.name(each["unit"]) for each in stopped]
        yield block(
            _ENGINE,
            f"No container can be started or stopped here: {listed(map(_state, stopped))}.",
            f"On this host run 'systemctl start {' '.join(units)}', and fix what 'journalctl -u {units[0]} -n 50' says "
            f"if it does not stay.",
        )
    elif not part["engine"]:
        yield Unknown(_ENGINE, "no service of a container engine is known on this host.")
    yield from _kubelet(part)
    yield from _login(cluster, part, host)
    yield from _range(part, node)


def _state(unit: Mapping[str, str]) -> str:
    return f"{unit['unit']} is {unit['state']}"


def _kubelet(part: Mapping[str, Any]) -> Iterator[Finding]:
    state, health = part["service"], part["health"]
    if state is None:
        yield Unknown(_KUBELET, "no kubelet.service is installed on this host.")
    elif state == "masked":
        yield block(
            _KUBELET,
            "kubelet.service is masked: nothing may start it, and the node's pods are left to themselves.",
            "On this host run 'systemctl unmask kubelet && systemctl start kubelet'.",
        )
    elif state in ("inactive", "deactivating"):
        yield block(
            _KUBELET,
            f"kubelet.service is {state}: somebody has stopped it, and the node's pods are left to themselves.",
            "On this host run 'systemctl start kubelet'.",
        )
    elif state != "active":
        said = f" Its last error: {part['said']}" if part["said"] else ""
        yield block(
            _KUBELET,
            f"kubelet.service does not stay up (it is {state}).{said}",
            "Fix what 'journalctl -u kubelet -n 50' says on this host (its settings are in "
            "/etc/kubernetes/kubelet-config.yaml and /etc/kubernetes/kubelet.env), then run 'systemctl restart "
            "kubelet' there.",
        )
    elif health is not None:
        yield block(
            _KUBELET,
            f"kubelet.service is active, but it does not say that it is well (127.0.0.1, /healthz): {health}.",
            "On this host run 'systemctl restart kubelet', and fix what 'journalctl -u kubelet -n 50' says if that "
            "does not help.",
        )


def _login(cluster: Cluster, part: Mapping[str, Any], host: str) -> Iterator[Finding]:
    login = part["login"]
    if login is None:
        why = "there is no kubelet.conf on this host, with which a kubelet logs in."
        yield Unknown(_REACHES, why)
        yield Unknown(_KNOWN, why)
    elif login["status"] is None:
        yield block(
            _REACHES,
            f"With its kubelet.conf the kubelet does not reach an API server at {login['server']}: {login['error']}.",
            _BALANCER,
        )
        yield Unknown(_KNOWN, "the kubelet reaches no API server.")
    elif not login["known"]:
        variables = cluster.hosts[host].variables
        node = view.name(str(variables.get("kube_override_hostname") or host).lower())
        # kubeadm writes the address of the control plane host that it runs on.
        make = (
            f"kubeadm kubeconfig user --org system:nodes --client-name system:node:{node} | sed "
            f'"s,server: .*,server: {view.name(login["server"])},"'
        )
        yield block(
            _KNOWN,
            f"The API server at {login['server']} does not know who comes with the kubelet.conf of this host (HTTP "
            f"{login['status']}): its token or certificate is wrong, has ended or was revoked.",
            f"{view.capital(view.on_admin(cluster, make))}, write what it prints (it holds a key) to "
            f"/etc/kubernetes/kubelet.conf on this host, and run 'systemctl restart kubelet' here.",
        )


def _range(part: Mapping[str, Any], node: Mapping[str, Any] | None) -> Iterator[Finding]:
    if node is None:
        yield Unknown(_RANGE, "the range of its node is not known.")
        return
    wanted = [found for text in node["pod_ranges"] if (found := _network(text)) is not None]
    other = [each for each in part["ranges"] if _is_another(each["address"], wanted)]
    if other:
        links = [f"ip link delete {view.name(each['name'])}" for each in other if _is_link(each)]
        yield block(
            _RANGE,
            f"The pods of this host have addresses of another range ({other[0]['name']} says "
            f"{other[0]['address']}) than its node, {listed(node['pod_ranges'])}: the node was registered again. Pods "
            f"here cannot be reached, and new ones do not start.",
            f"On this host run as root '{'; '.join([*links, 'crictl rmp -fa'])}': the pods are made again, with "
            f"addresses of the node's range.",
        )


def _is_link(each: Mapping[str, str]) -> bool:
    return not each["name"].startswith("/")


def _is_another(address: str, wanted: list[Any]) -> bool:
    """Whether it is in none of the ranges of its own version."""
    network = _network(address)
    same = [each for each in wanted if network is not None and each.version == network.version]
    return bool(same) and not any(network.subnet_of(each) for each in same)


def _network(text: str) -> Any:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
