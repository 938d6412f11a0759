# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import time

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._child import (
    Child,
    ChildError,
    ChildTimeoutError,
)


def test_the_result_comes_back():
    assert Child(lambda: {"a": [1, "ü", None]}).result(5) == {"a": [1, "ü", None]}


def test_a_result_larger_than_a_pipe():
    assert Child(lambda: "x" * 300_000).result(5) == "x" * 300_000


def test_two_run_at_the_same_time(tmp_path):
    def meet(own, other):
        """Return once the other one runs, too."""
        (tmp_path / own).touch()
        while not (tmp_path / other).exists():
            time.sleep(0.01)
        return own

    children = [Child(lambda: meet("a", "b")), Child(lambda: meet("b", "a"))]

    assert [child.result(60) for child in children] == ["a", "b"]


def test_a_call_that_hangs_is_ended_in_time():
    child = Child(lambda: time.sleep(60))
    started = time.monotonic()

    with pytest.raises(ChildTimeoutError):
        child.result(0.2)

    assert time.monotonic() - started < 30
    with pytest.raises(ProcessLookupError):
        os.kill(child._pid, 0)


def test_the_time_counts_from_the_start():
    child = Child(lambda: time.sleep(60))
    child._started -= 50
    started = time.monotonic()

    with pytest.raises(ChildTimeoutError):
        child.result(50)

    assert time.monotonic() - started < 30


@pytest.mark.parametrize("call", [lambda: 1 / 0, lambda: os._exit(3), object])
def test_a_call_without_a_result(call, capfd):
    with pytest.raises(ChildError, match="the call ended without a result"):
        Child(call).result(5)

    assert capfd.readouterr() == ("", "")
