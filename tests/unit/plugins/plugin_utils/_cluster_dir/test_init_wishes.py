# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is given of an inventory beside its nodes: on the command line, at the terminal, in an earlier run."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir import (
    names,
    nodes,
    options,
    questions,
    record,
    wishes,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir.mistakes import InitError
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir.record import Record


@pytest.mark.parametrize(
    ("wished", "wanted"),
    [
        ({"control_plane": "3", "etcd": 5}, {"control_plane": 3, "etcd": 5}),
        (
            {"control_plane": "10.1.1.2,10.1.1.3", "etcd": "10.1.1.2 a"},
            {"control_plane": ["10.1.1.2", "10.1.1.3"], "etcd": ["10.1.1.2", "a"]},
        ),
        ({"control_plane": ["a"], "naming": "n{index}"}, {"control_plane": ["a"], "naming": "n{index}"}),
        ({"zones": {"a": ["10.1.0.0/16"]}}, {"zones": {"a": ["10.1.0.0/16"]}}),
        (
            {"zones": "a=10.1.1.0/24, b=10.2.0.0/16 a=10.1.2.0/24"},
            {"zones": {"a": ["10.1.1.0/24", "10.1.2.0/24"], "b": ["10.2.0.0/16"]}},
        ),
        (
            {"user": "admin", "port": "2222", "jump_host": "a@b"},
            {"bastion": "a@b", "vars": {"all": {"ansible_user": "admin", "ansible_port": 2222}}},
        ),
    ],
)  # fmt: skip
def test_the_options(wished, wanted):
    assert wishes.options(wished) == wanted


def test_what_says_nothing_is_no_wish():
    assert wishes.given({"a": "", "b": [], "c": None, "d": {}, "e": 0, "f": "x"}) == {
        "e": 0,
        "f": "x",
    }


def test_every_mistake_of_form():
    with pytest.raises(InitError) as raised:
        wishes.options({"user": "a b", "port": "70000", "zones": "rack1", "etcd": 3})
    assert raised.value.mistakes == (
        "k8n_user: 'a b' is no login; wanted the name of a user on the hosts, such as admin.",
        "k8n_port: '70000' is no port; wanted 1 to 65535.",
        "k8n_zones: 'rack1' is no zone; wanted NAME=NETWORK, such as rack1=10.10.1.0/24.",
    )


def test_what_the_inventory_says_has_the_names_of_our_variables():
    assert wishes.renamed(
        ["nodes, item 1: x", "control_plane: x", "etcd_placement: x", "bastion: x", "zones, a: x"]
    ) == [
        "k8n_nodes, item 1: x", "k8n_control_plane: x", "etcd_placement: x", "k8n_jump_host: x", "k8n_zones, a: x",
    ]  # fmt: skip


@pytest.fixture
def inventory(tmp_path):
    """An inventory as init has left it, and its record."""
    path = tmp_path / nodes.FILE
    path.write_text(
        yaml.safe_dump(
            {
                "plugin": "x",
                "nodes": ["10.1.1.2"],
                "control_plane": 3,
                "vars": {"all": {"ansible_user": "admin"}, "10.1.1.2": {"a": 1}},
                "keyed_groups": [],
            }
        )
    )
    return path, Record(files={nodes.FILE: record.checksum(path.read_bytes())})


def test_a_new_list_of_nodes_keeps_the_rest(inventory):
    path, last = inventory
    assert options.of_inventory(path, ["10.1.1.3"], {"port": 2222, "etcd": 1}, last) == {
        "control_plane": 3,
        "etcd": 1,
        "vars": {"all": {"ansible_user": "admin", "ansible_port": 2222}, "10.1.1.2": {"a": 1}},
    }
    # What is said anew is new.
    assert (
        options.of_inventory(path, ["10.1.1.3"], {"control_plane": 1}, last)["control_plane"] == 1
    )


def test_an_inventory_that_stays_takes_no_wish(inventory):
    path, last = inventory
    assert options.of_inventory(path, [], {}, last)["control_plane"] == 3
    with pytest.raises(InitError) as raised:
        options.of_inventory(path, [], {"etcd": 1, "port": 22}, last)
    assert raised.value.mistakes == (
        "k8n_etcd, k8n_port: give k8n_nodes as well, or write that into cluster.k8n.yml, which is there and counts.",
    )
    path.write_text("nodes: mine")
    assert options.of_inventory(path, ["10.1.1.3"], {}, last) == {}
    with pytest.raises(InitError) as raised:
        options.of_inventory(path, ["10.1.1.3"], {"etcd": 1}, last)
    assert raised.value.mistakes == (
        "k8n_etcd: write that into cluster.k8n.yml, which you have changed and which therefore counts.",
    )


def test_names_become_addresses_once():
    known = {"db1": ["10.1.1.2", "2001:db8::2"], "DB2.example.com": ["2001:db8::3"]}
    assert names.resolved(["10.1.1.9", "db1 DB2.example.com", "n,10.1.1.8", {"ip": "1"}], known.__getitem__) == [
        "10.1.1.9",
        {"name": "db1", "ip": "10.1.1.2", "ansible_host": "db1"},
        {"name": "db2.example.com", "ip6": "2001:db8::3", "ansible_host": "DB2.example.com"},
        "n,10.1.1.8",
        {"ip": "1"},
    ]  # fmt: skip


def test_names_that_are_no_host():
    def look_up(name):
        if name == "two":
            return ["10.1.1.2", "10.1.1.3", "2001:db8::2"]
        raise OSError(-2, "Name or service not known")

    with pytest.raises(InitError) as raised:
        names.resolved(["two", "none", "10.1.1.300"], look_up)
    assert raised.value.mistakes == (
        "k8n_nodes: the name 'two' has the addresses 10.1.1.2, 10.1.1.3. Say which one the host has, as an item of a "
        """list, -e '{"k8n_nodes": ["two,10.10.1.2"]}'.""",
        "k8n_nodes: 'none' is no address, and this machine cannot look the name up: Name or service not known. Give "
        """the address with it, as an item of a list, -e '{"k8n_nodes": ["none,10.10.1.2"]}'.""",
    )


def test_this_machine_looks_up_its_own_name():
    assert set(names.look_up("localhost")) <= {"127.0.0.1", "::1"}


class Person:
    def __init__(self, well, *replies):
        self.well, self.replies, self.asked, self.told = well, list(replies), [], []

    def ask(self, question):
        self.asked.append(question)
        return self.replies.pop(0)

    def agreed(self, question, default):
        self.asked.append(question)
        assert default is True
        return self.well

    def answers(self, given):
        return questions.answers(given, self.ask, self.agreed, self.told.append)


@pytest.mark.parametrize("well", [True, None])
def test_one_question_where_the_defaults_will_do_and_none_without_a_person(well):
    person = Person(well)
    assert person.answers({"etcd": 3, "port": 22}) == {"etcd": 3, "port": 22}
    assert person.asked == [
        "Is it well to take the defaults for login, jump host, control plane, names, zones?"
    ]


def test_each_question_until_its_answer_has_the_right_form():
    person = Person(False, "admin", "0", "2222", "", "3", "", "n{index}", "")
    assert person.answers({}) == {
        "user": "admin",
        "port": "2222",
        "control_plane": "3",
        "naming": "n{index}",
    }
    assert person.told == ["- k8n_port: '0' is no port; wanted 1 to 65535."]
    assert len(person.asked) == 9
    assert Person(False).answers(dict.fromkeys(wishes.VARIABLES, "x")) == dict.fromkeys(
        wishes.VARIABLES, "x"
    )
