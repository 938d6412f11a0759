# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What the user wants of the checks: which are off, warn or block, and other thresholds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .._text.outside import show
from .._text.words import did_you_mean
from .assertions import current
from .listed import ESSENTIAL
from .model import Judged, Skipped
from .registry import REGISTRY, THRESHOLDS

OFF, WARN, BLOCK = "off", "warn", "block"
# Why a check that the user switched off did not say anything.
SWITCHED_OFF = "switched off by k8n_checks"
_ALWAYS_ON = frozenset(check.id for check in ESSENTIAL)


class LevelsError(Exception):
    """What is wrong in k8n_checks and k8n_thresholds: every mistake with its place and its cure."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__(*mistakes)
        self.mistakes = tuple(mistakes)

    def __str__(self) -> str:
        return "\n".join(f"- {text}" for text in self.mistakes)


@dataclass(frozen=True)
class Wishes:
    """levels maps the id of a check to off, warn or block; thresholds has every threshold, the user's before ours."""

    levels: Mapping[str, str]
    thresholds: Mapping[str, float]

    @property
    def own_thresholds(self) -> dict[str, float]:
        """Those that the user wants otherwise."""
        return {name: value for name, value in self.thresholds.items() if value != THRESHOLDS[name]}


def read(checks: object, thresholds: object) -> Wishes:
    """The values of k8n_checks and k8n_thresholds; None is nothing. Raises LevelsError with every mistake."""
    mistakes: list[str] = []
    levels: dict[str, str] = {}
    names: dict[str, str] = {}
    for name, value in _entries("k8n_checks", checks, "swap_on: warn", mistakes):
        # Earlier names are read from files, which is too slow for what most say and each host asks for.
        check = name if name in REGISTRY else current(name)
        if (level := _level(name, check, value, mistakes)) is None:
            continue
        if levels.get(check, level) != level:
            mistakes.append(
                f"k8n_checks: {names[check]} and {name} are one check and have two levels; keep {check}."
            )
        levels[check], names[check] = level, name
    wanted = dict(THRESHOLDS)
    for name, value in _entries("k8n_thresholds", thresholds, "etcd_fsync_p99_ms: 20", mistakes):
        if (number := _number(name, value, mistakes)) is not None:
            wanted[name] = number
    if mistakes:
        raise LevelsError(mistakes)
    return Wishes(levels, wanted)


def with_waivers(wishes: Wishes, waived: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """The levels with those of checks that are waived, which is to warn, and what is wrong with the two together.

    Of an assertion of Kubespray that is no check of ours nothing is known here.
    """
    levels, mistakes = dict(wishes.levels), []
    for check in waived:
        if check in REGISTRY and levels.setdefault(check, WARN) == BLOCK:
            mistakes.append(
                f"k8n_checks: {check} is block, and k8n_waivers waives it; keep one of the two."
            )
    return levels, mistakes


def apply(judged: Judged, levels: Mapping[str, str]) -> Judged:
    """The same with the user's severities; a check that is off says nothing and is among the skipped."""
    off = {name for name, level in levels.items() if level == OFF}
    problems = [
        {**problem, "severity": levels.get(problem["id"], problem["severity"])}
        for problem in judged.problems
        if problem["id"] not in off
    ]
    said = dict.fromkeys(
        [problem["id"] for problem in judged.problems]
        + judged.passed
        + [name for name, _reason in [*judged.unknown, *judged.skipped]]
    )
    return Judged(
        problems,  # type: ignore[arg-type]  # mypy takes a dict display with ** for a plain dict
        [name for name in judged.passed if name not in off],
        [each for each in judged.unknown if each.id not in off],
        [each for each in judged.skipped if each.id not in off]
        + [Skipped(name, SWITCHED_OFF) for name in said if name in off],
    )


def _entries(
    variable: str, value: object, example: str, mistakes: list[str]
) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        yield from ((str(name), each) for name, each in value.items())
    elif value is not None:
        mistakes.append(
            f"{variable} is {show(value)}; it must be a dictionary, such as {variable}: {{{example}}}."
        )


def _level(name: str, check: str, value: object, mistakes: list[str]) -> str | None:
    """The level of a check that was given by this name; None, and a mistake more, if it is none."""
    if check not in REGISTRY:
        hint = did_you_mean(name, REGISTRY) or "; docs/preflight.md lists them."
        mistakes.append(f"k8n_checks: there is no check {show(name)}{hint}")
        return None
    # YAML 1.1 reads an off without quotes as false.
    level = OFF if value is False else value
    if level not in (OFF, WARN, BLOCK):
        mistakes.append(f"k8n_checks: {name} is {show(value)}; it must be off, warn or block.")
        return None
    if level == OFF and check in _ALWAYS_ON:
        mistakes.append(
            f"k8n_checks: {name} cannot be off, since without it nothing is known of a host; "
            "leave such a host out with --limit."
        )
        return None
    return str(level)


def _number(name: str, value: object, mistakes: list[str]) -> float | None:
    """The threshold; None, and a mistake more, if it is none."""
    if name not in THRESHOLDS:
        hint = did_you_mean(name, THRESHOLDS) or "; docs/preflight.md lists them."
        mistakes.append(f"k8n_thresholds: there is no threshold {show(name)}{hint}")
        return None
    number = None
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        try:
            # A template gives a text.
            number = float(value)
        except (ValueError, OverflowError):
            number = None
    if number is None or not (number > 0 and math.isfinite(number)):
        mistakes.append(
            f"k8n_thresholds: {name} is {show(value)}; it must be a number above 0, such as {THRESHOLDS[name]:g}."
        )
        return None
    return number
