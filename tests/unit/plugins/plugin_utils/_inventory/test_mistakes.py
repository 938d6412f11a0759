# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.mistakes import (
    AddressMistakes,
    IpListError,
    Mistakes,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._text.outside import show
from ansible_collections.k8n.cluster.plugins.plugin_utils._text.words import describe, did_you_mean


def test_one_mistake_is_one_sentence() -> None:
    mistakes = Mistakes()
    mistakes.add("nodes, item 2", "no")
    with pytest.raises(IpListError) as caught:
        mistakes.raise_if_any()
    assert str(caught.value) == "nodes, item 2: no"


def test_several_mistakes_are_numbered_lines() -> None:
    mistakes = Mistakes()
    mistakes.add("nodes, item 2", "no")
    mistakes.add("etcd", "never")
    assert len(mistakes) == 2
    with pytest.raises(IpListError) as caught:
        mistakes.raise_if_any()
    assert str(caught.value) == "2 mistakes:\n  1. nodes, item 2: no\n  2. etcd: never"
    assert caught.value.mistakes == ("nodes, item 2: no", "etcd: never")


def test_no_mistake_raises_nothing() -> None:
    Mistakes().raise_if_any()


def test_address_mistakes_are_reported_once_for_each_entry() -> None:
    mistakes = Mistakes()
    found = AddressMistakes(mistakes)
    found.add("nodes, item 1", "10.1.1.1 is bad")
    found.add("nodes, item 1", "10.1.1.2 is bad")
    found.add("nodes, item 1", "10.1.1.3 is bad")
    found.add("nodes, item 2", "10.1.1.4 is bad")
    assert len(mistakes) == 0
    found.report()
    with pytest.raises(IpListError) as caught:
        mistakes.raise_if_any()
    assert caught.value.mistakes == (
        "nodes, item 1: 10.1.1.1 is bad (2 more of this entry likewise)",
        "nodes, item 2: 10.1.1.4 is bad",
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "nothing"),
        (True, "a boolean (True)"),
        (3, "a number (3)"),
        (1.5, "a number (1.5)"),
        ("x", "a text ('x')"),
        ([1], "a list ([1])"),
        ({"a": 1}, "a mapping ({'a': 1})"),
        (b"x", "another type (b'x')"),
    ],
)
def test_describe(value: object, expected: str) -> None:
    assert describe(value) == expected


def test_show_cuts_what_is_long() -> None:
    assert show("x" * 58) == repr("x" * 58)
    assert show("x" * 59) == "'" + "x" * 59 + "..."


def test_did_you_mean() -> None:
    assert did_you_mean("workerz", ["nodes", "workers"]) == "; did you mean workers?"
    assert did_you_mean("colour", ["nodes", "workers"]) == ""
    assert did_you_mean("w" * 61, ["w" * 60]) == ""
