# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Done and total: always done <= total, whatever a playbook does."""

from __future__ import annotations

from types import SimpleNamespace as Made
from typing import Any

from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.count import (
    Count,
    chosen,
    tasks_of,
)


def task(name: str, action: str = "command") -> Any:
    return Made(name=name, action=action)


def block(*tasks: Any, rescue: tuple[Any, ...] = (), always: tuple[Any, ...] = ()) -> Any:
    return Made(block=list(tasks), rescue=list(rescue), always=list(always))


class Role:
    def __init__(self, *blocks: Any, needs: tuple[Role, ...] = (), included: bool = False) -> None:
        self.from_include = included
        self._blocks, self._needs = blocks, needs

    def get_direct_dependencies(self) -> tuple[Role, ...]:
        return self._needs

    def get_task_blocks(self) -> tuple[Any, ...]:
        return self._blocks


def test_the_tasks_of_a_play_in_their_order() -> None:
    common = Role(block(task("common")))
    play = Made(
        pre_tasks=[block(task("before"))],
        roles=[
            Role(block(task("a")), needs=(common,)),
            Role(block(task("b")), needs=(common,)),
            Role(block(task("included later")), included=True),
        ],
        tasks=[
            block(
                block(task("deep")),
                task("flush", "meta"),
                rescue=(task("fix"),),
                always=(task("ever"),),
            )
        ],
        post_tasks=[block(task("after"))],
    )
    names = [each.name for each in tasks_of(play)]
    assert names == ["before", "common", "a", "b", "deep", "ever", "after"]


def test_tags_leave_tasks_out() -> None:
    never = Made(tags=["never", "debug"])
    assert not chosen(never, ["all"], [])
    tagged = Made(tags=["etcd"], evaluate_tags=lambda only, skip, variables: "etcd" in only)
    assert chosen(tagged, ["etcd"], [])
    assert not chosen(tagged, ["network"], [])

    def undefined(only: object, skip: object, variables: object) -> bool:
        raise ValueError("'which' is undefined")

    assert chosen(Made(tags=["{{ which }}"], evaluate_tags=undefined), ["etcd"], [])


def three() -> Count:
    return Count(
        [
            ("one", frozenset("ab")),
            ("two", frozenset("cde")),
            ("three", frozenset("f")),
        ]
    )


def test_a_straight_run() -> None:
    count = three()
    assert (count.done, count.total, count.plays) == (0, 6, 3)
    count.play_started("one")
    assert count.task_started("a")
    assert not count.task_started("a")  # on another host, with the strategy free
    assert (count.done, count.total, count.play) == (1, 6, 1)
    count.task_started("b")
    count.play_started("two")
    assert (count.done, count.total) == (2, 6)


def test_what_a_play_did_not_run_is_over_when_the_next_one_starts() -> None:
    count = three()
    count.play_started("one")
    count.play_started("three")
    assert (count.done, count.total, count.play) == (5, 6, 3)


def test_an_included_task_joins_the_total() -> None:
    count = three()
    count.play_started("one")
    count.task_started("a")
    count.task_started("from an include")
    assert (count.done, count.total) == (2, 7)
    count.play_started("two")
    assert (count.done, count.total) == (3, 7)


def test_each_batch_of_hosts_runs_the_play_again() -> None:
    count = three()
    for _batch in range(3):
        count.play_started("one")
        count.task_started("a")
        count.task_started("b")
    assert (count.done, count.total) == (6, 10)


def test_an_earlier_run_knew_of_more() -> None:
    count = three()
    count.expected = 9
    assert count.total == 9
    count.play_started("one")
    for number in range(12):
        count.task_started(f"included {number}")
    assert (count.done, count.known, count.total) == (12, 18, 18)
