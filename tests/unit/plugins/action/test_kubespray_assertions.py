# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The audit of a made-up Kubespray, small enough to say what must come out; test_gates.py has the real ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import ansible_collections
import pytest
import yaml

VALIDATE = """
- name: Stop if few
  assert:
    that: groups.members | length > least
    msg: "only {{ groups.members | length }}"
  run_once: true
  when: not ignore_assert_errors
- name: Stop if small
  assert:
    that:
      - memory > 10
      - memory > limit
  when: not ignore_assert_errors
- name: Never here
  assert: {that: false}
  when: [far, not ignore_assert_errors]
- name: Stop if nothing says so
  assert: {that: nowhere.at.all}
  when: not ignore_assert_errors
- name: Work out
  set_fact:
    doubled: "{{ memory * 2 }}"
- name: Stop if odd
  assert: {that: doubled | int == 2 * memory}
  when: not ignore_assert_errors
- name: Change something
  command: touch /nowhere/at-all
  register: changed_it
- name: Stop if changed
  assert: {that: changed_it.rc == 0}
  when: not ignore_assert_errors
- name: Stop if no root
  command: "test -d {{ place }}"
  changed_when: false
  when: not ignore_assert_errors
- name: Plugins
  include_role: {name: "plugin/{{ plugin }}"}
"""
CHECK = "- name: Stop if {}\n  assert: {{that: {}}}\n  when: not ignore_assert_errors\n"
FILES = {
    "galaxy.yml": "{namespace: kubernetes_sigs, name: kubespray, version: 9.9.9}",
    "meta/runtime.yml": "requires_ansible: '>=2.17'",
    "playbooks/ansible_version.yml": "[]",
    "playbooks/cluster.yml": "- hosts: all\n  gather_facts: false\n  roles: [validate]\n",
    "roles/validate/tasks/main.yml": VALIDATE,
    "roles/validate/defaults/main.yml": "{least: 2, memory: 512, limit: 100, far: false, place: /, plugin: one}",
    "roles/plugin/one/tasks/main.yml": CHECK.format("one", "memory < 5"),
    "roles/plugin/two/tasks/main.yml": CHECK.format("two", "true"),
}
PLAY = """
- hosts: all
  gather_facts: false
  connection: local
  tasks:
    - k8n.cluster.kubespray_assertions:
      register: plan
      run_once: true
    - k8n.cluster.kubespray_commands:
        requests: "{{ plan.requests[inventory_hostname] }}"
      register: commands
    - k8n.cluster.kubespray_assertions:
        measured: "{{ dict(ansible_play_hosts | zip(ansible_play_hosts | map('extract', hostvars, 'commands'))) }}"
      register: audit
      run_once: true
    - ansible.builtin.copy:
        content: "{{ audit | to_json }}"
        dest: "{{ out }}"
        mode: "0600"
      run_once: true
"""


def audit(folder: Path, **changed: str) -> tuple[dict[str, Any], str]:
    """The result for two hosts, a with little memory and b with enough, and what was printed."""
    kubespray = folder / "collections" / "ansible_collections" / "kubernetes_sigs" / "kubespray"
    for name, content in {**FILES, **changed}.items():
        path = kubespray / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    hosts = {
        "hosts": {"a": {"memory": 50, "plugin": "two"}, "b": {"place": "/nowhere"}},
        "vars": {"ansible_python_interpreter": sys.executable},
        "children": {"members": {"hosts": {"a": None}}},
    }
    (folder / "hosts.yml").write_text(yaml.safe_dump({"all": hosts}))
    (folder / "play.yml").write_text(PLAY)
    paths = [folder / "collections", *(Path(path).parent for path in ansible_collections.__path__)]
    out = folder / "out.json"
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "ansible",
            "playbook",
            "-i",
            "hosts.yml",
            "play.yml",
            "-e",
            f"out={out}",
        ],
        cwd=folder,
        env={
            **{key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")},
            "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(map(str, paths)),
            "ANSIBLE_HOME": str(folder),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return (json.loads(out.read_text()) if out.is_file() else {}), ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def gates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    result, printed = audit(tmp_path_factory.mktemp("audit"))
    assert result, printed
    return {gate["id"]: gate for gate in result["gates"]}


def test_all_are_found_wherever_they_are(gates: dict[str, dict[str, Any]]) -> None:
    assert {name: gate["state"] for name, gate in gates.items()} == {
        "stop_if_one": "fails",
        "stop_if_two": "passes",
        "stop_if_few": "fails",
        "stop_if_small": "fails",
        "never_here": "not_run",
        "stop_if_nothing_says_so": "unknown",
        "stop_if_odd": "passes",
        "stop_if_changed": "unknown",
        "stop_if_no_root": "fails",
    }


def test_a_check_for_all_is_made_once_with_its_values_and_message(
    gates: dict[str, dict[str, Any]],
) -> None:
    gate = gates["stop_if_few"]
    assert (gate["once"], gate["file"], gate["line"]) == (True, "roles/validate/tasks/main.yml", 2)
    assert gate["failures"] == [
        {
            "hosts": ["a"],
            "expression": "groups.members | length > least",
            "values": {"least": "2"},
            "message": "only 1",
        }
    ]


def test_each_host_has_its_own_verdict(gates: dict[str, dict[str, Any]]) -> None:
    gate = gates["stop_if_small"]
    assert (gate["passes"], gate["failures"]) == (
        1,
        [
            {
                "hosts": ["a"],
                "expression": "memory > limit",
                "values": {"memory": "50", "limit": "100"},
                "message": "Assertion failed",
            }
        ],
    )
    # A role that only some hosts include.
    assert (gates["stop_if_two"]["passes"], gates["stop_if_two"]["not_run"]) == (1, 1)


def test_a_command_is_judged_by_what_it_did_on_the_host(gates: dict[str, dict[str, Any]]) -> None:
    gate = gates["stop_if_no_root"]
    assert gate["passes"] == 1
    assert [(each["hosts"], each["expression"]) for each in gate["failures"]] == [
        (["b"], "test -d /nowhere")
    ]


def test_what_cannot_be_known_says_why(gates: dict[str, dict[str, Any]]) -> None:
    [unknown] = gates["stop_if_changed"]["unknown"]
    assert unknown["reason"] == (
        "it depends on what Kubespray does in 'Change something' at roles/validate/tasks/main.yml:26: "
        "it runs command on the host, which an audit does not"
    )


def test_a_task_file_that_does_not_parse_is_named_with_its_line(tmp_path: Path) -> None:
    result, printed = audit(tmp_path, **{"roles/validate/tasks/main.yml": "- name: a\n  when: [\n"})
    assert result == {}
    assert "roles/validate/tasks/main.yml, line 3: Kubespray's task file is not YAML:" in printed


def test_no_check_at_all_is_an_error(tmp_path: Path) -> None:
    plain = "- debug: {msg: a}\n"
    files = {
        f"roles/{name}/tasks/main.yml": plain for name in ("validate", "plugin/one", "plugin/two")
    }
    result, printed = audit(tmp_path, **files)
    assert result == {}
    assert "no task of roles/*/tasks depends on ignore_assert_errors" in printed
