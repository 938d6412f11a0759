# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is remembered of a deployed cluster, and that the inventory keeps to it, with the Ansible that is installed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.k8n.cluster.tests.unit import apart

PLAYBOOK = """\
- hosts: all
  gather_facts: false
  tasks:
    - k8n.cluster.cluster_record:
      run_once: true
"""
# In three zones, of which the first has fewer hosts than there are members.
NODES = "plugin: k8n.cluster.ip_list\nnodes: [10.0.1.11, 10.0.1.12, 10.0.2.11{more}]\n"
MEMBERS = ["node-10-0-1-11", "node-10-0-1-12", "node-10-0-2-11"]


def ansible(folder: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return apart.ansible(folder, program, "-i", "cluster.k8n.yml", *arguments)


def etcd(folder: Path) -> list[str]:
    found: dict[str, Any] = json.loads(ansible(folder, "inventory", "--list").stdout)
    members: list[str] = found["etcd"]["hosts"]
    return members


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A cluster directory with three hosts."""
    (tmp_path / ".k8n").mkdir()
    (tmp_path / ".k8n" / "init.json").write_text("{}")
    (tmp_path / "cluster.k8n.yml").write_text(NODES.format(more=""))
    (tmp_path / "play.yml").write_text(PLAYBOOK)
    return tmp_path


def test_a_host_that_is_added_takes_no_members_place(directory: Path) -> None:
    path = directory / ".k8n" / "deployed.json"
    assert ansible(directory, "playbook", "play.yml", "--check", "--diff").returncode == 0
    assert not path.exists()

    ran = ansible(directory, "playbook", "play.yml")

    assert ran.returncode == 0, ran.stdout
    assert f"Which hosts are the control plane and the etcd members is in {path}" in " ".join(
        ran.stdout.split()
    )
    assert [each["name"] for each in json.loads(path.read_text())["etcd"]] == MEMBERS
    again = ansible(directory, "playbook", "play.yml")
    assert "changed=0" in again.stdout and "Which hosts" not in again.stdout

    (directory / "cluster.k8n.yml").write_text(NODES.format(more=", 10.0.1.13"))
    assert etcd(directory) == MEMBERS
    path.unlink()
    # Without it the zone of the control plane has three hosts of its own now.
    assert etcd(directory) == ["node-10-0-1-11", "node-10-0-1-12", "node-10-0-1-13"]


def test_nothing_is_written_where_init_was_never_run(directory: Path) -> None:
    (directory / ".k8n" / "init.json").unlink()

    ran = ansible(directory, "playbook", "play.yml")

    assert ran.returncode == 0, ran.stdout
    assert [path.name for path in (directory / ".k8n").iterdir()] == []
    assert "changed=0" in ran.stdout
