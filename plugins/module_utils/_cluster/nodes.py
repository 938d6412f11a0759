# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The nodes in a NodeList, cut down to what is judged."""

from __future__ import annotations

from typing import Any

_MAX_TEXT = 200
_MAX_LISTED = 20
_ROLE = "node-role.kubernetes.io/"
_CORDONED = "node.kubernetes.io/unschedulable"


def keep(node: Any) -> dict[str, Any]:
    """What is needed of a node: its list of images and its history alone are most of its text."""
    metadata, status = node["metadata"], node["status"]
    info = status.get("nodeInfo", {})
    return {
        "metadata": {"name": metadata["name"], "labels": metadata.get("labels") or {}},
        "spec": node.get("spec") or {},
        "status": {
            "addresses": status.get("addresses") or [],
            "conditions": status.get("conditions") or [],
            "nodeInfo": {
                key: info.get(key, "")
                for key in ("kubeletVersion", "operatingSystem", "architecture")
            },
        },
    }


def nodes(answer: Any) -> list[dict[str, Any]]:
    """The nodes in a NodeList."""
    return [_node(each) for each in answer["items"]]


def _node(node: Any) -> dict[str, Any]:
    status, spec = node["status"], node.get("spec", {})
    conditions = status.get("conditions") or ()
    ready: dict[str, Any] = next((each for each in conditions if each["type"] == "Ready"), {})
    taints = spec.get("taints") or ()
    return {
        "name": node["metadata"]["name"],
        "addresses": [
            each["address"] for each in status.get("addresses", ()) if each["type"] != "Hostname"
        ],
        # True, False or Unknown, which is what it is when the kubelet has fallen silent.
        "ready": ready.get("status", "Unknown"),
        "why": "" if ready.get("status") == "True" else str(ready.get("message", ""))[:_MAX_TEXT],
        "roles": [
            label[len(_ROLE) :]
            for label in node["metadata"].get("labels", {})
            if label.startswith(_ROLE)
        ],
        "taints": [f"{each['key']}:{each['effect']}" for each in taints][:_MAX_LISTED],
        "version": status.get("nodeInfo", {}).get("kubeletVersion", ""),
        "cordoned": bool(spec.get("unschedulable", False)),
        # Kubernetes writes the time into the taint that it adds for it.
        "cordoned_since": next(
            (str(each["timeAdded"])[:40] for each in taints
             if each["key"] == _CORDONED and each.get("timeAdded")), None,
        ),
        "pod_ranges": [
            str(each)
            for each in (spec.get("podCIDRs") or [spec.get("podCIDR")])[:_MAX_LISTED]
            if each
        ],
        # The kubelet's other conditions, such as DiskPressure, are well when they are False.
        "pressure": [
            {"type": str(each["type"]), "why": str(each.get("message", ""))[:_MAX_TEXT]}
            for each in conditions
            if each["type"] != "Ready" and each.get("status") == "True"
        ][:_MAX_LISTED],
    }  # fmt: skip
