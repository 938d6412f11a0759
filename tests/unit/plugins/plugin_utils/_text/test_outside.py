# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._text.outside import (
    MOST_DEPTH,
    OutsideError,
    bounded,
    check_file,
    printable,
    printable_lines,
    read_bytes,
    show,
)
from hypothesis import given
from hypothesis import strategies as st


def bomb(kind: str = "list") -> Any:
    """What nine lines of YAML stand for: each list names the one before nine times."""
    value: Any = "x"
    for _level in range(40):
        value = [value] * 9 if kind == "list" else {str(number): value for number in range(9)}
    return value


def endless() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
))  # fmt: skip
def test_show_is_repr_as_far_as_it_is_shown(value: Any) -> None:
    if value is None:
        assert show(value) == "nothing"
    elif len(written := repr(value).replace("None", "nothing")) < 60 and "nothing" not in written:
        assert show(value, 200).replace(",)", ")") == written.replace(",)", ")")
    assert len(show(value)) <= 63


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (bomb(), "[" * 40 + "'x', 'x', 'x', 'x', ..."),
        (endless(), "[" * 60 + "..."),
        (1 << 2000, "0x1" + "0" * 57 + "..."),
        ("x" * 10**7, "'" + "x" * 59 + "..."),
        (b"x" * 10**7, "b'" + "x" * 58 + "..."),
        ({"a": None, "b": {1}}, "{'a': None, 'b': {1}}"),
    ],
)
def test_show_looks_at_no_more_than_it_shows(value: object, shown: str) -> None:
    started = time.process_time()

    assert show(value) == shown

    assert time.process_time() - started < 1


def test_show_ends_where_values_lie_too_deep_within_each_other() -> None:
    shown = show(deep(100000), 5000)

    assert "..." in shown
    # Nothing was cut at the length that is shown.
    assert len(shown) < 5000


def test_show_never_decrypts() -> None:
    class AnsibleVaultEncryptedUnicode:
        """As ansible-core before 2.19 has it: its repr() is the secret."""

        def __repr__(self) -> str:
            return "'S3CRET'"

    secret = AnsibleVaultEncryptedUnicode()

    assert show([secret]) == "[a value that is encrypted with ansible-vault]"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ä plain text", "ä plain text"),
        ("title \x1b]0;OWNED\x07\x9b2J\u202e", "title ?]0;OWNED??2J?"),
        ("pl\u00e4in \u202e \r\n \udcff", "pl\u00e4in ? ?? ?"),
        ("\ud800\x00\n", "???"),
        ("x" * 3000, "x" * 2000),
        (None, "nothing"),
        (bomb(), "[" * 40),
    ],
)
def test_printable(text: object, shown: str) -> None:
    assert printable(text).startswith(shown)
    assert printable(text).isprintable()
    assert len(printable(text)) <= 2003


@pytest.mark.parametrize("value", [None, 3, "x", [], {}, [["x"] * 100] * 100, {"a": {"b": [1]}}])
def test_what_is_bounded(value: object) -> None:
    bounded(value)


def deep(levels: int) -> Any:
    value: Any = []
    for _level in range(levels):
        value = {"x": value}
    return value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (bomb(), "more than 1000000 values, counting each as often as it is named (*NAME)"),
        (
            bomb("mapping"),
            "more than 1000000 values, counting each as often as it is named (*NAME)",
        ),
        (endless(), "a list or mapping that holds itself (*NAME)"),
        (deep(MOST_DEPTH + 1), "more than 100 levels of lists and mappings within each other"),
        (deep(100000), "more than 100 levels of lists and mappings within each other"),
    ],
)
def test_what_is_not(value: object, text: str) -> None:
    with pytest.raises(OutsideError) as raised:
        bounded(value)

    assert str(raised.value) == text


def test_a_file_within_bounds(tmp_path: Path) -> None:
    (tmp_path / "nodes").write_bytes(b"10.1.1.1\n")

    assert read_bytes(tmp_path / "nodes") == b"10.1.1.1\n"


def test_files_that_may_have_no_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    for name in ("pipe", "zero"):
        with pytest.raises(OutsideError, match=r"^it is a device or a pipe, not a regular file$"):
            read_bytes(tmp_path / name)
    with (tmp_path / "large").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(OutsideError, match=r"^it has 1048576 MiB, more than 10 MiB$"):
        read_bytes(tmp_path / "large")
    with pytest.raises(IsADirectoryError, match="Is a directory"):
        check_file(tmp_path)
    with pytest.raises(FileNotFoundError):
        check_file(tmp_path / "none")


def test_lines_of_our_own_with_words_of_others() -> None:
    assert printable_lines("a\n  b\n" * 5000) == "a\n  b\n" * 5000
    assert printable_lines("a\n\x1b[2J\r\nb\t") == "a\n?[2J?\nb?"
