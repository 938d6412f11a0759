# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The formulas of a quorum against every way to lose members or to split their network."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.etcd import (
    members as _quorum_check,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Unknown
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory import quorum as _quorum
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.quorum import Quorum

ZONES = {f"n{number}": f"z{number % 3}" for number in range(1, 10)}


def problem_of(quorum: Quorum, best: Quorum | None = None, pin: str | None = None) -> Problem:
    """The one problem of these members."""
    cure = _quorum_check.placed("etcd", best.members, None) if best else None
    [found] = _quorum_check.check(quorum, best, cure, False, [], pin, True)
    assert isinstance(found, dict)
    return found


def partitions(members: list[int]) -> Iterator[list[list[int]]]:
    """Every way to split members into sides that do not reach each other."""
    if not members:
        yield []
        return
    first, *rest = members
    for sides in partitions(rest):
        yield [[first], *sides]
        for number in range(len(sides)):
            yield [*sides[:number], [first, *sides[number]], *sides[number + 1 :]]


def elects(side: list[int] | tuple[int, ...], members: int) -> bool:
    """Raft's rule: more than half of all members, present or not, must vote for a leader."""
    return 2 * len(side) > members


@pytest.mark.parametrize("members", range(1, 10))
def test_every_partition(members: int) -> None:
    everyone = list(range(members))
    halves = 0
    for sides in partitions(everyone):
        able = [side for side in sides if elects(side, members)]
        # No split brain, whether the number is even or odd.
        assert len(able) <= 1
        assert [side for side in sides if len(side) >= _quorum.majority(members)] == able
        halves += len(sides) == 2 and not able
    assert halves == _quorum.even_splits(members)


@pytest.mark.parametrize("members", range(1, 10))
def test_every_loss(members: int) -> None:
    names = [f"n{number}" for number in range(members)]
    for count in range(1, members + 1):
        for away in combinations(range(members), count):
            rest = [number for number in range(members) if number not in away]
            found = _quorum.outcome([names[number] for number in away], members)
            assert (found.if_lost == _quorum.KEEPS) == elects(rest, members)
            assert (count <= _quorum.losses(members)) == elects(rest, members)
            assert found.if_cut_off == (
                _quorum.REST
                if elects(rest, members)
                else _quorum.CUT_OFF
                if elects(away, members)
                else _quorum.NO_SIDE
            )


@pytest.mark.parametrize("members", [2, 4, 6, 8])
def test_an_even_number_survives_what_one_less_survives(members: int) -> None:
    assert _quorum.losses(members) == _quorum.losses(members - 1)
    assert _quorum.majority(members) == _quorum.majority(members - 1) + 1


def test_an_even_number_is_explained_in_numbers() -> None:
    assert _quorum.explain_even(4) == (
        "4 etcd members are an even number: the majority is 3, so they survive the loss of 1; 3 with a majority of 2 "
        "survive the loss of 1 just as well. The extra member adds one copy of the data and no tolerance. It costs "
        "one more vote for each write, and 3 ways to split the network into halves of 2, where no side has a majority "
        "and "
        "etcd stops (no split brain: nothing is written then)."
    )


def test_zones_and_pairs() -> None:
    quorum = Quorum(("n1", "n4", "n2"), ZONES)
    assert quorum.zones == {
        "z1": _quorum.Outcome(("n1", "n4"), _quorum.LOSES, _quorum.CUT_OFF),
        "z2": _quorum.Outcome(("n2",), _quorum.KEEPS, _quorum.REST),
    }
    assert [pair.members for pair in quorum.pairs] == [("n1", "n4"), ("n1", "n2"), ("n4", "n2")]


def test_the_best_placement_survives_any_zone_and_keeps_what_it_can() -> None:
    quorum = Quorum(("n1", "n4", "n2"), ZONES)
    best = _quorum.propose(quorum, ZONES, ["n1"])
    assert best is not None
    assert best.members == ("n1", "n2", "n3")
    assert not best.fatal_zones
    assert _quorum.line("etcd", best.members) == "etcd: [n1, n2, n3]"
    assert _quorum.propose(best, ZONES, ["n1"]) is None


def test_one_zone_alone_cannot_do_better() -> None:
    zones = dict.fromkeys(("a", "b", "c"), "z")
    quorum = Quorum(("a", "b", "c"), zones)
    assert _quorum.propose(quorum, zones, ["a"]) is None
    assert _quorum_check.check(quorum, None, None, False, []) == []


def test_an_even_number_blocks_unless_it_is_explained() -> None:
    zones = dict.fromkeys(("a", "b"), "z")
    quorum = Quorum(("a", "b"), zones)
    best = _quorum.propose(quorum, zones, ["a"])
    assert best is not None
    line = _quorum.line("etcd", best.members)
    problem = problem_of(quorum, best)
    assert (problem["id"], problem["severity"]) == ("even_etcd", "block")
    assert problem["fix"].startswith(
        "Set `etcd: [a]` in the inventory or, if the even number is meant, say so once: "
        "allow_even_etcd: true in the inventory, or even_etcd in the list k8n_waivers."
    )
    [of_others] = _quorum_check.check(quorum, best, "Do it", False, [])
    assert isinstance(of_others, dict)
    assert of_others["fix"].startswith(
        "Do it or, if the even number is meant, say so once: even_etcd in the list k8n_waivers. "
    )
    assert _quorum_check.check(quorum, best, line, True, []) == []


@pytest.mark.parametrize(
    ("members", "group", "said"),
    [
        (["a", "b"], None, "Set `etcd: [a, b]` in the inventory"),
        (["a"], "etcd", "Make a, and no other host, the group etcd of the inventory"),
        (
            ["a", "b", "c"],
            "kube_control_plane",
            "Make a, b and c, and no other host, the group kube_control_plane of the inventory",
        ),
    ],
)
def test_members_are_placed_by_what_the_inventory_is(
    members: list[str], group: str | None, said: str
) -> None:
    assert _quorum_check.placed("etcd", members, group) == said


def test_a_zone_whose_loss_stops_etcd_is_a_warning_where_that_could_be_avoided() -> None:
    quorum = Quorum(("n1", "n4", "n7"), ZONES)
    best = _quorum.propose(quorum, ZONES, ["n1"])
    assert best is not None
    problem = problem_of(quorum, best)
    assert (problem["id"], problem["severity"]) == ("zone_loss", "warn")
    assert problem["message"] == (
        "The loss of the zone z1 (3 of 3 members) stops etcd, because 2 members must be left. "
        "These hosts could survive the loss of any zone."
    )
    assert problem["fix"].startswith(
        "Set `etcd: [n1, n2, n3]` in the inventory, or name zones that really fail apart (the option zones). "
    )
    [of_others] = _quorum_check.check(quorum, best, "Do it", False, [])
    assert isinstance(of_others, dict)
    assert of_others["fix"].startswith(
        "Do it, or name zones that really fail apart (the variable k8n_zone). "
    )


def test_two_members_are_not_helped_by_other_zones() -> None:
    zones = {"a": "z1", "b": "z2", "c": "z3"}
    quorum = Quorum(("a", "b"), zones)
    found = _quorum_check.check(quorum, _quorum.propose(quorum, zones, ["a"]), "Do it", True, [])
    assert [each["fix"] for each in found if isinstance(each, dict)] == [
        "Do it. In a cluster that runs, change members only one by one and as Kubespray's docs/operations/nodes.md "
        "says."
    ]


def test_where_a_zone_is_not_known_nobody_knows_what_its_loss_does() -> None:
    zones = {"a": "z1", "b": _quorum.UNKNOWN, "c": _quorum.UNKNOWN}
    assert _quorum_check.check(Quorum(("a", "b", "c"), zones), None, None, False, []) == [
        Unknown("zone_loss", "The zone of b, c is not known.")
    ]


def test_hosts_of_no_known_zone_do_not_fail_together() -> None:
    zones = {"a": "z1", "b": _quorum.UNKNOWN, "c": _quorum.UNKNOWN}
    quorum = Quorum(("a", "b", "c"), zones)
    assert (quorum.fatal_zones, quorum.doubtful) == ({}, False)
    assert _quorum_check.summary(quorum, None) == (
        "etcd: 3 members, majority 2, survives the loss of 1."
    )
    # Of one that is known nobody has to guess.
    known = Quorum(("a", "b", "c"), {**zones, "c": "z1"})
    assert list(known.fatal_zones) == ["z1"]


def test_members_that_a_node_added_later_could_move() -> None:
    quorum = Quorum(("a",), {"a": "z"})
    assert problem_of(quorum, pin="etcd: [a]\ncontrol_plane: [a]") == warn(
        "etcd_not_pinned",
        "A node added later could change which hosts are etcd members or control plane.",
        "Once the cluster is deployed, set in the inventory: `etcd: [a]` and `control_plane: [a]`.",
    )


@pytest.mark.parametrize(
    ("variables", "address", "zone"),
    [
        ({"ip": "10.1.2.3", "ansible_host": "192.0.2.1"}, "10.1.2.3", "10.1.2.0/24"),
        ({"ip": "{{ facts }}", "ansible_host": "192.0.2.1"}, "192.0.2.1", "192.0.2.0/24"),
        ({"ansible_host": "fd00::1"}, "fd00::1", "fd00::/64"),
        ({"ip": "10.1.2.3", "k8n_zone": "attic"}, "10.1.2.3", "attic"),
        ({"ansible_host": "node.example.org"}, "", "unknown"),
        ({}, "", "unknown"),
    ],
)
def test_a_zone_is_named_or_the_subnet_of_the_address(
    variables: dict[str, str], address: str, zone: str
) -> None:
    assert _quorum.address_of(variables) == address
    assert _quorum.zone_of(variables) == zone
