# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The control plane is on the hosts that the inventory says, and each of its API servers answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block

from ..model import DEPLOYED, Check, Finding, Stage, Unknown
from .model import CLUSTER, Cluster, listed

HOST_CHECKS = (
    Check(
        "control_plane_missing",
        "Kubernetes is installed on the control plane host",
        "block",
        Stage.CONTROL_PLANE,
        DEPLOYED,
    ),
    Check("api_server_silent", "its API server answers", "block", Stage.CONTROL_PLANE, DEPLOYED),
)
CLUSTER_CHECKS = (
    Check(
        "api_servers_differ",
        "the API servers are at most one minor release apart",
        "block",
        Stage.CONTROL_PLANE,
        DEPLOYED,
    ),
)
CHECKS = (*HOST_CHECKS, *CLUSTER_CHECKS)
_VERSION = re.compile(r"v?(\d+)\.(\d+)\.")


def hosts(cluster: Cluster) -> list[str]:
    """The hosts that HOST_CHECKS are about."""
    return cluster.control_plane


def judge(cluster: Cluster) -> Iterator[tuple[str, Finding]]:
    """Each finding with its place, a host or the cluster."""
    for host in cluster.control_plane:
        for finding in _host(cluster, host):
            yield host, finding
    minors = versions(cluster)
    if not minors:
        yield CLUSTER, Unknown("api_servers_differ", "no API server has told its version.")
    elif max(minors.values())[1] - min(minors.values())[1] > 1:
        each = ", ".join(f"{host} {major}.{minor}" for host, (major, minor) in minors.items())
        yield (
            CLUSTER,
            block(
                "api_servers_differ",
                f"The API servers are of releases more than one minor apart: {each}.",
                "Run Kubespray's playbook upgrade_cluster until all of the control plane has the same release.",
            ),
        )


def _host(cluster: Cluster, host: str) -> Iterator[Finding]:
    part = cluster.part(host, "kubernetes")
    if part is None:
        why = cluster.unseen.get(host, "nothing was asked on this host.")
        yield from (Unknown(check.id, why) for check in HOST_CHECKS)
    elif part["missing"]:
        yield block(
            "control_plane_missing",
            f"The inventory wants a control plane host here, and Kubernetes is not installed on it: there is no "
            f"{' and no '.join(part['missing'])}.",
            "Run k8n.cluster.deploy again, and look at Kubespray's play 'Install the control plane' for this host.",
        )
        yield Unknown(
            "api_server_silent", "Kubernetes is not installed on this control plane host."
        )
    elif part["version"] is None:
        yield block(
            "api_server_silent",
            f"The API server of this host does not answer its own administrator: {part['errors'].get('version')}."
            + (f" It said last: {part['last_words']}" if part["last_words"] else ""),
            "Fix what 'crictl logs $(crictl ps -a -q --name kube-apiserver | head -1)' and 'journalctl -u kubelet -n "
            "50' say on this host; its settings are in /etc/kubernetes/manifests/kube-apiserver.yaml, and the kubelet "
            "restarts it within five minutes after a change there.",
        )


def versions(cluster: Cluster) -> dict[str, tuple[int, int]]:
    """Major and minor release of each API server that has told it."""
    found = {}
    for host in cluster.control_plane:
        part = cluster.part(host, "kubernetes") or {}
        if (release := minor(str(part.get("version") or ""))) is not None:
            found[host] = release
    return found


def minor(version: str) -> tuple[int, int] | None:
    """Major and minor number of a version such as v1.35.4."""
    found = _VERSION.match(version)
    return (int(found.group(1)), int(found.group(2))) if found else None


def no_view(cluster: Cluster) -> str:
    """Why no API server could be asked."""
    reasons = {
        host: (cluster.part(host, "kubernetes") or {}).get("errors", {}).get("nodes")
        for host in cluster.control_plane
    }
    said = [f"{host}: {reason}" for host, reason in reasons.items() if reason]
    return (
        f"no API server has listed the nodes ({listed(said, 1)})."
        if said
        else "no API server has answered."
    )
