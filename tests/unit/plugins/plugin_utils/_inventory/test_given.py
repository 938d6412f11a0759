# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables for many hosts at a time, and the host that they are reached through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.mistakes import IpListError
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.model import Cluster

Build = Callable[..., Cluster]
NODES = ["10.1.1.2-5", "10.1.2.2-3", {"ip": "10.1.2.4", "name": "db", "vars": {"a": "own"}}]


def given(cluster: Cluster) -> dict[str, dict[str, Any]]:
    return {host.name: dict(host.given) for host in cluster.hosts if host.given}


def mistakes(build: Build, **options: object) -> tuple[str, ...]:
    with pytest.raises(IpListError) as raised:
        build(nodes=NODES, **options)
    return raised.value.mistakes


def test_a_range_a_network_a_list_a_name(build: Build) -> None:
    cluster = build(
        nodes=NODES,
        vars={
            "10.1.1.2-3": {"a": 1},
            "10.1.2.0/24": {"b": 2},
            "10.1.1.5 db": {"c": 3},
            "node-10-1-1-4": {"d": 4},
        },
    )
    assert given(cluster) == {
        "node-10-1-1-2": {"a": 1},
        "node-10-1-1-3": {"a": 1},
        "node-10-1-1-4": {"d": 4},
        "node-10-1-1-5": {"c": 3},
        "node-10-1-2-2": {"b": 2},
        "node-10-1-2-3": {"b": 2},
        "db": {"a": "own", "b": 2, "c": 3},
    }
    assert cluster.given == {}


def test_a_zone(build: Build) -> None:
    # Its name says more than an address: it may look like one.
    zones = {"rack1": ["10.1.1.0/24"], "10.9": ["10.1.2.0/24"]}
    cluster = build(nodes=NODES, zones=zones, vars={"10.9": {"b": 2}})
    assert set(given(cluster)) == {"node-10-1-2-2", "node-10-1-2-3", "db"}
    assert set(given(build(nodes=NODES, vars={"10.1.1.0/24": {"b": 2}}))) == {
        *("node-10-1-1-2", "node-10-1-1-3", "node-10-1-1-4", "node-10-1-1-5", "db"),
    }


def test_what_comes_later_wins_and_the_hosts_own_over_all(build: Build) -> None:
    cluster = build(
        nodes=NODES,
        vars={"10.1.0.0/16": {"a": 1, "b": 1}, "10.1.1.2": {"a": 2}, "db 10.1.1.3": {"a": 3}},
    )
    found = given(cluster)
    assert found["node-10-1-1-2"] == {"a": 2, "b": 1}
    assert found["node-10-1-1-3"] == {"a": 3, "b": 1}
    assert found["db"] == {"a": "own", "b": 1}


def test_all_is_the_group(build: Build) -> None:
    cluster = build(nodes=NODES, vars={"all": {"ansible_user": "admin", "l": [1]}})
    assert cluster.given == {"ansible_user": "admin", "l": [1]}
    assert given(cluster) == {"db": {"a": "own"}}


def test_who_is_left_out_gets_none_and_moves_nobody(build: Build) -> None:
    cluster = build(nodes=NODES, exclude="10.1.1.2", vars={"10.1.1.2-3": {"a": 1}})
    assert given(cluster) == {"node-10-1-1-3": {"a": 1}, "db": {"a": "own"}}


def test_every_mistake(build: Build) -> None:
    assert mistakes(
        build,
        zones={"rack1": "10.1.0.0/16", "empty": "10.2.0.0/16"},
        exclude="10.1.1.2",
        vars={
            "10.1.9.9": {"a": 1},
            "rack2": {"a": 1},
            "empty": {"a": 1},
            "10.1.1.2": {"a": 1},
            7: {"a": 1},
            "10.1.1.3": ["a"],
            "all": {"ip": "10.1.1.1", "b-c": 1},
            "10.1.1.300": {},
        },
    ) == (
        "vars, 10.1.9.9, word 1: no host of the list has the address or name '10.1.9.9'; did you mean 10.1.2.4?",
        "vars, rack2: 'rack2' is no zone, and no host has this name; did you mean rack1?",
        "vars, empty: no host of the list is in the zone 'empty'; take it out",
        "vars, 10.1.1.2, word 1: '10.1.1.2' is left out by exclude, word 1; delete it there or here",
        "vars, 7: 7 is a number (7); wanted all, a zone, or addresses, ranges, networks or names, as a text",
        "vars, 10.1.1.3: this is a list (['a']); wanted a mapping name: value",
        "vars, all: ip is of one host; write it in the host's entry in nodes",
        "vars, all: 'b-c' is not a variable name; wanted letters, digits and _",
        "vars, 10.1.1.300, word 1: '10.1.1.300' is not an IP address (Octet 300 (> 255) not permitted in '10.1.1.300')",
    )
    assert mistakes(build, vars=["a"]) == (
        "vars: this is a list (['a']); wanted a mapping such as {10.10.1.2-9: {ansible_port: 2222}}",
    )


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("admin@198.51.100.7", "198.51.100.7", 22),
        ("admin@jump.example.com:2222", "jump.example.com", 2222),
        ("admin@2001:db8::1", "2001:db8::1", 22),
        ("admin@[2001:db8::1]:2222", "2001:db8::1", 2222),
        ("admin@[2001:db8::1]", "2001:db8::1", 22),
    ],
)
def test_a_bastion(build: Build, text: str, host: str, port: int) -> None:
    cluster = build(nodes=NODES, bastion=text)
    assert cluster.bastion == {"ansible_host": host, "ansible_user": "admin", "ansible_port": port}
    assert len(cluster.hosts) == 7


@pytest.mark.parametrize("user", ["my_user", "_backup", "svc_", "machine$", "first.last"])
def test_the_login_of_a_bastion_is_any_that_a_host_may_have(build: Build, user: str) -> None:
    bastion = build(nodes=NODES, bastion=f"{user}@10.0.0.1").bastion
    assert bastion == {"ansible_host": "10.0.0.1", "ansible_user": user, "ansible_port": 22}


def test_a_host_that_is_called_like_it(build: Build) -> None:
    with pytest.raises(IpListError) as raised:
        build(nodes="10.1.1.2 bastion,10.1.1.3", bastion="admin@10.9.9.9")
    assert raised.value.mistakes == (
        "bastion: nodes, word 2 has a host with this name; give it another one",
    )
    assert len(build(nodes="10.1.1.2 bastion,10.1.1.3").hosts) == 2


@pytest.mark.parametrize(
    ("value", "mistake"),
    [
        ("198.51.100.7", "this is a text ('198.51.100.7'); wanted user@address or user@address:port"),
        (["a@b"], "this is a list (['a@b']); wanted user@address or user@address:port"),
        ("a@b c", "this is a text ('a@b c'); wanted user@address or user@address:port"),
        ("a@b:70000", "'70000' is not a port; wanted 1 to 65535"),
        ("a@[::1]x", "'x' is not a port; wanted 1 to 65535"),
        ("a@1.2.3.400", "'1.2.3.400' is not an IP address (Octet 400 (> 255) not permitted in '1.2.3.400')"),
        ("a@-oProxyCommand=x", "'-oProxyCommand=x' is not an address or a name to connect to"),
        ("a$b@c", "'a$b' is not a login; wanted user@address or user@address:port"),
        ("-x@b", "'-x' is not a login; wanted user@address or user@address:port"),
    ],
)  # fmt: skip
def test_what_is_no_bastion(build: Build, value: object, mistake: str) -> None:
    assert mistakes(build, bastion=value) == (f"bastion: {mistake}",)
