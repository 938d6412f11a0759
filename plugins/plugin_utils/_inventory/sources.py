# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .._text.outside import OutsideError, read_bytes
from .._text.words import describe
from .mistakes import Mistakes

# A comma inside an entry binds (ip,access_ip); one before a blank or at the end separates.
_SEPARATOR = re.compile(r",?\s+|,$")


_NO_TEMPLATES = (
    "templates are not evaluated here; write the addresses themselves, or give them in nodes_file"
    " or the environment variable K8N_NODES"
)


class Item(NamedTuple):
    """One written entry and where it stands."""

    place: str
    value: str | Mapping[Any, object]


def split_words(text: str) -> list[str]:
    return [word for word in _SEPARATOR.split(text) if word]


def read_items(value: object, place: str, mistakes: Mistakes) -> Iterator[Item]:
    """The entries of an option: a list of texts and mappings, or one text of many words."""
    if isinstance(value, str) and "{{" in value:
        mistakes.add(place, _NO_TEMPLATES)
    elif isinstance(value, str):
        for number, word in enumerate(split_words(value), 1):
            yield Item(f"{place}, word {number}", word)
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value, 1):
            yield from _read_item(item, f"{place}, item {number}", mistakes)
    else:
        mistakes.add(
            place,
            f"this is {describe(value)}; wanted a list of entries, or one text"
            " with blanks between them",
        )


def _read_item(item: object, place: str, mistakes: Mistakes) -> Iterator[Item]:
    if isinstance(item, Mapping):
        yield Item(place, item)
    elif isinstance(item, str) and "{{" in item:
        mistakes.add(place, _NO_TEMPLATES)
    elif isinstance(item, str):
        words = split_words(item)
        if len(words) == 1:
            yield Item(place, words[0])
        elif words:
            for number, word in enumerate(words, 1):
                yield Item(f"{place}, word {number}", word)
        else:
            mistakes.add(place, "this entry is empty; write an address or delete the item")
    else:
        mistakes.add(
            place,
            f"this is {describe(item)}; wanted a text such as 10.10.1.2, or a mapping",
        )


def read_nodes_file(name: str, folder: Path, mistakes: Mistakes) -> Iterator[Item]:
    """The entries of a node file: one or more a line, comments start with #."""
    try:
        path = folder / Path(name).expanduser()
        raw = read_bytes(path)
    # unreadable; a NUL in the name; no such ~user; no end to it
    except (OSError, ValueError, RuntimeError, OutsideError) as e:
        reason = e.strerror if isinstance(e, OSError) else e
        mistakes.add(
            "nodes_file",
            f"cannot read {name} (looked for in {folder}): {reason}; give the path of a readable"
            " text file",
        )
        return
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        line = raw.count(b"\n", 0, e.start) + 1
        mistakes.add(
            f"{name}, line {line}",
            f"byte 0x{raw[e.start]:02x} is not UTF-8; save the file as UTF-8 text",
        )
        return
    found = False
    for number, line_text in enumerate(text.split("\n"), 1):
        words = split_words(line_text.partition("#")[0])
        if len(words) == 1:
            yield Item(f"{name}, line {number}", words[0])
        else:
            for count, word in enumerate(words, 1):
                yield Item(f"{name}, line {number}, word {count}", word)
        found = found or bool(words)
    if not found:
        mistakes.add("nodes_file", f"{path} holds no entry; write at least one address into it")
