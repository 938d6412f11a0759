# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._text import lines, words


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31mred\x1b[0m\tand\nmore", "red\tand\nmore"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("\x1b]0;a title\x07bell\x9b2J", "0;a titlebell2J"),
        ("abc\u202etxt.exe", "abctxt.exe"),
    ],
)
def test_nothing_that_moves_the_cursor_is_printed(raw: str, shown: str) -> None:
    assert lines.printable(raw) == shown


@pytest.mark.parametrize(
    ("words", "columns", "shown"),
    [
        ("short", 10, "short"),
        ("exactly ten", 11, "exactly ten"),
        ("a bit too long", 10, "a bit t..."),
        ("漢字漢字", 8, "漢字漢字"),
        ("漢字漢字", 7, "漢字..."),  # a wide character is never cut in two
        ("漢字漢字", 6, "漢..."),
        ("e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"),  # what combines takes no room
        ("one\n  two", 20, "one two"),
        ("abc", 2, ".."),
        ("abc", 0, ""),
    ],
)
def test_a_line_never_gets_wider_than_its_columns(words: str, columns: int, shown: str) -> None:
    assert lines.clip(words, columns) == shown
    assert lines.width(shown) <= columns


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(-1, "0:00"), (7.9, "0:07"), (60, "1:00"), (750, "12:30"), (3723, "1:02:03")],
)
def test_duration(seconds: float, shown: str) -> None:
    assert lines.duration(seconds) == shown


def test_many_names_and_one_thing() -> None:
    assert words.some(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert words.some(["a"]) == "a"
    assert (lines.counted(1, "host"), lines.counted(2, "host")) == ("1 host", "2 hosts")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("kubernetes_sigs.kubespray.etcd : Install", "etcd : Install"),
        ("kubernetes_sigs.kubespray.kubernetes/client : Wait", "kubernetes/client : Wait"),
        ("etcd : Install", "etcd : Install"),
        ("a.b.c is a name", "a.b.c is a name"),
        ("ansible.builtin.command", "ansible.builtin.command"),
    ],
)
def test_a_role_without_its_collection(name: str, shown: str) -> None:
    assert lines.short(name) == shown
