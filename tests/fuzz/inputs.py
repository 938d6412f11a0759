# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inputs for the fuzzing: values as JSON and YAML have them, and good samples in which something is different."""

from __future__ import annotations

import datetime
import pickle
import zlib
from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import strategies as st

# What has done harm somewhere: escapes, lines, templates, other directions, numbers that are none, commands.
NASTY = [
    "", " ", "\n", "\x1b[2J\x1b]0;OWNED\x07", "a\nb", "a\r\nb\x0bc\x85d\u2028e", "\u202egnp.exe", "\ud800", "\x00",
    "{{ 7 * 7 }}", "{% raw %}", "${HOME}", "$(id)", "`id`", "'; id; '", "../../etc/passwd", "/", "//", "/dev/zero",
    "~root", "-rf", "--", "%s%n", "fe80::1%\n203.0.113.66 x", "10.1.1.1\n", "010.1.1.1", "::ffff:10.1.1.1",
    "10.0.0.0/8",
    "::/0",
    "10.1.1.1-10.255.255.255", "nan", "inf", "-1", "1e999", "9" * 400, "2026-13-01", "0x" + "f" * 2000, "True", "null",
    "</script><script>alert(1)</script>", "]]>", "&a", "*a", "!!python/object/apply:os.system [id]", "x" * 5000,
    "https://S3CRET@h/x", "http://u:S3CRET@p:1", "٣", "ﬁ", "İ", "K8N", "a=b c='d", '"',
]  # fmt: skip
texts = st.sampled_from(NASTY) | st.text(max_size=30)
_NUMBERS = [
    0,
    1,
    -1,
    2**31,
    2**63,
    -(2**63),
    10**30,
    65535,
    65536,
    0.1,
    -0.0,
    1e300,
    float("nan"),
    float("inf"),
]
_LETTERS = [*"abz019 .:/-_=,%@{}[]\\\"'\n\t", "\x1b", "\u202e", "\ud800", "\U00018d09", "é", "\x00"]


def deep(levels: int = 3000) -> Any:
    """Lists within each other, more than Python likes."""
    value: Any = []
    for _level in range(levels):
        value = [value]
    return value


def bomb() -> Any:
    """What a few lines of YAML stand for: 9 ** 40 texts."""
    value: Any = "x"
    for _level in range(40):
        value = [value] * 9
    return value


def _value(random: Random, is_yaml: bool, depth: int = 0) -> Any:
    """A value as JSON has it, or also one that only YAML has. Python's own chance, since most inputs are made of it."""
    kind = random.randrange(12 if depth < 3 else 8)
    if kind < 4:
        return random.choice(NASTY)
    if kind == 4:
        return "".join(random.choices(_LETTERS, k=random.randrange(30)))
    if kind == 5:
        return random.choice(_NUMBERS)
    if kind == 6:
        return random.choice([None, True, False])
    if kind == 7 and is_yaml:
        return random.choice(_OF_YAML)()
    if kind < 10:
        return [_value(random, is_yaml, depth + 1) for _number in range(random.randrange(4))]
    return {
        random.choice(NASTY): _value(random, is_yaml, depth + 1)
        for _number in range(random.randrange(4))
    }


# Python does not write such a number, but reads it, such as from hexadecimal digits.
_OF_YAML: list[Callable[[], Any]] = [
    lambda: datetime.date(1, 1, 1), lambda: datetime.datetime(2026, 1, 1), lambda: b"\xff", lambda: {"a"},
    lambda: 1 << 20000, lambda: {1: 2, None: 3}, deep, bomb,
]  # fmt: skip


class Batch(list[Any]):
    """Inputs that come together: to draw one costs more than most targets take for it."""

    def __repr__(self) -> str:
        return f"{len(self)} inputs"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """For hypothesis, which would write out all that lists stand for; run.py says which input it was."""
        printer.text(repr(self))


_BATCH = 20


def altered(sample: Any, is_yaml: bool = False, most: int = 4) -> st.SearchStrategy[Batch]:
    """The sample, in which up to so many things are other values, are missing, or have company; many at a time."""
    packed = pickle.dumps(sample)

    def batch(seed: int) -> Batch:
        random = Random(seed)
        return Batch(_altered(packed, random, is_yaml, most) for _number in range(_BATCH))

    return st.integers(0, 2**63).map(batch)


def each(strategy: st.SearchStrategy[Any], call: Callable[[Any], Any]) -> st.SearchStrategy[Any]:
    """What call makes of each input."""
    return strategy.map(
        lambda value: Batch(map(call, value)) if isinstance(value, Batch) else call(value)
    )


def _altered(packed: bytes, random: Random, is_yaml: bool, most: int) -> Any:
    made = [pickle.loads(packed)]
    for _change in range(random.randint(0, most)):
        place: Any = made
        key: Any = 0
        while isinstance(place[key], (dict, list)) and place[key] and random.randrange(5):
            place = place[key]
            key = random.choice(list(place) if isinstance(place, dict) else range(len(place)))
        how = random.randrange(10)
        if how == 0 and place is not made:
            del place[key]
        elif how == 1 and isinstance(place[key], dict):
            place[key][random.choice(NASTY)] = _value(random, is_yaml)
        elif how == 1 and isinstance(place[key], list):
            place[key].append(_value(random, is_yaml))
        else:
            place[key] = _value(random, is_yaml)
    return made[0]


def text_of(
    strategy: st.SearchStrategy[Any], written: Callable[[Any], str]
) -> st.SearchStrategy[Any]:
    """Values as a text has them, sometimes cut off or with something in the middle."""
    return each(strategy, lambda value: _damaged(written(value)))


def _damaged(text: str) -> str:
    random = Random(zlib.crc32(text.encode("utf-8", "surrogatepass")))
    if random.randrange(3) == 0:
        return text
    cut, more = random.randrange(10**6), random.choice(NASTY)
    place = cut % (len(text) + 1)
    return text[:place] + (more if cut % 2 else "") + (text[place:] if cut % 3 else "")
