# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host.answer import Answer, take

SUBJECTS = ("a", "b")


def nested(depth):
    value: list[object] = []
    for _level in range(depth):
        value = [value]
    return value


def test_what_a_host_found():
    given = {
        "root": True,
        "container": "lxc",
        "found": {"a": {"x": 1}, "b": None},
        "failed": {"b": "it was not done after 5 s"},
    }

    assert take(given, SUBJECTS) == Answer(
        True, "lxc", {"a": {"x": 1}, "b": None}, {"b": "it was not done after 5 s"}
    )


def test_what_nobody_asked_for_is_left_there():
    given = {
        "root": "yes",
        "container": "\x1b[31m",
        "found": {"a": "text", "z": {"x": 1}},
        "failed": {"b": ["\x07"], "z": "x", "": "y"},
        "more": 1,
    }

    assert take(given, SUBJECTS) == Answer(False, "?[31m", {"a": None}, {"": "y", "b": r"['\x07']"})


@pytest.mark.parametrize(
    "given", [None, "text", [], {}, {"found": {}, "failed": []}, {"found": 1, "failed": {}}]
)
def test_what_is_no_answer(given):
    assert take(given, SUBJECTS) is None


@pytest.mark.parametrize("value", [["x" * 300000], nested(100000)])
def test_an_answer_that_is_too_long_is_not_taken(value):
    given = {"root": True, "found": {"a": {"x": value}}, "failed": {}}

    assert take(given, SUBJECTS) == Answer(False, None, {}, {"": "the host's answer is too long"})
