# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts import mtu
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts.answers import Mtu
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    Skipped,
    Unknown,
    by_place,
)

VXLAN = {"network": {"plugin": "calico", "encapsulation": "vxlan", "mtu": None}}


def judged(hosts: Any, *more: Any) -> dict[str, list[Any]]:
    """What is said of each of these hosts."""
    return {**{host: [] for host in hosts}, **by_place(mtu.judge(hosts, *more))}


def judge(settings: Any, **paths: Mtu) -> list[Any]:
    """What is said of a, whose paths to others these are."""
    return judged("a", {("a", name): path for name, path in paths.items()}, settings)["a"]


@pytest.mark.parametrize("settings", [{}, {"network": None}, VXLAN])
def test_paths_that_carry_what_the_interface_sends(settings):
    assert judge(settings, b=Mtu(1500, 1500), c=Mtu(9000, 9000)) == []


def test_a_path_that_does_not():
    (problem,) = judge(VXLAN, b=Mtu(1500, 1500), c=Mtu(1500, 1420), d=Mtu(1500, 1450))

    assert problem == {
        "id": "mtu_path",
        "severity": "warn",
        "message": "Packets of 1500 bytes from this host do not arrive at c, d, those of 1420 do (wanted: 1500 bytes, "
        "what the interface sends).",
        "fix": "Set calico_mtu: 1370 for all hosts, or let the network between the hosts carry 1500 bytes, on "
        "interfaces (ip link set dev INTERFACE mtu), switches and tunnels.",
    }


def test_a_host_that_nobodys_large_packets_reach_is_the_one_to_fix():
    paths = {
        (source, target): Mtu(1500, 1500)
        for source in "abc"
        for target in "abc"
        if source != target
    }
    paths["a", "c"] = paths["b", "c"] = Mtu(1500, 1400)

    found: dict[str, list[Any]] = judged("abc", paths, VXLAN)
    assert found["a"] == found["b"] == []
    (problem,) = found["c"]
    assert problem["message"] == (
        "Packets of 1500 bytes do not arrive at this host from a, b, those of 1400 do (wanted: 1500 bytes, what the "
        "interface sends)."
    )


def test_of_two_hosts_the_one_that_is_well_elsewhere_is_not_to_blame():
    paths = {("a", "b"): Mtu(1500, 1500), ("a", "c"): Mtu(1500, 1400), ("b", "a"): Mtu(1500, 1500)}

    found: dict[str, list[Any]] = dict(judged("abc", {**paths, ("c", "b"): Mtu(1500, 1500)}, VXLAN))

    assert {name: len(each) for name, each in found.items()} == {"a": 0, "b": 0, "c": 1}


def test_a_host_that_is_narrow_both_ways_is_said_once():
    paths = {
        (source, target): Mtu(1500, 1500)
        for source in "abc"
        for target in "abc"
        if source != target
    }
    paths.update(dict.fromkeys([("a", "c"), ("b", "c"), ("c", "a"), ("c", "b")], Mtu(1500, 1400)))

    assert {name: len(each) for name, each in judged("abc", paths, VXLAN).items()} == {
        "a": 0,
        "b": 0,
        "c": 1,
    }


def test_pods_that_need_less_are_well():
    settings = {"network": {"plugin": "calico", "encapsulation": "vxlan", "mtu": 1370}}

    assert judge(settings, b=Mtu(1500, 1420)) == []


def test_pods_that_need_more_than_the_interface_has():
    settings = {"network": {"plugin": "calico", "encapsulation": "vxlan", "mtu": 1500}}

    (problem,) = judge(settings, b=Mtu(1500, 1500))

    assert (
        "(wanted: 1550 bytes, the 1500 of the pods' network and 50 for vxlan)" in problem["message"]
    )
    assert problem["fix"].startswith("Set calico_mtu: 1450 for all hosts")


def test_a_network_plugin_without_a_variable():
    settings = {"network": {"plugin": "flannel", "encapsulation": "vxlan"}}

    (problem,) = judge(settings, b=Mtu(1500, 1400))

    assert problem["fix"].startswith("Set the network plugin's MTU to 1350 for all hosts")


def test_nothing_comes_back():
    assert judge(VXLAN, b=Mtu(1500, None), c=Mtu(None, None)) == [
        Unknown("mtu_path", "No UDP packet of any size came back from b, c.")
    ]


def test_a_target_that_is_silent_says_nothing_of_the_path():
    assert judge(VXLAN, b=Mtu(1500, None), c=Mtu(1500, 1500)) == []


def test_nobody_to_send_to():
    assert judge(VXLAN) == [Skipped("mtu_path", "No other host was there to send packets to.")]
