# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What the checks found on all hosts, as one table for a person."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, block

# What a row says of a problem, worst first.
BLOCK, PREPARE, WARN = "block", "prepare", "warn"
_ORDER = {BLOCK: 0, PREPARE: 1, WARN: 2}
_INVENTORY, _CONTROLLER = "(inventory)", "(controller)"
_NAMED_READY_HOSTS = 60


@dataclass(frozen=True)
class Row:
    """One problem of one host."""

    host: str
    severity: str
    problem: Problem


@dataclass(frozen=True)
class Report:
    """All hosts of a preflight, each with what is wrong on it."""

    hosts: tuple[str, ...]
    rows: tuple[Row, ...]

    def count(self, severity: str) -> int:
        return sum(row.severity == severity for row in self.rows)

    @property
    def ready(self) -> list[str]:
        """Hosts without any problem, in the order of the inventory."""
        troubled = {row.host for row in self.rows}
        return [host for host in self.hosts if host not in troubled]


def build(
    probes: Mapping[str, object],
    mended: Mapping[str, Collection[str] | None],
    inventory_problems: Iterable[Problem] = (),
    controller_problems: Iterable[Problem] = (),
) -> Report:
    """Collect what the hosts' checks returned.

    probes maps a host to the result of its node_probe. mended maps a host to the ids of the problems that the role
    prepare mends there, when it runs next: such a problem does not block.
    A result that is not a probe's, because the task itself failed, is a problem that blocks.
    """
    rows = [
        Row(place, problem["severity"], problem)
        for place, problems in (
            (_CONTROLLER, controller_problems),
            (_INVENTORY, inventory_problems),
        )
        for problem in problems
    ]
    for host, result in probes.items():
        for problem in _problems(result):
            mends = problem["severity"] == BLOCK and problem["id"] in (mended.get(host) or ())
            rows.append(Row(host, PREPARE if mends else problem["severity"], problem))
    rows.sort(key=lambda row: _ORDER[row.severity])
    return Report(tuple(probes), tuple(rows))


def _problems(result: object) -> list[Problem]:
    given = result.get("problems") if isinstance(result, Mapping) else None
    if isinstance(given, list) and all(map(_is_problem, given)):
        return given
    # Ansible itself ended the task before the check could say anything.
    said = result.get("msg") if isinstance(result, Mapping) else None
    return [
        block(
            "probe_failed",
            f"The check did not run: {' '.join(str(said or 'it returned nothing').split())}",
            "Mend what the failed task of this host says above, or run it again with -vvv on this host.",
        )
    ]


def _is_problem(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and all(isinstance(value.get(key), str) for key in Problem.__annotations__)
        and value["severity"] in (BLOCK, WARN)
    )


def table(report: Report, width: int, title: str = "PREFLIGHT") -> str:
    """The report in lines of at most width characters; widths below 60 are taken as 60."""
    head = _headline(report, title)
    if not report.rows:
        return head
    name_width = min(max(len("HOST"), *(len(row.host) for row in report.rows)), 24)
    indent = name_width + 2 + len(PREPARE) + 2
    text_width = max(width, 60) - indent
    lines = [head, "", f"{'HOST':<{name_width}}  {'':<{len(PREPARE)}}  FOUND, AND HOW TO MEND IT"]
    previous = None
    # A host's rows stay together, at the place of its worst.
    first = {row.host: place for place, row in reversed([*enumerate(report.rows)])}
    for row in sorted(report.rows, key=lambda row: first[row.host]):
        host = "" if row.host == previous else _clean(row.host)
        previous = row.host
        found = f"{row.problem['id']}: {_clean(row.problem['message'])}"
        cells = textwrap.wrap(found, text_width, break_on_hyphens=False)
        cells += textwrap.wrap(
            f"fix: {_clean(row.problem['fix'])}", text_width, break_on_hyphens=False
        )
        names = [host[start : start + name_width] for start in range(0, len(host), name_width)]
        for number in range(max(len(cells), len(names))):
            name = names[number] if number < len(names) else ""
            severity = row.severity if number == 0 else ""
            cell = cells[number] if number < len(cells) else ""
            lines.append(f"{name:<{name_width}}  {severity:<{len(PREPARE)}}  {cell}".rstrip())
    if report.ready:
        named = report.ready[:_NAMED_READY_HOSTS]
        more = len(report.ready) - len(named)
        text = (
            "Nothing wrong on: " + ", ".join(named) + (f" and {more} more hosts." if more else ".")
        )
        lines += ["", *textwrap.wrap(_clean(text), max(width, 60), break_on_hyphens=False)]
    return "\n".join(lines)


def _headline(report: Report, title: str) -> str:
    total = len(report.hosts)
    text = f"{title}: {len(report.ready)} of {_plural(total, 'host')} with nothing wrong."
    if report.rows:
        kinds = (
            (report.count(BLOCK), "{} that blocks", "{} that block"),
            (report.count(PREPARE), "{} that prepare mends", "{} that prepare mends"),
            (report.count(WARN), "{} to know of", "{} to know of"),
        )
        text += " Found: " + ", ".join(
            (one if number == 1 else many).format(number) for number, one, many in kinds if number
        )
        text += "."
    return text


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _clean(text: str) -> str:
    """What a host sent, without anything that a terminal would obey."""
    return "".join(char if char.isprintable() else " " for char in text)
