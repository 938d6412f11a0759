# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts import targets
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts.plan import Port

LOW = Port(179, "tcp", "k8s_cluster", "k8s_cluster", "BGP")
HIGH = Port(2380, "tcp", "etcd", "etcd", "etcd peers")
PROBE = {"python": {"path": "/usr/bin/python3"}, "sudo": {"status": "passwordless"}}


def peer(probe=None, groups=("k8s_cluster", "etcd"), addresses=None, ports=(HIGH,)):
    return targets.peer(
        "n1",
        PROBE if probe is None else probe,
        frozenset(groups),
        addresses or {},
        ports,
        lambda name, remote: (name.encode(), remote.encode()),
    )


def test_the_command_runs_the_python_that_was_found():
    name, remote = peer({"python": {"path": "/opt/p y/python"}}).command

    assert name == b"n1"
    assert remote.startswith(b"exec '/opt/p y/python' -I -S -c ")


@pytest.mark.parametrize(
    ("ports", "groups", "status", "through_sudo"),
    [
        ((LOW,), ("k8s_cluster",), "passwordless", True),
        ((LOW,), ("k8s_cluster",), "root", False),
        ((LOW,), ("k8s_cluster",), "password_ok", False),
        ((LOW,), ("etcd",), "passwordless", False),
        ((HIGH,), ("etcd",), "passwordless", False),
    ],
)
def test_sudo_only_for_a_port_that_needs_it(ports, groups, status, through_sudo):
    found = peer({**PROBE, "sudo": {"status": status}}, groups, ports=ports)

    assert found.command[1].startswith(b"exec sudo -n -- ") is through_sudo


@pytest.mark.parametrize(
    ("addresses", "bind", "address", "fallback"),
    [
        ({}, None, None, None),
        ({"ip": "10.1.1.1", "ansible_host": "192.0.2.1"}, "10.1.1.1", "10.1.1.1", "192.0.2.1"),
        ({"ip": "10.1.1.1", "access_ip": "192.0.2.9"}, "10.1.1.1", "192.0.2.9", None),
        ({"access_ip": "192.0.2.9"}, None, "192.0.2.9", None),
        ({"ansible_host": "node1.example.org"}, None, None, None),
    ],
)
def test_addresses(addresses, bind, address, fallback):
    found = peer(addresses=addresses)

    assert (found.bind, found.address, found.fallback) == (bind, address, fallback)


@pytest.mark.parametrize(
    "probe",
    [
        {},
        {"python": None},
        {"python": {"path": "python3"}},
        {"python": {"path": ["/usr/bin/python3"]}},
        {"python": {"path": "/" + "x" * 5000}},
        "unreachable",
    ],
)
def test_a_host_without_python(probe):
    with pytest.raises(targets.NoWayError, match=r"^node_probe found no Python on it$"):
        peer(probe)


DROP = {
    **{"port": 6443, "protocol": "tcp", "by": "chain in"},
    **{"tool": "nftables", "family": "inet", "table": "own", "chain": "in"},
}


def test_what_may_drop_is_what_node_probe_found():
    firewall = {"closed": [DROP], "perhaps": [{**DROP, "port": 2380, "tool": "ufw"}]}

    assert peer({**PROBE, "host": {"firewall": firewall}}).drops == (
        (("tcp", 6443), ("nftables", "inet", "own", "in")),
        (("tcp", 2380), ("ufw", "inet", "own", "in")),
    )


@pytest.mark.parametrize(
    "firewall",
    [
        None,
        "closed",
        {"closed": None},
        {"closed": [None, "x", {}, {**DROP, "port": [6443]}, {**DROP, "chain": "in; reboot"}]},
    ],
)
def test_a_firewall_that_makes_no_sense(firewall):
    assert peer({**PROBE, "host": {"firewall": firewall}}).drops == ()


def test_memberships():
    assert targets.memberships({"all": ["a", "b"], "etcd": ["a"], "empty": []}) == {
        "a": frozenset({"all", "etcd"}),
        "b": frozenset({"all"}),
    }
