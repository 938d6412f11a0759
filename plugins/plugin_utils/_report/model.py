# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What a preflight found: every place that was looked at, and what each check said of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem

from .._checks import levels as _levels
from .._checks.model import Judged
from .._checks.registry import fixed_by
from . import results

# What a row says of a problem, worst first.
BLOCK, PREPARE, WARN = "block", "prepare", "warn"
ORDER = {BLOCK: 0, PREPARE: 1, WARN: 2}
# What a check can say else.
PASSED, UNKNOWN, SKIPPED, OFF = "passed", "unknown", "skipped", "off"
CONTROLLER, INVENTORY, CLUSTER = "(controller)", "(inventory)", "(cluster)"
# Groups of Kubespray, to what a person calls such a host.
ROLES = {"kube_control_plane": "control plane", "etcd": "etcd", "kube_node": "worker"}
# What of a probe's result was measured; the rest is what checks said, and Ansible's own.
_MEASURED = ("python", "latency", "sudo", "hostname", "sshd", "host")


@dataclass(frozen=True)
class Row:
    """One problem of one place; severity is block, prepare or warn."""

    host: str
    severity: str
    problem: Problem


@dataclass(frozen=True)
class Known:
    """What the inventory says of a host; zone is empty where it says nothing."""

    groups: tuple[str, ...] = ()
    zone: str = ""
    address: str = ""

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(title for group, title in ROLES.items() if group in self.groups)


@dataclass(frozen=True)
class Place:
    """A host, or (controller), (inventory) or (cluster), and what the checks said of it.

    fixed_by_prepare has the ids of the problems that prepare fixes there; measured is what node_probe returned beside
    them.
    """

    name: str
    judged: Judged
    known: Known = Known()
    fixed_by_prepare: frozenset[str] = frozenset()
    measured: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> list[Row]:
        return [
            Row(self.name, self._severity(problem), problem) for problem in self.judged.problems
        ]

    def _severity(self, problem: Problem) -> str:
        fixes = problem["severity"] == BLOCK and problem["id"] in self.fixed_by_prepare
        return PREPARE if fixes else problem["severity"]

    @property
    def worst(self) -> str:
        """The worst severity, or passed; unknown where no check said anything."""
        if self.judged.problems:
            return min((row.severity for row in self.rows), key=ORDER.__getitem__)
        return PASSED if self.judged.passed or not self.judged.unknown else UNKNOWN


@dataclass(frozen=True)
class Matrix:
    """Values between hosts: values[i][j] is from rows[i] to columns[j], None where nothing is known."""

    title: str
    unit: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True)
class Run:
    """What belongs to no place: when, with what, and what the cluster is to be.

    started is ISO 8601 in UTC; left_out are hosts of the cluster that were not looked at; quorum is what the module
    quorum returned and settings what kubespray_settings did, None where there is nothing; report is the playbook whose
    report it is. host_levels has those of each host with its own, and levels counts for all else. between is how much
    was measured between hosts, None where nothing was.
    """

    started: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    quorum: Mapping[str, Any] | None = None
    settings: Mapping[str, Any] | None = None
    levels: Mapping[str, str] = field(default_factory=dict)
    host_levels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    matrices: tuple[Matrix, ...] = ()
    between: Mapping[str, Any] | None = None
    report: str = "preflight"

    def levels_of(self, host: str) -> Mapping[str, str]:
        return self.host_levels.get(host, self.levels)


@dataclass(frozen=True)
class Report:
    """All that was looked at: the hosts in the order of the inventory, and others before them."""

    others: tuple[Place, ...]
    hosts: tuple[Place, ...]
    run: Run = Run()

    @property
    def places(self) -> tuple[Place, ...]:
        return (*self.others, *self.hosts)

    @property
    def rows(self) -> list[Row]:
        """Every problem, worst first."""
        rows = [row for place in self.places for row in place.rows]
        return sorted(rows, key=lambda row: ORDER[row.severity])

    def count(self, severity: str) -> int:
        return sum(row.severity == severity for row in self.rows)

    @property
    def ready(self) -> list[str]:
        """Hosts without any problem, in the order of the inventory."""
        return [place.name for place in self.hosts if not place.judged.problems]

    @property
    def own_levels(self) -> list[tuple[Mapping[str, str], list[str]]]:
        """Levels that are others than those that count for all else, each with the hosts that have them."""
        found: list[tuple[Mapping[str, str], list[str]]] = []
        for place in self.hosts:
            levels = self.run.levels_of(place.name)
            if levels == self.run.levels:
                continue
            hosts = next((hosts for same, hosts in found if same == levels), None)
            if hosts is None:
                found.append((levels, [place.name]))
            else:
                hosts.append(place.name)
        return found


def build(
    probes: Mapping[str, object],
    fixed_by_prepare: Mapping[str, Collection[str] | None],
    inventory: object = None,
    controller: object = None,
    between: Iterable[object] = (),
    known: Mapping[str, Known] | None = None,
    run: Run | None = None,
    settings: object = None,
) -> Report:
    """Collect what the checks returned.

    probes maps a host to the result of its node_probe. fixed_by_prepare maps a host to the parts of the role prepare
    that run there next: a problem that one of them fixes does not block. inventory is the result of quorum and
    controller that of controller_check, None where they are no part of the run; between are the results of the checks
    between hosts; settings is the result of kubespray_settings. A result that is not a check's, because the task
    itself failed, is a problem.
    """
    run = run or Run()
    found = {host: results.of_host(result) for host, result in probes.items()}
    others = {
        CONTROLLER: Judged() if controller is None else results.of_controller(controller),
        INVENTORY: Judged() if inventory is None else results.of_inventory(inventory),
        CLUSTER: Judged(),
    }
    others[INVENTORY].join(results.of_settings(settings))
    for result in between:
        for name, judged in results.of_between(result):
            place = others[CLUSTER] if name is None else found.get(name, others[CLUSTER])
            place.join(judged)
    return Report(
        tuple(
            Place(name, _levels.apply(judged, run.levels))
            for name, judged in others.items()
            if judged != Judged()
        ),
        tuple(
            Place(
                host,
                _levels.apply(judged, run.levels_of(host)),
                (known or {}).get(host, Known()),
                fixed_by(frozenset(fixed_by_prepare.get(host) or ())),
                _measured(probes[host]),
            )
            for host, judged in found.items()
        ),
        run,
    )


def _measured(result: object) -> dict[str, Any]:
    if not isinstance(result, Mapping):
        return {}
    return {key: result[key] for key in _MEASURED if result.get(key) is not None}


def clean(text: str) -> str:
    """What a host sent, without anything that a terminal would obey or a file format refuse."""
    return "".join(char if char.isprintable() else " " for char in text)
