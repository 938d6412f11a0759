# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The etcd members are the hosts that the inventory says, and each of them does its work.

Kubespray's own test of etcd's health does not ask a member that has never started, and its task that starts the members
may let one fail. So the members are counted here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils import _quorum
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    DEPLOYED,
    Check,
    Finding,
    Unknown,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._verify.model import (
    CLUSTER,
    Cluster,
    hosts_of,
    listed,
)

HOST_CHECKS = (
    Check("etcd_member_missing", "the host is a member of etcd", "block", DEPLOYED),
    Check("etcd_clusters_differ", "its etcd is that of the others", "block", DEPLOYED),
    Check(
        "etcd_member_unhealthy", "its etcd member answers itself and the others", "block", DEPLOYED
    ),
    Check("etcd_alarm", "its etcd member has raised no alarm", "block", DEPLOYED),
    Check("etcd_database_large", "etcd's database is far from its limit", "warn", DEPLOYED),
)
CLUSTER_CHECKS = (
    Check("etcd_member_foreign", "etcd has no member beside the inventory's", "block", DEPLOYED),
    Check("etcd_no_leader", "etcd has a leader", "block", DEPLOYED),
    Check("etcd_raft_terms_differ", "all etcd members are in the same raft term", "warn", DEPLOYED),
)
CHECKS = (*HOST_CHECKS, *CLUSTER_CHECKS)
THRESHOLDS = {"etcd_database_percent": 80.0}

# etcd's own, where nothing else is configured.
_DEFAULT_QUOTA = 2 * 1024**3
_NO_LEADER = "no leader"
_NODES = "Kubespray's docs/operations/nodes.md"
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
        f"/var/lib/etcd), let it join anew as {_NODES} says, then run 'etcdctl.sh alarm disarm'.",
    ),
}


@dataclass(frozen=True)
class _View:
    """What the etcd hosts said, put together."""

    status: Mapping[str, Mapping[str, Any]]
    # The id of the cluster that counts, which is that of the most hosts.
    cluster: str | None
    # By id, None where no host could list them.
    members: Mapping[str, Mapping[str, Any]] | None
    # Host -> the id of its member.
    member_of: Mapping[str, str]
    # Address -> who could not reach it, with the error.
    errors: Mapping[str, list[tuple[str, str]]]
    # The addresses of members that have answered another one.
    heard: AbstractSet[str]

    @property
    def answering(self) -> list[str]:
        """The ids of the members that answer, whether the inventory knows them or not."""
        own = {
            status["member"] for status in self.status.values() if status["cluster"] == self.cluster
        }
        return [
            member_id
            for member_id, member in (self.members or {}).items()
            if member_id in own or hosts_of(member["urls"]) & self.heard
        ]

    @property
    def without_leader(self) -> list[str]:
        return [host for host, status in self.status.items() if status["leader"] == "0"]

    def of(self, host: str) -> Mapping[str, Any] | None:
        """The member that the host is."""
        return (self.members or {}).get(self.member_of.get(host, ""))


def hosts(cluster: Cluster) -> list[str]:
    """The hosts that HOST_CHECKS are about."""
    return cluster.etcd


def judge(cluster: Cluster) -> Iterator[tuple[str, Finding]]:
    """Each finding with its place, a host or the cluster."""
    view = _view(cluster)
    for host in cluster.etcd:
        for finding in _host(cluster, view, host):
            yield host, finding
    for finding in _cluster(cluster, view):
        yield CLUSTER, finding


def _view(cluster: Cluster) -> _View:
    parts = {host: part for host in cluster.etcd if (part := cluster.part(host, "etcd"))}
    status = {host: part["status"] for host, part in parts.items() if part["status"]}
    counted = Counter(each["cluster"] for each in status.values()).most_common(1)
    main = counted[0][0] if counted else None
    seen: dict[str, Mapping[str, Any]] = {}
    errors: dict[str, list[tuple[str, str]]] = {}
    heard: set[str] = set()
    listing = False
    for host, part in parts.items():
        if host in status and status[host]["cluster"] != main:
            continue
        for member in part["members"] or ():
            listing = True
            seen.setdefault(member["id"], member)
        for each in part["health"] or ():
            if each["error"] is None:
                heard |= hosts_of([each["url"]])
                continue
            for address in hosts_of([each["url"]]):
                errors.setdefault(address, []).append((host, each["error"]))
    members = _members_of(cluster, seen)
    return _View(status, main, seen if listing else None, members, errors, heard)


def _members_of(cluster: Cluster, members: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The member that each etcd host is: what it says itself, else by its addresses."""
    found = {}
    for host in cluster.etcd:
        part = cluster.part(host, "etcd") or {}
        if part.get("status"):
            found[host] = part["status"]["member"]
            continue
        own = cluster.addresses(host) | hosts_of(part.get("urls", ()))
        for member_id, member in members.items():
            if own & hosts_of(member["urls"]):
                found[host] = member_id
                break
    return found


def _host(cluster: Cluster, view: _View, host: str) -> Iterator[Finding]:
    part = cluster.part(host, "etcd")
    if part is None:
        unseen = cluster.unseen.get(host, "nothing was asked on this host.")
        yield from _unknown((HOST_CHECKS[1], *HOST_CHECKS[3:]), unseen)
    elif not part["configured"]:
        yield block(
            "etcd_member_missing",
            "The inventory wants an etcd member here, and none is set up: there is no /etc/etcd.env with etcdctl's "
            "certificate in it.",
            "Run k8n.cluster.deploy again, for all hosts, and look at Kubespray's tasks of the role etcd for this one.",
        )
        yield from _unknown(HOST_CHECKS[1:], "no etcd is set up on the host.")
        return
    elif host in view.status and view.status[host]["cluster"] != view.cluster:
        yield _other_cluster(view, host)
        yield from _unknown(
            (HOST_CHECKS[0], HOST_CHECKS[2]),
            "its etcd belongs to another cluster than that of the other hosts.",
        )
        yield from _size(cluster, host, part)
        return
    yield from _membership(cluster, view, host)
    if part is not None:
        yield from _size(cluster, host, part)


def _unknown(checks: tuple[Check, ...], why: str) -> Iterator[Finding]:
    yield from (Unknown(check.id, why) for check in checks)


def _other_cluster(view: _View, host: str) -> Finding:
    others = [name for name, status in view.status.items() if status["cluster"] == view.cluster]
    return block(
        "etcd_clusters_differ",
        f"Its etcd has the cluster id {view.status[host]['cluster']}, that of {listed(others)} is {view.cluster}: it "
        f"has made a cluster of its own instead of joining.",
        f"Remove this host's etcd data (by default /var/lib/etcd) after a backup, and let it join as {_NODES} says.",
    )


def _membership(cluster: Cluster, view: _View, host: str) -> Iterator[Finding]:
    if view.members is None:
        why = cluster.unseen.get(host) or "no etcd host could list the members."
        yield Unknown("etcd_member_missing", why)
    member = view.of(host)
    if view.members is None or (member is not None and member["started"]):
        yield from _health(cluster, view, host, member)
        return
    if member is None:
        state = (
            f"is not among etcd's members, which are {listed(map(_shown, view.members.values()))}"
        )
    else:
        state = f"is one of etcd's members and has never started{_service(cluster, host)}"
    yield block(
        "etcd_member_missing",
        f"The inventory wants an etcd member here, and this host {state}. {_standing(view)}",
        f"Fix what 'journalctl -u etcd -n 50' says on this host, and start it, or add it as {_NODES} says.",
    )
    yield Unknown("etcd_member_unhealthy", "the host has no etcd member to ask.")


def _service(cluster: Cluster, host: str) -> str:
    """What systemd says of the member, in brackets."""
    service = (cluster.part(host, "etcd") or {}).get("service")
    return f" (etcd.service is {service})" if service else ""


def _shown(member: Mapping[str, Any]) -> str:
    return f"{member['name'] or '(not started)'} ({'/'.join(sorted(hosts_of(member['urls'])))})"


def _health(
    cluster: Cluster, view: _View, host: str, member: Mapping[str, Any] | None
) -> Iterator[Finding]:
    part = cluster.part(host, "etcd")
    if part is not None and part["status"] is None:
        yield block(
            "etcd_member_unhealthy",
            f"Its etcd member does not answer{_service(cluster, host)}: "
            f"{part['errors'].get('status', 'it says nothing')}. {_standing(view)}",
            "On this host run 'systemctl start etcd'."
            if part["service"] == "inactive"
            else "Fix what 'journalctl -u etcd -n 50' says on this host, then run 'systemctl restart etcd' there.",
        )
        return
    addresses = cluster.addresses(host) | hosts_of(member["urls"] if member else ())
    errors = [each for address in sorted(addresses) for each in view.errors.get(address, ())]
    if view.without_leader:
        # Without a leader no member is healthy, whatever its own state.
        if part is None:
            yield Unknown(
                "etcd_member_unhealthy", "etcd has no leader, and the host could not be asked."
            )
    elif errors:
        askers = [asker for asker, _error in errors]
        yield block(
            "etcd_member_unhealthy",
            f"Its etcd member does not answer {listed(askers)}: {errors[0][1]}. {_standing(view)}",
            "Open the TCP ports 2379 and 2380 between the etcd hosts, and read 'journalctl -u etcd' on this one.",
        )
    elif part is None and not addresses & view.heard:
        yield Unknown(
            "etcd_member_unhealthy", cluster.unseen.get(host, "no other member could ask it.")
        )
    elif member is not None and member["learner"]:
        yield block(
            "etcd_member_unhealthy",
            f"Its etcd member is a learner, which has no vote. {_standing(view)}",
            "Run 'etcdctl member promote' with its id once it has caught up.",
        )


def _standing(view: _View) -> str:
    """What is left, which Kubespray's own test does not count."""
    if view.members is None:
        return "How many members are left is not known."
    count = len(view.members)
    answering = len(view.answering)
    spare = answering - _quorum.majority(count)
    left = (
        "etcd has stopped"
        if spare < 0
        else "no other may fail"
        if spare == 0
        else f"{spare} more may fail"
    )
    return f"{answering} of {count} members answer, {_quorum.majority(count)} must: {left}."


def _size(cluster: Cluster, host: str, part: Mapping[str, Any]) -> Iterator[Finding]:
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
    for error in status["errors"]:
        alarm = _ALARM.search(error)
        member = f"{int(alarm['member']):x}" if alarm else status["member"]
        other = member != status["member"]
        if _NO_LEADER in error or (other and (member in known or host != next(iter(statuses)))):
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


def _cluster(cluster: Cluster, view: _View) -> Iterator[Finding]:
    if view.members is None:
        yield Unknown("etcd_member_foreign", "no etcd host could list the members.")
    else:
        own = set(view.member_of.values())
        strangers = [
            _shown(each) for member_id, each in view.members.items() if member_id not in own
        ]
        if strangers:
            yield block(
                "etcd_member_foreign",
                f"etcd has members that are no etcd hosts of the inventory: {listed(strangers)}. Each of them counts "
                f"for the majority, which is {_quorum.majority(len(view.members))} of {len(view.members)}.",
                "Write the host back into the group etcd, or run 'etcdctl member remove' with the member's id.",
            )
    if not view.status:
        yield Unknown("etcd_no_leader", "no etcd member has answered.")
    elif view.without_leader:
        count = len(view.members or cluster.etcd)
        yield block(
            "etcd_no_leader",
            f"{listed(view.without_leader)} {'knows' if len(view.without_leader) == 1 else 'know'} no leader of etcd: "
            f"{len(view.status)} of {count} members answer, {_quorum.majority(count)} must agree on one. Nothing can "
            f"be written.",
            "Bring the members back that do not answer; if they are lost for good, use Kubespray's playbook "
            "recover_control_plane.",
        )
    terms = Counter(status["term"] for status in view.status.values())
    if len(terms) > 1:
        each = ", ".join(f"{host} {status['term']}" for host, status in view.status.items())
        yield warn(
            "etcd_raft_terms_differ",
            f"The etcd members are in different raft terms ({each}): an election is going on, or one of them does not "
            f"hear the leader.",
            "Run k8n.cluster.verify again; if they still differ, look at the network and the clocks between the "
            "members.",
        )
    elif len(view.status) < len(cluster.etcd):
        yield Unknown(
            "etcd_raft_terms_differ",
            f"{len(view.status)} of {len(cluster.etcd)} etcd hosts have told their term.",
        )
