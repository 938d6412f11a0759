# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The form that the result of cluster_probe must have before it is judged: a host may send anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Maybe:
    """The value has this shape or is None."""

    shape: object


_MAX_ITEMS = 20000
_MAX_NUMBER = 2**63
_MAX_TEXT = 1000

_TEXTS = [str]
_STATUS = {
    "cluster": str, "member": str, "leader": str, "term": int, "size_bytes": int, "used_bytes": int, "errors": _TEXTS,
}  # fmt: skip
_MEMBER = {"id": str, "name": str, "urls": _TEXTS, "started": bool, "learner": bool}
_NODE = {
    "name": str, "addresses": _TEXTS, "ready": str, "why": str, "roles": _TEXTS, "taints": _TEXTS, "version": str,
    "cordoned": bool, "cordoned_since": Maybe(str), "pod_ranges": _TEXTS, "pressure": [{"type": str, "why": str}],
}  # fmt: skip
_PODS = {
    "not_well": [{"name": str, "node": str, "state": str, "why": str, "image": str}],
    "more": int,
    "dns": {"count": int, "ready": int},
}
_DAEMONSET = {
    "name": str, "critical": bool, "missing": [{"node": str, "excluded": bool}], "more": int,
}  # fmt: skip
_BUDGETS = {
    "found": [{"namespace": str, "name": str, "pods": int, "needed": int}],
    "more": int,
}
_WEBHOOKS = {
    "found": [{"kind": str, "configuration": str, "target": str, "error": str, "rules": _TEXTS}],
    "more": int,
}
# A list of one shape is a list of any number of it; a dictionary may have more keys.
PROBE = {
    "etcd": Maybe(
        {
            "configured": bool,
            "urls": _TEXTS,
            "quota_bytes": Maybe(int),
            "service": Maybe(str),
            "status": Maybe(_STATUS),
            "members": Maybe([_MEMBER]),
            "health": Maybe([{"url": str, "error": Maybe(str)}]),
            "errors": {},
        }
    ),
    "kubernetes": Maybe(
        {
            "missing": _TEXTS,
            "version": Maybe(str),
            "nodes": Maybe([_NODE]),
            "pods": Maybe(_PODS),
            "daemonsets": Maybe([_DAEMONSET]),
            "dns_replicas": Maybe([{"name": str, "replicas": int}]),
            "budgets": Maybe(_BUDGETS),
            "dns_policies": Maybe(_TEXTS),
            "webhooks": Maybe(_WEBHOOKS),
            "last_words": Maybe(str),
            "errors": {},
        }
    ),
    "kubelet": Maybe(
        {
            "service": Maybe(str),
            "health": Maybe(str),
            "said": Maybe(str),
            "engine": [{"unit": str, "state": str}],
            "login": Maybe(
                {"server": str, "status": Maybe(int), "known": bool, "error": Maybe(str)}
            ),
            "ranges": [{"name": str, "address": str}],
        }
    ),
    "registries": Maybe([{"registry": str, "servers": [{"url": str, "error": Maybe(str)}]}]),
    "dns": Maybe({"name": str, "answers": [{"server": str, "error": Maybe(str)}]}),
    "certificates": {
        "count": int,
        "first": [{"path": str, "not_after": int}],
        "unreadable": _TEXTS,
    },
    "sysctl": Maybe({"path": str, "differ": [{"key": str, "written": str, "running": Maybe(str)}]}),
    "clock": int,
}


def fits(value: object, shape: object) -> bool:
    """Whether a value has a shape."""
    if isinstance(shape, Maybe):
        return value is None or fits(value, shape.shape)
    if isinstance(shape, dict):
        return isinstance(value, Mapping) and all(
            key in value and fits(value[key], each) for key, each in shape.items()
        )
    if isinstance(shape, list):
        return (
            isinstance(value, list)
            and len(value) <= _MAX_ITEMS
            and all(fits(each, shape[0]) for each in value)
        )
    if shape is int:
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MAX_NUMBER
    if shape is str:
        return isinstance(value, str) and len(value) <= _MAX_TEXT
    return isinstance(value, bool)
