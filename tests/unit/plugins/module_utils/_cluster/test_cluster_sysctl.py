# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.k8n.cluster.plugins.module_utils._cluster import sysctl

# As Kubespray's tasks and an administrator write it.
TEXT = """\
# kept by hand
; this too
net.ipv4.ip_forward=1
kernel.panic = 5
-vm.overcommit_memory = 1
net/ipv4/conf/eth0.100/rp_filter = 2
net.ipv4.conf.eth0/100.arp_filter = 1
kernel.panic=10
net.ipv4.conf.*.log_martians = 1
../../etc/passwd = 1
no assignment
= 3
net.ipv4.ip_local_port_range = 32768   60999
kernel.core_pattern =
"""


def test_the_last_line_of_a_key_counts():
    assert sysctl.settings(TEXT) == {
        "net/ipv4/ip_forward": "1",
        "kernel/panic": "10",
        "vm/overcommit_memory": "1",
        "net/ipv4/conf/eth0.100/rp_filter": "2",
        "net/ipv4/conf/eth0.100/arp_filter": "1",
        "net/ipv4/ip_local_port_range": "32768   60999",
        "kernel/core_pattern": "",
    }


def test_what_was_written_and_never_loaded(tmp_path):
    file = tmp_path / "99-sysctl.conf"
    file.write_text(
        "net.ipv4.ip_forward=1\nkernel.panic=10\nnet.ipv4.range = 1 2\nnet.bridge.x=1\n",
        encoding="utf-8",
    )
    proc = tmp_path / "proc"
    (proc / "net" / "ipv4").mkdir(parents=True)
    (proc / "kernel").mkdir()
    (proc / "net" / "ipv4" / "ip_forward").write_text("0\n", encoding="utf-8")
    (proc / "net" / "ipv4" / "range").write_text("1\t2\n", encoding="utf-8")
    (proc / "kernel" / "panic").write_text("10\n", encoding="utf-8")

    assert sysctl.collect(str(file), str(proc)) == {
        "path": str(file),
        "count": 4,
        "differ": [
            {"key": "net/ipv4/ip_forward", "written": "1", "running": "0"},
            {"key": "net/bridge/x", "written": "1", "running": None},
        ],
    }


def test_no_such_file(tmp_path):
    assert sysctl.collect(str(tmp_path / "none")) is None
    assert sysctl.collect(str(tmp_path)) is None


def test_a_file_of_anything_stays_small(tmp_path):
    file = tmp_path / "99-sysctl.conf"
    file.write_bytes(
        b"\xff\xfe=\x00\n" + b"".join(b"k%d = %s\n" % (n, b"x" * 500) for n in range(400))
    )

    found = sysctl.collect(str(file), str(tmp_path))

    assert found is not None
    assert len(found["differ"]) == 20
    assert all(len(each["written"]) <= 100 for each in found["differ"])
