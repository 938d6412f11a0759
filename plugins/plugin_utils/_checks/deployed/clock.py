# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The hosts' clocks agree: certificates, tokens and leases go by them."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block

from ..model import DEPLOYED, Check, Finding, Stage, Unknown
from .model import Cluster

HOST_CHECKS = (
    Check("clock_off", "its clock is that of the others", "block", Stage.NETWORK, DEPLOYED),
)
CLUSTER_CHECKS: tuple[Check, ...] = ()
CHECKS = HOST_CHECKS

_ID = HOST_CHECKS[0].id
# Beyond the time in which all hosts were asked, since they are asked one after another.
_ALLOWED_SECONDS = 60.0


def hosts(cluster: Cluster) -> list[str]:
    """The hosts that HOST_CHECKS are about."""
    return list(cluster.hosts)


def judge(cluster: Cluster) -> Iterator[tuple[str, Finding]]:
    """Each finding with its host.

    All hosts were asked between the start of the run and now. The control node's own clock is one among the others, so
    that a wrong one there does not make all hosts wrong.
    """
    clocks = {
        host: float(clock)
        for host in cluster.hosts
        if (clock := cluster.part(host, "clock")) is not None
    }
    middle = (cluster.started + cluster.now) / 2
    right = median([*clocks.values(), middle, *([middle] if len(clocks) == 1 else [])])
    allowed = _ALLOWED_SECONDS + max(0.0, cluster.now - cluster.started)
    for host in cluster.hosts:
        if host not in clocks:
            yield host, Unknown(_ID, cluster.unseen.get(host, "nothing was asked on this host."))
            continue
        off = clocks[host] - right
        if abs(off) > allowed:
            yield (
                host,
                block(
                    _ID,
                    f"Its clock is about {_shown(abs(off))} {'ahead of' if off > 0 else 'behind'} the other hosts "
                    f"and the control node: certificates and tokens may not be valid yet, or no longer.",
                    "Set it right and keep it so: on this host run 'systemctl restart chronyd chrony ntpd ntpsec "
                    "systemd-timesyncd', which restarts what is there of these, and see that it reaches a time "
                    "server; 'date -u' then shows the time of the other hosts.",
                ),
            )


def _shown(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} minutes"
