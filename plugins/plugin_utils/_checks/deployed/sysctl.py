# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The kernel settings that Kubespray has written are in force.

A task that could not load one has written it first, so the next run finds nothing to do and passes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn

from ..model import DEPLOYED, Check, Finding, Skipped, Stage, Unknown
from .model import Cluster, listed

HOST_CHECKS = (
    Check(
        "sysctl_not_loaded",
        "the kernel settings that were written are in force",
        "block",
        Stage.SOFTWARE,
        DEPLOYED,
    ),
)
CLUSTER_CHECKS: tuple[Check, ...] = ()
CHECKS = HOST_CHECKS

_ID = HOST_CHECKS[0].id
# Pods reach no other host without these, and the kubelet does not start without the others (protectKernelDefaults).
_NEEDED = frozenset(
    {
        "net/ipv4/ip_forward",
        "net/ipv6/conf/all/forwarding",
        "net/bridge/bridge-nf-call-iptables",
        "net/bridge/bridge-nf-call-ip6tables",
        "kernel/keys/root_maxbytes",
        "kernel/keys/root_maxkeys",
        "kernel/panic",
        "kernel/panic_on_oops",
        "vm/overcommit_memory",
        "vm/panic_on_oom",
    }
)


def hosts(cluster: Cluster) -> list[str]:
    """The hosts that HOST_CHECKS are about."""
    return list(cluster.hosts)


def judge(cluster: Cluster) -> Iterator[tuple[str, Finding]]:
    """Each finding with its host."""
    for host in cluster.hosts:
        part = cluster.part(host, "sysctl")
        if part is not None:
            if part["differ"]:
                yield host, _differ(part)
        elif host in cluster.found:
            yield host, Skipped(_ID, "there is no file in which Kubespray writes kernel settings.")
        else:
            yield host, Unknown(_ID, cluster.unseen.get(host, "nothing was asked on this host."))


def _differ(part: Mapping[str, Any]) -> Finding:
    each = [
        f"{_name(setting['key'])} is {_running(setting)} instead of {setting['written']}"
        for setting in part["differ"]
    ]
    make = block if any(setting["key"] in _NEEDED for setting in part["differ"]) else warn
    return make(
        _ID,
        f"Kernel settings in {part['path']} are not in force: {listed(each)}.",
        f"Run 'sysctl -p {part['path']}' on this host as root and fix what it refuses, or load the kernel module that "
        f"brings the setting.",
    )


def _running(setting: Mapping[str, Any]) -> str:
    return "unknown to the kernel" if setting["running"] is None else str(setting["running"])


def _name(path: str) -> str:
    """A path below /proc/sys as sysctl shows it."""
    return path.translate(str.maketrans("./", "/."))
