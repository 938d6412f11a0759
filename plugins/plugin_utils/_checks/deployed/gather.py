# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""From Ansible's variables and registered results to a cluster that can be judged, and back."""

from __future__ import annotations

import calendar
import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, block

from ..._inventory import groups as _groups
from ..._inventory import roles
from ..._ssh.module_failure import module_failure
from ..._ssh.unreachable import unreachable
from ..model import Host
from .model import Cluster
from .shape import PROBE, fits

_VARIABLES = (
    "ip", "access_ip", "ip6", "access_ip6", "ansible_host", "kube_override_hostname", "node_taints",
)  # fmt: skip
_LEFT_OUT = "the host was left out of this run (--limit)."
_UNSEEN = "the host could not be asked."


def gather(
    groups: Mapping[str, Sequence[str]],
    hostvars: Mapping[str, Mapping[str, Any]],
    probes: Mapping[str, object],
    left_out: Collection[str],
    thresholds: Mapping[str, float],
    started: float,
    now: float,
) -> tuple[Cluster, dict[str, Problem]]:
    """The cluster of the inventory, and why hosts could not be looked at, where that is a problem.

    probes are registered results of cluster_probe. A host without one has failed earlier in this run, unless it is
    among those left out.
    """
    found: dict[str, Mapping[str, Any]] = {}
    unseen: dict[str, str] = {}
    lost: dict[str, Problem] = {}
    hosts = {}
    groups = roles.groups(groups, hostvars)
    for name in _groups.hosts(groups):
        variables = hostvars[name]
        hosts[name] = Host(
            name,
            frozenset(group for group in groups if name in groups[group]),
            {key: variables.get(key) for key in _VARIABLES},
        )
        result = probes.get(name)
        if isinstance(result, Mapping) and fits(result, PROBE):
            found[name] = result
        elif name in left_out:
            unseen[name] = _LEFT_OUT
        else:
            unseen[name] = _UNSEEN
            lost[name] = _why_lost(result, str(variables.get("ansible_host") or name))
    return Cluster(hosts, found, unseen, started, now, thresholds), lost


def started(text: str, now: float) -> float:
    """When the hosts began to be asked, in seconds since 1970, of ISO 8601 in UTC; now where it is no such text."""
    try:
        return float(calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ")))
    except ValueError:
        return now


def _why_lost(result: object, address: str) -> Problem:
    if not isinstance(result, Mapping):
        return block(
            "probe_failed",
            "Kubespray did not finish here: this host failed or became unreachable earlier in this run, or "
            "was stopped when another one did. Nothing is known of it now.",
            "Fix what the failed task says above, and run k8n.cluster.deploy again.",
        )
    if result.get("unreachable"):
        return unreachable(str(result.get("msg")), address)
    return module_failure(result)


def api_server(cluster: Cluster) -> dict[str, str] | None:
    """The first control plane host whose API server answers, and the address at which others reach it."""
    for host in cluster.control_plane:
        if (cluster.part(host, "kubernetes") or {}).get("version"):
            variables = cluster.hosts[host].variables
            keys = ("access_ip", "ip", "access_ip6", "ip6", "ansible_host")
            address = next((str(variables[key]) for key in keys if variables.get(key)), host)
            return {"host": host, "address": f"[{address}]" if ":" in address else address}
    return None
