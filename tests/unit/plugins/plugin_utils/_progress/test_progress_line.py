# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the line says, at every width."""

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress import line
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.count import Count
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.state import State
from ansible_collections.k8n.cluster.plugins.plugin_utils._text.lines import width


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def running() -> tuple[Count, State]:
    clock = Clock()
    count = Count([("play", frozenset(("t1", "t2", "t3")))])
    state = State(clock)
    count.play_started("play")
    state.play_started("Install etcd")
    for identity in ("t1", "t2"):
        count.task_started(identity)
        state.task_started(identity, f"etcd : Wait for the cluster {identity}")
    for host in ("node1", "node2", "node3"):
        state.host_started(host, "t2")
    clock.now = 192.4
    return count, state


def test_all_of_it() -> None:
    count, state = running()
    assert line.live(count, state, 341, 120) == (
        "2/3 | 3:12 ~5:41 left | 3 busy | Install etcd > etcd : Wait for the cluster t2"
    )


def test_the_first_run_has_no_estimate_and_a_single_host_has_a_name() -> None:
    count, state = running()
    state.host_ended("node1", "t2")
    state.host_ended("node3", "t2")
    assert line.live(count, state, None, 120) == (
        "2/3 | 3:12 | node2 busy, 2 waiting | Install etcd > etcd : Wait for the cluster t2"
    )


def test_a_lost_host_does_not_wait() -> None:
    state = running()[1]
    for host in ("node1", "node3"):
        state.host_ended(host, "t2")
    state.failed["node1"] = "t2"
    state.unreachable["node3"] = "t2"
    assert line.hosts(state) == "node2 busy"


def test_retries() -> None:
    count, state = running()
    state.retry = "try 2 of 4 on node2"
    assert line.plain(count, state, None) == (
        "2/3 | 3:12 | 3 busy | try 2 of 4 on node2 | etcd : Wait for the cluster t2"
    )
    state.task_started("t3", "next")
    assert "try" not in line.plain(count, state, None)


@pytest.mark.parametrize("columns", range(1, 121))
def test_no_width_makes_it_wrap(columns: int) -> None:
    count, state = running()
    state.play = "漢字" * 10
    assert width(line.live(count, state, 341, columns)) < max(columns, 2)


def test_a_narrow_terminal_shortens_the_play_before_the_task() -> None:
    count, state = running()
    state.play = "Install everything that etcd needs on its hosts"
    assert line.live(count, state, None, 80) == (
        "2/3 | 3:12 | 3 busy | Install everything th... > etcd : Wait for the cluster t2"
    )
    assert line.live(count, state, None, 30) == "2/3 | 3:12 | 3 busy"
