# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The database of an etcd member: its size, and the alarms that end all writing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn

from ..model import Finding, Unknown
from .model import Cluster

# etcd's own, where nothing else is configured.
_DEFAULT_QUOTA = 2 * 1024**3
_NO_LEADER = "no leader"
# Where Kubespray says how a member leaves and joins.
NODES = "Kubespray's docs/operations/nodes.md"
# As etcd writes an alarm into a member's errors.
_ALARM = re.compile(r"memberID:(?P<member>\d{1,20}) alarm:(?P<kind>[A-Z]+)")
_REVISION = (
    'etcdctl.sh endpoint status -w json | grep -oE "revision.:[0-9]+" | head -1 | cut -d: -f2'
)
_OTHER_ALARM = (
    "",
    "Fix what 'journalctl -u etcd -n 50' says on this host, then run 'etcdctl.sh alarm disarm' there.",
)
# What an alarm says, and what ends it.
_ALARMS = {
    "NOSPACE": (
        "its database has reached its limit, and etcd refuses every write",
        f"On this host run as root 'etcdctl.sh compact $({_REVISION}); etcdctl.sh defrag --cluster; etcdctl.sh alarm "
        f"disarm'. If the alarm comes back, raise etcd_quota_backend_bytes and run k8n.cluster.deploy.",
    ),
    "CORRUPT": (
        "its database is not that of the other members",
        f"Take the member out with 'etcdctl.sh member remove' and its id, move its data away (by default "
        f"/var/lib/etcd), let it join again as {NODES} says, then run 'etcdctl.sh alarm disarm'.",
    ),
}


def judge(cluster: Cluster, host: str, part: Mapping[str, Any]) -> Iterator[Finding]:
    status = part["status"]
    if status is None:
        yield Unknown("etcd_alarm", "its etcd member does not answer.")
        yield Unknown("etcd_database_large", "its etcd member does not answer.")
        return
    yield from _alarms(cluster, host, status)
    quota = part["quota_bytes"] or _DEFAULT_QUOTA
    limit = cluster.thresholds["etcd_database_percent"]
    percent = 100 * status["size_bytes"] / quota
    if percent > limit:
        yield warn(
            "etcd_database_large",
            f"etcd's database has {_mib(status['size_bytes'])} MiB, {percent:.0f} % of the {_mib(quota)} MiB at which "
            f"it refuses writes; wanted are at most {limit:g} %. {_mib(status['used_bytes'])} MiB of it are in use.",
            "Run 'etcdctl defrag' member by member, and raise etcd_quota_backend_bytes if that frees little.",
        )


def _alarms(cluster: Cluster, host: str, status: Mapping[str, Any]) -> Iterator[Finding]:
    """Each member reports the alarms of all; so each host is told of its own, and the first one of a stranger's."""
    statuses = {
        each: part["status"]
        for each in cluster.etcd
        if (part := cluster.part(each, "etcd") or {}).get("status")
    }
    known = {each["member"] for each in statuses.values()}
    first, *_others = statuses
    for error in status["errors"]:
        alarm = _ALARM.search(error)
        member = f"{int(alarm['member']):x}" if alarm else status["member"]
        other = member != status["member"]
        if _NO_LEADER in error or (other and (member in known or host != first)):
            continue
        kind = alarm["kind"] if alarm else ""
        whose = f"The etcd member {member}" if other else "Its etcd member"
        yield block(
            "etcd_alarm",
            f"{whose} has raised the alarm {kind}: {_ALARMS[kind][0]}."
            if kind in _ALARMS
            else f"{whose} reports {error.strip()}.",
            _ALARMS.get(kind, _OTHER_ALARM)[1],
        )


def _mib(size: int) -> int:
    return round(size / 1024**2)
