# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.registered import (
    RegisteredError,
    of_hosts,
    result,
)

VARIABLES = {"settings": {"a": 1}, "text": "x"}
OF_HOSTS: dict[str, dict[str, Any]] = {"n1": {"probe": 1}, "n2": {}, "n3": {"probe": 3}}
TASK = {
    "hostvars": SimpleNamespace(raw_get=OF_HOSTS.__getitem__),
    "ansible_play_hosts": ["n3", "n2", "n1"],
}


@pytest.mark.parametrize("given", ["settings", {"a": 1}])
def test_a_result_by_name_or_as_it_is(given: object) -> None:
    assert result(given, VARIABLES) == {"a": 1}


@pytest.mark.parametrize(
    ("given", "shown"), [("none", "'none'"), ("text", "'text'"), (3, "3"), (None, "nothing")]
)
def test_what_is_no_result(given: object, shown: str) -> None:
    with pytest.raises(RegisteredError) as raised:
        result(given, VARIABLES)

    assert str(raised.value) == (
        f"is {shown}, it must be a dictionary, or the name that a task has registered one by"
    )


def test_by_name_those_of_all_the_plays_hosts() -> None:
    assert list(of_hosts("probe", TASK).items()) == [("n3", 3), ("n2", None), ("n1", 1)]


def test_a_name_that_no_host_has() -> None:
    with pytest.raises(RegisteredError) as raised:
        of_hosts("prob", TASK)

    assert str(raised.value) == (
        "is 'prob', which no host has, and must be a dictionary, or the name that a task has registered one by"
    )


def test_as_they_are() -> None:
    given: dict[str, object] = {"other": {}}

    assert of_hosts(given, TASK) == given
    assert of_hosts(given, TASK) is not given
