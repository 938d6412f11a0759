# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Values from outside - of a host, a program that speaks with one, a file - shown and read within bounds.

What comes may be endless, name itself, or do something to a terminal: nothing here looks at more of it than is shown.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

_MOST_TEXT = 2000
_SHOWN = 60
# What a person may write by hand or have written by a program: a thousand hosts with ten variables each are less.
MOST_VALUES = 1_000_000
MOST_DEPTH = 100
MOST_BYTES = 10 * 2**20


class OutsideError(Exception):
    """It is beyond the bounds; the text says what was found and what is wanted."""


def printable(text: object, longest: int = _MOST_TEXT) -> str:
    """A text for a person, of at most so many characters, that does nothing to a terminal."""
    shown = text[:longest] if isinstance(text, str) else show(text, longest)
    if shown.isprintable():
        return shown
    return "".join(each if each.isprintable() else "?" for each in shown)


def printable_lines(text: str) -> str:
    """A text of any length that does nothing to a terminal but begin new lines."""
    if text.replace("\n", "").isprintable():
        return text
    return "".join(each if each == "\n" or each.isprintable() else "?" for each in text)


def address(value: object) -> str | None:
    """An IP address in its one written form; None for everything else, and for one that is local to an interface.

    Behind the % of an IPv6 address Python takes any text, with line breaks and all.
    """
    if not isinstance(value, str) or "%" in value:
        return None
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        return None


def show(value: object, longest: int = _SHOWN) -> str:
    """The value as found, quoted if it is text, cut if it is long; no more of it is looked at than is shown."""
    if value is None:
        return "nothing"
    text = ""
    for piece in _pieces(value, longest):
        text += piece
        if len(text) > longest:
            return f"{text[:longest]}..."
    return text


def _pieces(value: object, longest: int, depth: int = 0) -> Iterator[str]:
    """repr() of a value bit by bit, no deeper than a person could read."""
    if depth > MOST_DEPTH:
        yield "..."
    elif isinstance(value, (str, bytes)):
        # One more than is shown, so that what is cut is seen to be.
        yield repr(value[: longest + 1])
    elif isinstance(value, Mapping):
        yield "{"
        for number, (key, each) in enumerate(value.items()):
            yield ", " if number else ""
            yield from _pieces(key, longest, depth + 1)
            yield ": "
            yield from _pieces(each, longest, depth + 1)
        yield "}"
    elif isinstance(value, (list, tuple, AbstractSet)):
        begin, end = "[]" if isinstance(value, list) else "()" if isinstance(value, tuple) else "{}"
        yield begin
        for number, each in enumerate(value):
            yield ", " if number else ""
            yield from _pieces(each, longest, depth + 1)
        yield end
    elif isinstance(value, int) and not isinstance(value, bool):
        # Python writes no more than 4300 digits of a number, but reads more where they are hexadecimal.
        yield repr(value) if value.bit_length() <= 4 * longest else hex(value)
    elif type(value).__name__ in ("AnsibleVaultEncryptedUnicode", "EncryptedString"):
        # Its repr() is the secret.
        yield "a value that is encrypted with ansible-vault"
    else:
        yield repr(value)


def bounded(value: object) -> None:
    """Make sure that whoever walks through a value comes to an end soon. Raises OutsideError.

    YAML can name a list nine times within each of nine lists: what few lines hold counts as often as it is named.
    """
    _count(value, {}, 0)


def _count(value: object, known: dict[int, int], depth: int) -> int:
    """How many values it stands for; known are the lists and mappings that were counted, and 0 for one under way."""
    if depth > MOST_DEPTH:
        raise OutsideError(f"more than {MOST_DEPTH} levels of lists and mappings within each other")
    inside: Iterable[object]
    if isinstance(value, Mapping):
        inside = value.values()
    elif isinstance(value, (list, tuple)):
        inside = value
    else:
        return 1
    key = id(value)
    if key not in known:
        known[key] = 0
        count = 1
        for each in inside:
            count += _count(each, known, depth + 1)
            if count > MOST_VALUES:
                raise OutsideError(
                    f"more than {MOST_VALUES} values, counting each as often as it is named (*NAME)"
                )
        known[key] = count
    elif not known[key]:
        raise OutsideError("a list or mapping that holds itself (*NAME)")
    return known[key]


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """What a file holds that somebody else may have put there. Raises OSError and OutsideError."""
    check_file(path, most)
    with path.open("rb") as file:
        return file.read(most)


def check_file(path: Path, most: int = MOST_BYTES) -> None:
    """Make sure that who reads it comes to an end: a device or a pipe may have none. Raises OSError, OutsideError."""
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(found.st_mode):
        raise OutsideError("it is a device or a pipe, not a regular file")
    if found.st_size > most:
        raise OutsideError(f"it has {found.st_size >> 20} MiB, more than {most >> 20} MiB")
