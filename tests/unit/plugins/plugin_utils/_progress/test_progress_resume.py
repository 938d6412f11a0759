# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command that goes on, and when something shorter than the same command is safe."""

from __future__ import annotations

from types import SimpleNamespace as Made
from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress import resume
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.resume import Failed, Step

ONE_OF_TWO = Failed(["node2"], others=True, task="Run it")


def task(**values: Any) -> Any:
    fields = {
        "action": "ansible.builtin.command", "register": None, "notify": None, "run_once": None, "delegate_to": None,
        "_role": None, **values,
    }  # fmt: skip
    source = fields.pop("source", {})
    return Made(get_name=lambda: "Run it", get_ds=lambda: source, **fields)


@pytest.mark.parametrize(
    ("values", "leaves", "shares"),
    [
        ({}, False, False),
        ({"register": "x"}, True, True),
        ({"notify": ["restart"]}, True, True),
        ({"action": "ansible.builtin.set_fact"}, True, True),
        ({"action": "include_tasks"}, True, True),
        ({"_role": "etcd"}, True, True),
        ({"run_once": True}, False, True),
        ({"delegate_to": "node1"}, False, True),
        ({"source": {"command": "echo {{ hostvars['a'].x }}"}}, False, True),
    ],
)
def test_what_a_task_leaves_and_shares(values: dict[str, Any], leaves: bool, shares: bool) -> None:
    assert resume.step(task(**values)) == Step("Run it", leaves, shares)


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({}, True),
        ({"roles": ["x"]}, False),
        ({"handlers": ["x"]}, False),
        ({"serial": [1]}, False),
        ({"strategy": "free"}, False),
        ({"any_errors_fatal": True}, False),
        ({"max_fail_percentage": 0}, False),
        ({"vars_prompt": [{"name": "x"}]}, False),
    ],
)
def test_a_plain_play(values: dict[str, Any], wanted: bool) -> None:
    play = {
        "roles": [], "handlers": [], "serial": [], "vars_prompt": [], "any_errors_fatal": False,
        "max_fail_percentage": None, "strategy": "linear", **values,
    }  # fmt: skip
    assert resume.plain(Made(**play)) is wanted


def test_start_at_task() -> None:
    steps = [Step("a", False, False), Step("b", False, True), Step("c", True, True)]
    assert resume.start_at(steps, "b")
    assert resume.start_at(steps, "c")  # what c leaves comes after it
    assert not resume.start_at([*steps, Step("d", False, False)], "d")
    assert not resume.start_at([*steps, Step("a", False, False)], "a")  # which of the two?
    assert not resume.start_at(steps, "Gathering Facts")
    assert not resume.start_at([Step("{{ x }}", False, False)], "{{ x }}")


def test_the_same_command_of_kubespray() -> None:
    assert resume.advice("ansible-playbook site.yml -b", False, ONE_OF_TWO, kubespray=True) == [
        "TO GO ON, fix what is said above, then run:",
        "  ansible-playbook site.yml -b",
        "  It is the same command: it starts from the beginning and changes only what is",
        "  not yet as it should be.",
        "  --start-at-task is not safe here: Kubespray's tasks need what earlier ones",
        "  found out.",
        "  --limit node2 is not safe here: a host's settings need the facts of all.",
    ]


def test_the_same_command_of_another_playbook() -> None:
    assert resume.advice("ansible-playbook x.yml", True, ONE_OF_TWO, kubespray=False) == [
        "TO GO ON, fix what is said above, then run:",
        "  ansible-playbook x.yml",
        "  HIDDEN stands for a value that looks secret: give it again.",
        "  It is the same command: it starts from the beginning, and what is done stays",
        "  done as far as the playbook is idempotent. --start-at-task and --limit are",
        "  left out: they are safe only where no task needs another host or what an",
        "  earlier task found out.",
    ]


def test_a_shorter_command_where_it_is_safe() -> None:
    lines = resume.advice(
        "ansible-playbook x.yml", False, ONE_OF_TWO, kubespray=False, limit=True, start=True
    )
    assert lines == [
        "TO GO ON, fix what is said above, then run:",
        "  ansible-playbook x.yml --limit node2 --start-at-task 'Run it'",
        "  The other hosts are done, and no task looks at another host.",
        "  Nothing that comes before this task is needed after it.",
    ]


def test_no_limit_where_all_hosts_failed() -> None:
    lines = resume.advice(
        "x", False, Failed(["a", "b"], others=False, task="t"), kubespray=False, limit=True, start=True
    )  # fmt: skip
    assert lines[1] == "  x --start-at-task t"


def test_nothing_to_fix_after_ctrl_c() -> None:
    lines = resume.advice("x", False, Failed([], others=True, task=""), kubespray=True, limit=True)
    assert lines[:2] == ["TO GO ON, run:", "  x"]


NOT_READY = Failed(
    ["node1"],
    others=True,
    task="kubernetes/control-plane : Wait for new control plane nodes to be Ready",
)


def test_a_wait_that_would_come_again_is_left_out() -> None:
    lines = resume.advice("ansible-playbook c.yml -b", False, NOT_READY, kubespray=True, waits=True)
    assert lines[1:5] == [
        "  ansible-playbook c.yml -b -e control_plane_node_become_ready_tries=0",
        "  Where the network plugin is not there yet, Kubespray would wait again for",
        "  nodes that only the plugin makes Ready, and which it installs later: the",
        "  variable leaves that wait out.",
    ]


@pytest.mark.parametrize(
    ("command", "failed", "waits"),
    [
        # Our own playbook finds out by itself.
        ("x", NOT_READY, False),
        ("x", ONE_OF_TWO, True),
        ("x -e control_plane_node_become_ready_tries=0", NOT_READY, True),
    ],
)
def test_a_wait_that_is_left_alone(command: str, failed: Failed, waits: bool) -> None:
    assert resume.advice(command, False, failed, kubespray=True, waits=waits)[1] == f"  {command}"


def test_what_the_shell_had_ready_is_given_again() -> None:
    lines = resume.advice(
        "x -i /dev/fd/63", False, ONE_OF_TWO, kubespray=True, once=["/dev/fd/63"], columns=200
    )
    assert lines[2] == (
        "  /dev/fd/63 is what the shell had ready for this run only: give it as you typed it."
    )
