# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What the etcd hosts of a cluster said, put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from ..._inventory import quorum
from .model import Cluster, hosts_of

# What etcdctl says of the health of a member that answers as it should, while any member has raised an alarm.
_ONLY_ALARM = "Active Alarm(s)"


@dataclass(frozen=True)
class View:
    """Whom they know, who answers, and who does not."""

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


def view(cluster: Cluster) -> View:
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
            if each["error"] is None or each["error"].startswith(_ONLY_ALARM):
                heard |= hosts_of([each["url"]])
                continue
            for address in hosts_of([each["url"]]):
                errors.setdefault(address, []).append((host, each["error"]))
    members = _members_of(cluster, seen)
    return View(status, main, seen if listing else None, members, errors, heard)


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


def standing(view: View) -> str:
    """What is left, which Kubespray's own test does not count."""
    if view.members is None:
        return "How many members are left is not known."
    count = len(view.members)
    answering = len(view.answering)
    spare = answering - quorum.majority(count)
    left = (
        "etcd has stopped"
        if spare < 0
        else "no other may fail"
        if spare == 0
        else f"{spare} more may fail"
    )
    return f"{answering} of {count} members answer, {quorum.majority(count)} must: {left}."
