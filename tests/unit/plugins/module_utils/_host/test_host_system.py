# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._host import system
from ansible_collections.k8n.cluster.plugins.module_utils._host.container import container

# Recorded on each of these systems.
OS_RELEASES = {
    "debian 12": (
        'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\n'
        'VERSION="12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\n',
        {"id": "debian", "name": "Debian GNU/Linux", "version": "12"},
    ),
    "debian 13": (
        'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nNAME="Debian GNU/Linux"\nVERSION_ID="13"\n'
        'VERSION="13 (trixie)"\nDEBIAN_VERSION_FULL=13.8\nID=debian\n',
        {"id": "debian", "name": "Debian GNU/Linux", "version": "13"},
    ),
    "ubuntu 24.04": (
        'PRETTY_NAME="Ubuntu 24.04.1 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\n'
        "ID_LIKE=debian\n",
        {"id": "ubuntu", "name": "Ubuntu", "version": "24.04"},
    ),
    "rocky 9": (
        'NAME="Rocky Linux"\nVERSION="9.4 (Blue Onyx)"\nID="rocky"\nID_LIKE="rhel centos fedora"\n'
        'VERSION_ID="9.4"\n',
        {"id": "rocky", "name": "Rocky Linux", "version": "9.4"},
    ),
    "nothing": ("", {"id": None, "name": None, "version": None}),
    "garbage": (
        "\x1b[31mID\n=x\n# ID=comment\n",
        {"id": None, "name": None, "version": None},
    ),
}
MEMINFO = (
    "MemTotal:        2014380 kB\nMemFree:          157320 kB\nMemAvailable:    1283452 kB\n"
    "HugePages_Total:       0\n"
)
SWAPS = (
    "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
    "/dev/sda5                               partition\t998396\t\t10240\t\t-2\n"
    "/swapfile                               file\t\t2097148\t\t0\t\t-3\n"
)
CGROUP2 = "26 24 0:23 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
HYBRID = (
    "30 23 0:26 / /sys/fs/cgroup ro,nosuid shared:9 - tmpfs tmpfs ro,mode=755\n"
    "31 30 0:27 / /sys/fs/cgroup/unified rw,nosuid shared:10 - cgroup2 cgroup2 rw\n"
    "32 30 0:28 / /sys/fs/cgroup/systemd rw,nosuid shared:11 - cgroup cgroup rw,name=systemd\n"
)
SYSFS_ONLY = "23 28 0:22 / /sys rw,nosuid shared:7 - sysfs sysfs rw\n"


def write(root, **texts):
    for name, text in texts.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", OS_RELEASES)
def test_os_release(name):
    content, found = OS_RELEASES[name]

    assert system.os_release(content) == found


def test_collect(tmp_path, monkeypatch):
    monkeypatch.setattr(system, "_can_set", lambda name: name in ("C.UTF-8", "de_DE.UTF-8"))
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    write(
        tmp_path,
        etc__default__locale='LANG="de_DE.UTF-8"\n',
        proc__meminfo=MEMINFO,
        proc__swaps=SWAPS,
        proc__1__comm="systemd\n",
        proc__self__mountinfo=CGROUP2,
    )
    # Where there is no /etc/os-release.
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    (tmp_path / "run/nologin").write_text("\nSystem is going down.\n\n", encoding="utf-8")
    (tmp_path / "usr/lib").mkdir(parents=True)
    (tmp_path / "usr/lib/os-release").write_text(OS_RELEASES["debian 12"][0], encoding="utf-8")

    assert system.collect({}, tmp_path) == {
        "os": {"id": "debian", "name": "Debian GNU/Linux", "version": "12"},
        "machine": os.uname().machine,
        "kernel": os.uname().release,
        "init": "systemd",
        "systemd": True,
        "nologin": "System is going down.",
        "cgroup": 2,
        "cpus": 2,
        "memory_mb": {"total": 1967, "available": 1253},
        "swap": [
            {"name": "/dev/sda5", "size_mb": 974, "used_mb": 10},
            {"name": "/swapfile", "size_mb": 2047, "used_mb": 0},
        ],
        "locale": {
            "utf8": "C.UTF-8",
            "default": "de_DE.UTF-8",
            "default_exists": True,
            "default_in": ["etc/default/locale", "LANG"],
        },
    }


def test_a_host_without_any_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr(system, "_can_set", lambda _name: False)

    found = system.collect({}, tmp_path)

    assert found["memory_mb"] == {"total": None, "available": None}
    assert found["locale"] == {
        "utf8": None,
        "default": None,
        "default_exists": None,
        "default_in": None,
    }
    assert [found[name] for name in ("init", "nologin", "cgroup", "swap")] == [None] * 4


@pytest.mark.parametrize(
    ("mountinfo", "version"), [(CGROUP2, 2), (HYBRID, 1), (SYSFS_ONLY, None), ("garbage", None)]
)
def test_the_version_of_cgroups(tmp_path, mountinfo, version):
    write(tmp_path, proc__self__mountinfo=mountinfo)

    assert system.collect({}, tmp_path)["cgroup"] == version


def test_no_swap_is_something_else_than_not_known(tmp_path):
    write(tmp_path, proc__swaps=SWAPS.splitlines(keepends=True)[0])

    assert system.collect({}, tmp_path)["swap"] == []


def test_what_is_no_list_of_swap_is_not_known(tmp_path):
    write(tmp_path, proc__swaps="\0" * 100)

    assert system.collect({}, tmp_path)["swap"] is None


def test_a_locale_that_this_host_has_not():
    assert system._can_set("C")
    assert not system._can_set("xx_YY.UTF-8")
    assert not system._can_set("a" * 10000)


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("run__systemd__container", "lxc\n", "lxc"),
        ("run__.containerenv", "", "podman"),
        (".dockerenv", "", "docker"),
        ("run__systemd__notify", "", None),
    ],
)
def test_container(tmp_path, path, text, kind):
    write(tmp_path, **{path: text})

    assert container(tmp_path) == kind
