# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

from __future__ import annotations

from collections.abc import Sequence

from .._text.outside import printable

# Nothing is worth reading that is longer.
_LONGEST = 2000


class IpListError(Exception):
    """What is wrong in the input: every mistake with its place and how to fix it."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__(*mistakes)
        self.mistakes = tuple(mistakes)

    def __str__(self) -> str:
        if len(self.mistakes) == 1:
            return self.mistakes[0]
        numbered = [f"\n  {number}. {text}" for number, text in enumerate(self.mistakes, 1)]
        return f"{len(self.mistakes)} mistakes:" + "".join(numbered)


class Mistakes:
    """Collects mistakes, so that the user sees all of them at once."""

    def __init__(self) -> None:
        self._found: list[str] = []

    def __len__(self) -> int:
        return len(self._found)

    def add(self, place: str, message: str) -> None:
        # What was written comes with it, such as a name with a terminal's escapes.
        self._found.append(printable(f"{place}: {message}", _LONGEST))

    def raise_if_any(self) -> None:
        if self._found:
            raise IpListError(self._found)


class AddressMistakes:
    """Collects one kind of mistake about addresses, reported once for each entry.

    A range of ten thousand addresses is one entry with one mistake, not ten thousand.
    """

    def __init__(self, mistakes: Mistakes) -> None:
        self._mistakes = mistakes
        self._found: dict[str, list[str]] = {}

    def add(self, place: str, message: str) -> None:
        self._found.setdefault(place, []).append(message)

    def report(self) -> None:
        for place, messages in self._found.items():
            more = len(messages) - 1
            rest = f" ({more} more of this entry likewise)" if more else ""
            self._mistakes.add(place, messages[0] + rest)
