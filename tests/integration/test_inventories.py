# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kubespray's own validate_inventory and preinstall checks accept the inventories that ip_list makes."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import run

GATES = Path(__file__).parent / "kubespray_gates.yml"
ADDRESS = "10.96.1.2"


@pytest.fixture(scope="module")
def many_addresses(boot: Callable[[str], Path]) -> Path:
    """One real host that has the addresses of all nodes, so that each is local to it and answers a ping."""
    state = boot(f"name: gates\nhosts:\n  - {{name: g1, address: {ADDRESS}}}\n")
    addresses = " ".join(f"10.96.1.{last}" for last in range(3, 253))
    # Through one connection, which sshd limits to ten sessions; the shell text is this file's own.
    command = (
        f"for a in {addresses}; do sudo ip addr add $a/24 dev eth0; done; "
        "echo MaxSessions 100 | sudo tee /etc/ssh/sshd_config.d/05-gates.conf; sudo systemctl reload ssh"
    )
    subprocess.run(["ssh", "-F", str(state / "ssh_config"), "g1", command], check=True)
    return state


# Below 50 nodes auto is the same as stacked; then three etcd members and, from 200 on, the control plane leave.
LAYOUTS = [*((nodes, "stacked", nodes) for nodes in (1, 2, 3, 4, 8)), (50, "auto", 47)]
if os.environ.get("K8N_GATES") == "all":
    # Five minutes of two cores.
    LAYOUTS.append((200, "auto", 196))


@pytest.mark.parametrize(("nodes", "layout", "workers"), LAYOUTS)
def test_kubespray_accepts_the_inventory(
    nodes: int, layout: str, workers: int, kubespray: Path, many_addresses: Path, tmp_path: Path
) -> None:
    (tmp_path / "nodes.k8n.yml").write_text(
        f"plugin: k8n.cluster.ip_list\nnodes: 10.96.1.2-{nodes + 1}\nlayout: {layout}\n"
    )
    variables = tmp_path / "group_vars" / "all"
    variables.mkdir(parents=True)
    login = (many_addresses / "vars.yml").read_text()
    # preinstall asks for name servers, which the lab's hosts do not have.
    (variables / "login.yml").write_text(login + "upstream_dns_servers: [192.0.2.53]\n")
    ran = run(
        "ansible-playbook", "-i", "nodes.k8n.yml", str(GATES), "--tags", "asserts", "-f", "8",
        "-e", f"ansible_host={ADDRESS}",
        cwd=tmp_path,
        env={"ANSIBLE_PIPELINING": "1", "ANSIBLE_PYTHON_INTERPRETER": "/usr/bin/python3"},
    )  # fmt: skip
    assert ran.code == 0, ran.output[-3000:]
    checked = hosts_ok_by_task(ran.output)
    assert checked["validate_inventory : Stop if even number of etcd hosts"] == 1  # run_once
    for gate, hosts in (
        ("Stop if ip var does not match local ips", nodes),
        ("Stop if access_ip is not pingable", nodes),
        ("Stop if bad hostname", nodes),
        ("Stop if memory is too small for nodes", workers),
    ):
        assert checked[f"preinstall : {gate}"] == hosts, (
            f"Kubespray did not check every host: {gate}"
        )


def hosts_ok_by_task(output: str) -> dict[str, int]:
    """On how many hosts each task was ok, by the end of the task's name (`role : task`)."""
    _head, *parts = re.split(r"^TASK \[(?:\S*[./])?(.+?)\] \*+$", output, flags=re.M)
    return {
        name: len(re.findall(r"^(?:ok|changed): \[", block, re.M))
        for name, block in zip(parts[::2], parts[1::2], strict=True)
    }
