# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The closing lines."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.count import Count
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.state import State
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.summary import closing

LOG = Path("/prod/logs/a.log")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def ran() -> tuple[State, Count]:
    clock = Clock()
    state, count = State(clock), Count([("p", frozenset("abc"))])
    count.play_started("p")
    state.play_started("Install")
    for name, seconds in (("a", 0.4), ("b", 2.26), ("c", 65.0)):
        count.task_started(name)
        state.task_started(name, f"Task {name}")
        for host in ("node1", "node2", "node10"):
            state.host_started(host, name)
        clock.now += seconds
        for host in ("node1", "node2", "node10"):
            state.host_ended(host, name)
    return state, count


def test_a_good_end() -> None:
    state, count = ran()
    state.changed["node1"] = 2
    assert closing(state, count, LOG, []) == [
        ("\nDONE in 1:07: 3 tasks on 3 hosts, 2 changes on 1 host.", "good"),
        ("\nSLOWEST TASKS\n     1:05  Task c\n    2.3 s  Task b\n\nFull log: /prod/logs/a.log", "plain"),
    ]  # fmt: skip


def test_check_mode_is_told() -> None:
    state, count = ran()
    head = closing(state, count, None, [], check=True)
    assert head[0][0] == (
        "\nDONE in 1:07 in check mode, which changes nothing: 3 tasks on 3 hosts, nothing\nchanged."
    )
    assert head[1][0].endswith("\n\nThere is no log of this run.")


def test_a_bad_end_names_only_the_hosts_where_something_is_wrong() -> None:
    state, count = ran()
    state.changed.update({"node1": 2, "node2": 1})
    state.failed["node2"] = "Task b"
    state.unreachable["node10"] = "Task c"
    state.first_failed_at = 2
    (head, kind), (rest, _kind) = closing(state, count, LOG, ["TO GO ON, run:", "  x"])
    assert kind == "bad"
    assert head == (
        "\nFAILED after 1:07, the first at task 2 of 3: 1 failed, 1 unreachable of 3\nhosts; 3 changes on 2 hosts."
    )
    assert rest.startswith(
        "\nWHERE SOMETHING IS WRONG\n  node10  unreachable at Task c\n  node2   failed at Task b, 1 change\n\nSLOWEST"
    )
    assert rest.endswith("\n\nFull log: /prod/logs/a.log\n\nTO GO ON, run:\n  x")


def test_all_hosts_unreachable_is_said_loudly() -> None:
    state, count = ran()
    state.hosts.add("localhost")
    state.unreachable = dict.fromkeys(("node1", "node2", "node10"), "Task a")
    head = closing(state, count, LOG, [], columns=100)[0][0].splitlines()
    assert head[-1] == (
        "ALL 3 HOSTS ARE UNREACHABLE: whatever came after that did not happen on any of them."
    )


def test_the_only_host_unreachable() -> None:
    state, count = State(), Count([])
    state.hosts = {"node1"}
    state.unreachable = {"node1": "Task a"}
    head = closing(state, count, LOG, [])[0][0].splitlines()
    assert head[-1] == "node1 IS UNREACHABLE: whatever came after that did not happen."


def test_broken_off() -> None:
    state, count = ran()
    head, kind = closing(state, count, LOG, [], interrupted=True)[0]
    assert (head, kind) == ("\nINTERRUPTED after 1:07, at task 3 of 3, nothing changed.", "interrupted")  # fmt: skip


def test_a_task_of_each_batch_has_its_own_time() -> None:
    clock = Clock()
    state = State(clock)
    for _batch in range(2):
        state.play_started("Rolling")
        state.task_started("a", "Task a")
        state.host_started("node1", "a")
        clock.now += 5
        state.host_ended("node1", "a")
    assert state.slowest() == [(5.0, "Task a"), (5.0, "Task a")]
