# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many hosts at a time, how long, and by which sockets."""

from __future__ import annotations

import os
import re
from pathlib import Path

from .cluster import (
    Cluster,
    Found,
    command,
    key,
    option,
    parts,
    quoted,
    to_the_letter,
    variable,
)
from .scene import Scene, hosts

# What no probe has to be made for: as many hosts as this machine has room for.
COUNTED = """\
- hosts: node1
  gather_facts: false
  tasks:
    - k8n.cluster.controller_check:
      register: controller
    - k8n.cluster.preflight_report:
        probes: {}
        controller: controller
        dest: "{{ k8n_report_dir }}"
"""
SIZE = frozenset({"open_files_low", "controller_memory_low"})


def counted(folder: Path, count: int, forks: int) -> Cluster:
    cluster = Cluster(folder, hosts(count), config="k8s.cfg")
    (folder / "counted.yml").write_text(COUNTED)
    cluster.playbook = "counted.yml"
    cluster.write(f"[defaults]\ntimeout = 60\nforks = {forks}\n")
    # Under another name than that which a user might look for.
    cluster.shell.append("export ANSIBLE_CONFIG=k8s.cfg")
    return cluster


def few_forks(folder: Path) -> Cluster:
    return counted(folder, 12, 1)


def few_forks_of_the_environment(folder: Path) -> Cluster:
    cluster = few_forks(folder)
    cluster.drop("defaults", "forks")
    cluster.shell.append("export ANSIBLE_FORKS=1")
    return cluster


def few_forks_and_few_files(folder: Path) -> Cluster:
    """There is room for five workers."""
    cluster = few_forks(folder)
    cluster.shell.append("ulimit -Sn 60")
    return cluster


def many_forks(folder: Path) -> Cluster:
    many = 20 * (os.cpu_count() or 1)
    return counted(folder, many, many)


def few_files(folder: Path) -> Cluster:
    cluster = counted(folder, 12, 12)
    cluster.shell.append("ulimit -Sn 60")
    return cluster


def little_memory(folder: Path) -> Cluster:
    cluster = counted(folder, 12, 12)
    (folder / "meminfo").write_text("MemAvailable:     500000 kB\n")
    cluster.shell.append("mount --bind meminfo /proc/meminfo")
    cluster.inside = ("unshare", "-m")
    return cluster


@to_the_letter("Free memory on this machine")
def free_memory(cluster: Cluster, found: Found) -> None:
    (cluster.folder / "meminfo").write_text("MemAvailable:     5000000 kB\n")


# How long, and with what.


def short_timeout(folder: Path) -> Cluster:
    cluster = Cluster(folder, hosts(1))
    cluster.shell.append("unset NO_HOST_ANSWERS")
    cluster.write("[defaults]\n[ssh_connection]\ntimeout = 9\n")
    return cluster


def short_timeout_of_a_variable(folder: Path) -> Cluster:
    cluster = short_timeout(folder)
    cluster.write("[defaults]\ntimeout = 60\n")
    cluster.variables["ansible_ssh_timeout"] = 9
    return cluster


def long_path(folder: Path) -> Cluster:
    cluster = Cluster(folder, hosts())
    cluster.write(
        f"[ssh_connection]\ncontrol_path = /tmp/{'d' * 90}/%%h\ncontrol_path_dir = {folder / ('d' * 90)}\n"
    )
    return cluster


@to_the_letter(
    " to a folder of your own with a path of at most 79 characters, such as ~/.cp, and take out control_path "
)
def short_path(cluster: Cluster, found: Found) -> None:
    cluster.set("ssh_connection", "control_path_dir", "~/.cp")
    cluster.drop("ssh_connection", "control_path")


def long_path_of_an_argument(folder: Path) -> Cluster:
    cluster = Cluster(folder, hosts())
    cluster.write("[ssh_connection]\ncontrol_path_dir = /tmp/cp\n")
    cluster.options.append(f"--ssh-extra-args=-o ControlPath=/tmp/{'d' * 90}")
    return cluster


@to_the_letter("Take out ControlPath in --ssh-extra-args")
def no_path(cluster: Cluster, found: Found) -> None:
    cluster.options.pop()


def limited(folder: Path) -> Cluster:
    cluster = Cluster(folder, hosts())
    cluster.options += ["--limit", "node1,node2"]
    return cluster


@to_the_letter("ansible-playbook kubernetes_sigs.kubespray.facts")
def remember_facts(cluster: Cluster, found: Found) -> None:
    """That playbook changes its hosts, which are none here: only its name is looked up, by a test of its own."""
    name, value, there, file, place = parts(REMEMBER, found.fix)
    cluster.write("")
    assert file == place == "ansible.cfg"
    cluster.set(there, name, value)
    cluster.set(there, "fact_caching_connection", str(cluster.folder / "facts"))


REMEMBER = re.compile(
    r"Set (\w+) = (\w+) in the section \[(\w+)\] of (.+), and fact_caching_connection in the section \[defaults\] of "
    r"(.+) to a folder of your own\. Then, once without --limit: "
)


SCENES: dict[str, Scene] = {
    "few_forks": Scene(few_forks, ({"forks_low": key}, {"forks_low": option})),
    "few_forks_of_the_environment": Scene(
        few_forks_of_the_environment, ({"forks_low": command}, {"forks_low": option})
    ),
    "few_forks_and_few_files": Scene(few_forks_and_few_files, ({"forks_low": key},)),
    "many_forks": Scene(many_forks, ({"forks_high": key}, {"forks_high": option}), SIZE),
    "few_files": Scene(few_files, ({"open_files_low": quoted}, {"open_files_low": option})),
    "short_timeout": Scene(short_timeout, ({"timeout_short": key}, {"timeout_short": option})),
    "short_timeout_of_a_variable": Scene(
        short_timeout_of_a_variable, ({"timeout_short": variable},)
    ),
    "long_path": Scene(long_path, ({"control_path_long": short_path},)),
    "long_path_of_an_argument": Scene(long_path_of_an_argument, ({"control_path_long": no_path},)),
    "limited": Scene(limited, ({"limit_without_fact_cache": remember_facts},)),
}
LITTLE_MEMORY = Scene(
    little_memory, ({"controller_memory_low": option}, {"controller_memory_low": free_memory})
)
