# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What the API server on this control plane host says of the cluster, cut down to what is judged."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import daemonsets, nodes, pods, policies, static_pod, webhooks
from .ask import AskError, ask, ask_all, ask_pages

if TYPE_CHECKING:
    from typing import Callable, Mapping, Tuple

    # Where a list is, and what is kept of each of its items.
    Listing = Tuple[str, Callable[[Any], Any]]

_WEBHOOK_SECONDS = 3.0
_SYSTEM = "namespaces/kube-system"
_ADMISSION = "/apis/admissionregistration.k8s.io/v1"
_WEBHOOKS = ("validatingwebhookconfigurations", "mutatingwebhookconfigurations")
_LISTS: dict[str, Listing] = {
    "nodes": ("/api/v1/nodes", nodes.keep),
    "pods": (f"/api/v1/{_SYSTEM}/pods", pods.keep),
    "daemonsets": (f"/apis/apps/v1/{_SYSTEM}/daemonsets", daemonsets.keep),
    "deployments": (
        f"/apis/apps/v1/{_SYSTEM}/deployments?labelSelector=k8s-app%3Dkube-dns",
        lambda item: item,
    ),
    "budgets": ("/apis/policy/v1/poddisruptionbudgets", policies.keep_budget),
    "policies": (f"/apis/networking.k8s.io/v1/{_SYSTEM}/networkpolicies", lambda item: item),
    **{kind: (f"{_ADMISSION}/{kind}", webhooks.keep) for kind in _WEBHOOKS},
}
# What is returned, of the answers to the version and to all lists.
_KEYS = (
    "version", "nodes", "pods", "daemonsets", "dns_replicas", "budgets", "dns_policies", "webhooks",
)  # fmt: skip


@dataclass(frozen=True)
class Places:
    """Where Kubespray puts kubectl and the administrator's kubeconfig."""

    kubectl: str = "/usr/local/bin/kubectl"
    kubeconfig: str = "/etc/kubernetes/admin.conf"


def collect(places: Places, timeout: float) -> dict[str, Any]:
    """Its answers, each None with its reason in errors where there is none; timeout is in seconds for each."""
    missing = [path for path in (places.kubectl, places.kubeconfig) if not os.path.exists(path)]
    nothing: dict[str, Any] = {
        "missing": missing,
        **dict.fromkeys(_KEYS),
        "last_words": None,
        "errors": {},
    }
    if missing:
        return nothing
    # Raw: anything else makes kubectl keep a cache in root's home.
    base = [
        places.kubectl,
        f"--kubeconfig={places.kubeconfig}",
        f"--request-timeout={max(1, int(timeout * 0.8))}s",
        "get",
        "--raw",
    ]

    def version() -> str:
        return str(ask([*base, "/version"], timeout)["gitVersion"])[:40]

    first = ask_all({"version": version})
    if first["version"] is None:
        # Everything else would wait as long for the same.
        errors = dict.fromkeys(_KEYS, first["errors"]["version"])
        return {**nothing, "last_words": static_pod.last_words("kube-apiserver"), "errors": errors}

    def listed(path: str, keep: Callable[[Any], Any]) -> Callable[[], Any]:
        return lambda: ask_pages(base, path, keep, timeout)

    answers = ask_all({name: listed(*listing) for name, listing in _LISTS.items()})

    def service(namespace: str, name: str) -> Any:
        try:
            return ask([*base, f"/api/v1/namespaces/{namespace}/services/{name}"], timeout)
        except AskError as exc:
            if "not found" in str(exc).lower():
                return None
            raise

    made = ask_all(_made(answers, service))
    return {**nothing, **made, "version": first["version"]}


def _made(
    answers: Mapping[str, Any], service: Callable[[str, str], Any]
) -> dict[str, Callable[[], Any]]:
    """What is returned, by its name, as functions that raise AskError where one of the answers to it is missing."""

    def needs(*names: str) -> list[Any]:
        for name in names:
            if answers[name] is None:
                raise AskError(answers["errors"][name])
        return [answers[name] for name in names]

    def lacking() -> Any:
        sets, nodes_there, pods_there = needs("daemonsets", "nodes", "pods")
        return daemonsets.lacking(sets, nodes_there, pods.owned(pods_there))

    def silent() -> Any:
        return webhooks.silent(dict(zip(_WEBHOOKS, needs(*_WEBHOOKS))), service, _WEBHOOK_SECONDS)

    return {
        "nodes": lambda: nodes.nodes(*needs("nodes")),
        "pods": lambda: pods.pods(needs("pods")[0], time.time()),
        "daemonsets": lacking,
        "dns_replicas": lambda: _replicas(*needs("deployments")),
        "budgets": lambda: policies.budgets(*needs("budgets")),
        "dns_policies": lambda: policies.dns_policies(*needs("policies")) or [],
        "webhooks": silent,
    }


def _replicas(answer: Any) -> list[dict[str, Any]]:
    """The Deployments of CoreDNS with the number of pods that they are to have."""
    return [
        {
            "name": str(each["metadata"]["name"])[:260],
            "replicas": int(each["spec"].get("replicas", 1)),
        }
        for each in answer["items"]
    ][:10]


def settled(found: Mapping[str, Any]) -> bool:
    """Whether all nodes are Ready and all system pods run: there is nothing to wait for."""
    nodes_there, pods_there = found["nodes"], found["pods"]
    return (
        bool(nodes_there)
        and all(node["ready"] == "True" for node in nodes_there)
        and pods_there is not None
        and not pods_there["not_well"]
        and found["daemonsets"] == []
    )
