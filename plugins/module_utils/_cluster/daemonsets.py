# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""On which nodes a DaemonSet of the system has no pod, though it is meant for them.

What the DaemonSet itself counts as desired does not tell: a node that its template excludes is then none of its nodes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import Collection, Mapping

    from .pods import Workload

_MAX_NAMED = 20
_MAX_SETS = 40
_CRITICAL = "system-node-critical"
# The kubelet knows these of itself, and sets a label again that somebody has taken away.
_OF_THE_KUBELET = {"kubernetes.io/os": "operatingSystem", "kubernetes.io/arch": "architecture"}
# Of what serves the node itself, no single node is left out by its name.
_NAME = "kubernetes.io/hostname"
_KEEPS_AWAY = ("NoSchedule", "NoExecute")


def keep(daemonset: Any) -> dict[str, Any]:
    """What is needed of a DaemonSet, in its own form."""
    template = daemonset["spec"]["template"]["spec"]
    wanted = ("nodeSelector", "affinity", "tolerations", "priorityClassName")
    return {
        "metadata": {"name": daemonset["metadata"]["name"]},
        "spec": {"template": {"spec": {key: template[key] for key in wanted if key in template}}},
    }


def lacking(sets: Any, nodes: Any, owned: Collection[Workload]) -> list[dict[str, Any]]:
    """The DaemonSets that have no pod on a node that they are meant for, with these nodes.

    sets and nodes are lists of the API, owned are the workloads that have pods.
    """
    found = []
    for each in sets["items"]:
        name, spec = str(each["metadata"]["name"]), each["spec"]["template"]["spec"]
        missing = [
            node
            for node in nodes["items"]
            if is_meant_for(spec, node)
            and ("DaemonSet", name, node["metadata"]["name"]) not in owned
        ]
        if missing:
            found.append(
                {
                    "name": name,
                    "critical": spec.get("priorityClassName") == _CRITICAL,
                    "missing": [
                        {
                            "node": node["metadata"]["name"],
                            "excluded": not is_meant_for(spec, node, by_name=True),
                        }
                        for node in missing[:_MAX_NAMED]
                    ],
                    "more": len(missing[_MAX_NAMED:]),
                }
            )
    return found[:_MAX_SETS]


def is_meant_for(spec: Any, node: Any, by_name: bool = False) -> bool:
    """Whether pods of this template are meant for the node.

    A template that serves the node itself is also meant for a node that it excludes by its name, unless by_name.
    """
    critical = spec.get("priorityClassName") == _CRITICAL and not by_name
    labels = dict(node["metadata"].get("labels") or {})
    info = node["status"].get("nodeInfo") or {}
    for label, key in _OF_THE_KUBELET.items():
        if info.get(key):
            labels[label] = info[key]
    if any(labels.get(key) != value for key, value in (spec.get("nodeSelector") or {}).items()):
        return False
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    if required and not any(
        _fits(term, labels, critical) for term in required["nodeSelectorTerms"]
    ):
        return False
    # The DaemonSet controller lets its pods tolerate what Kubernetes itself adds.
    return all(
        taint["key"].startswith("node.kubernetes.io/")
        or any(_tolerates(each, taint) for each in spec.get("tolerations") or ())
        for taint in (node.get("spec") or {}).get("taints") or ()
        if taint["effect"] in _KEEPS_AWAY
    )


def _fits(term: Any, labels: Mapping[str, str], critical: bool) -> bool:
    fields = () if critical else term.get("matchFields") or ()
    return all(_matches(each, {"metadata.name": labels.get(_NAME, "")}) for each in fields) and all(
        (critical and each["key"] == _NAME) or _matches(each, labels)
        for each in term.get("matchExpressions") or ()
    )


def _matches(expression: Any, labels: Mapping[str, str]) -> bool:
    operator, values = expression["operator"], expression.get("values") or []
    has = labels.get(expression["key"])
    if operator in ("In", "NotIn"):
        return bool((has in values) == (operator == "In"))
    if operator in ("Exists", "DoesNotExist"):
        return bool((has is not None) == (operator == "Exists"))
    if has is None or operator not in ("Gt", "Lt"):
        return False
    return int(has) > int(values[0]) if operator == "Gt" else int(has) < int(values[0])


def _tolerates(toleration: Any, taint: Any) -> bool:
    key, effect = toleration.get("key"), toleration.get("effect")
    if effect and effect != taint["effect"]:
        return False
    if toleration.get("operator") == "Exists":
        return not key or key == taint["key"]
    return bool(
        key == taint["key"] and (toleration.get("value") or "") == (taint.get("value") or "")
    )
