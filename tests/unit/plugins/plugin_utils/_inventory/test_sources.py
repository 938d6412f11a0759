# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.mistakes import (
    IpListError,
    Mistakes,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.sources import (
    Item,
    read_items,
    read_nodes_file,
    split_words,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._text.outside import printable


def mistakes_of(mistakes: Mistakes) -> tuple[str, ...]:
    try:
        mistakes.raise_if_any()
    except IpListError as e:
        return e.mistakes
    return ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a b", ["a", "b"]),
        ("  a\tb\n c ", ["a", "b", "c"]),
        ("a, b,\nc,", ["a", "b", "c"]),
        ("a,b c", ["a,b", "c"]),
        ("a ,b", ["a", ",b"]),
        ("a,,b", ["a,,b"]),
        ("", []),
        (" , ", []),
    ],
)
def test_split_words(text: str, words: list[str]) -> None:
    assert split_words(text) == words


def test_one_text_is_numbered_by_words() -> None:
    assert list(read_items("10.1.1.1 10.1.1.2", "nodes", Mistakes())) == [
        Item("nodes, word 1", "10.1.1.1"),
        Item("nodes, word 2", "10.1.1.2"),
    ]


def test_a_list_is_numbered_by_items() -> None:
    mapping = {"ip": "10.1.1.3"}
    assert list(read_items(["10.1.1.1", "b c", mapping], "nodes", Mistakes())) == [
        Item("nodes, item 1", "10.1.1.1"),
        Item("nodes, item 2, word 1", "b"),
        Item("nodes, item 2, word 2", "c"),
        Item("nodes, item 3", mapping),
    ]


def test_items_of_the_wrong_type_are_mistakes() -> None:
    mistakes = Mistakes()
    assert list(read_items([7, None, ["x"], " ", "{{ x }}", "ok"], "nodes", mistakes)) == [
        Item("nodes, item 6", "ok")
    ]
    wanted = "wanted a text such as 10.10.1.2, or a mapping"
    assert mistakes_of(mistakes) == (
        f"nodes, item 1: this is a number (7); {wanted}",
        f"nodes, item 2: this is nothing; {wanted}",
        f"nodes, item 3: this is a list (['x']); {wanted}",
        "nodes, item 4: this entry is empty; write an address or delete the item",
        "nodes, item 5: templates are not evaluated here; write the addresses themselves, or give"
        " them in nodes_file or the environment variable K8N_NODES",
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            {"a": 1},
            "nodes: this is a mapping ({'a': 1}); wanted a list of entries, or one text with"
            " blanks between them",
        ),
        (
            "{{ groups }}",
            "nodes: templates are not evaluated here; write the addresses themselves, or give them"
            " in nodes_file or the environment variable K8N_NODES",
        ),
    ],
)
def test_an_option_of_the_wrong_type_is_a_mistake(value: object, message: str) -> None:
    mistakes = Mistakes()
    assert list(read_items(value, "nodes", mistakes)) == []
    assert mistakes_of(mistakes) == (message,)


def test_nodes_file(tmp_path: Path) -> None:
    text = "\ufeff# all nodes\r\n10.1.1.1 b,10.1.1.2 # two\r\n\r\n10.1.1.3,\r\n"
    (tmp_path / "nodes.txt").write_bytes(text.encode())
    assert list(read_nodes_file("nodes.txt", tmp_path, Mistakes())) == [
        Item("nodes.txt, line 2, word 1", "10.1.1.1"),
        Item("nodes.txt, line 2, word 2", "b,10.1.1.2"),
        Item("nodes.txt, line 4", "10.1.1.3"),
    ]


def test_an_absolute_nodes_file(tmp_path: Path) -> None:
    path = tmp_path / "nodes.txt"
    path.write_text("10.1.1.1", encoding="utf-8")
    items = list(read_nodes_file(str(path), Path("/nonexistent"), Mistakes()))
    assert items == [Item(f"{path}, line 1", "10.1.1.1")]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("none.txt", "No such file or directory"),
        (".", "Is a directory"),
        # Each Python has its own words for it.
        ("a\0b", "(stat: )?embedded null (byte|character)( in path)?"),
        ("~nobody-of-that-name/x", r"Could not determine home directory\."),
    ],
)
def test_a_nodes_file_that_cannot_be_read(tmp_path: Path, name: str, reason: str) -> None:
    mistakes = Mistakes()
    assert list(read_nodes_file(name, tmp_path, mistakes)) == []
    (said,) = mistakes_of(mistakes)
    before, after = (
        f"nodes_file: cannot read {printable(name)} (looked for in {tmp_path}): ",
        "; give the path of a",
    )
    assert re.fullmatch(
        f"{re.escape(before)}{reason}{re.escape(after)} readable text file", said
    ), said


def test_a_nodes_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "nodes.txt").write_bytes(b"10.1.1.1\n10.1.1.2 # caf\xe9\n")
    mistakes = Mistakes()
    assert list(read_nodes_file("nodes.txt", tmp_path, mistakes)) == []
    assert mistakes_of(mistakes) == (
        "nodes.txt, line 2: byte 0xe9 is not UTF-8; save the file as UTF-8 text",
    )


def test_an_empty_nodes_file(tmp_path: Path) -> None:
    (tmp_path / "nodes.txt").write_text("# nothing yet\n", encoding="utf-8")
    mistakes = Mistakes()
    assert list(read_nodes_file("nodes.txt", tmp_path, mistakes)) == []
    assert mistakes_of(mistakes) == (
        f"nodes_file: {tmp_path}/nodes.txt holds no entry; write at least one address into it",
    )
