# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._host import packages

STATUS = """Package: adduser
Status: install ok installed
Priority: important
Description: add users
 Package: not-this
 Status: install ok half-installed

Package: gone
Status: deinstall ok config-files

Package: held
Status: hold ok installed

Package: man-db
Status: install ok triggers-pending

Package: linux-image-6.1.0-28-amd64
Status: install ok half-configured

Package: postfix
Status: install ok unpacked

Package: torn
Status: install reinstreq half-installed

Package: again
Status: install reinstreq installed
"""


@pytest.fixture
def host(tmp_path):
    for folder in ("var/lib/dpkg/updates", "var/lib/apt/lists", "proc"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "var/lib/dpkg/status").write_text(STATUS, encoding="utf-8")
    (tmp_path / "var/lib/dpkg/lock-frontend").touch()
    (tmp_path / "proc/uptime").write_text("5000.0 1.0\n", encoding="utf-8")
    return tmp_path


def process(root, pid, name, command, started):
    folder = root / "proc" / str(pid)
    folder.mkdir()
    (folder / "comm").write_text(f"{name}\n", encoding="utf-8")
    (folder / "cmdline").write_text(command.replace(" ", "\0"), encoding="utf-8")
    ticks = started * os.sysconf("SC_CLK_TCK")
    (folder / "stat").write_text(f"{pid} ({name}) S {'0 ' * 18}{ticks} 0\n", encoding="utf-8")


def test_whole_and_broken(host):
    assert packages.collect({}, host) == {
        "dpkg": True,
        "users": [],
        "broken": ["linux-image-6.1.0-28-amd64", "postfix", "torn", "again"],
        "interrupted": False,
    }


def test_interrupted(host):
    (host / "var/lib/dpkg/updates/0003").touch()
    assert packages.collect({}, host)["interrupted"] is True


def test_another_family(tmp_path):
    assert packages.collect({}, tmp_path) == {
        "dpkg": False,
        "users": None,
        "broken": None,
        "interrupted": None,
    }


def test_who_has_the_lock(host):
    lock = host / "var/lib/dpkg/lock-frontend"
    code = (
        "import fcntl, sys; file = open(sys.argv[1], 'w'); fcntl.lockf(file, fcntl.LOCK_EX); "
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdin is not None and holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        process(host, holder.pid, "apt-get", "apt-get dist-upgrade", 4000)
        assert packages.collect({}, host)["users"] == [
            {
                "pid": holder.pid,
                "process": "apt-get",
                "seconds": 1000,
                "what": "/var/lib/dpkg/lock-frontend",
            }
        ]
        holder.stdin.close()
    assert packages.collect({}, host)["users"] == []


def test_an_unattended_upgrade_that_has_no_lock_yet(host):
    process(host, 40, "unattended-upgr", "python3 /usr/bin/unattended-upgrade", 4990)
    process(
        host,
        41,
        "unattended-upgr",
        "python3 /usr/share/unattended-upgrades/unattended-upgrade-shutdown --wait-for-signal",
        10,
    )

    assert packages.collect({}, host)["users"] == [
        {"pid": 40, "process": "unattended-upgr", "seconds": 10, "what": "an unattended upgrade"}
    ]


def test_a_login_may_not_see_the_locks(host, monkeypatch):
    def refuse(_path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(packages, "holder", refuse)
    assert packages.collect({}, host)["users"] is None


def test_a_holder_that_is_not_to_be_seen(host, monkeypatch):
    monkeypatch.setattr(packages, "holder", lambda _path: 0)
    assert packages.collect({}, host)["users"] == [
        {"pid": None, "process": None, "seconds": None, "what": "/var/lib/dpkg/lock-frontend"}
    ]
