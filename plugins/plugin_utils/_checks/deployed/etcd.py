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

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn

from ..._inventory import quorum
from ..model import DEPLOYED, Check, Finding, Stage, Unknown
from . import etcd_database
from .etcd_database import NODES
from .etcd_view import View, standing
from .etcd_view import view as view_of
from .model import CLUSTER, Cluster, hosts_of, listed

HOST_CHECKS = (
    Check("etcd_member_missing", "the host is a member of etcd", "block", Stage.ETCD, DEPLOYED),
    Check("etcd_clusters_differ", "its etcd is that of the others", "block", Stage.ETCD, DEPLOYED),
    Check(
        "etcd_member_unhealthy",
        "its etcd member answers itself and the others",
        "block",
        Stage.ETCD,
        DEPLOYED,
    ),
    Check("etcd_alarm", "its etcd member has raised no alarm", "block", Stage.ETCD, DEPLOYED),
    Check(
        "etcd_database_large", "etcd's database is far from its limit", "warn", Stage.ETCD, DEPLOYED
    ),
)
CLUSTER_CHECKS = (
    Check(
        "etcd_member_foreign",
        "etcd has no member beside the inventory's",
        "block",
        Stage.ETCD,
        DEPLOYED,
    ),
    Check("etcd_no_leader", "etcd has a leader", "block", Stage.ETCD, DEPLOYED),
    Check(
        "etcd_raft_terms_differ",
        "all etcd members are in the same raft term",
        "warn",
        Stage.ETCD,
        DEPLOYED,
    ),
)
CHECKS = (*HOST_CHECKS, *CLUSTER_CHECKS)
THRESHOLDS = {"etcd_database_percent": 80.0}

# By the state of etcd.service; without one, etcd is a pod of kubeadm's.
_RESTART = {
    "inactive": "On this host run 'systemctl start etcd'.",
    "masked": "On this host run 'systemctl unmask etcd && systemctl start etcd'.",
    None: "Fix what 'crictl logs $(crictl ps -a -q --name etcd | head -1)' says on this host; its settings are in "
    "/etc/kubernetes/manifests/etcd.yaml.",
}
_FIX = "Fix what 'journalctl -u etcd -n 50' says on this host, then run 'systemctl restart etcd' there."


def hosts(cluster: Cluster) -> list[str]:
    """The hosts that HOST_CHECKS are about."""
    return cluster.etcd


def judge(cluster: Cluster) -> Iterator[tuple[str, Finding]]:
    """Each finding with its place, a host or the cluster."""
    view = view_of(cluster)
    for host in cluster.etcd:
        for finding in _host(cluster, view, host):
            yield host, finding
    for finding in _cluster(cluster, view):
        yield CLUSTER, finding


def _host(cluster: Cluster, view: View, host: str) -> Iterator[Finding]:
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
        yield from etcd_database.judge(cluster, host, part)
        return
    yield from _membership(cluster, view, host)
    if part is not None:
        yield from etcd_database.judge(cluster, host, part)


def _unknown(checks: tuple[Check, ...], why: str) -> Iterator[Finding]:
    yield from (Unknown(check.id, why) for check in checks)


def _other_cluster(view: View, host: str) -> Finding:
    others = [name for name, status in view.status.items() if status["cluster"] == view.cluster]
    return block(
        "etcd_clusters_differ",
        f"Its etcd has the cluster id {view.status[host]['cluster']}, that of {listed(others)} is {view.cluster}: it "
        f"has made a cluster of its own instead of joining.",
        f"Remove this host's etcd data (by default /var/lib/etcd) after a backup, and let it join as {NODES} says.",
    )


def _membership(cluster: Cluster, view: View, host: str) -> Iterator[Finding]:
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
        f"The inventory wants an etcd member here, and this host {state}. {standing(view)}",
        f"Fix what 'journalctl -u etcd -n 50' says on this host, and start it, or add it as {NODES} says.",
    )
    yield Unknown("etcd_member_unhealthy", "the host has no etcd member to ask.")


def _service(cluster: Cluster, host: str) -> str:
    """What systemd says of the member, in brackets."""
    service = (cluster.part(host, "etcd") or {}).get("service")
    return f" (etcd.service is {service})" if service else ""


def _shown(member: Mapping[str, Any]) -> str:
    return f"{member['name'] or '(not started)'} ({'/'.join(sorted(hosts_of(member['urls'])))})"


def _health(
    cluster: Cluster, view: View, host: str, member: Mapping[str, Any] | None
) -> Iterator[Finding]:
    part = cluster.part(host, "etcd")
    if part is not None and part["status"] is None:
        yield block(
            "etcd_member_unhealthy",
            f"Its etcd member does not answer{_service(cluster, host)}: "
            f"{part['errors'].get('status', 'it says nothing')}. {standing(view)}",
            _RESTART.get(part["service"], _FIX),
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
            f"Its etcd member does not answer {listed(askers)}: {errors[0][1]}. {standing(view)}",
            "Open the TCP ports 2379 and 2380 between the etcd hosts, and read 'journalctl -u etcd' on this one.",
        )
    elif part is None and not addresses & view.heard:
        yield Unknown(
            "etcd_member_unhealthy", cluster.unseen.get(host, "no other member could ask it.")
        )
    elif member is not None and member["learner"]:
        yield block(
            "etcd_member_unhealthy",
            f"Its etcd member is a learner, which has no vote. {standing(view)}",
            "Run 'etcdctl member promote' with its id once it has caught up.",
        )


def _cluster(cluster: Cluster, view: View) -> Iterator[Finding]:
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
                f"etcd has members that are not etcd hosts of the inventory: {listed(strangers)}. Each of them counts "
                f"for the majority, which is {quorum.majority(len(view.members))} of {len(view.members)}.",
                "Write the host back into the group etcd, or run 'etcdctl member remove' with the member's id.",
            )
    if not view.status:
        yield Unknown("etcd_no_leader", "no etcd member has answered.")
    elif view.without_leader:
        count = len(view.members or cluster.etcd)
        yield block(
            "etcd_no_leader",
            f"{listed(view.without_leader)} {'knows' if len(view.without_leader) == 1 else 'know'} no leader of etcd: "
            f"{len(view.status)} of {count} members answer, {quorum.majority(count)} must agree on one. Nothing can "
            f"be written.",
            "Bring back the members that do not answer; if they are lost for good, use Kubespray's playbook "
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
