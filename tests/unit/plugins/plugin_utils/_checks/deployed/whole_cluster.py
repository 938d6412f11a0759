# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cluster of three hosts that is as it should be, for tests to break."""

from __future__ import annotations

from typing import Any

from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.deployed import certificates
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.deployed import etcd as etcd_judge
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.deployed.model import Cluster
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Host

NOW = 1_800_000_000.0
DAY = 86400
ADDRESSES = {"n1": "10.0.0.1", "n2": "10.0.0.2", "n3": "10.0.0.3"}
TAINT = "node-role.kubernetes.io/control-plane:NoSchedule"


def member(host: str) -> dict[str, Any]:
    address = ADDRESSES[host]
    return {
        "id": host * 4,
        "name": f"etcd{host[1]}",
        "urls": [f"https://{address}:2380", f"https://{address}:2379"],
        "started": True,
        "learner": False,
    }


def etcd(host: str) -> dict[str, Any]:
    return {
        "configured": True,
        "name": f"etcd{host[1]}",
        "urls": member(host)["urls"],
        "quota_bytes": 2147483648,
        "service": "active",
        "status": {
            "cluster": "c1",
            "member": host * 4,
            "leader": "n1n1n1n1",
            "term": 3,
            "version": "3.6.8",
            "size_bytes": 20480,
            "used_bytes": 16384,
            "errors": [],
        },
        "members": [member(each) for each in ADDRESSES],
        "health": [{"url": member(each)["urls"][1], "error": None} for each in ADDRESSES],
        "errors": {},
    }


def node(host: str, control_plane: bool = False) -> dict[str, Any]:
    return {
        "name": host,
        "addresses": [ADDRESSES[host]],
        "ready": "True",
        "why": "",
        "roles": ["control-plane"] if control_plane else [],
        "taints": [TAINT] if control_plane else [],
        "version": "v1.35.4",
        "cordoned": False,
        "cordoned_since": None,
        "pod_ranges": [f"10.233.6{host[1]}.0/24"],
        "pressure": [],
    }


def probe(host: str) -> dict[str, Any]:
    return {
        "etcd": etcd(host),
        "kubernetes": {
            "missing": [],
            "version": "v1.35.4",
            "nodes": [node("n1", True), node("n2"), node("n3")],
            "pods": {"count": 20, "not_well": [], "more": 0, "dns": {"count": 2, "ready": 2}},
            "daemonsets": [],
            "dns_replicas": [{"name": "coredns", "replicas": 2}],
            "budgets": {"found": [], "more": 0},
            "dns_policies": [],
            "webhooks": {"count": 0, "found": [], "more": 0},
            "last_words": None,
            "errors": {},
        }
        if host == "n1"
        else None,
        "kubelet": {
            "service": "active",
            "health": None,
            "said": None,
            "engine": [{"unit": "containerd.service", "state": "active"}],
            "login": {
                "server": "https://localhost:6443",
                "status": 200,
                "known": True,
                "error": None,
            },
            "ranges": [{"name": "cni0", "address": f"10.233.6{host[1]}.1/24"}],
        },
        "registries": [
            {
                "registry": "10.0.0.9:5000",
                "servers": [{"url": "http://10.0.0.9:5000/v2/", "error": None}],
            }
        ],
        "dns": {
            "name": "kubernetes.default.svc.cluster.local",
            "answers": [{"server": "10.233.0.3", "error": None}],
        },
        "certificates": {
            "count": 2,
            "first": [{"path": "/etc/ssl/etcd/ssl/ca.pem", "not_after": int(NOW) + 3650 * DAY}],
            "unreadable": [],
        },
        "sysctl": {"path": "/etc/sysctl.d/99-sysctl.conf", "count": 8, "differ": []},
        "clock": int(NOW) - 5,
    }


def whole() -> Cluster:
    """n1 is the control plane, n2 and n3 the workers, all three the etcd members."""
    groups = {
        "n1": {"kube_control_plane", "etcd", "k8s_cluster"},
        "n2": {"kube_node", "etcd", "k8s_cluster"},
        "n3": {"kube_node", "etcd", "k8s_cluster"},
    }
    hosts = {
        name: Host(name, frozenset(groups[name]), {"ip": address})
        for name, address in ADDRESSES.items()
    }
    thresholds = {**etcd_judge.THRESHOLDS, **certificates.THRESHOLDS}
    return Cluster(hosts, {name: probe(name) for name in ADDRESSES}, {}, NOW - 20, NOW, thresholds)


def lose(cluster: Cluster, host: str) -> None:
    """Nothing is known of the host any more."""
    del cluster.found[host]  # type: ignore[attr-defined]  # it is a dict here
    cluster.unseen[host] = "the host could not be asked."  # type: ignore[index]  # likewise
