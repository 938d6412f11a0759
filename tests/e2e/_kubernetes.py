# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a cluster that was made says of itself through its API, and whether its pods reach each other."""

from __future__ import annotations

import contextlib
import json
import shlex
import time
from collections.abc import Callable, Collection
from typing import Any

from _cluster import Cluster

KUBECTL = "sudo /usr/local/bin/kubectl --kubeconfig /etc/kubernetes/admin.conf"
SETTLES_WITHIN = 600  # seconds, for what Kubernetes does in its own time
# A web server in ten lines, which says which node it is on.
WEB = """\
defaults
  mode http
  timeout client 9s
  timeout connect 9s
  timeout server 9s
frontend web
  bind :8080
  http-request return status 200 content-type text/plain lf-string "%[env(NODE)]\\n"
"""
SERVICE = "http://web.default.svc.cluster.local/"


def kubectl(cluster: Cluster, arguments: str, host: str = "") -> str:
    """What kubectl says on a control plane host, the first one unless another is named."""
    return cluster.said(host or cluster.groups()["kube_control_plane"][0], f"{KUBECTL} {arguments}")


def items(cluster: Cluster, arguments: str, host: str = "") -> list[dict[str, Any]]:
    """What kubectl get finds."""
    found: list[dict[str, Any]] = json.loads(kubectl(cluster, f"get {arguments} -o json", host))[
        "items"
    ]
    return found


def ready(cluster: Cluster, host: str = "") -> set[str]:
    """The nodes that are Ready."""
    return {node["metadata"]["name"] for node in items(cluster, "nodes", host) if is_ready(node)}


def is_ready(thing: dict[str, Any]) -> bool:
    """Whether a node or a pod says so; a pod that has done its work is also one."""
    conditions = {each["type"]: each["status"] for each in thing["status"].get("conditions", [])}
    return conditions.get("Ready") == "True" or thing["status"].get("phase") == "Succeeded"


def settles(what: Callable[[], bool]) -> bool:
    """Whether it becomes true in time; of a host that does not answer yet nothing is."""
    until = time.monotonic() + SETTLES_WITHIN
    while time.monotonic() < until:
        with contextlib.suppress(AssertionError):
            if what():
                return True
        time.sleep(2)
    return False


def assert_ready(cluster: Cluster) -> None:
    """All nodes and everything in kube-system are Ready."""
    assert settles(lambda: ready(cluster) == set(cluster.hosts)), kubectl(cluster, "get nodes")
    assert settles(lambda: all(map(is_ready, items(cluster, "pods -n kube-system")))), kubectl(
        cluster, "get pods -n kube-system -o wide"
    )


def web(image: str) -> list[dict[str, Any]]:
    """The web server on every node, and its Service."""
    labels = {"app": "web"}
    node = {"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}
    container = {
        "name": "web",
        "image": image,
        "env": [node, {"name": "WEB", "value": WEB}],
        "command": ["sh", "-c", "printenv WEB > /tmp/web.cfg && exec haproxy -db -f /tmp/web.cfg"],
    }
    pod = {
        "terminationGracePeriodSeconds": 1,
        "tolerations": [{"operator": "Exists"}],
        "containers": [container],
    }
    template = {"metadata": {"labels": labels}, "spec": pod}
    return [
        {
            "apiVersion": "apps/v1",
            "kind": "DaemonSet",
            "metadata": {"name": "web"},
            "spec": {"selector": {"matchLabels": labels}, "template": template},
        },
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "web"},
            "spec": {"selector": labels, "ports": [{"port": 80, "targetPort": 8080}]},
        },
    ]


def apply(cluster: Cluster, objects: list[dict[str, Any]]) -> None:
    """Give these to the API."""
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
    first = cluster.groups()["kube_control_plane"][0]
    cluster.said(first, f"printf %s {shlex.quote(text)} | {KUBECTL} apply --filename -")


def start_web(cluster: Cluster, image: str) -> None:
    """Start the web server on every node, and wait for it."""
    apply(cluster, web(image))
    kubectl(cluster, f"rollout status daemonset/web --timeout {SETTLES_WITHIN}s")


def assert_web(cluster: Cluster) -> None:
    """Every pod reaches every pod, on every node, by its address and by the Service's name."""
    pods = items(cluster, "pods --selector app=web")
    node_of = {pod["status"]["podIP"]: pod["spec"]["nodeName"] for pod in pods}
    assert set(node_of.values()) == set(cluster.hosts)
    for pod in pods:
        from_pod = f"{pod['metadata']['name']} on {pod['spec']['nodeName']}"
        by_address = _ask(cluster, pod, [f"http://{address}:8080/" for address in node_of])
        assert by_address == list(node_of.values()), from_pod
        # By its name, so that the cluster's DNS is asked, too; often enough for each to have its turn.
        by_name = _ask(cluster, pod, [SERVICE] * 20 * len(pods))
        assert set(by_name) == set(node_of.values()), from_pod


def _ask(cluster: Cluster, pod: dict[str, Any], urls: Collection[str]) -> list[str]:
    # Each on a connection of its own, or all would go where the first one went.
    one = "-m 10 -H Connection:close"
    asked = " ".join(f"{one} {url} --next" for url in urls).removesuffix(" --next")
    command = f"curl -sS {asked}"
    return kubectl(cluster, f"exec {pod['metadata']['name']} -- {command}").split()
