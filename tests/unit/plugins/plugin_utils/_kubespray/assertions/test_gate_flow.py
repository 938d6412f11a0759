# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The flow through a made-up Kubespray and the verdicts on its gates, with the real Ansible."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible.release import __version__ as core_version
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import collection
from packaging.version import Version

Audit = Callable[..., dict[str, Any]]

COLLECTIONS = Path(collection.__file__).parents[6]
DRIVER = Path(__file__).parent / "audit_tree.py"
FACTS = {"ansible_os_family": "Debian", "ansible_facts": {"os_family": "Debian"}}
# Before ansible-core 2.19 what a template yields is a text.
NATIVE = Version(core_version) >= Version("2.19")
ON = "  when: not ignore_assert_errors\n"


class Tree:
    """A Kubespray of one playbook, with the roles that a test gives it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "ansible_collections" / "kubernetes_sigs" / "kubespray"
        self.write("galaxy.yml", "namespace: kubernetes_sigs\nname: kubespray\nversion: 2.31.0\n")

    def write(self, name: str, content: str) -> None:
        """Write a file of it."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    def roles(self, *play: str, **tasks: str) -> None:
        """The tasks of each role, and the roles of the play; all of them where none are named."""
        for name, content in tasks.items():
            self.write(f"roles/{name}/tasks/main.yml", content)
        names = ", ".join(play or tasks)
        self.write(
            "playbooks/cluster.yml", f"- hosts: all\n  gather_facts: false\n  roles: [{names}]\n"
        )

    def audit(
        self,
        hosts: Mapping[str, Mapping[str, Any]] | None = None,
        facts: Mapping[str, Any] | None = None,
        playbook: str = "cluster",
        **given: Any,
    ) -> dict[str, Any]:
        """The audit of hosts with their variables; a host has facts unless it is said which have."""
        hosts = {"h1": {}} if hosts is None else hosts
        inventory = self.folder / "inventory.json"
        inventory.write_text(json.dumps({"all": {"hosts": hosts}}))
        request = {
            "inventory": str(inventory),
            "facts": dict.fromkeys(hosts, FACTS) if facts is None else facts,
            "playbook": playbook,
            "play_vars": {},
            "measured": {},
            **given,
        }
        config = self.folder / "ansible.cfg"
        config.write_text("")
        done = subprocess.run(
            [sys.executable, str(DRIVER)],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            check=False,
            env={
                **os.environ,
                "ANSIBLE_COLLECTIONS_PATH": f"{self.folder}{os.pathsep}{COLLECTIONS}",
                "ANSIBLE_CONFIG": str(config),
                "ANSIBLE_HOME": str(self.folder / "home"),
            },
        )
        assert done.returncode == 0, done.stderr
        result: dict[str, Any] = json.loads(done.stdout)
        return result


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


def states(result: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {
        gate: {host: verdict["state"] for host, verdict in hosts.items()}
        for gate, hosts in result["verdicts"].items()
    }


def verdict(state: str, **more: Any) -> dict[str, Any]:
    nothing = {
        "expression": "",
        "values": [],
        "message": "",
        "reason": "",
        "fix": "",
        "broken": False,
    }
    return {"state": state, **nothing, **more}


def test_asserts_on_each_host_with_the_values_that_they_read(tree: Tree) -> None:
    tree.roles(
        check="- name: Enough\n  assert:\n    that: [memory > 1, memory >= wanted | int]\n"
        "    fail_msg: '{{ memory }} is too little'\n"
        "  when: [not ignore_assert_errors, checked | default(true)]\n"
    )
    result = tree.audit(
        {
            "good": {"memory": 4, "wanted": 4},
            "bad": {"memory": 3, "wanted": "{{ 2 + 2 }}"},
            "off": {"memory": 0, "checked": False},
        }
    )
    assert result["verdicts"] == {
        "enough": {
            "good": verdict("passes"),
            "bad": verdict(
                "fails",
                expression="memory >= wanted | int",
                values=[["memory", "3"], ["wanted", "4" if NATIVE else "'4'"]],
                message="3 is too little",
            ),
            "off": verdict("not_run"),
        }
    }
    (gate,) = result["report"]
    assert (gate["state"], gate["passes"], gate["not_run"]) == ("fails", 1, 1)
    assert gate["failures"] == [
        {
            "hosts": ["bad"],
            "expression": "memory >= wanted | int",
            "values": {"memory": "3", "wanted": "4" if NATIVE else "'4'"},
            "message": "3 is too little",
        }
    ]


def test_what_is_made_once_is_made_on_the_first_host_only(tree: Tree) -> None:
    tree.roles(check="- name: Once\n  run_once: true\n  assert: {that: odd}\n" + ON)
    result = tree.audit({"h1": {"odd": True}, "h2": {"odd": False}})
    assert states(result) == {"once": {"h1": "passes"}}
    assert result["once"] == ["once"]
    assert result["report"][0]["once"] is True


def test_an_undefined_variable_makes_a_gate_unknown_with_the_reason(tree: Tree) -> None:
    tree.roles(check="- name: Set\n  assert: {that: nobody_sets_it > 1}\n" + ON)
    found = tree.audit()["verdicts"]["set"]["h1"]
    assert found["state"] == "unknown"
    assert "'nobody_sets_it' is undefined" in found["reason"]


def test_a_host_without_facts_is_unknown_where_a_gate_reads_them(tree: Tree) -> None:
    tree.roles(check="- name: Family\n  assert: {that: ansible_os_family == 'Debian'}\n" + ON)
    result = tree.audit({"h1": {}, "h2": {}}, facts={"h1": FACTS})
    assert result["verdicts"]["family"] == {
        "h1": verdict("passes"),
        "h2": verdict("unknown", reason="the facts of this host are not known"),
    }
    (gate,) = result["report"]
    assert (gate["state"], gate["unknown"]) == (
        "unknown",
        [{"hosts": ["h2"], "reason": "the facts of this host are not known"}],
    )


def test_a_fail_says_its_conditions_and_its_message(tree: Tree) -> None:
    tree.roles(
        check="- name: Stop\n  fail: {msg: 'too {{ size }}'}\n"
        "  when: [size == 'small', not ignore_assert_errors]\n"
    )
    result = tree.audit({"h1": {"size": "small"}, "h2": {"size": "big"}})
    assert result["verdicts"]["stop"] == {
        "h1": verdict(
            "fails",
            expression="not (size == 'small' and not ignore_assert_errors)",
            values=[["size", "'small'"], ["ignore_assert_errors", "False"]],
            message="too small",
        ),
        "h2": verdict("not_run"),
    }


def test_the_switch_counts_as_off_whatever_a_play_says(tree: Tree) -> None:
    """The audit is of the checks while they are on."""
    tree.roles(check="- name: Stop\n  fail: {msg: no}\n" + ON)
    result = tree.audit({"h1": {"ignore_assert_errors": True}}, play_vars={"size": "small"})
    assert states(result) == {"stop": {"h1": "fails"}}


def test_a_variable_of_the_import_is_seen_by_a_gate(tree: Tree) -> None:
    tree.roles(check="- name: Even\n  assert: {that: even}\n" + ON)
    assert states(tree.audit(play_vars={"even": True})) == {"even": {"h1": "passes"}}


def test_set_fact_is_followed_and_a_role_s_defaults_are_read(tree: Tree) -> None:
    tree.write("roles/check/defaults/main.yml", "base: 20\n")
    tree.roles(
        check="- set_fact:\n    sum: '{{ base | int + more | int }}'\n"
        "- name: Sum\n  assert: {that: sum | int == 25}\n" + ON
    )
    result = tree.audit({"h1": {"more": 5}, "h2": {"more": 6}})
    assert states(result) == {"sum": {"h1": "passes", "h2": "fails"}}
    assert result["verdicts"]["sum"]["h2"]["values"] == [["sum", "26" if NATIVE else "'26'"]]


MEASURING = (
    "- command: /bin/look --at '{{ what }}'\n  register: looked\n  changed_when: false\n"
    "- name: Look\n  assert: {that: looked.rc == 0}\n" + ON
)
LOOK = {"kind": "command", "argv": ["/bin/look", "--at", "a b"]}


def test_what_a_command_found_is_asked_for_and_then_followed(tree: Tree) -> None:
    tree.roles(check=MEASURING)
    hosts = {"h1": {"what": "a b"}, "h2": {"what": "a b"}}
    first = tree.audit(hosts)
    assert states(first) == {"look": {"h1": "unknown", "h2": "unknown"}}
    assert first["requests"] == {"h1": [LOOK], "h2": [LOOK]}
    second = tree.audit(
        hosts,
        measured={
            "h1": [{"request": LOOK, "result": {"rc": 0}}],
            "h2": [{"request": LOOK, "result": {"rc": 1}}],
        },
    )
    assert states(second) == {"look": {"h1": "passes", "h2": "fails"}}
    assert second["requests"] == {}


def test_a_command_that_may_change_something_is_not_asked_for(tree: Tree) -> None:
    tree.roles(
        check=MEASURING.replace("  changed_when: false\n", "").replace(
            "- comm", "- name: Looking\n  comm"
        )
    )
    result = tree.audit({"h1": {"what": "a b"}})
    assert result["requests"] == {}
    assert result["verdicts"]["look"]["h1"] == verdict(
        "unknown",
        reason="it depends on what Kubespray does in 'Looking' at roles/check/tasks/main.yml:1: "
        "it runs command on the host, which an audit does not",
    )


COMMAND = "- name: Ping\n  command: ping -c1 '{{ at }}'\n  changed_when: false\n" + ON
PING = {"kind": "command", "argv": ["ping", "-c1", "10.0.0.1"]}


def test_a_gate_that_is_a_command(tree: Tree) -> None:
    tree.roles(check=COMMAND)
    hosts = {"h1": {"at": "10.0.0.1"}, "h2": {"at": "10.0.0.1"}}
    first = tree.audit(hosts)
    assert first["requests"] == {"h1": [PING], "h2": [PING]}
    assert first["verdicts"]["ping"]["h1"] == verdict("unknown", reason="it has not been run on h1")
    lost = {"rc": 1, "cmd": PING["argv"], "stderr": "", "stdout": "1 lost\n"}
    second = tree.audit(
        hosts,
        measured={
            "h1": [{"request": PING, "result": {"rc": 0, "cmd": PING["argv"]}}],
            "h2": [{"request": PING, "result": lost}],
        },
    )
    assert second["verdicts"]["ping"] == {
        "h1": verdict("passes"),
        "h2": verdict(
            "fails",
            expression="ping -c1 10.0.0.1",
            values=[["rc", "1"], ["output", "'1 lost'"]],
            message="1 lost",
        ),
    }


def test_what_an_audit_cannot_do_on_a_host_is_unknown(tree: Tree) -> None:
    tree.roles(
        check="- name: In a shell\n  shell: a | b\n  changed_when: false\n"
        + ON
        + "- name: Loops\n  assert: {that: item}\n  loop: [true]\n"
        + ON
        + "- name: Elsewhere\n  command: {cmd: ls, chdir: /tmp}\n  changed_when: false\n"
        + ON
    )
    result = tree.audit()
    assert result["requests"] == {}
    assert {gate: hosts["h1"]["reason"] for gate, hosts in result["verdicts"].items()} == {
        "in_a_shell": "it runs shell on the host, which an audit does not",
        "loops": "it loops",
        "elsewhere": "it runs a command with options that an audit does not follow",
    }
    assert {gate["state"] for gate in result["report"]} == {"unknown"}


def test_an_include_of_a_templated_role_is_followed_where_a_host_comes_to_it(tree: Tree) -> None:
    tree.roles(
        "main",
        main="- include_role: {name: 'plugin_{{ plugin }}'}\n  when: plugin != 'none'\n",
        plugin_a="- name: Only a\n  assert: {that: fine}\n" + ON,
        plugin_b="- include_tasks: more.yml\n",
        plugin_c="- name: Only c\n  assert: {that: fine}\n" + ON,
    )
    tree.write("roles/plugin_b/tasks/more.yml", "- name: Only b\n  assert: {that: fine}\n" + ON)
    result = tree.audit({"h1": {"plugin": "a", "fine": True}, "h2": {"plugin": "b", "fine": False}})
    assert states(result) == {
        "only_a": {"h1": "passes", "h2": "not_run"},
        "only_b": {"h1": "not_run", "h2": "fails"},
    }
    # A gate to which the playbook does not come is one of Kubespray's all the same.
    assert {gate["id"]: gate["state"] for gate in result["report"]} == {
        "only_a": "passes",
        "only_b": "fails",
        "only_c": "not_run",
    }


def test_a_play_has_the_hosts_that_earlier_plays_have_grouped(tree: Tree) -> None:
    tree.roles(
        "group",
        group="- group_by: {key: made}\n  when: plugin != 'none'\n",
        use="- include_role: {name: 'plugin_{{ plugin }}'}\n",
        plugin_a="- name: Only a\n  assert: {that: fine}\n" + ON,
    )
    tree.write(
        "playbooks/cluster.yml",
        "- {hosts: all, gather_facts: false, roles: [group]}\n"
        "- {hosts: made, gather_facts: false, roles: [use]}\n",
    )
    result = tree.audit({"h1": {"plugin": "a", "fine": False}, "h2": {"plugin": "none"}})
    assert states(result) == {"only_a": {"h1": "fails"}}


def test_a_role_that_is_not_there_is_no_error_where_its_include_is_skipped(tree: Tree) -> None:
    """Kubespray has no role network_plugin/none, and includes it on no host."""
    tree.roles(
        "main",
        main="- include_role: {name: 'plugin_{{ plugin }}'}\n  when: plugin != 'none'\n"
        "- include_tasks: '{{ plugin }}.yml'\n  when: plugin != 'none'\n",
        plugin_a="- name: Only a\n  assert: {that: fine}\n" + ON,
    )
    tree.write("roles/main/tasks/a.yml", "- name: Also a\n  assert: {that: fine}\n" + ON)
    result = tree.audit({"h1": {"plugin": "none"}, "h2": {"plugin": "a", "fine": False}})
    assert states(result) == {
        "only_a": {"h1": "not_run", "h2": "fails"},
        "also_a": {"h1": "not_run", "h2": "fails"},
    }


def test_an_include_that_nobody_can_name_makes_what_it_may_hold_unknown(tree: Tree) -> None:
    tree.roles(
        "main",
        main="- name: Choose\n  include_role: {name: 'plugin_{{ nobody_sets_it }}'}\n",
        plugin_a="- name: Only a\n  assert: {that: true}\n" + ON,
    )
    (gate,) = tree.audit()["report"]
    assert (gate["state"], gate["unknown"]) == (
        "unknown",
        [
            {
                "hosts": [],
                "reason": "what roles/main/tasks/main.yml:1 includes cannot be said before the run",
            }
        ],
    )


def test_a_check_in_a_file_that_nobody_knew_of_is_found(tree: Tree) -> None:
    tree.roles(old="- name: Old\n  assert: {that: true}\n" + ON)
    assert states(tree.audit()) == {"old": {"h1": "passes"}}
    tree.roles(
        "old", "brand_new",
        old="- name: Old\n  assert: {that: true}\n" + ON,
        brand_new="- import_tasks: deep/er.yml\n" + ON,
    )  # fmt: skip
    tree.write("roles/brand_new/tasks/deep/er.yml", "- name: New\n  assert: {that: false}\n")
    result = tree.audit()
    assert states(result) == {"old": {"h1": "passes"}, "new": {"h1": "fails"}}
    assert [(gate["file"], gate["line"]) for gate in result["report"]] == [
        ("roles/brand_new/tasks/deep/er.yml", 1),
        ("roles/old/tasks/main.yml", 1),
    ]


def test_a_playbook_that_is_not_there(tree: Tree) -> None:
    tree.roles(check="- name: Stop\n  fail: {msg: no}\n" + ON)
    assert tree.audit(playbook="party") == {"error": "ROOT: Kubespray has no playbook 'party'."}


def test_a_role_that_is_not_there_is_an_error_that_names_the_playbook(tree: Tree) -> None:
    tree.roles("check", "nowhere", check="- name: Stop\n  fail: {msg: no}\n" + ON)
    assert re.match(
        r"Ansible cannot load cluster\.yml of the Kubespray in ROOT: [Tt]he role 'nowhere' was not found",
        tree.audit()["error"],
    )


def test_what_nothing_switches_off_is_evaluated_as_well(tree: Tree) -> None:
    tree.roles(
        check="- name: Switched\n  assert: {that: true}\n"
        + ON
        + "- name: Fixed\n  assert:\n    that: mode in ['a', 'b']\n"
        "- name: Loud\n  fail: {msg: no}\n  when: mode == 'c'\n"
    )
    result = tree.audit({"h1": {"mode": "c"}, "h2": {"mode": "a"}})
    assert states(result) == {
        "switched": {"h1": "passes", "h2": "passes"},
        "fixed": {"h1": "fails", "h2": "passes"},
        "loud": {"h1": "fails", "h2": "not_run"},
    }
    assert {gate["id"]: (gate["fixed"], gate["waivable"]) for gate in result["report"]} == {
        "switched": (False, True),
        "fixed": (True, False),
        "loud": (True, False),
    }


def test_a_value_that_breaks_the_evaluation_is_wrong_and_no_waiver_helps(tree: Tree) -> None:
    tree.roles(
        check="- name: New enough\n  assert:\n    that: given is version('1.33.0', '>=')\n    msg: too old\n"
        + ON
    )
    result = tree.audit({"h1": {"given": "v1.33.1"}, "h2": {"given": "1.33.1"}})
    found = result["verdicts"]["new_enough"]
    assert (found["h1"]["state"], found["h1"]["broken"], found["h2"]["state"]) == (
        "fails",
        True,
        "passes",
    )
    # Not the task's own words, which are for a version that is old.
    assert "too old" not in found["h1"]["message"]
    assert found["h1"]["values"] == [["given", "'v1.33.1'"]]
    [gate] = result["report"]
    assert (gate["fixed"], gate["waivable"]) == (False, False)


def test_of_a_kubernetes_that_is_not_there_the_cure_names_those_that_are(tree: Tree) -> None:
    name = "Download_file | Check if requested Kubernetes are supported"
    tree.roles(
        check=f"- name: {name}\n  assert:\n    that: kube_version in kubelet_checksums[image_arch]\n"
        "- name: Switched\n  assert: {that: true}\n" + ON
    )
    checksums = {"amd64": {"1.33.0": "a", "1.33.1": "a"}}
    variables = {
        "kube_version": "v1.33.1",
        "image_arch": "amd64",
        **{f"{each}_checksums": checksums for each in ("kubeadm", "kubelet", "kubectl")},
    }
    gate = next(each for each in tree.audit({"h1": variables})["report"] if each["fixed"])
    assert gate["alias"] == "kube_version_unknown"
    assert gate["fix"] == (
        "kube_version is 'v1.33.1', and Kubespray 1.0.0 has no kubeadm, kubelet and kubectl of it; it has 1.33.0 to "
        "1.33.1. Write kube_version: 1.33.1, without anything before or after the numbers."
    )
