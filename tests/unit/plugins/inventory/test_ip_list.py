# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import ansible_collections
import pytest
import yaml
from ansible import constants
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import fragment_loader
from ansible.utils.plugin_docs import get_docstring
from ansible_collections.k8n.cluster.plugins.inventory import ip_list
from ansible_collections.k8n.cluster.plugins.inventory.ip_list import EXAMPLES, InventoryModule

Ansible = Callable[..., subprocess.CompletedProcess[str]]

NAME = "k8n.cluster.ip_list"
HEAD = "plugin: k8n.cluster.ip_list\n"
ACCEPTANCE = """
nodes: [10.10.1.2, 10.10.1.3, 10.20.1.2, 10.20.1.3, 10.20.1.4, 10.11.1.2, 10.11.1.3, 10.40.1.2]
control_plane: [10.20.1.3]
naming: "{role}{octet2}-{octet4}"
role_names: {control_plane: master, worker: node}
"""


@pytest.fixture(autouse=True, scope="session")
def _definitions() -> None:
    """What Ansible's plugin loader does with DOCUMENTATION before it makes a plugin."""
    options = get_docstring(ip_list.__file__, fragment_loader)[0]["options"]
    constants.config.initialize_plugin_configuration_definitions("inventory", NAME, options)


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("K8N_NODES", raising=False)


def source(folder: Path, text: str, name: str = "test.k8n.yml") -> Path:
    path = folder / name
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def plugin() -> InventoryModule:
    module = InventoryModule()
    module._load_name = NAME
    return module


@pytest.fixture
def ansible(tmp_path: Path) -> Ansible:
    """Runs one of Ansible's own commands the way a user does, without any configuration."""
    config = tmp_path / "ansible.cfg"
    config.write_text("", encoding="utf-8")
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")},
        "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(
            str(Path(path).parent) for path in ansible_collections.__path__
        ),
        "ANSIBLE_CONFIG": str(config),
    }

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ansible", *map(str, arguments)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def parse(path: Path, inventory: InventoryData | None = None) -> InventoryData:
    """What the plugin alone makes of a source file."""
    inventory = inventory or InventoryData()
    plugin().parse(inventory, DataLoader(), str(path))
    inventory.reconcile_inventory()
    return inventory


def refusal(path: Path) -> str:
    """The message, after checking that nothing of an inventory is left behind."""
    inventory = InventoryData()
    with pytest.raises(AnsibleParserError) as caught:
        parse(path, inventory)
    assert not inventory.hosts
    assert set(inventory.groups) == {"all", "ungrouped"}
    return str(caught.value)


def hosts(inventory: InventoryData, group: str) -> list[str]:
    return [host.name for host in inventory.groups[group].get_hosts()]


def test_the_inventory_that_was_typed_by_hand(tmp_path: Path) -> None:
    inventory = parse(source(tmp_path, ACCEPTANCE))
    everyone = [
        "node10-2",
        "node10-3",
        "node20-2",
        "master20-3",
        "node20-4",
        "node11-2",
        "node11-3",
        "node40-2",
    ]
    assert list(inventory.hosts) == everyone
    assert [group.name for group in inventory.groups["all"].child_groups] == [
        "ungrouped",
        "kube_control_plane",
        "kube_node",
        "etcd",
        "k8s_cluster",
        "calico_rr",
    ]
    assert [group.name for group in inventory.groups["k8s_cluster"].child_groups] == [
        "kube_control_plane",
        "kube_node",
    ]
    assert hosts(inventory, "all") == everyone
    assert hosts(inventory, "kube_control_plane") == ["master20-3"]
    assert hosts(inventory, "kube_node") == everyone
    assert hosts(inventory, "etcd") == ["node20-2", "master20-3", "node20-4"]
    assert hosts(inventory, "calico_rr") == []
    assert hosts(inventory, "ungrouped") == []
    variables = inventory.hosts["master20-3"].vars
    assert {key: variables[key] for key in ("ansible_host", "ip", "access_ip", "k8n_zone")} == {
        "ansible_host": "10.20.1.3",
        "ip": "10.20.1.3",
        "access_ip": "10.20.1.3",
        "k8n_zone": "10.20.1.0/24",
    }


def test_variables_of_the_group_all(tmp_path: Path) -> None:
    inventory = parse(source(tmp_path, "nodes: 10.1.1.1 10.2.1.1 10.3.1.1"))
    assert inventory.groups["all"].vars == {"k8n_etcd_pin": "etcd: [10.1.1.1, 10.2.1.1, 10.3.1.1]"}
    assert parse(source(tmp_path, "nodes: 10.1.1.1-3")).groups["all"].vars == {}


def test_variables_of_many_hosts_and_a_bastion(tmp_path: Path, ansible: Ansible) -> None:
    path = source(
        tmp_path,
        "nodes: 10.1.1.1-2\nbastion: admin@10.9.9.9\nvars:\n  all: {ansible_port: 2222, list: [1]}\n"
        '  10.1.1.2: {doubled: "{{ 6 * 7 }}"}',
    )
    inventory = parse(path)
    assert inventory.groups["all"].vars == {"ansible_port": 2222, "list": [1]}
    assert hosts(inventory, "ungrouped") == ["bastion"]
    assert hosts(inventory, "k8s_cluster") == ["node-10-1-1-1", "node-10-1-1-2"]
    variables = inventory.hosts["bastion"].vars
    assert {key: variables[key] for key in variables if key.startswith("ansible_")} == {
        "ansible_host": "10.9.9.9",
        "ansible_user": "admin",
        "ansible_port": 22,
    }
    shown = ansible("adhoc", "node-10-1-1-2", "-i", path, "-m", "debug", "-a", "var=doubled")
    assert '"doubled": 42' in shown.stdout.replace('"42"', "42"), shown.stdout


def test_nodes_file_is_relative_to_the_source(tmp_path: Path) -> None:
    (tmp_path / "nodes.txt").write_text("10.1.1.1 # one\n10.1.1.2\n", encoding="utf-8")
    assert list(parse(source(tmp_path, "nodes_file: nodes.txt")).hosts) == [
        "node-10-1-1-1",
        "node-10-1-1-2",
    ]


def test_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("K8N_NODES", "10.9.1.1, 10.9.1.2")
    assert list(parse(source(tmp_path, "")).hosts) == ["node-10-9-1-1", "node-10-9-1-2"]
    assert list(parse(source(tmp_path, "nodes: 10.1.1.1")).hosts) == ["node-10-1-1-1"]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("test.k8n.yml", True),
        ("k8n.yaml", True),
        ("hosts.yml", False),
        ("k8n.yml.j2", False),
        ("k8n.json", False),
    ],
)
def test_verify_file(tmp_path: Path, name: str, wanted: bool) -> None:
    assert plugin().verify_file(str(source(tmp_path, "nodes: 10.1.1.1", name))) is wanted


def test_verify_file_that_is_missing(tmp_path: Path) -> None:
    assert plugin().verify_file(str(tmp_path / "k8n.yml")) is False


def test_a_source_of_another_name_is_pointed_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warnings: list[str] = []
    module = plugin()
    monkeypatch.setattr(module.display, "warning", warnings.append)
    ours = source(tmp_path, "nodes: 10.1.1.1", "cluster.yml")
    other = tmp_path / "hosts.yml"
    other.write_text("all:\n  hosts:\n", encoding="utf-8")
    assert not module.verify_file(str(ours))
    assert not module.verify_file(str(other))
    assert warnings == [
        f"{ours} is for k8n.cluster.ip_list, which reads only files whose names end in k8n.yml or"
        " k8n.yaml; rename it"
    ]


@pytest.mark.parametrize("example", list(yaml.safe_load_all(EXAMPLES)))
def test_the_examples_work(tmp_path: Path, example: dict[str, object]) -> None:
    (tmp_path / "nodes.txt").write_text("10.10.1.2-4 10.10.2.2-4 10.10.3.2-4", encoding="utf-8")
    path = tmp_path / "test.k8n.yml"
    path.write_text(yaml.safe_dump(example), encoding="utf-8")
    assert hosts(parse(path), "kube_node")


def test_constructed_features(tmp_path: Path) -> None:
    inventory = parse(
        source(
            tmp_path,
            """
nodes: 10.1.1.1-3 10.2.1.1
strict: true
compose:
  rack: k8n_zone.split('.')[1]
groups:
  members: "'etcd' in group_names"
  second: rack == '2'
keyed_groups:
  - {key: rack, prefix: rack, parent_group: racks}
workers: [10.1.1.1]
""",
        )
    )
    assert [host.vars["rack"] for host in inventory.hosts.values()] == ["1", "1", "1", "2"]
    assert hosts(inventory, "members") == ["node-10-1-1-1", "node-10-1-1-2", "node-10-1-1-3"]
    assert hosts(inventory, "second") == ["node-10-2-1-1"]
    assert hosts(inventory, "kube_node") == ["node-10-1-1-1"]
    assert hosts(inventory, "rack_2") == ["node-10-2-1-1"]
    assert [group.name for group in inventory.groups["racks"].child_groups] == ["rack_1", "rack_2"]


def test_constructed_features_see_what_other_sources_say(tmp_path: Path) -> None:
    inventory = InventoryData()
    inventory.add_group("old")
    inventory.add_host("node-10-1-1-1", "old")
    inventory.set_variable("node-10-1-1-1", "size", 7)
    text = """
nodes: 10.1.1.1
strict: true
compose: {twice: size * 2}
groups: {again: "'old' in group_names"}
"""
    parse(source(tmp_path, text), inventory)
    # Before core 2.19 the result of an expression is a text.
    assert int(inventory.hosts["node-10-1-1-1"].vars["twice"]) == 14
    assert hosts(inventory, "again") == ["node-10-1-1-1"]


def test_a_strict_expression_that_fails_leaves_nothing(tmp_path: Path) -> None:
    message = refusal(
        source(tmp_path, "nodes: 10.1.1.1-2\nstrict: true\ncompose: {x: nothing_such}")
    )
    assert message.startswith(
        "Cannot build the inventory from test.k8n.yml: Could not set x for host node-10-1-1-1: "
    )


def test_an_expression_that_fails_is_skipped(tmp_path: Path) -> None:
    inventory = parse(source(tmp_path, "nodes: 10.1.1.1\ncompose: {x: nothing_such, y: ip}"))
    variables = inventory.hosts["node-10-1-1-1"].vars
    assert "x" not in variables
    assert variables["y"] == "10.1.1.1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "nodes: 10.1.1",
            "nodes, word 1: '10.1.1' is not an IP address (Expected 4 octets in '10.1.1')",
        ),
        (
            "nodes: 10.1.1.1-4\ngroups: {etcd: true}",
            "groups, etcd: this group is filled by etcd alone; choose another name",
        ),
        (
            "nodes: [10.1.1.1, 7]\netcd: 2\nworkerz: all",
            "3 mistakes:\n"
            "  1. workerz: there is no such option; did you mean workers?\n"
            "  2. nodes, item 2: this is a number (7); wanted a text such as 10.10.1.2, or a"
            " mapping\n"
            "  3. etcd: 2 etcd members are an even number: the majority is 2, so they survive the"
            " loss of 0; 1 with a majority of 1 survives the loss of 0 just as well. The extra member adds no safety, "
            "and a network split into two halves of 1 stops both; write"
            " etcd: 1, or allow_even_etcd: true (or a waiver of even_etcd in k8n_waivers) if you must",
        ),
    ],
)
def test_mistakes_are_one_parser_error(tmp_path: Path, text: str, message: str) -> None:
    found = refusal(source(tmp_path, text))
    assert found == f"Cannot build the inventory from test.k8n.yml: {message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- 10.1.1.1\n", "the file holds a list (['10.1.1.1']); wanted a mapping of options"),
        ("nodes: 10.1.1.1\n", "plugin: nothing; wanted k8n.cluster.ip_list"),
        ("plugin: other.one\n", "plugin: 'other.one'; wanted k8n.cluster.ip_list"),
        ("", "the file holds nothing; wanted a mapping of options"),
    ],
)
def test_a_file_that_is_no_source(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "test.k8n.yml"
    path.write_text(text, encoding="utf-8")
    assert refusal(path) == f"Cannot build the inventory from test.k8n.yml: {message}"


BOMB = "".join(
    f"{name}: &{name} [{', '.join([before] * 9)}]\n"
    for name, before in zip("bcdefghij", ["x", *(f"*{name}" for name in "bcdefghi")], strict=True)
)


@pytest.mark.parametrize(
    ("option", "mistake"),
    [
        ("nodes: [*j]", "nodes, item 1: this is a list ([[[[[[[[["),
        ("nodes: *j", "nodes, item 1: this is a list ([[[[[[[["),
        ("nodes: {x: *j}", "nodes: this is a mapping ({'x': [[[[[[[[["),
        ("nodes: [{*j : 1}]", None),
        ("nodes: [{ip: *j}]", "nodes, item 1, ip: this is a list ([[[[[[[[["),
        ("nodes: [{ip: 10.1.1.1, colour: *j}]", "nodes, item 1: 'colour' is not a key of an entry"),
        (
            "nodes: [{ip: 10.1.1.1, vars: {x: *j}}]",
            "nodes, item 1, vars: more than 1000000 values, counting each as often as it is named (*NAME); wanted "
            "values that a host can be given",
        ),
        ("etcd: *j", "etcd, item 1: this is a list ([[[[[[[["),
        ("layout: *j", "layout: [[[[[[[[["),
        ("naming: *j", "naming: "),
        ("zones: {a: *j}", "zones"),
        ("role_names: {worker: *j}", "role_names"),
        ("compose: {x: *j}", "compose: more than 1000000 values"),
    ],
)
def test_few_lines_that_stand_for_millions_of_values(
    tmp_path: Path, option: str, mistake: str | None
) -> None:
    nodes = "" if option.startswith("nodes") else "nodes: [10.1.1.1]\n"
    started = time.process_time()

    text = refusal(source(tmp_path, f"{BOMB}{nodes}{option}\n"))

    assert time.process_time() - started < 5
    assert len(text) < 10000
    if mistake:
        assert mistake in text


def test_a_source_without_an_end(tmp_path: Path) -> None:
    zero = tmp_path / "zero.k8n.yml"
    zero.symlink_to("/dev/zero")
    pipe = tmp_path / "pipe.yml"
    os.mkfifo(pipe)

    assert refusal(zero) == (
        "Cannot build the inventory from zero.k8n.yml: it is a device or a pipe, not a regular file; wanted a file "
        "with a mapping of options"
    )
    # Looking whether it is meant for this plugin does not wait for somebody to write into it either.
    assert not plugin().verify_file(str(pipe))


def test_a_source_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    text = refusal(
        source(tmp_path, 'nodes: ["10.1.1.1"]\n"\\e]0;OWNED\\a": 1\nnodes_file: "\\e[2J"\n')
    )

    assert "?]0;OWNED?: there is no such option" in text
    assert text.replace("\n", "").isprintable()


def test_a_file_that_is_no_yaml(tmp_path: Path) -> None:
    message = refusal(source(tmp_path, "nodes: ["))
    assert message.startswith("Cannot build the inventory from test.k8n.yml: ")


def test_the_user_sees_the_inventory_without_any_configuration(
    tmp_path: Path, ansible: Ansible
) -> None:
    result = ansible("inventory", "-i", source(tmp_path, ACCEPTANCE), "--list")
    assert (result.returncode, result.stderr) == (0, "")
    listed = json.loads(result.stdout)
    assert listed["_meta"]["hostvars"]["node20-4"] == {
        "access_ip": "10.20.1.4",
        "ansible_host": "10.20.1.4",
        "ip": "10.20.1.4",
        "k8n_zone": "10.20.1.0/24",
    }
    assert listed["etcd"] == {"hosts": ["node20-2", "master20-3", "node20-4"]}
    assert listed["k8s_cluster"] == {"children": ["kube_control_plane", "kube_node"]}


def test_the_user_sees_each_mistake_on_a_line_of_its_own(tmp_path: Path, ansible: Ansible) -> None:
    path = source(tmp_path, "nodes: [10.1.1.1, x, 10.1.1.1]\nworkerz: all")
    result = ansible("inventory", "-i", path, "--list")
    assert (
        "Cannot build the inventory from test.k8n.yml: 3 mistakes:\n"
        "  1. workerz: there is no such option; did you mean workers?\n"
        "  2. nodes, item 2: 'x' is a name without an address; write for example x,10.10.1.2\n"
        "  3. nodes, item 3: 10.1.1.1 is the address of the host at nodes, item 1 already; keep one"
        " of the two\n"
    ) in result.stderr
    assert "Traceback" not in result.stderr
    assert json.loads(result.stdout)["_meta"]["hostvars"] == {}


def test_only_given_variables_are_templates(tmp_path: Path, ansible: Ansible) -> None:
    path = source(tmp_path, 'nodes: [{ip: 10.1.1.1, name: n1, vars: {x: "{{ 6 * 7 }}"}}]')
    result = ansible(
        "adhoc", "-i", path, "n1", "-c", "local", "-m", "debug", "-a", "msg={{ x }}/{{ ip }}"
    )
    assert '"msg": "42/10.1.1.1"' in result.stdout
    assert result.stderr == ""


EVEN = "nodes: 10.1.1.1-4\netcd: 4\n"


@pytest.mark.parametrize(
    ("waiver", "accepted"),
    [("[even_etcd]", True), ("[{check: even_etcd, until: 2020-01-01}]", False), ("[os]", False)],
)
def test_a_waiver_beside_the_source_accepts_an_even_number(
    tmp_path: Path, ansible: Ansible, waiver: str, accepted: bool
) -> None:
    path = source(tmp_path, EVEN)
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "group_vars" / "all.yml").write_text(f"k8n_waivers: {waiver}\n", encoding="utf-8")
    shown = ansible("inventory", "-i", path, "--graph", "etcd").stdout
    assert ("node-10-1-1-4" in shown) == accepted


def test_a_waiver_of_the_command_line_accepts_an_even_number(
    tmp_path: Path, ansible: Ansible
) -> None:
    path = source(tmp_path, EVEN)
    ran = ansible("inventory", "-i", path, "--graph", "etcd", "-e", "k8n_waivers=even_etcd")
    assert "node-10-1-1-4" in ran.stdout


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ("etcd: 4", True),
        ("etcd: 3", False),
        # Which may be kubeadm's members.
        ("etcd: 3\ncontrol_plane: 2", True),
        ("etcd: 3\ncontrol_plane: 3", False),
    ],
)
def test_the_inventorys_own_word_is_a_variable_where_the_number_is_even(
    tmp_path: Path, counts: str, said: bool
) -> None:
    path = source(tmp_path, f"nodes: 10.1.1.1-4\n{counts}\nallow_even_etcd: true\n")
    assert ("k8n_allow_even_etcd" in parse(path).groups["all"].get_vars()) == said
