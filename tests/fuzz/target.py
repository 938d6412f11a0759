# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is fuzzed, and what may be raised for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

# Control characters but for tab and line break, and what turns the direction of a text.
_HARM = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Target:
    """Something that is handed an input; weight is its share of all inputs."""

    name: str
    inputs: st.SearchStrategy[Any]
    call: Callable[[Any], object]
    may_raise: tuple[type[Exception], ...] = ()
    weight: int = 1


def shown(text: object, longest: int = 100_000) -> None:
    """What is going to be shown to a person: a text that does nothing to a terminal."""
    assert isinstance(text, str), text
    # One that this Python's Unicode does not know yet does nothing either.
    assert not _HARM.search(text), ascii(text)
    assert len(text) <= longest, len(text)


def all_shown(judged: Any) -> None:
    """The same for what a check has said."""
    for problem in judged.problems:
        assert set(problem) == {"id", "severity", "message", "fix"}
        shown(problem["message"])
        shown(problem["fix"])
    for _check, reason in [*judged.unknown, *judged.skipped]:
        shown(reason)
