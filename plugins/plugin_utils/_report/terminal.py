# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The report as lines for a terminal: what is wrong where, then what to do about it."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import islice

from .._checks.levels import SWITCHED_OFF
from .._text.words import some
from .findings import Finding, Fix, compact, findings
from .model import BLOCK, PREPARE, WARN, Report, clean

_LEAST_WIDTH = 60
_WIDEST_NAME = 24
# Beyond this a terminal helps nobody; preflight.html has all of them.
_MOST_ROWS = 100
_PARTS_IN_A_CELL = 4
_PARTS_IN_A_LINE = 12
_MOST_REASONS = 12
_NAMED_CHECKS = 3


# A problem by the place that has it and its check.
Told = Collection["tuple[str, str]"]


def table(report: Report, width: int, before: Told | None = None) -> str:
    """The report in lines of at most width characters; widths below 60 are taken as 60.

    before are the problems that an earlier report of the same run has told: those that do not block are not told again,
    and those that are gone are.
    """
    width = max(width, _LEAST_WIDTH)
    found, fixes = findings(report)
    lines = [*_wrap(_headline(report), width)]
    if before is not None:
        new = [each for each in found if each.severity == BLOCK or not _was_told(each, before)]
        lines += [
            line for text in _since(report, before, found, new) for line in _wrap(text, width)
        ]
        found, fixes = _renumbered(new, fixes)
    if found:
        lines += ["", *_rows(found, width)]
        if report.ready:
            lines += ["", *_wrap(f"Nothing wrong on: {_named(report.ready)}.", width)]
    if fixes:
        lines += ["", "FIXES, in this order:", *_fix_list(fixes, width)]
    footer = _footer(report) if before is None else islice(_footer(report), 1)
    rest = [line for text in footer for line in _wrap(text, width)]
    return "\n".join([*lines, *([""] if found and rest else []), *rest])


def _renumbered(found: list[Finding], fixes: list[Fix]) -> tuple[list[Finding], list[Fix]]:
    """The findings with those fixes that are theirs, counted from 1 on."""
    wanted = {each.fix for each in found}
    kept = [fix for fix in fixes if fix.number in wanted]
    numbers = {fix.number: number for number, fix in enumerate(kept, 1)}
    return (
        [replace(each, fix=each.fix and numbers[each.fix]) for each in found],
        [replace(fix, number=numbers[fix.number]) for fix in kept],
    )


def _was_told(finding: Finding, before: Told) -> bool:
    return all((host, finding.problem["id"]) in before for host in finding.hosts)


def _since(report: Report, before: Told, found: list[Finding], new: list[Finding]) -> Iterator[str]:
    """What has changed since the earlier report, and what is left of it that is not told again."""
    now = {(row.host, row.problem["id"]) for row in report.rows}
    gone: dict[str, list[str]] = {}
    for host, name in before:
        if (host, name) not in now:
            gone.setdefault(name, []).append(host)
    listed = [f"{name} on {compact(hosts, _PARTS_IN_A_CELL)}" for name, hosts in gone.items()]
    yield f"Since the first look: {'; '.join(listed) or 'nothing'} {'are' if len(listed) > 1 else 'is'} gone."
    left = [each for each in found if each not in new]
    if left:
        names = (
            f"{each.problem['id']} on {compact(each.hosts, _PARTS_IN_A_CELL)}" for each in left
        )
        yield f"Still there, with the fixes above: {'; '.join(names)}."


def _rows(found: list[Finding], width: int) -> Iterator[str]:
    # What the same hosts have stays together, at the place of its worst.
    first = {each.hosts: place for place, each in reversed([*enumerate(found)])}
    shown = sorted(found, key=lambda each: first[each.hosts])[:_MOST_ROWS]
    cells = [compact(each.hosts, _PARTS_IN_A_CELL) for each in shown]
    # Names are below each other where there are several.
    longest = max(len(line) for cell in cells for line in cell.replace(", ", ",\n").split("\n"))
    name_width = min(max(len("HOST"), longest), _WIDEST_NAME)
    fix_width = max(3, len(str(len(found))))
    level_width = len(PREPARE)
    indent = name_width + level_width + fix_width + 6
    yield f"{'HOST':<{name_width}}  {'':<{level_width}}  {'FIX':>{fix_width}}  FOUND"
    previous = None
    for cell, each in zip(cells, shown):
        names = [] if cell == previous else _name_lines(cell, name_width)
        previous = cell
        texts = _wrap(f"{each.problem['id']}: {each.problem['message']}", width - indent)
        for number in range(max(len(texts), len(names))):
            name = names[number] if number < len(names) else ""
            text = texts[number] if number < len(texts) else ""
            level = each.severity if number == 0 else ""
            fix = each.fix if number == 0 and each.fix else ""
            yield f"{name:<{name_width}}  {level:<{level_width}}  {fix:>{fix_width}}  {text}".rstrip()
    if len(found) > len(shown):
        yield f"... and {len(found) - len(shown)} more findings."


def _name_lines(cell: str, width: int) -> list[str]:
    """Names below each other, a longer one whole on several lines."""
    return textwrap.wrap(cell, width, break_on_hyphens=False, break_long_words=True)


def _fix_list(fixes: list[Fix], width: int) -> Iterator[str]:
    digits = len(str(len(fixes)))
    indent = " " * (digits + 2)
    for fix in fixes[:_MOST_ROWS]:
        lines = _wrap(fix.text, width - len(indent))
        yield f"{fix.number:>{digits}}. {lines[0] if lines else ''}".rstrip()
        yield from (indent + line for line in lines[1:])
        where = f"on {compact(fix.hosts, _PARTS_IN_A_LINE)}"
        yield from (indent + line for line in _wrap(where, width - len(indent)))
    if len(fixes) > _MOST_ROWS:
        yield f"... and {len(fixes) - _MOST_ROWS} more fixes."


def _footer(report: Report) -> Iterator[str]:
    places = report.places
    passed = sum(len(place.judged.passed) for place in places)
    unknown = [each for place in places for each in place.judged.unknown]
    off = {
        each.id for place in places for each in place.judged.skipped if each.reason == SWITCHED_OFF
    }
    if passed or unknown:
        yield f"Checks: {passed} passed" + (f", {len(unknown)} unknown." if unknown else ".")
    # One line a reason: a host without root gives the same one for many checks.
    reasons: dict[str, list[tuple[str, str]]] = {}
    for place in places:
        for each in place.judged.unknown:
            said = clean(each.reason).rstrip(".")
            reasons.setdefault(said, []).append((clean(each.id), place.name))
    ordered = sorted(reasons.items(), key=lambda item: -len(item[1]))
    for reason, told in ordered[:_MOST_REASONS]:
        ids = some(dict.fromkeys(name for name, _host in told), _NAMED_CHECKS)
        hosts = compact(list(dict.fromkeys(host for _name, host in told)), _PARTS_IN_A_CELL)
        yield f"Unknown on {hosts}: {ids}. {reason}."
    if len(ordered) > _MOST_REASONS:
        yield f"... and {len(ordered) - _MOST_REASONS} more reasons."
    if off:
        yield f"{_plural(len(off), 'check')} switched off: {', '.join(sorted(off))}."
    changed = sorted(
        f"{name} {level}" for name, level in report.run.levels.items() if level != "off"
    )
    if changed:
        yield f"{_plural(len(changed), 'check')} with another level: {', '.join(changed)}."
    for levels, alone in report.own_levels:
        own = ", ".join(f"{name} {level}" for name, level in sorted(levels.items()))
        yield f"Levels of {_named(alone)} alone: {own or 'none but the default ones'}."
    if report.run.between and report.run.between["text"]["ports"]:
        yield f"Between hosts: {report.run.between['text']['ports']}"
    if report.run.left_out:
        number = len(report.run.left_out)
        yield (
            f"Left out of this run: {compact(report.run.left_out, _PARTS_IN_A_LINE)}; "
            f"nothing is known of {'it, nor of its' if number == 1 else 'them, nor of their'} connections."
        )


def _headline(report: Report) -> str:
    name, hosts = report.run.report.upper(), _plural(len(report.hosts), "host")
    text = f"{name}: {len(report.ready)} of {hosts} with nothing wrong."
    kinds = (
        (report.count(BLOCK), "{} that blocks", "{} that block"),
        (report.count(PREPARE), "{} that prepare fixes", "{} that prepare fixes"),
        (report.count(WARN), "{} warning", "{} warnings"),
    )
    found = ", ".join(
        (one if number == 1 else many).format(number) for number, one, many in kinds if number
    )
    text = f"{text} Found: {found}." if found else text
    return f"{text} {unknown}" if (unknown := _unknown(report)) else text


def _unknown(report: Report) -> str:
    """How many checks could not be made, and the reason of the most of them."""
    reasons = Counter(
        clean(each.reason).rstrip(".") for place in report.places for each in place.judged.unknown
    )
    # Of a cluster that runs the table below says it.
    if not reasons or report.run.report != "preflight":
        return ""
    (most, _count), *others = reasons.most_common()
    return f"{_plural(sum(reasons.values()), 'check')} could not be made{', mostly' if others else ''}: {most}."


def _named(hosts: list[str]) -> str:
    return compact(hosts, _PARTS_IN_A_LINE)


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _wrap(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_on_hyphens=False)
