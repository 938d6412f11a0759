# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The waivers in the variable k8n_waivers: which of Kubespray's checks may fail, why, and until when."""

from __future__ import annotations

import contextlib
import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import yaml

from ..._text.outside import printable
from ..._text.words import describe, did_you_mean
from ..assertions import current
from ..listed import EVEN_ETCD

VARIABLE = "k8n_waivers"

_KEYS = ("check", "reason", "until")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WANTED = "the id of a check, such as even_etcd"


@dataclass(frozen=True)
class Waiver:
    """Somebody's word that one check may fail; until is the last day on which it holds."""

    # As it was given.
    name: str
    reason: str | None
    until: datetime.date | None
    # Whose word it is, as a report names it.
    source: str
    # Where it holds on these hosts only.
    hosts: frozenset[str] | None = None

    @property
    def check(self) -> str:
        """The id of the check; of an assertion of Kubespray that none stands for, its own."""
        return current(self.name)

    def holds(self, hosts: Iterable[str]) -> bool:
        """Whether it holds on all of these."""
        return self.hosts is None or self.hosts.issuperset(hosts)


# What allow_even_etcd: true in an ip_list inventory, seen as the variable k8n_allow_even_etcd, says.
BY_INVENTORY = Waiver(EVEN_ETCD, None, None, "allow_even_etcd of the inventory")


def source(extra_vars: Mapping[str, object]) -> str:
    """Whose word the variable is. An extra variable beats every other place."""
    return f"the extra variable {VARIABLE}" if VARIABLE in extra_vars else VARIABLE


def of_even_etcd(waivers: Iterable[Waiver]) -> Waiver | None:
    """The waiver of an even number of etcd members."""
    return next((waiver for waiver in waivers if waiver.check == EVEN_ETCD), None)


def parse(value: object, source: str, today: datetime.date) -> tuple[list[Waiver], list[str]]:
    """The waivers that are valid today, and what is wrong with the others, one sentence each.

    The value is a list of ids and of mappings {check, reason, until}, or, since -e k8n_waivers=... can say
    no more, a text of ids with commas between them or of such a list. Whether there is a check of that id
    is not looked at.
    """
    if value is None or value == "":
        return [], []
    if isinstance(value, str):
        value = _listed(value)
    if not isinstance(value, (list, tuple)):
        wanted = "a list of ids, or of mappings with check, reason and until"
        return [], [f"{VARIABLE}: this is {describe(value)}; wanted {wanted}."]
    waivers: list[Waiver] = []
    mistakes: list[str] = []
    places: dict[str, str] = {}
    for number, item in enumerate(value):
        place = f"{VARIABLE}[{number}]"
        entry = _Entry(place, today)
        waiver = entry.read(item, source)
        if waiver is not None and (first := places.setdefault(waiver.name, place)) != place:
            entry.mistakes.append(
                f"{place}: {printable(waiver.name)} is waived at {first} already; keep one of the two."
            )
        if waiver is not None and not entry.mistakes:
            waivers.append(waiver)
        mistakes += entry.mistakes
    return waivers, mistakes


def _listed(text: str) -> object:
    """The list that a text of the command line means."""
    if text.lstrip().startswith("["):
        # A ValueError for a day that is none, such as 2026-13-01.
        with contextlib.suppress(yaml.YAMLError, ValueError, RecursionError):
            return yaml.safe_load(text)
    return text.split(",")


class _Entry:
    """One entry of the list, and what is wrong with it."""

    def __init__(self, place: str, today: datetime.date) -> None:
        self.place = place
        self.today = today
        self.mistakes: list[str] = []

    def read(self, item: object, source: str) -> Waiver | None:
        """None where the check is not known; whether anything else is wrong, the mistakes say."""
        if isinstance(item, str):
            check = self._check(item, self.place)
            return Waiver(check, None, None, source) if check else None
        if not isinstance(item, Mapping):
            self._wrong(self.place, item, f"{_WANTED}, or a mapping with check, reason and until")
            return None
        for key in item:
            if key not in _KEYS:
                hint = did_you_mean(key, _KEYS) or f"; the keys are {', '.join(_KEYS)}"
                mark = "" if hint.endswith("?") else "."
                self.mistakes.append(
                    f"{self.place}.{printable(key)}: there is no such key{hint}{mark}"
                )
        check = None
        if item.get("check") is None:
            self.mistakes.append(f"{self.place}: check is missing; wanted {_WANTED}.")
        else:
            check = self._check(item["check"], f"{self.place}.check")
        reason = self._reason(item.get("reason"))
        until = self._until(item.get("until"))
        if check is not None and until is not None and until < self.today:
            self.mistakes.append(
                f"{self.place}: the waiver of {printable(check)} ended on {until}. "
                f"Extend its until, or take it out and fix what it waives."
            )
        return Waiver(check, reason, until, source) if check else None

    def _wrong(self, place: str, found: object, wanted: str) -> None:
        self.mistakes.append(f"{place}: this is {describe(found)}; wanted {wanted}.")

    def _check(self, value: object, place: str) -> str | None:
        if not isinstance(value, str):
            self._wrong(place, value, _WANTED)
            return None
        check = value.strip()
        if not check:
            self.mistakes.append(f"{place}: the id is empty; wanted {_WANTED}.")
        return check or None

    def _reason(self, value: object) -> str | None:
        if value is not None and not isinstance(value, str):
            self._wrong(f"{self.place}.reason", value, "a text")
            return None
        # On one line, as reports show it.
        return " ".join((value or "").split()) or None

    def _until(self, value: object) -> datetime.date | None:
        if value is None:
            return None
        if isinstance(value, datetime.datetime):
            return value.date()
        if isinstance(value, datetime.date):
            return value
        if isinstance(value, str) and _DAY.fullmatch(value.strip()):
            try:
                return datetime.date.fromisoformat(value.strip())
            except ValueError:  # such as 2026-02-30
                pass
        self._wrong(f"{self.place}.until", value, "a day such as 2026-12-31")
        return None
