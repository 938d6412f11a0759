# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the fix of one finding is carried out, as the table of faults says it. Needs no lab."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import yaml


class CureError(Exception):
    """A cure that the table cannot have, or that does not fit the fix that was reported."""


@dataclass(frozen=True)
class Cure:
    r"""What somebody does who reads a fix; docs of each part are at the head of faults.yml.

    take is a regular expression in the fix; what its groups find stands in the other parts as \1, \2.
    """

    none: str | None = None
    by: str | None = None
    take: str | None = None
    run: str | None = None
    here: str | None = None
    prepare: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    timeout: str | None = None
    rename: str | None = None
    reboot: bool = False
    but_one: bool = False
    leave_out: bool = False

    def of(self, fix: str) -> Cure:
        """This cure with what it takes out of the fix that was reported."""
        if self.take is None:
            return self
        found = re.search(self.take, fix)
        if found is None:
            raise CureError(f"{self.take!r} is not in the fix {fix!r}")
        filled = {each.name: _filled(getattr(self, each.name), found) for each in fields(self)}
        return Cure(**{**filled, "take": None})


def parsed(row: Mapping[str, Any] | None, where: str) -> Cure:
    """The cure of a row of the table; raises CureError where it says nothing that can be done, or too much."""
    if row is None:
        raise CureError(f"{where} has no cure")
    unknown = set(row) - {each.name for each in fields(Cure)}
    if unknown:
        raise CureError(f"{where}: a cure has no {', '.join(sorted(unknown))}")
    done = set(row) - {"take", "but_one", "reboot"}
    alone = done & {"none", "by"}
    if not done or (alone and set(row) != alone) or len(alone) > 1:
        raise CureError(
            f"{where}: a cure does something, or says why not (none), or which other find's it is (by)"
        )
    cure = Cure(**row)
    groups = {int(number) for number in re.findall(r"\\(\d)", yaml.safe_dump({**row, "take": ""}))}
    present = re.compile(cure.take or "").groups
    if groups != set(range(1, present + 1)):
        raise CureError(
            f"{where}: take finds {present} parts of the fix, and the cure uses {sorted(groups)}"
        )
    return cure


def _filled(value: Any, found: re.Match[str]) -> Any:
    """A part of a cure with \\1, \\2 replaced; a number that stands alone is one again."""
    if isinstance(value, str):
        text = re.sub(r"\\(\d)", lambda number: found[int(number[1])], value)
        return int(text) if text != value and text.isdecimal() else text
    if isinstance(value, list):
        return [_filled(each, found) for each in value]
    if isinstance(value, Mapping):
        return {key: _filled(each, found) for key, each in value.items()}
    return value
