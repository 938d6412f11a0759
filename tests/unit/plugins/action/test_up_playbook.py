# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook up: a directory is made, and the run in it takes the place of the first one."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from ansible_collections.k8n.cluster.tests.unit import apart

KUBESPRAY = {
    "galaxy.yml": "version: 2.31.0\n",
    "meta/runtime.yml": 'requires_ansible: ">=2.17.0"\n',
    "playbooks/ansible_version.yml": "- hosts: all\n",
    "roles/etcd/defaults/main.yml": "etcd_dir: /etcd\n",
    "inventory/sample/group_vars/all/all.yml": "bin_dir: /usr/local/bin\n",
}
KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIEefW1TBnt2IXbm8L10n2MYnnEytI+wo9pEPxAOE2b4a"
# Where another Ansible reads its configuration, what it made is not followed.
GOES_ON = """\
- name: What goes on
  hosts: all
  gather_facts: false
  tasks:
    - name: Say where
      ansible.builtin.debug:
        msg: "{{ inventory_hostname }} {{ bin_dir }} {{ k8n_fetch_kubeconfig }}
          {{ lookup('config', 'HOST_KEY_CHECKING') }} {{ lookup('config', 'DEFAULT_FORKS') }}"
    - name: End as it likes
      ansible.builtin.fail:
        msg: with its own status
"""


def up(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "home").mkdir(exist_ok=True)
    return apart.ansible(
        folder, "playbook", "k8n.cluster.up", *arguments, ANSIBLE_LOCAL_TEMP=str(folder / "tmp"), COLUMNS="200"
    )  # fmt: skip


def kubespray_inside(directory: Path) -> None:
    """As k8n.cluster.controller leaves it, but for what no test here runs."""
    for name, text in KUBESPRAY.items():
        path = directory / ".k8n" / "controller" / "current" / "kubespray" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_without_a_terminal_it_says_which_variable_decides(tmp_path: Path) -> None:
    done = up(tmp_path)
    assert done.returncode == 2, done.stdout
    assert "k8n_nodes: nothing is given, and there is no cluster.k8n.yml yet" in done.stdout
    done = up(tmp_path, "-e", "k8n_nodes=10.1.1.2", "-i", "hosts.ini", "-e", "k8n_nods=x")
    assert "- -i hosts.ini: k8n.cluster.up makes the inventory, in k8n_dir." in done.stdout.replace(
        f"{tmp_path}/", ""
    )
    assert "- k8n_nods: nothing reads this variable; did you mean k8n_nodes?" in done.stdout
    done = up(tmp_path, "-e", "k8n_nodes=10.1.1.2")
    assert (
        "No Kubespray is installed here. Give kubespray_version=v2.31.0, or another tag, branch or path of a checkout, "
        f"and it is installed into {tmp_path}/cluster, with all that it asks for." in done.stdout
    )
    assert not (tmp_path / "cluster").exists()


def test_hosts_without_a_key_end_it_before_anything_is_written(tmp_path: Path) -> None:
    kubespray_inside(tmp_path / "cluster")
    done = up(tmp_path, "-e", "k8n_nodes=10.1.1.2-3")
    assert done.returncode == 2
    assert (
        "SSH knows no key of 2 hosts (node-10-1-1-2, node-10-1-1-3), so nothing can be done there. Give "
        "k8n_known_hosts=FILE with their keys, or k8n_trust_host_keys=true" in done.stdout
    )
    assert not (tmp_path / "cluster" / "site.yml").exists()


def test_the_run_in_the_directory_takes_its_place(tmp_path: Path) -> None:
    directory = tmp_path / "cluster"
    kubespray_inside(directory)
    (tmp_path / "keys").write_text(f"10.1.1.2,10.1.1.3 ssh-ed25519 {KEY}\n")
    # The user's own, which init leaves alone.
    (directory / "site.yml").write_text(GOES_ON)
    given = ("-e", "k8n_nodes=10.1.1.2-3", "-e", "k8n_known_hosts=keys", "-u", "admin")
    done = up(tmp_path, *given)
    assert done.returncode == 2, done.stdout
    assert (
        f"It goes on with: ansible-playbook {directory}/site.yml -e k8n_nodes=10.1.1.2-3 -e k8n_known_hosts=keys "
        "-u admin -b -e" in done.stdout.replace("\\", "")
    )
    assert "node-10-1-1-2: node-10-1-1-2 /usr/local/bin True True 2\n" in done.stdout
    assert "with its own status" in done.stdout
    # How to go on is the command that was typed, as it works from here.
    (again,) = re.findall(r"^TO GO ON.*:\n  (.*)$", done.stdout, re.M)
    assert again.endswith(
        " k8n.cluster.up -e k8n_nodes=10.1.1.2-3 -e k8n_known_hosts=keys -u admin"
    )
    assert list((tmp_path / "tmp").glob("*")) == [], "what the first run had is left"


def test_check_mode_writes_nothing_and_goes_nowhere(tmp_path: Path) -> None:
    directory = tmp_path / "cluster"
    kubespray_inside(directory)
    (tmp_path / "keys").write_text(f"10.1.1.2 ssh-ed25519 {KEY}\n")
    done = up(tmp_path, "-e", "k8n_nodes=10.1.1.2", "-e", "k8n_known_hosts=keys", "--check")
    assert done.returncode == 0, done.stdout
    assert "Without check mode it would go on with: ansible-playbook" in done.stdout
    assert not (directory / "site.yml").exists()


def test_a_host_that_is_not_named_any_more_ends_it(tmp_path: Path) -> None:
    directory = tmp_path / "cluster"
    kubespray_inside(directory)
    (tmp_path / "keys").write_text(f"10.1.1.2,10.1.1.3 ssh-ed25519 {KEY}\n")
    (directory / "site.yml").write_text(GOES_ON)
    assert "with its own status" in (
        up(tmp_path, "-e", "k8n_nodes=10.1.1.2-3", "-e", "k8n_known_hosts=keys").stdout
    )
    done = up(tmp_path, "-e", "k8n_nodes=10.1.1.2")
    assert "k8n_nodes has fewer machines than cluster.k8n.yml had: without node-10-1-1-3." in (
        done.stdout
    )
    assert "For another cluster give another k8n_dir; for one that was never made" in done.stdout
    assert "with its own status" not in done.stdout
    # In the directory, and with what it has.
    done = up(directory)
    assert "node-10-1-1-3: node-10-1-1-3 /usr/local/bin True True 2\n" in done.stdout
