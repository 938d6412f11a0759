# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The registries from which each host has its images answer it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import warn

from ..model import DEPLOYED, Check, Finding, Skipped, Stage, Unknown
from .model import Cluster, listed

HOST_CHECKS = (
    Check(
        "image_registry_silent",
        "the registries of its images answer it",
        "warn",
        Stage.NODES,
        DEPLOYED,
    ),
)
CLUSTER_CHECKS: tuple[Check, ...] = ()
CHECKS = HOST_CHECKS

_ID = HOST_CHECKS[0].id


def hosts(cluster: Cluster) -> list[str]:
    """The hosts that HOST_CHECKS are about."""
    return cluster.kubelets


def judge(cluster: Cluster) -> Iterator[tuple[str, Finding]]:
    """Each finding with its host."""
    for host in cluster.kubelets:
        part = cluster.part(host, "registries")
        if part is not None:
            silent = [each for each in part if all(said["error"] for said in each["servers"])]
            if silent:
                yield host, _silent(silent)
        elif host in cluster.found:
            yield (
                host,
                Skipped(
                    _ID,
                    "containerd has no registry in its certs.d from which the host has an image.",
                ),
            )
        else:
            yield host, Unknown(_ID, cluster.unseen.get(host, "nothing was asked on this host."))


def _silent(silent: list[Mapping[str, Any]]) -> Finding:
    each = listed(
        f"{said['url']} ({said['error']})" for registry in silent for said in registry["servers"]
    )
    return warn(
        _ID,
        f"This host has images of {listed(registry['registry'] for registry in silent)}, and nothing answers there "
        f"now: {each}. Running containers go on; a pod whose image is not on its host does not start.",
        "Start the registry, or open the way to it from this host; or write one that answers into "
        "containerd_registries_mirrors and run k8n.cluster.deploy.",
    )
