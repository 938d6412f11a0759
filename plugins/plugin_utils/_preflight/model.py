# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What a preflight found: every place that was looked at, and what each check said of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks import levels as _levels
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    Judged,
    Skipped,
    Unknown,
)

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

    mended has the ids of the problems that prepare mends there; measured is what node_probe returned beside them.
    """

    name: str
    judged: Judged
    known: Known = Known()
    mended: frozenset[str] = frozenset()
    measured: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> list[Row]:
        return [
            Row(self.name, self._severity(problem), problem) for problem in self.judged.problems
        ]

    def _severity(self, problem: Problem) -> str:
        mends = problem["severity"] == BLOCK and problem["id"] in self.mended
        return PREPARE if mends else problem["severity"]

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
    report it is.
    """

    started: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    quorum: Mapping[str, Any] | None = None
    settings: Mapping[str, Any] | None = None
    levels: Mapping[str, str] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    matrices: tuple[Matrix, ...] = ()
    report: str = "preflight"


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


def build(
    probes: Mapping[str, object],
    mended: Mapping[str, Collection[str] | None],
    inventory_problems: Iterable[Problem] = (),
    controller_problems: Iterable[Problem] = (),
    between: Iterable[object] = (),
    known: Mapping[str, Known] | None = None,
    run: Run | None = None,
) -> Report:
    """Collect what the checks returned.

    probes maps a host to the result of its node_probe. mended maps a host to the ids of the problems that the role
    prepare mends there, when it runs next: such a problem does not block. between are the results of the checks
    between hosts. A result that is not a check's, because the task itself failed, is a problem.
    """
    run = run or Run()
    found = {host: _judged(result) or _failed(result) for host, result in probes.items()}
    others = {
        CONTROLLER: Judged(list(controller_problems)),
        INVENTORY: Judged(list(inventory_problems)),
        CLUSTER: Judged(),
    }
    for result in between:
        _spread(result, found, others[CLUSTER])
    return Report(
        tuple(
            Place(name, _levels.apply(judged, run.levels))
            for name, judged in others.items()
            if judged != Judged()
        ),
        tuple(
            Place(
                host,
                _levels.apply(judged, run.levels),
                (known or {}).get(host, Known()),
                frozenset(mended.get(host) or ()),
                _measured(probes[host]),
            )
            for host, judged in found.items()
        ),
        run,
    )


def _spread(result: object, found: Mapping[str, Judged], cluster: Judged) -> None:
    """Add what a check between hosts said to the hosts that it said it of."""
    given = result.get("hosts") if isinstance(result, Mapping) else None
    if not isinstance(result, Mapping) or not isinstance(given, Mapping):
        if not (isinstance(result, Mapping) and result.get("skipped")):
            cluster.problems.append(_did_not_run(result))
        return
    for name, said in [*given.items(), (CLUSTER, result.get("cluster"))]:
        judged = _judged(said)
        if judged is None:
            continue
        place = found.get(name, cluster)
        place.problems += judged.problems
        place.passed += judged.passed
        place.unknown += judged.unknown
        place.skipped += judged.skipped


def _did_not_run(result: object) -> Problem:
    return warn(
        "between_failed",
        f"A check between the hosts did not run: {_said(result)}",
        "Mend what its failed task says above, or run it again with -vvv.",
    )


def _measured(result: object) -> dict[str, Any]:
    if not isinstance(result, Mapping):
        return {}
    return {key: result[key] for key in _MEASURED if result.get(key) is not None}


def _judged(result: object) -> Judged | None:
    """What a check returned; None where that is not what a check returns."""
    given = result.get("problems") if isinstance(result, Mapping) else None
    if not isinstance(result, Mapping) or not isinstance(given, list):
        return None
    if not all(map(_is_problem, given)):
        return None
    return Judged(
        [dict(problem) for problem in given],  # type: ignore[misc]  # as _is_problem has seen
        [name for name in _list(result.get("passed")) if isinstance(name, str)],
        [Unknown(*pair) for pair in _reasons(result.get("unknown"))],
        # A task's own result may have no key "skipped": Ansible takes the task for skipped then.
        [
            Skipped(*pair)
            for key in ("skipped", "not_applicable")
            for pair in _reasons(result.get(key))
        ],
    )


def _failed(result: object) -> Judged:
    # Ansible itself ended the task before the check could say anything.
    return Judged(
        [
            block(
                "probe_failed",
                f"The check did not run: {_said(result)}",
                "Mend what the failed task of this host says above, or run it again with -vvv on this host.",
            )
        ]
    )


def _said(result: object) -> str:
    said = result.get("msg") if isinstance(result, Mapping) else None
    return " ".join(str(said or "it returned nothing").split())


def _is_problem(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and all(isinstance(value.get(key), str) for key in Problem.__annotations__)
        and value["severity"] in (BLOCK, WARN)
    )


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _reasons(value: object) -> list[tuple[str, str]]:
    return [
        (str(each["id"]), str(each.get("reason", "")))
        for each in _list(value)
        if isinstance(each, Mapping) and "id" in each
    ]


def clean(text: str) -> str:
    """What a host sent, without anything that a terminal would obey or a file format refuse."""
    return "".join(char if char.isprintable() else " " for char in text)
