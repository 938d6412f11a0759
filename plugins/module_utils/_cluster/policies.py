# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What stands in the way by a rule that somebody made: PodDisruptionBudgets, NetworkPolicies before the DNS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import Mapping

_MAX_NAMED = 20
_DNS_PORT = 53
# The labels of CoreDNS as Kubespray and kubeadm set them, beside those that a hash or a version makes.
_DNS_LABELS = {"k8s-app": "kube-dns"}


def keep_budget(budget: Any) -> dict[str, Any]:
    """What is needed of a PodDisruptionBudget, in its own form."""
    metadata = budget["metadata"]
    return {
        "metadata": {"namespace": metadata["namespace"], "name": metadata["name"]},
        "spec": {
            key: budget["spec"][key]
            for key in ("minAvailable", "maxUnavailable")
            if key in budget["spec"]
        },
        "status": budget.get("status") or {},
    }


def budgets(answer: Any) -> dict[str, Any]:
    """The PodDisruptionBudgets that let no pod go even while all of theirs are well, and how many there are more."""
    found = []
    for each in answer["items"]:
        status = each["status"]
        pods, needed = int(status.get("expectedPods") or 0), int(status.get("desiredHealthy") or 0)
        if pods and needed >= pods:
            found.append(
                {
                    "namespace": str(each["metadata"]["namespace"])[:100],
                    "name": str(each["metadata"]["name"])[:260],
                    "pods": pods,
                    "needed": needed,
                }
            )
    return {"found": found[:_MAX_NAMED], "more": len(found[_MAX_NAMED:])}


def dns_policies(answer: Any) -> list[str] | None:
    """The NetworkPolicies of kube-system that select CoreDNS, where none of them lets a DNS question in; else None.

    One that admits only some is somebody's intention.
    """
    selecting = [
        policy
        for policy in answer["items"]
        if _is_about_ingress(policy["spec"]) and selects(policy["spec"].get("podSelector") or {})
    ]
    rules = [rule for policy in selecting for rule in policy["spec"].get("ingress") or ()]
    if not selecting or any(_admits_dns(rule) for rule in rules):
        return None
    return [str(policy["metadata"]["name"])[:260] for policy in selecting][:_MAX_NAMED]


def _is_about_ingress(spec: Any) -> bool:
    return "Ingress" in (spec.get("policyTypes") or ["Ingress"])


def selects(selector: Mapping[str, Any]) -> bool:
    """Whether a selector of pods has those of CoreDNS among them."""
    wanted = selector.get("matchLabels") or {}
    if any(_DNS_LABELS.get(key) != value for key, value in wanted.items()):
        return False
    for each in selector.get("matchExpressions") or ():
        has, values = _DNS_LABELS.get(each["key"]), each.get("values") or []
        fits = {
            "In": has in values,
            "NotIn": has not in values,
            "Exists": has is not None,
            "DoesNotExist": has is None,
        }
        if not fits[each["operator"]]:
            return False
    return True


def _admits_dns(rule: Any) -> bool:
    ports = rule.get("ports") or ()
    return not ports or any(map(_is_dns, ports))


def _is_dns(port: Any) -> bool:
    if port.get("protocol") == "TCP":
        return False
    first = port.get("port")
    # A name of CoreDNS's own.
    if first is None or isinstance(first, str):
        return first in (None, "dns")
    return bool(first <= _DNS_PORT <= int(port.get("endPort") or first))
