# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.mistakes import (
    IpListError,
    Mistakes,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.selection import (
    Roles,
    Wishes,
    check_counts,
    check_even,
    choose_roles,
)

STACKED = Wishes(
    control_plane=1,
    etcd=None,
    etcd_placement="near_control_plane",
    workers="all",
    dedicated_etcd_from=None,
    dedicated_control_plane_from=None,
)
AUTO = STACKED._replace(workers=None, dedicated_etcd_from=5, dedicated_control_plane_from=8)


def choose(wishes: Wishes, zones: str) -> Roles:
    """One letter for the zone of each host."""
    mistakes = Mistakes()
    roles = choose_roles(wishes, list(zones), mistakes)
    mistakes.raise_if_any()
    assert roles is not None
    return roles


def refusal(wishes: Wishes, zones: str) -> str:
    with pytest.raises(IpListError) as caught:
        choose(wishes, zones)
    return str(caught.value)


@pytest.mark.parametrize(
    ("zones", "etcd"), [("a", [0]), ("aa", [0]), ("aaa", [0, 1, 2]), ("aaaaaa", [0, 1, 2])]
)
def test_the_default_is_three_members_from_three_hosts_on(zones: str, etcd: list[int]) -> None:
    assert choose(STACKED, zones).etcd == etcd


@pytest.mark.parametrize(
    ("control_plane", "zones", "etcd", "settled"),
    [
        # The control plane's zone has exactly enough hosts, more than enough, too few.
        ([3], "aabbbc", [2, 3, 4], True),
        ([5], "aabbbb", [2, 3, 5], True),
        ([3], "aacbbd", [0, 3, 4], False),
        (1, "abcda", [0, 1, 4], False),
        (2, "abcdaa", [0, 4, 5], True),
        # The first of the given list counts, not the first in list order.
        ([4, 0], "aaabbb", [3, 4, 5], True),
    ],
)
def test_near_control_plane(
    control_plane: int | list[int], zones: str, etcd: list[int], settled: bool
) -> None:
    roles = choose(STACKED._replace(control_plane=control_plane), zones)
    assert (roles.etcd, roles.etcd_settled) == (etcd, settled)


def test_one_member_near_the_control_plane_is_the_control_plane() -> None:
    roles = choose(STACKED._replace(control_plane=[2], etcd=1), "aab")
    assert (roles.etcd, roles.etcd_settled) == ([2], True)


@pytest.mark.parametrize(
    ("count", "zones", "etcd", "settled"),
    [
        (3, "aabbccd", [0, 2, 4], True),
        (3, "aabb", [0, 1, 2], False),
        (3, "aaaaabb", [0, 1, 5], False),
        (5, "aabbc", [0, 1, 2, 3, 4], False),
        (3, "abc", [0, 1, 2], True),
        (1, "ab", [0], True),
    ],
)
def test_spread(count: int, zones: str, etcd: list[int], settled: bool) -> None:
    roles = choose(STACKED._replace(etcd=count, etcd_placement="spread"), zones)
    assert (roles.etcd, roles.etcd_settled) == (etcd, settled)


def test_first_is_always_settled() -> None:
    roles = choose(STACKED._replace(etcd_placement="first", control_plane=[4]), "abcde")
    assert (roles.etcd, roles.etcd_settled) == ([0, 1, 2], True)


def test_a_listed_etcd_is_kept_in_its_order() -> None:
    roles = choose(STACKED._replace(etcd=[4, 0, 2]), "aabbb")
    assert (roles.etcd, roles.etcd_settled) == ([4, 0, 2], True)


def test_a_listed_control_plane_is_kept_in_its_order() -> None:
    assert choose(STACKED._replace(control_plane=[3, 1]), "aaaa").control_plane == [3, 1]


@pytest.mark.parametrize(
    ("workers", "expected"),
    [
        ("all", [0, 1, 2, 3, 4]),
        ("exclude_control_plane", [1, 2, 3, 4]),
        ("exclude_etcd", [3, 4]),
        ("exclude_both", [3, 4]),
        ([4, 1], [4, 1]),
        (None, [0, 1, 2, 3, 4]),
    ],
)
def test_workers(workers: str | list[int] | None, expected: list[int]) -> None:
    assert choose(STACKED._replace(workers=workers), "aaaaa").workers == expected


def test_exclude_both_leaves_out_both() -> None:
    wishes = STACKED._replace(workers="exclude_both", control_plane=[4], etcd_placement="first")
    assert choose(wishes, "aaaaa").workers == [3]


@pytest.mark.parametrize(
    ("wishes", "zones", "message"),
    [
        (
            STACKED._replace(workers="exclude_control_plane"),
            "a",
            "workers: exclude_control_plane leaves no worker among 1 host; add nodes or write"
            " workers: all",
        ),
        (
            STACKED._replace(workers="exclude_etcd"),
            "aaa",
            "workers: exclude_etcd leaves no worker among 3 hosts; add nodes or write workers: all",
        ),
        (
            AUTO._replace(dedicated_control_plane_from=5, control_plane=2),
            "aaaaa",
            "workers: layout: auto leaves no worker among 5 hosts; add nodes or write workers: all",
        ),
        (
            AUTO._replace(control_plane=3),
            "aaaaa",
            "layout: auto gives etcd (3) and the control plane (3) hosts of their own from"
            " dedicated_etcd_from: 5 hosts on, but there are only 5; add nodes, raise"
            " dedicated_etcd_from or write layout: stacked",
        ),
        (
            AUTO._replace(control_plane=[0, 1, 2]),
            "aaaaa",
            "layout: auto gives etcd (3) and the control plane (3) hosts of their own from"
            " dedicated_etcd_from: 5 hosts on, but there are only 5; add nodes, raise"
            " dedicated_etcd_from or write layout: stacked",
        ),
    ],
)
def test_a_layout_that_cannot_be(wishes: Wishes, zones: str, message: str) -> None:
    assert refusal(wishes, zones) == message


def test_auto_below_the_thresholds_is_stacked() -> None:
    assert choose(AUTO._replace(control_plane=2), "aaaa") == Roles(
        [0, 1], [0, 1, 2], [0, 1, 2, 3], [], True, ("control_plane", "etcd", "workers")
    )


def test_auto_gives_etcd_hosts_of_its_own() -> None:
    assert choose(AUTO._replace(control_plane=2), "aaaaaa") == Roles(
        [3, 4], [0, 1, 2], [3, 4, 5], [0, 1, 2], True
    )


def test_auto_gives_the_control_plane_hosts_of_its_own() -> None:
    assert choose(AUTO._replace(control_plane=2), "aaaaaaaa") == Roles(
        [3, 4], [0, 1, 2], [5, 6, 7], [0, 1, 2], True
    )


def test_auto_places_etcd_near_the_listed_control_plane_but_not_on_it() -> None:
    assert choose(AUTO._replace(control_plane=[4]), "aabbbbb") == Roles(
        [4], [2, 3, 5], [0, 1, 4, 6], [2, 3, 5], True
    )


def test_auto_spreads() -> None:
    roles = choose(AUTO._replace(etcd_placement="spread"), "aabbcc")
    assert (roles.etcd, roles.control_plane) == ([0, 2, 4], [1])


def test_auto_yields_to_what_is_given() -> None:
    given = AUTO._replace(control_plane=[0, 1], etcd=[1, 2, 3], workers="all")
    assert choose(given, "aaaaaa") == Roles([0, 1], [1, 2, 3], [0, 1, 2, 3, 4, 5], [], True)
    given = AUTO._replace(etcd=[1, 2, 3])
    assert choose(given, "aaaaaa") == Roles([0], [1, 2, 3], [0, 4, 5], [1, 2, 3], True)


def test_auto_is_not_settled_if_growth_would_move_members() -> None:
    # Counted: below and above the threshold the members are the same hosts.
    assert choose(AUTO, "aaaa").etcd_settled
    # Listed: above the threshold the control plane host stops being a member.
    assert not choose(AUTO._replace(control_plane=[0]), "aaaa").etcd_settled
    assert choose(AUTO._replace(control_plane=[3], etcd_placement="first"), "aaaa").etcd_settled


@pytest.mark.parametrize(
    ("control_plane", "etcd", "total", "messages"),
    [
        (3, 3, 3, []),
        (None, None, 1, []),
        (
            2,
            3,
            1,
            [
                "control_plane: 2 control plane hosts are wanted, but the list has only 1 node;"
                " add nodes or write control_plane: 1",
                "etcd: 3 etcd members are wanted, but the list has only 1 node; add nodes or write"
                " etcd: 1",
            ],
        ),
        (
            None,
            7,
            4,
            [
                "etcd: 7 etcd members are wanted, but the list has only 4 nodes; add nodes or write"
                " etcd: 3"
            ],
        ),
    ],
)
def test_check_counts(
    control_plane: int | None, etcd: int | None, total: int, messages: list[str]
) -> None:
    mistakes = Mistakes()
    check_counts(control_plane, etcd, total, mistakes)
    try:
        mistakes.raise_if_any()
        found: tuple[str, ...] = ()
    except IpListError as e:
        found = e.mistakes
    assert list(found) == messages


@pytest.mark.parametrize("etcd", [2, 4, [0, 1], [3, 2, 1, 0]])
def test_an_even_etcd_is_a_mistake(etcd: int | list[int]) -> None:
    mistakes = Mistakes()
    check_even(etcd, 8, lambda: False, mistakes)
    with pytest.raises(IpListError, match=r"^etcd: [24] etcd members are an even number: "):
        mistakes.raise_if_any()


@pytest.mark.parametrize("etcd", [1, 3, [0], [0, 1, 2]])
def test_an_odd_etcd_is_none(etcd: int | list[int]) -> None:
    mistakes = Mistakes()
    check_even(etcd, 8, lambda: False, mistakes)
    assert len(mistakes) == 0
