# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Words for a terminal: widths, durations, and nothing that could move its cursor."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Sequence

_CONTROL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[@-_]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_COLLECTION = re.compile(r"^\w+\.\w+\.(?=\S+ : )")
# What turns the direction of the text that follows it, and so shows something else than what is there.
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """The text without escape sequences and control characters; tabs and line breaks stay."""
    return _BIDI.sub("", _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def width(text: str) -> int:
    """How many columns a terminal needs for it."""
    return len(text) if text.isascii() else sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def clip(text: str, columns: int) -> str:
    """The text on one line of at most that many columns; what is cut off is marked by three dots."""
    text = " ".join(printable(text).split())
    if width(text) <= columns:
        return text
    dots = "..."[: max(columns, 0)]
    left = columns - len(dots)
    kept = ""
    for character in text:
        left -= _width(character)
        if left < 0:
            break
        kept += character
    return kept.rstrip() + dots


def short(task: str) -> str:
    """A task's name without the collection of its role: etcd : Install, not a.b.etcd : Install."""
    return _COLLECTION.sub("", task)


def duration(seconds: float) -> str:
    """Minutes and seconds, as a clock shows them: 0:07, 12:30, 1:02:03."""
    whole = max(0, int(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as they must be; the last one runs on."""
    widths = [max(len(row[number]) for row in (head, *rows)) for number in range(len(head) - 1)]
    return [
        "  ".join(
            [*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]
        ).rstrip()
        for row in (head, *rows)
    ]


def counted(number: int, noun: str) -> str:
    """1 host, 2 hosts."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def wrapped(text: str, columns: int, indent: str) -> list[str]:
    """Our own sentences, broken into lines."""
    return textwrap.wrap(
        text,
        columns,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
