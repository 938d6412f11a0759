# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Words about what was found: its sort, what was meant instead, the first of many."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from .outside import show

_NAMED = 3

# Nothing is worth comparing that is longer.
_LONGEST_WORD = 60


def describe(value: object) -> str:
    """What sort of YAML value was found, in words, and the value."""
    return "nothing" if value is None else f"{_kind(value)} ({show(value)})"


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, Mapping):
        return "a mapping"
    return "a list" if isinstance(value, (list, tuple)) else "another type"


def did_you_mean(found: object, known: Iterable[str]) -> str:
    """A question to append to a message, or nothing if no known word is near."""
    if not isinstance(found, str) or len(found) > _LONGEST_WORD:
        return ""
    near = difflib.get_close_matches(found, list(known), n=1, cutoff=0.75)
    return f"; did you mean {near[0]}?" if near else ""


def some(names: Iterable[str], most: int = _NAMED) -> str:
    """The first names of what may be thousands."""
    names = list(names)
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
