# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What a check is, and what it can say of a host: a problem, nothing, that it does not know, or that it does not apply.

A check that could not find something out never passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, auto
from typing import Any, NamedTuple, Union

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem

HOST, BETWEEN, CONTROLLER, INVENTORY = "host", "between hosts", "controller", "inventory"
# Of a cluster that Kubespray has installed, by the playbook verify.
DEPLOYED = "deployed cluster"
# Made by the audit alone: an assertion of Kubespray that no check of ours stands for.
ASSERTION = "assertion of Kubespray"
PLACES = (HOST, BETWEEN, CONTROLLER, INVENTORY, ASSERTION, DEPLOYED)


class Stage(IntEnum):
    """When to fix what a check finds: what comes first, the later checks need."""

    CONTROLLER = auto()
    INVENTORY = auto()
    # Where one of these finds something, nothing else is known of the host.
    ESSENTIAL = auto()
    REACH = auto()
    SUDO = auto()
    NAMES = auto()
    SYSTEM = auto()
    STORAGE = auto()
    NETWORK = auto()
    SOFTWARE = auto()
    REMAINS = auto()
    DOWNLOADS = auto()
    CLUSTER_NETWORKS = auto()
    ETCD = auto()
    CONTROL_PLANE = auto()
    NODES = auto()
    # The check itself did not run.
    LAST = auto()


@dataclass(frozen=True)
class Check:
    """The one declaration of a check; all lists of checks are made from these by registry.py.

    id is that of its Problems; title says in a few words what is well when it passes; severity is what it has unless
    the user re-levels it; place is where it is made. fixed_by_prepare is the part of the role prepare that fixes what
    it finds, by the name that the role's tasks/fixes.yml has for it. kubespray has the ids of Kubespray's assertions
    that stand for the same fault; formerly has the names by which users knew the check in an earlier release.
    """

    id: str
    title: str
    severity: str
    stage: Stage
    place: str = HOST
    fixed_by_prepare: str | None = None
    kubespray: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()


class Unknown(NamedTuple):
    """The check with this id could not be made; reason is one sentence."""

    id: str
    reason: str


class Skipped(NamedTuple):
    """The check with this id does not apply to the host; reason is one sentence."""

    id: str
    reason: str


# A judge of one place yields its findings; a judge of several yields each with its place, a host or the cluster.
Finding = Union[Problem, Unknown, Skipped]


def by_place(findings: Iterable[tuple[str, Finding]]) -> dict[str, list[Finding]]:
    """What was found, by its place; one of which nothing is said is not there."""
    found: dict[str, list[Finding]] = {}
    for place, finding in findings:
        found.setdefault(place, []).append(finding)
    return found


@dataclass(frozen=True)
class Host:
    """What a judge knows of a host beside what was found on it.

    groups are the names of its groups; variables are its own address variables (ip, access_ip, ip6,
    ansible_host); settings is what kubespray_settings returned, empty without Kubespray;
    thresholds holds every threshold with the user's own values in it.
    """

    name: str
    groups: frozenset[str]
    variables: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_control_plane(self) -> bool:
        return "kube_control_plane" in self.groups

    @property
    def is_etcd_member(self) -> bool:
        return "etcd" in self.groups

    @property
    def is_node(self) -> bool:
        return "kube_node" in self.groups


@dataclass
class Judged:
    """What checks said of one host (or of one pair, or of the cluster)."""

    problems: list[Problem] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def add(self, checks: Iterable[Check], findings: Iterable[Finding]) -> None:
        """Sort findings of these checks in; a check of which nothing is said has passed."""
        said = set()
        for finding in findings:
            if isinstance(finding, Unknown):
                self.unknown.append(finding)
                said.add(finding.id)
            elif isinstance(finding, Skipped):
                self.skipped.append(finding)
                said.add(finding.id)
            else:
                self.problems.append(finding)
                said.add(finding["id"])
        self.passed += [check.id for check in checks if check.id not in said]

    def join(self, other: Judged) -> None:
        """Take in what other checks said."""
        self.problems += other.problems
        self.passed += other.passed
        self.unknown += other.unknown
        self.skipped += other.skipped

    def as_result(self) -> dict[str, Any]:
        """As a task's own result: with a key named skipped in it Ansible would take the whole task for skipped."""
        values = self.as_dict()
        values["not_applicable"] = values.pop("skipped")
        return values

    def as_dict(self) -> dict[str, Any]:
        """As the result of a task carries it below a key of its own."""
        return {
            "problems": self.problems,
            "passed": self.passed,
            "unknown": [each._asdict() for each in self.unknown],
            "skipped": [each._asdict() for each in self.skipped],
        }
