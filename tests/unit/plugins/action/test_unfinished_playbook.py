# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook kubespray where an earlier run ended between kubeadm init and the network plugin."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import ansible_collections.k8n.cluster
import pytest
import yaml
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import collection
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.known import NODES_READY
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.run import _KNOWS_OF_NETWORK

CHECKOUT = Path(next(iter(ansible_collections.k8n.cluster.__path__)))
NAME = "What an earlier run has left unfinished"
WAIT = "Wait for new control plane nodes to be Ready"
SECONDARY = "roles/kubernetes/control-plane/tasks/kubeadm-secondary.yml"
SAID = (
    "An earlier run ended after kubeadm init and before the network plugin on {hosts}. Kubespray goes on now, without "
    "waiting for Ready nodes first, and installs the plugin."
)
PLAIN = {
    "ansible_connection": "local",
    "ansible_become": False,
    "ansible_python_interpreter": sys.executable,
}


def own_play() -> dict[str, Any]:
    plays = yaml.safe_load((CHECKOUT / "playbooks" / "kubespray.yml").read_text())
    (play,) = (play for play in plays if play["name"] == NAME)
    assert play["tasks"][0].keys() >= {_KNOWS_OF_NETWORK, "register"}
    return dict(play)


def run(
    folder: Path, found: dict[str, Any], *arguments: str, variables: dict[str, Any]
) -> tuple[int, str]:
    """Our play with these answers of the hosts, and behind it Kubespray's wait for two Ready nodes."""
    play = own_play()
    asks, *rest = play["tasks"]
    answer = {
        "name": asks["name"],
        "ansible.builtin.set_fact": {asks["register"]: "{{ answers[inventory_hostname] }}"},
        "when": "inventory_hostname in answers",
    }
    play = {**play, "become": False, "vars": {**play["vars"], "answers": found}}
    # None is Ready.
    waits = {
        "name": WAIT,
        "ansible.builtin.command": "echo []",
        "run_once": True,
        "register": "nodes",
        "retries": "{{ control_plane_node_become_ready_tries }}",
        "delay": 0,
        "until": "nodes.stdout | from_json | length == 2",
        "changed_when": False,
    }
    kubespray = {"hosts": "kube_control_plane", "gather_facts": False, "tasks": [waits]}
    (folder / "site.yml").write_text(
        yaml.safe_dump([{**play, "tasks": [answer, *rest]}, kubespray])
    )
    inventory = {
        "kube_control_plane": {
            "hosts": {"n1": {}, "n2": {}},
            "vars": {**PLAIN, "control_plane_node_become_ready_tries": 2, **variables},
        }
    }
    (folder / "hosts.yml").write_text(yaml.safe_dump(inventory))
    done = subprocess.run(
        [sys.executable, "-m", "ansible", "playbook", "-i", "hosts.yml", "site.yml", *arguments],
        cwd=folder,
        env={
            **{key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")},
            "HOME": str(folder),
            "ANSIBLE_NOCOLOR": "1",
            "COLUMNS": "500",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


WITHOUT, WITH = {"without_network": True}, {"without_network": False}


@pytest.mark.parametrize(
    ("found", "hosts"),
    [({"n1": WITHOUT, "n2": WITH}, "n1"), ({"n1": WITHOUT, "n2": WITHOUT}, "n1, n2"), ({"n2": WITHOUT}, "n2")],
)  # fmt: skip
def test_kubespray_does_not_wait_for_what_comes_later(
    tmp_path: Path, found: dict[str, Any], hosts: str
) -> None:
    code, output = run(tmp_path, found, variables={})
    assert code == 0, output
    assert SAID.format(hosts=hosts) in output
    assert output.count("An earlier run ended") == 1


@pytest.mark.parametrize("found", [{"n1": WITH, "n2": WITH}, {"n1": {"failed": True}}, {}])
def test_it_waits_where_the_network_is_there_or_nothing_is_known(
    tmp_path: Path, found: dict[str, Any]
) -> None:
    code, output = run(tmp_path, found, variables={})
    assert code == 2, output
    assert "An earlier run ended" not in output
    # How many are left each ansible-core counts in its own way.
    assert "FAILED - RETRYING: [n1]: Wait for new control plane nodes to be Ready (" in output


@pytest.mark.parametrize("playbook", ["reset", "scale"])
def test_a_playbook_that_installs_no_control_plane_is_left_alone(
    tmp_path: Path, playbook: str
) -> None:
    code, output = run(tmp_path, {"n1": WITHOUT}, "-e", f"k8n_playbook={playbook}", variables={})
    assert code == 2, output
    assert "An earlier run ended" not in output


def test_kubesprays_own_variable_still_says_how_often_it_looks() -> None:
    root = collection.find()
    if root is None:
        pytest.skip("Kubespray is not installed")
    tasks = yaml.safe_load((root / SECONDARY).read_text())
    waits = [task for task in tasks if re.search(NODES_READY, task["name"], re.I)]
    # Before 2.30 it did not wait.
    assert {task["retries"] for task in waits} <= {"{{ control_plane_node_become_ready_tries }}"}
    assert not any("failed_when" in task for task in waits)
