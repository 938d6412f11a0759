# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import socket

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._host import ports

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
REST = "00000000:00000000 00:00000000 00000000     0        0 {inode} 1 0000000039548bba 100 0 0 10 0\n"
WANTED = {
    "ports": [
        {"protocol": "tcp", "port": 6443},
        {"protocol": "tcp", "port": 10257},
        {"protocol": "udp", "port": 4789},
    ]
}


def line(local, inode, state="0A", remote="00000000:0000"):
    return f"   0: {local} {remote} {state} {REST.format(inode=inode)}"


@pytest.fixture
def host(tmp_path):
    """Makes a host's /proc of the lines of its tables."""

    def make(**tables):
        for name in ("tcp", "udp"):
            tables.setdefault(name, "")
        for name, text in tables.items():
            path = tmp_path / "proc/net" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(HEAD + text, encoding="utf-8")
        return tmp_path

    return make


def process(root, pid, name, unit, *inodes):
    folder = root / "proc" / str(pid)
    (folder / "fd").mkdir(parents=True)
    (folder / "comm").write_text(f"{name}\n", encoding="utf-8")
    (folder / "cgroup").write_text(f"0::/system.slice/{unit}\n", encoding="utf-8")
    (folder / "fd/0").symlink_to("/dev/null")
    for number, inode in enumerate(inodes, 1):
        (folder / f"fd/{number}").symlink_to(f"socket:[{inode}]")


def entry(port, protocol, address, process_=None, pid=None, unit=None):
    return {
        "port": port, "protocol": protocol, "address": address, "process": process_, "pid": pid, "unit": unit,
    }  # fmt: skip


def test_by_whom(host):
    root = host(
        # 0x192B is 6443, 0x2811 10257, 0x12B5 4789
        tcp=line("0100007F:192B", 11) + line("00000000:0016", 12),
        tcp6=line("00000000000000000000000001000000:2811", 13)
        + line("00000000000000000000000000000000:2811", 14),
        udp=line("00000000:12B5", 15, "07"),
    )
    process(root, 257, "haproxy", "haproxy.service", 11, 13)
    process(root, 300, "sshd", "ssh.service", 12)

    assert ports.collect(WANTED, root) == {
        "taken": [
            entry(6443, "tcp", "127.0.0.1", "haproxy", 257, "haproxy.service"),
            entry(10257, "tcp", "::1", "haproxy", 257, "haproxy.service"),
            entry(10257, "tcp", "::"),
            entry(4789, "udp", "0.0.0.0"),
        ]
    }


def test_a_connection_takes_no_port(host):
    root = host(
        tcp=line("0100007F:192B", 11, "01", "0100007F:C000"), udp=line("00000000:12B5", 9, "01")
    )

    assert ports.collect(WANTED, root) == {"taken": []}


def test_strange_lines_are_passed_over(host):
    root = host(tcp="\n   0: what\n" + line("XY:192B", 1) + line("00000000:192B", 2))

    assert ports.collect(WANTED, root) == {"taken": [entry(6443, "tcp", "0.0.0.0")]}


def test_no_tables_and_nothing_wanted(host, tmp_path):
    assert ports.collect(WANTED, tmp_path) == {"taken": None}
    assert ports.collect({}, host(tcp=line("00000000:192B", 2))) == {"taken": []}


def test_what_is_no_table_is_not_known(host):
    root = host()
    (root / "proc/net/tcp").write_text("\0" * 100, encoding="utf-8")

    assert ports.collect(WANTED, root) == {"taken": None}


def test_this_machine():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        (found,) = ports.collect({"ports": [{"protocol": "tcp", "port": port}]})["taken"]

    assert (found["pid"], found["address"]) == (os.getpid(), "127.0.0.1")
