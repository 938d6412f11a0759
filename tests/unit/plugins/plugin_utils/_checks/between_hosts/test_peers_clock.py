# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts import clock
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts.clock import Clock
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts.measure import (
    Exchange,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Skipped, Unknown

LIMITS = clock.THRESHOLDS


def only(findings: Iterable[Any]) -> Any:
    """The one finding that there is."""
    (finding,) = findings
    return finding


def test_the_quickest_exchange_counts():
    # Recorded: a control node that was busy with 100 hosts asked one whose clock is 2 s ahead.
    exchanges = [
        Exchange(100.0, 100.9, 102.85),
        Exchange(101.0, 101.01, 103.004),
        Exchange(102.0, 102.4, 104.1),
    ]

    found = clock.read(exchanges)

    assert found.offset == pytest.approx(1.999)
    assert found.error == pytest.approx(0.005)


def clocks(*offsets, error=0.001):
    return {f"n{number}": Clock(offset, error) for number, offset in enumerate(offsets, 1)}


@pytest.mark.parametrize(
    ("offsets", "median"),
    [((3.0,), 3.0), ((1.0, 2.0, 90.0), 2.0), ((0.1, 90.0), 0.1), ((-5.0, -5.1, -5.2, -5.3), -5.1)],
)
def test_the_median(offsets, median):
    assert clock.median(clocks(*offsets)) == median


def test_clocks_that_agree():
    """Also where all are off from the one here, which is none of theirs."""
    found = clocks(40.0, 40.1, 40.2)

    assert [list(clock.judge(name, found, LIMITS)) for name in found] == [[], [], []]


def test_one_that_is_off():
    found = clocks(0.0, 0.01, -1.7)

    assert list(clock.judge("n1", found, LIMITS)) == []
    problem = only(clock.judge("n3", found, LIMITS))
    assert (problem["id"], problem["severity"]) == ("clock_offset", "warn")
    assert problem["message"] == (
        "The clock is 1.700 s behind the median of all hosts, give or take 0.001 s (wanted: at most 0.5 s)."
    )
    assert "timedatectl set-ntp true" in problem["fix"]


def test_minutes_block():
    problem = only(clock.judge("n2", clocks(0.0, 3600.4, 0.0), LIMITS))

    assert problem["severity"] == "block"
    assert problem["message"].startswith("The clock is 3600 s ahead of the median of all hosts")


def test_of_two_the_one_that_agrees_with_this_machine_is_right():
    found = clocks(0.002, 7.0)

    assert list(clock.judge("n1", found, LIMITS)) == []
    assert len(list(clock.judge("n2", found, LIMITS))) == 1


def test_what_the_round_trip_may_explain_is_no_finding():
    found = clocks(0.0, 0.0, 0.6, error=0.2)

    assert list(clock.judge("n3", found, LIMITS)) == []


def test_a_round_trip_that_hides_everything():
    found = {**clocks(0.0, 0.0), "n3": Clock(0.9, 0.8)}

    assert list(clock.judge("n3", found, LIMITS)) == [
        Unknown(
            "clock_offset",
            "The clock was read with an uncertainty of 0.800 s, more than the 0.5 s wanted.",
        )
    ]


def test_another_threshold():
    assert (
        list(clock.judge("n3", clocks(0.0, 0.0, 1.5), {**LIMITS, "clock_offset_seconds": 2.0}))
        == []
    )


def test_a_host_alone():
    assert list(clock.judge("n1", clocks(5.0), LIMITS)) == [
        Skipped("clock_offset", "There is no other host whose clock was read.")
    ]


@pytest.mark.parametrize(
    ("offset", "severities"),
    [(0.502, ["warn"]), (0.5, []), (60.0, ["warn"]), (60.002, ["block"]), (-60.002, ["block"])],
)
def test_half_a_second_warns_and_a_minute_blocks(offset, severities):
    """What the exchange itself may explain, here 0.001 s, is taken off first."""
    found: list[Any] = list(clock.judge("n3", clocks(0.0, 0.0, offset), LIMITS))

    assert [problem["severity"] for problem in found] == severities


def test_half_a_second_of_uncertainty_is_enough():
    found = {**clocks(0.0, 0.0), "n3": Clock(0.0, 0.5)}

    assert list(clock.judge("n3", found, LIMITS)) == []


def test_another_threshold_that_blocks():
    found = clocks(0.0, 0.0, 3.0)

    problem = only(clock.judge("n3", found, {**LIMITS, "clock_offset_block_seconds": 2.0}))
    assert problem["severity"] == "block"
