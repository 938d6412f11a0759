# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The same finding on many hosts as one, and the fixes in the order to apply them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem

from .._checks.registry import stage
from .model import ORDER, PREPARE, Report, Row, clean

# Findings that differ in their numbers only are one from this many on: one line of each is then no help any more.
_MANY = 4
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NAME = re.compile(r"(.*?)(\d+)(\D*)", re.DOTALL)
_RUNS_A_TOKEN = 6


@dataclass(frozen=True)
class Finding:
    """One finding and every host that has it.

    problem is cleaned; where the hosts' own names stood in it, it says HOST and ADDRESS. fix is the number of its fix,
    None where prepare fixes it.
    """

    severity: str
    problem: Problem
    hosts: tuple[str, ...]
    fix: int | None


@dataclass(frozen=True)
class Fix:
    """What to do, and on which hosts."""

    number: int
    text: str
    hosts: tuple[str, ...]


# Severity, id, message and fix.
_Key = tuple[str, str, str, str]


def findings(report: Report) -> tuple[list[Finding], list[Fix]]:
    """All findings, worst first, and their fixes in the order to apply them."""
    groups = _same(report)
    fixes = _fixes(groups)
    return [
        Finding(
            severity,
            {
                "id": clean(name),
                "severity": severity,
                "message": clean(rows[0].problem["message"]) if len(rows) == 1 else message,
                "fix": fixes[fix].text if fix in fixes else fix,
            },
            _hosts(rows),
            None if severity == PREPARE else fixes[fix].number,
        )
        for (severity, name, message, fix), rows in groups.items()
    ], list(fixes.values())


def _same(report: Report) -> dict[_Key, list[Row]]:
    """The rows by what they say, worst first."""
    address = {place.name: place.known.address for place in report.hosts}
    said: dict[str, set[str]] = {}
    for row in report.rows:
        for text in (row.problem["message"], row.problem["fix"]):
            said.setdefault(text, set()).add(row.host)

    def common(row: Row, text: str) -> str:
        # What others say word for word needs no placeholder: a host may be called "a".
        if len(said[text]) == 1:
            text = _without(text, row.host, address.get(row.host, ""))
        return clean(text)

    groups: dict[_Key, list[Row]] = {}
    for row in report.rows:
        problem = row.problem
        message, fix = common(row, problem["message"]), common(row, problem["fix"])
        groups.setdefault((row.severity, problem["id"], message, fix), []).append(row)
    return _merge_numbers(groups)


def _merge_numbers(groups: dict[_Key, list[Row]]) -> dict[_Key, list[Row]]:
    """The groups, but those that differ in the numbers of what was found only as one where they are many."""
    alike: dict[_Key, list[_Key]] = {}
    for key in groups:
        # A fix that names other numbers, such as the pid of a process, is right on its own host only.
        fix = "" if key[0] == PREPARE else key[3]
        blind = key[0], key[1], _NUMBER.sub("#", key[2]), fix
        alike.setdefault(blind, []).append(key)
    merged = {}
    for keys in alike.values():
        if len(keys) < _MANY:
            merged.update({key: groups[key] for key in keys})
            continue
        severity, name, message, fix = keys[0]
        message += f" ({len(keys) - 1} more like this, with other numbers.)"
        merged[(severity, name, message, fix)] = [row for key in keys for row in groups[key]]
    return merged


def _hosts(rows: Iterable[Row]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.host for row in rows))


def _without(text: str, host: str, address: str) -> str:
    for own, word in ((host, "HOST"), (address, "ADDRESS")):
        if own:
            text = re.sub(rf"(?<![\w.-]){re.escape(own)}(?![\w-]|\.\w)", word, text)
    return text


def _fixes(groups: dict[_Key, list[Row]]) -> dict[str, Fix]:
    """The fixes by their text as it is in the keys, in the order to apply them."""
    places: dict[str, tuple[int, int]] = {}
    rows: dict[str, list[Row]] = {}
    for (severity, name, _message, fix), some in groups.items():
        if severity == PREPARE:
            continue
        place = stage(name), ORDER[severity]
        places[fix] = min(places.get(fix, place), place)
        rows.setdefault(fix, []).extend(some)
    fixes = {}
    for number, fix in enumerate(sorted(places, key=places.__getitem__), 1):
        hosts = _hosts(rows[fix])
        text = clean(rows[fix][0].problem["fix"]) if len(hosts) == 1 else fix
        fixes[fix] = Fix(number, text, hosts)
    return fixes


def compact(names: Sequence[str], most: int) -> str:
    """Names as in node-[1-3,7], n9: at most this many such parts, then how many more hosts."""
    parts = _parts(names)
    shown = ", ".join(text for text, _number in parts[:most])
    more = sum(number for _text, number in parts[most:])
    return f"{shown} and {more} more" if more else shown


def _parts(names: Sequence[str]) -> list[tuple[str, int]]:
    """Each part as text and how many names are in it."""
    matches = [_NAME.fullmatch(name) for name in names]
    # Among n09, n10 and n11 the zero is one that fills up: all three are of one width.
    padded = {
        (match[1], match[3], len(match[2]))
        for match in matches
        if match and match[2].startswith("0") and len(match[2]) > 1
    }
    families: dict[tuple[str, str, int], list[str]] = {}
    for name, match in zip(names, matches):
        if match:
            start, digits, end = match.groups()
            width = len(digits) if (start, end, len(digits)) in padded else 0
            families.setdefault((start, end, width), []).append(digits)
        else:
            families[(name, "", -1)] = [""]
    parts = []
    for (start, end, width), digits in families.items():
        if width == -1 or len(digits) == 1:
            parts.append((clean(start + digits[0] + end), 1))
            continue
        runs = _runs(sorted(map(int, digits)))
        for first in range(0, len(runs), _RUNS_A_TOKEN):
            some = runs[first : first + _RUNS_A_TOKEN]
            text = ",".join(
                f"{low:0{max(width, 1)}}" + (f"-{high:0{max(width, 1)}}" if high > low else "")
                for low, high in some
            )
            number = sum(high - low + 1 for low, high in some)
            parts.append(
                (clean(f"{start}[{text}]{end}" if number > 1 else f"{start}{text}{end}"), number)
            )
    return parts


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Neighbours as one: 1, 2, 3, 7 are (1, 3) and (7, 7)."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    return runs
