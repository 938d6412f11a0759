# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import errno
import os
import tempfile
from types import SimpleNamespace

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._host import mounts, storage

# Recorded on Debian 13, shortened; the last one lies over the one before it.
MOUNTINFO = """24 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro
25 24 0:22 / /proc rw,nosuid,nodev,noexec,relatime shared:2 - proc proc rw
40 24 0:35 / /tmp rw,nosuid,nodev,noexec shared:20 - tmpfs tmpfs rw,size=1007192k
41 24 254:2 / /var rw,relatime shared:21 - xfs /dev/vdb1 ro,attr2
42 24 254:3 / /srv/two\\040words ro,relatime shared:22 - ext4 /dev/vdc1 rw
43 24 254:4 / /opt rw,relatime shared:23 - ext4 /dev/vdd1 rw
44 43 254:5 / /opt ro,noexec shared:24 - ext4 /dev/vde1 rw
garbage
"""


@pytest.mark.parametrize(
    ("path", "point", "kind"),
    [
        ("/", "/", "ext4"),
        ("/etc/kubernetes", "/", "ext4"),
        ("/tmp", "/tmp", "tmpfs"),
        ("/tmpx", "/", "ext4"),
        ("/var/lib/etcd", "/var", "xfs"),
        ("/srv/two words/x", "/srv/two words", "ext4"),
    ],
)
def test_the_mount_of_a_path(path, point, kind):
    mount = mounts.of_path(mounts.parse(MOUNTINFO), path)

    assert mount is not None
    assert (mount.point, mount.kind) == (point, kind)


def test_a_later_mount_hides_an_earlier_one():
    mount = mounts.of_path(mounts.parse(MOUNTINFO), "/opt/cni/bin")

    assert mount is not None
    assert "noexec" in mount.options


def test_nothing_is_mounted():
    assert mounts.of_path(mounts.parse(""), "/") is None


def test_collect(tmp_path, monkeypatch):
    asked = []

    def statvfs(path):
        asked.append(path)
        return SimpleNamespace(
            f_bavail=1000,
            f_frsize=2**20,
            f_blocks=4000,
            f_files=0 if path == "/" else 100,
            f_favail=5,
        )

    monkeypatch.setattr(os, "statvfs", statvfs)
    monkeypatch.setattr(os.path, "exists", lambda path: path in ("/", "/var"))
    monkeypatch.setattr(os.path, "realpath", lambda path: path)
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/mountinfo").write_text(MOUNTINFO, encoding="utf-8")
    wants = {"directories": {"root": "/", "etcd": "/var/lib/etcd", "etc": "/etc"}}

    found = storage.collect(wants, tmp_path)

    assert asked == ["/", "/var"]
    room = {"free_mb": 1000, "size_mb": 4000}
    assert found == {
        "immutable": False,
        "remote_tmp": None,
        "places": {
            "root": {"path": "/", "mount": "/"},
            "etcd": {"path": "/var/lib/etcd", "mount": "/var"},
            "etc": {"path": "/etc", "mount": "/"},
        },
        "mounts": {
            "/": {
                "type": "ext4",
                "read_only": False,
                "noexec": False,
                **room,
                "inodes": None,
                "inodes_free": None,
            },
            "/var": {
                "type": "xfs",
                "read_only": True,
                "noexec": False,
                **room,
                "inodes": 100,
                "inodes_free": 5,
            },
        },
    }


def test_what_cannot_be_read_is_not_known(tmp_path, monkeypatch):
    def statvfs(_path):
        raise PermissionError

    monkeypatch.setattr(os, "statvfs", statvfs)
    (tmp_path / "run").mkdir()
    (tmp_path / "run/ostree-booted").touch()

    found = storage.collect({"directories": {"root": "/"}}, tmp_path)

    assert found["immutable"]
    assert set(found["mounts"]["?"].values()) == {None}


def test_a_directory_behind_a_link_lies_where_the_link_leads(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "etcd").symlink_to(tmp_path / "disk")
    (tmp_path / "proc/self").mkdir(parents=True)
    line = f"9 1 254:1 / {tmp_path}/disk rw - ext4 /dev/vdb rw\n"
    (tmp_path / "proc/self/mountinfo").write_text(line, encoding="utf-8")

    found = storage.collect({"directories": {"etcd": f"{tmp_path}/etcd/data"}}, tmp_path)

    assert found["places"]["etcd"]["mount"] == f"{tmp_path}/disk"


def test_where_ansible_puts_its_files(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".ansible").mkdir()
    monkeypatch.setattr(os, "access", lambda path, _how: not path.endswith(".ansible"))

    own = storage.remote_tmp("~/.ansible/tmp")
    found = storage.collect({"remote_tmp": own, "login": "server"})

    path = f"{tmp_path}/.ansible/tmp"
    assert own == {"path": path, "above": f"{tmp_path}/.ansible", "writable": False}
    assert found["remote_tmp"] == {**own, "login": "server"}
    assert found["places"]["remote_tmp"]["path"] == path
    assert storage.remote_tmp("/nowhere/x")["above"] == "/"


def test_there_is_room_for_modules_and_nothing_is_left_of_the_question(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    storage.room_for_modules()

    assert list(tmp_path.iterdir()) == []


def test_a_file_system_without_files_that_have_no_name(monkeypatch):
    opened = os.open

    def without(path, flags, *mode):
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(errno.EOPNOTSUPP, "no")
        return opened(path, flags, *mode)

    monkeypatch.setattr(os, "open", without)
    monkeypatch.setattr(tempfile, "tempdir", None)

    storage.room_for_modules()


def test_no_room_for_modules(monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "open", full)
    monkeypatch.setattr(tempfile, "tempdir", None)

    with pytest.raises(OSError, match=r"full|No usable temporary directory"):
        storage.room_for_modules()
