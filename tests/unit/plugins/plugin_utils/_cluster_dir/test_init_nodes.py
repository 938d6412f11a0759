# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The nodes as a command line gives them."""

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir import nodes
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir.mistakes import InitError
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir.nodes import Target

DEFAULTS: dict[str, object] = {
    "nodes": None,
    "nodes_file": None,
    "exclude": [],
    "control_plane": 1,
    "etcd": None,
    "allow_even_etcd": False,
    "etcd_placement": "near_control_plane",
    "zones": {},
    "workers": "all",
    "layout": "stacked",
    "dedicated_etcd_from": 50,
    "dedicated_control_plane_from": 200,
    "naming": "node-{ip}",
    "role_names": {"control_plane": "cp", "etcd": "etcd", "worker": "node"},
    "local_connection": "never",
    "plugin": "k8n.cluster.ip_list",
    "vars": {},
    "bastion": None,
}


@pytest.mark.parametrize(
    ("given", "entries"),
    [
        (None, []),
        ("", []),
        ([], []),
        ("10.10.1.2-4,10.20.1.3", ["10.10.1.2-4", "10.20.1.3"]),
        ("10.10.1.2 10.10.1.3", ["10.10.1.2", "10.10.1.3"]),
        ("10.10.1.2, 10.10.1.3", ["10.10.1.2", "10.10.1.3"]),
        ("10.10.1.2,10.10.1.3,", ["10.10.1.2", "10.10.1.3"]),
        ("2001:db8::1,2001:db8::2", ["2001:db8::1", "2001:db8::2"]),
        ("db1,db2 db3.example.com", ["db1", "db2", "db3.example.com"]),
        ("db1.example.com,db2.example.com", ["db1.example.com", "db2.example.com"]),
        (["db1,10.10.3.3", {"ip": "10.10.3.4"}], ["db1,10.10.3.3", {"ip": "10.10.3.4"}]),
        (7, [7]),
    ],
)
def test_entries(given, entries):
    assert nodes.entries(given) == entries


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            "db1,10.10.3.3",
            "- k8n_nodes: 'db1' is not an address. In a text a comma separates nodes; a host with its own name is an "
            "item "
            """of a list, name,ip, such as -e '{"k8n_nodes": ["db1,10.10.3.3"]}'.""",
        ),
        (
            "db1.example.com,10.10.3.3",
            "- k8n_nodes: 'db1.example.com' is not an address. In a text a comma separates nodes; a host with its own "
            """name is an item of a list, name,ip, such as -e '{"k8n_nodes": ["db1,10.10.3.3"]}'.""",
        ),
        (
            "10.10.1.2,192.168.1.2 10.10.1.3",
            "- k8n_nodes: '10.10.1.2,192.168.1.2' can mean one host with its access address, or 2 hosts, since blanks "
            """separate the nodes here. For one host write a list, -e '{"k8n_nodes": ["10.10.1.2,192.168.1.2"]}'; """
            "for 2 write a blank after the comma.",
        ),
    ],
)
def test_a_text_with_two_readings_is_refused(given, message):
    with pytest.raises(InitError) as raised:
        nodes.entries(given)
    assert str(raised.value) == message


def test_targets():
    given = [
        "10.10.1.2-3",
        "db1,10.10.3.4,192.168.3.4",
        {"ip": "10.10.3.5", "name": "db2", "vars": {"ansible_port": 2222}},
    ]
    hosts = nodes.cluster(given, DEFAULTS, {}).hosts
    assert [nodes.target(host.name, {**host.variables, **host.given}) for host in hosts] == [
        Target("node-10-10-1-2", "10.10.1.2"),
        Target("node-10-10-1-3", "10.10.1.3"),
        Target("db1", "192.168.3.4"),
        Target("db2", "10.10.3.5", 2222),
    ]


def test_all_mistakes_of_the_nodes_at_once():
    with pytest.raises(InitError) as raised:
        nodes.cluster(["10.10.1.2", "10.10.1.2", "10.10.1.999"], DEFAULTS, {"bastion": "x"})
    *of_nodes, of_bastion = raised.value.mistakes
    assert len(of_nodes) == 2
    assert all(mistake.startswith("k8n_nodes, item ") for mistake in of_nodes)
    assert of_bastion.startswith("k8n_jump_host: ")


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({}, Target("n1", "n1", 22)),
        ({"ansible_host": "10.1.1.1", "ansible_port": "2222"}, Target("n1", "10.1.1.1", 2222)),
        ({"ansible_port": "{{ port }}"}, Target("n1", "n1", 22)),
        ({"ansible_ssh_host": "10.1.1.1", "ansible_ssh_port": 23}, Target("n1", "10.1.1.1", 23)),
        ({"ansible_ssh_port": 23, "ansible_port": 24}, Target("n1", "n1", 24)),
        ({"ansible_connection": "local"}, Target("n1", "n1", 22, local=True)),
    ],
)
def test_a_target_from_the_variables_of_a_host(variables, wanted):
    assert nodes.target("n1", variables) == wanted


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({"ansible_host": "198.51.100.7", "ansible_user": "a"}, "ssh://a@198.51.100.7:22"),
        ({"ansible_host": "2001:db8::1", "ansible_user": "a", "ansible_port": 2222}, "ssh://a@[2001:db8::1]:2222"),
        ({"ansible_host": "198.51.100.7"}, ""),
        ({"ansible_user": "a"}, ""),
        ({}, ""),
    ],
)  # fmt: skip
def test_a_jump_host_as_ssh_takes_it(variables, wanted):
    assert nodes.jump(variables) == wanted
    assert nodes.target("n1", {}, wanted).jump == wanted


def test_the_name_in_known_hosts():
    assert Target("n1", "10.1.1.1").known_as == "10.1.1.1"
    assert Target("n1", "10.1.1.1", 2222).known_as == "[10.1.1.1]:2222"


def test_a_machine_that_is_left_out_is_named() -> None:
    def some(*numbers: int) -> list[nodes.Target]:
        return [nodes.Target(f"n{number}", f"10.1.1.{number}") for number in numbers]

    assert nodes.dropped(some(1, 2, 3), some(3, 1, 2, 4)) == ""
    assert nodes.dropped(some(1, 2, 3), some(1, 3)) == (
        "k8n_nodes has fewer machines than cluster.k8n.yml had: without n2. Kubespray does not remove a node that is "
        "only taken out of the inventory; where one is in the cluster, put it back and run first: ansible-playbook "
        "k8n.cluster.kubespray -e k8n_playbook=remove_node -e node=n2"
    )
    many = nodes.dropped(some(*range(1, 9)), some(1))
    assert "without n2, n3, n4, n5, n6 and 2 more." in many
    # Another name for the same machine drops nothing.
    assert nodes.dropped([nodes.Target("old", "10.1.1.1")], some(1)) == ""
