# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._host import processes

PROC = Path("/proc")
UNITS = frozenset({"kubelet.service", "etcd.service"})


def write(path, text=""):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("cgroup", "unit"),
    [
        ("0::/system.slice/etcd.service\n", "etcd.service"),
        ("0::/system.slice/k3s.service/init.scope\n", "k3s.service"),
        ("13:hugetlb:/\n9:name=systemd:/libpod_parent/libpod-06ec/system.slice/ssh.service\n", "ssh.service"),
        ("0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-4f.scope\n", "cri-containerd-4f.scope"),
        ("0::/user.slice/user-0.slice/session-2.scope\n", "session-2.scope"),
        ("0::/\n", None),
        ("", None),
    ],
)  # fmt: skip
def test_the_unit_of_a_process(tmp_path, cgroup, unit):
    write(tmp_path / "7/comm", "some (name)\n")
    write(tmp_path / "7/cgroup", cgroup)

    assert processes.process(7, tmp_path) == processes.Process(7, "some (name)", unit)


def test_a_process_that_has_ended(tmp_path):
    assert processes.process(7, tmp_path) is None
    assert processes.seconds(7, tmp_path) is None


def test_commands(tmp_path):
    write(tmp_path / "7/comm", "unattended-upgr\n")
    write(tmp_path / "7/cmdline", "python3\0/usr/bin/unattended-upgrade\0")
    write(tmp_path / "8/comm", "sh\n")
    write(tmp_path / "stat", "no process")

    assert list(processes.commands("unattended-upgr", tmp_path)) == [
        (7, "python3 /usr/bin/unattended-upgrade ")
    ]
    assert list(processes.commands("sh", tmp_path / "nowhere")) == []


def test_how_long_a_process_has_been_there():
    before = time.monotonic()
    with subprocess.Popen(["sleep", "60"]) as started:
        try:
            time.sleep(1.2)
            found = processes.seconds(started.pid, PROC)
            assert found is not None
            # In whole seconds, of a clock with steps of its own.
            assert 1 <= found <= time.monotonic() - before + 1
        finally:
            started.kill()


def test_a_name_with_brackets_and_a_strange_stat(tmp_path):
    write(tmp_path / "uptime", "1000.50 3000.00\n")
    ticks = os.sysconf("SC_CLK_TCK")
    write(tmp_path / "7/stat", f"7 (a) b (c) S {' '.join(['0'] * 18)} {900 * ticks} 0\n")
    write(tmp_path / "8/stat", "8 (x) S 1\n")

    assert processes.seconds(7, tmp_path) == 100
    assert processes.seconds(8, tmp_path) is None


@pytest.mark.parametrize(
    ("of_systemd", "folder"),
    [
        ("0::/init.scope\n", "sys/fs/cgroup/system.slice"),
        ("2:cpu:/\n1:name=systemd:/init.scope\n0::/init.scope\n", "sys/fs/cgroup/systemd/system.slice"),
        ("0::/lxc/n1/init.scope\n", "sys/fs/cgroup/lxc/n1/system.slice"),
        ("1:name=systemd:/podman/n1/init.scope\n", "sys/fs/cgroup/systemd/podman/n1/system.slice"),
    ],
)  # fmt: skip
def test_units_that_run(tmp_path, of_systemd, folder):
    write(tmp_path / "proc/1/cgroup", of_systemd)
    (tmp_path / folder / "etcd.service").mkdir(parents=True)
    (tmp_path / folder / "ssh.service").mkdir()
    # Of another systemd, in a container of this host.
    (tmp_path / "sys/fs/cgroup/other/system.slice/kubelet.service").mkdir(parents=True)

    assert processes.running(UNITS, tmp_path) == ["etcd.service"]


def test_without_systemd_nothing_is_known(tmp_path):
    write(tmp_path / "proc/1/cgroup", "0::/\n")
    (tmp_path / "sys/fs/cgroup/system.slice").mkdir(parents=True)

    assert processes.running(UNITS, tmp_path) is None
