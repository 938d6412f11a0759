# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What there is when a cluster was verified: its nodes, the way in, and what to do next."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from ..._text.lines import table
from . import view
from .model import Cluster

_HEAD = ("NAME", "STATUS", "ROLES", "VERSION", "ADDRESS")
_STATES = {"True": "Ready", "False": "NotReady"}
# More nodes make a list that nobody reads; those that are not as they should be come first.
_SHOWN = 40


def nodes(cluster: Cluster) -> list[dict[str, Any]]:
    """Each node as it is shown; none where no API server has said."""
    return [
        {
            "name": node["name"],
            "status": _STATES.get(node["ready"], "Unknown")
            + (",SchedulingDisabled" if node["cordoned"] else ""),
            "roles": sorted(node["roles"]),
            "version": node["version"],
            "address": next(iter(node["addresses"]), ""),
        }
        for node in view.first(cluster, "nodes") or ()
    ]


def text(found: Sequence[Mapping[str, Any]], host: str, kubeconfig: str, kubectl: bool) -> str:
    """The last words; host is one with an API server, kubeconfig the file on this machine or "" where there is none.

    kubectl tells whether this machine has one.
    """
    lines = ["NODES", *_table(found), ""]
    if not kubeconfig:
        return "\n".join(
            [
                *lines,
                f"Root on {host} has access: kubectl get pods -A",
                "To get its kubeconfig onto this machine, readable only by you:",
                "  ansible-playbook k8n.cluster.verify -b -e k8n_fetch_kubeconfig=true",
            ]
        )
    lines += [
        f"The kubeconfig is {kubeconfig}: an administrator's login, readable only by you.",
        "It is merged into no other kubeconfig. Next:",
        f"  export KUBECONFIG={shlex.quote(kubeconfig)}",
        "  kubectl get pods -A",
    ]
    if not kubectl:
        lines.append(
            f"This machine has no kubectl; root on {host} has one and needs no KUBECONFIG."
        )
    return "\n".join(lines)


def _table(found: Sequence[Mapping[str, Any]]) -> list[str]:
    rows = [
        (
            str(node["name"]),
            str(node["status"]),
            ",".join(node["roles"]) or "<none>",
            str(node["version"]),
            str(node["address"]),
        )
        for node in sorted(found, key=lambda node: node["status"] == "Ready")[:_SHOWN]
    ]
    lines = table(_HEAD, rows)
    more = len(found) - len(rows)
    return [*lines, f"and {more} more"] if more else lines
