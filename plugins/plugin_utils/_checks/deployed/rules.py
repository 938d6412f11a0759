# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""No rule that somebody made stands in the way: webhooks, disruption budgets, network policies before the DNS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn

from ..model import DEPLOYED, Check, Finding, Stage, Unknown
from . import view
from .model import CLUSTER, Cluster, listed

HOST_CHECKS: tuple[Check, ...] = ()
CLUSTER_CHECKS = (
    Check("webhook_silent", "every webhook that must agree answers", "block", Stage.NODES, DEPLOYED),
    Check("disruption_never_allowed", "no PodDisruptionBudget forbids draining a node for ever", "warn",
          Stage.NODES, DEPLOYED),
    Check("dns_policy_refuses", "no NetworkPolicy keeps questions from CoreDNS", "block", Stage.NODES, DEPLOYED),
)  # fmt: skip
CHECKS = CLUSTER_CHECKS

_WEBHOOK, _BUDGET, _POLICY = (check.id for check in CLUSTER_CHECKS)


def hosts(_cluster: Cluster) -> list[str]:
    """The hosts that HOST_CHECKS are about."""
    return []


def judge(cluster: Cluster) -> Iterator[tuple[str, Finding]]:
    """Each finding, all of them of the cluster."""
    for check, what, said in (
        (_WEBHOOK, "webhooks", _webhooks),
        (_BUDGET, "budgets", _budgets),
        (_POLICY, "dns_policies", _policies),
    ):
        found = view.first(cluster, what)
        if found is None:
            yield CLUSTER, Unknown(check, "no API server has listed them.")
        else:
            yield from ((CLUSTER, finding) for finding in said(cluster, found))


def _webhooks(cluster: Cluster, found: Mapping[str, Any]) -> Iterator[Finding]:
    by_configuration: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for each in found["found"]:
        by_configuration.setdefault((each["kind"], each["configuration"]), []).append(each)
    for (kind, configuration), webhooks in by_configuration.items():
        one = kind.removesuffix("s")
        rules = dict.fromkeys(rule for each in webhooks for rule in each["rules"])
        delete = f"kubectl delete {view.name(one)} {view.name(configuration)}"
        yield block(
            _WEBHOOK,
            f"The {one} {configuration} must agree to each {listed(rules, 3)}, and {webhooks[0]['target']} does not "
            f"answer: {webhooks[0]['error']}. The API server refuses all of these.",
            f"Bring back what answers behind {webhooks[0]['target']}; or do without it, unchecked: "
            f"{view.on_admin(cluster, delete)}.",
        )


def _budgets(cluster: Cluster, found: Mapping[str, Any]) -> Iterator[Finding]:
    if not found["found"]:
        return
    each = [
        f"{budget['namespace']}/{budget['name']} ({budget['needed']} of {budget['pods']} pods must stay)"
        for budget in found["found"]
    ]
    more = f" There are {found['more']} more." if found["more"] else ""
    budget = found["found"][0]
    patch = (
        f"kubectl -n {view.name(budget['namespace'])} patch poddisruptionbudget {view.name(budget['name'])} --type "
        f'merge -p "spec: {{minAvailable: null, maxUnavailable: 1}}"'
    )
    yield warn(
        _BUDGET,
        f"A PodDisruptionBudget lets none of its pods go, even while all of them are well: {listed(each)}.{more} A "
        f"drain, and so an upgrade, waits for it for ever.",
        f"Give its workload more pods, or let one of them go: {view.on_admin(cluster, patch)}.",
    )


def _policies(cluster: Cluster, found: list[str]) -> Iterator[Finding]:
    if not found:
        return
    delete = f"kubectl -n kube-system delete networkpolicy {' '.join(map(view.name, found))}"
    yield block(
        _POLICY,
        f"NetworkPolicies of kube-system select CoreDNS, and none of them lets a question to UDP port 53 in: "
        f"{listed(found)}. Where the network plugin enforces them, no pod can look up any name.",
        f"Let one of them admit UDP and TCP port 53, or {view.on_admin(cluster, delete)}.",
    )
