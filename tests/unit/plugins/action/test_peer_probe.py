# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task in a real ansible-playbook, with an ssh that stands for hosts and tells with what it was called."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ansible_collections.k8n.cluster
import pytest
import yaml
from ansible_collections.k8n.cluster.plugins.action import peer_probe
from ansible_collections.k8n.cluster.plugins.modules import peer_probe as documented
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts import report

COLLECTIONS = Path(next(iter(ansible_collections.k8n.cluster.__path__))).parent.parent.parent
# Runs the last argument here, as sshd does on the host.
SSH = '#!/bin/sh\necho "$@" >> {log}\nfor last; do :; done\nexec /bin/sh -c "$last"\n'
HOSTS = {
    "m1": {"ip": "127.0.9.1"},
    "w1": {"ip": "127.0.9.2", "ansible_port": "{{ 2000 + 222 }}", "ansible_user": "joe"},
}
GROUPS = {"kube_control_plane": {"hosts": {"m1": None}}, "kube_node": {"hosts": {"w1": None}}}
PROBE = {"python": {"path": sys.executable}, "sudo": {"status": "password_ok"}}


@pytest.fixture
def probe(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Runs the task with these arguments and further variables of hosts, and returns its result."""

    (tmp_path / "ssh").write_text(SSH.format(log=tmp_path / "log"))
    (tmp_path / "ssh").chmod(0o755)
    (tmp_path / "ansible.cfg").write_text(
        f"[ssh_connection]\nssh_executable = {tmp_path}/ssh\ncontrol_path_dir = {tmp_path}/cp\n"
    )

    def run(
        arguments: dict[str, Any], *options: str, **variables: dict[str, Any]
    ) -> dict[str, Any]:
        hosts = {
            name: {**HOSTS.get(name, {}), **variables.get(name, {})}
            for name in {**HOSTS, **variables}
        }
        (tmp_path / "hosts.yml").write_text(
            json.dumps({"all": {"hosts": hosts, "children": GROUPS}})
        )
        tasks = [
            {"k8n.cluster.peer_probe": arguments, "register": "found", "run_once": True, "ignore_errors": True},
            {"ansible.builtin.copy": {"content": "{{ found }}", "dest": f"{tmp_path}/found.json"},
             "delegate_to": "localhost", "run_once": True, "vars": {"ansible_connection": "local"}},
        ]  # fmt: skip
        play = [{"hosts": "all", "gather_facts": False, "tasks": tasks}]
        (tmp_path / "site.yml").write_text(json.dumps(play))
        kept = {key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")}
        done = subprocess.run(
            [sys.executable, "-m", "ansible", "playbook", "-i", "hosts.yml", "site.yml", *options],
            cwd=tmp_path,
            env={**kept, "HOME": str(tmp_path), "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        found: dict[str, Any] = json.loads((tmp_path / "found.json").read_text())
        return found

    return run


def reasons(found: dict[str, Any], name: str) -> set[str]:
    return {each["reason"] for each in found["hosts"][name]["unknown"]}


def test_agents_are_reached_as_ansible_reaches_the_hosts(
    probe: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    found = probe({"probes": dict.fromkeys(HOSTS, PROBE)}, "-vvv")

    assert set(found["hosts"]) == {"m1", "w1"}
    # The agents start together, so whose line comes first is chance.
    lines = (tmp_path / "log").read_text().splitlines()
    by_host = {name: line for line in lines for name in ("m1", "w1") if f" {name} exec " in line}
    assert "BatchMode=yes m1 exec " in by_host["m1"]
    assert "Port=2222" in by_host["w1"]
    assert 'User="joe"' in by_host["w1"]
    assert "Port=" not in by_host["m1"]
    assert "ControlPath=" in by_host["w1"]
    assert " -vvv " not in by_host["w1"]


def test_hosts_with_other_connections_and_variables_that_are_wrong(
    probe: Callable[..., dict[str, Any]],
) -> None:
    variables = {
        "c1": {"ansible_connection": "containers.podman.podman"},
        "l1": {"ansible_connection": "local"},
        "u1": {"ansible_port": "{{ nobody_knows }}"},
        "x1": {},
    }
    probes = {**dict.fromkeys(variables, PROBE), "x1": {"unreachable": True}}

    found = probe({"probes": probes}, **variables)

    said = "Nothing was measured between this host and the others: "
    assert reasons(found, "c1") == {
        f"{said}its connection is containers.podman.podman, and agents are reached with ssh only."
    }
    assert reasons(found, "l1") == {
        f"{said}its connection is local, and agents are reached with ssh only."
    }
    # In Ansible's own words, which differ by version: 2.18 names the option, 2.19 what is undefined.
    assert re.search("setting: port|'nobody_knows' is undefined", reasons(found, "u1").pop())
    assert reasons(found, "x1") == {f"{said}node_probe found no Python on it."}
    assert found["failed"] is False


def test_every_mistake_at_once(probe: Callable[..., dict[str, Any]]) -> None:
    found = probe(
        {
            "probes": {"nobody": {}},
            "settings": {"ports": [{"port": 0, "protocol": "tcp", "on": "etcd", "from": "etcd"}]},
            "thresholds": {"clock_offset_seconds": -1},
            "neighbours": 0,
            "timeout": -2,
        }
    )

    assert found["failed"] is True
    assert found["msg"] == (
        "k8n.cluster.peer_probe: probes has nobody, which is not a host of the inventory; neighbours is 0, it must be "
        "a "
        "number above 0; timeout is -2.0, it must be a number above 0; settings.ports[0].port is 0, it must be a "
        "number from 1 to 65535; thresholds.clock_offset_seconds is -1, it must be a number above 0."
    )


def test_the_documentation_says_what_the_code_does() -> None:
    options = yaml.safe_load(documented.DOCUMENTATION)["options"]
    spec = peer_probe.ActionModule.spec

    assert {
        name: {key: option[key] for key in ("type", "required", "default") if key in option}
        for name, option in options.items()
    } == spec
    for name, value in report.THRESHOLDS.items():
        assert any(
            f"V({name})" in text and f"V({value:g})" in text
            for text in options["thresholds"]["description"]
        )
