# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host import storage
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Host, Judged

DIRECTORIES = {
    "etcd": "/var/lib/etcd",
    "etcd_ssl": "/etc/ssl/etcd/ssl",
    "containerd": "/var/lib/containerd",
    "kubelet": "/var/lib/kubelet",
    "releases": "/tmp/releases",
    "bin": "/usr/local/bin",
    "config": "/etc/kubernetes",
}
ALL = frozenset({"kube_control_plane", "kube_node", "etcd"})
# A host with a disk of its own for etcd, and /tmp in memory.
ROOT = {
    "type": "ext4",
    "read_only": False,
    "noexec": False,
    "free_mb": 20000,
    "size_mb": 40000,
    "inodes": 1000,
    "inodes_free": 900,
}
MOUNTS = {
    "/": ROOT,
    "/tmp": {**ROOT, "type": "tmpfs", "noexec": True, "free_mb": 900},
    "/var/lib/etcd": {**ROOT, "free_mb": 8000},
}


def host(groups=ALL, settings=None, thresholds=None):
    return Host(
        "n1",
        frozenset(groups),
        settings={"directories": DIRECTORIES} if settings is None else settings,
        thresholds={**storage.THRESHOLDS, **(thresholds or {})},
    )


HOME = "/home/server"
REMOTE_TMP = {
    **{"path": f"{HOME}/.ansible/tmp", "above": HOME},
    **{"writable": True, "login": "server"},
}


def judged(changes=None, on=None, immutable=False, home="/", **remote_tmp):
    """What is said where some mounts are otherwise; home is the mount in which Ansible puts its files."""
    on = on or host()
    mounts = {point: {**mount, **(changes or {}).get(point, {})} for point, mount in MOUNTS.items()}
    places = {}
    for name, path in storage.wants(on)["directories"].items():
        point = max((each for each in mounts if path.startswith(each)), key=len)
        places[name] = {"path": path, "mount": point}
    places["remote_tmp"] = {"path": REMOTE_TMP["path"], "mount": home}
    mounts.setdefault(home, {**ROOT, **(changes or {}).get(home, {})})
    found = {"immutable": immutable, "places": places, "mounts": mounts, "root": True}
    found["remote_tmp"] = {**REMOTE_TMP, **remote_tmp}
    result = Judged()
    result.add(storage.CHECKS, storage.judge(found, on))
    return result


def test_which_directories_matter():
    always = {"root": "/", "etc": "/etc", "var": "/var", "tmp": "/tmp"}

    assert storage.wants(host())["directories"] == {**always, **DIRECTORIES, "cni": "/opt/cni/bin"}
    assert storage.wants(host({"kube_node"}))["directories"] == {
        **always,
        **{name: path for name, path in DIRECTORIES.items() if not name.startswith("etcd")},
        "cni": "/opt/cni/bin",
    }
    assert storage.wants(host({"etcd"}))["directories"] == {
        **always,
        **{
            name: path
            for name, path in DIRECTORIES.items()
            if name not in ("kubelet", "containerd")
        },
    }
    assert storage.wants(host(settings={}))["directories"] == always
    assert storage.wants(host(settings={"directories": {"etcd": None}}))["directories"] == {
        **always,
        "cni": "/opt/cni/bin",
    }


@pytest.mark.parametrize("on", [host(), host(settings={}), host({"kube_node"})])
def test_a_host_on_which_all_is_well(on):
    """A /tmp that is noexec is well: Kubespray executes nothing there."""
    result = judged(on=on)

    assert result.passed == [check.id for check in storage.CHECKS]


def test_little_room():
    result = judged({"/": {"free_mb": 5120}})

    assert result.problems == [
        warn(
            "disk_space_low",
            "Only 5.0 GiB of / are free, where /var/lib/containerd will lie (wanted: at least 10 GiB).",
            "Make room in / or put a bigger disk there, or set k8n_thresholds to what this cluster needs.",
        )
    ]
    # kubelet's 2 GiB are there, and a host without containers needs no more.
    assert judged({"/": {"free_mb": 5120}}, host({"etcd"})).problems == []


def test_hardly_any_room_in_two_places():
    result = judged({"/tmp": {"free_mb": 512}, "/var/lib/etcd": {"free_mb": 100}})

    assert result.problems == [
        block(
            "disk_space_low",
            "Only 0.1 GiB of /var/lib/etcd are free, where /var/lib/etcd lies (wanted: at least 4 GiB); "
            "0.5 GiB of /tmp are free, where /tmp/releases will lie (wanted: at least 0.75 GiB).",
            "Make room in /var/lib/etcd, /tmp or put a bigger disk there, or set k8n_thresholds to what this cluster "
            "needs.",
        )
    ]


def test_other_thresholds():
    on = host(thresholds={"containerd_free_gib": 4.0, "inodes_free_percent": 95.0})

    assert [problem["id"] for problem in judged({"/": {"free_mb": 5120}}, on).problems] == [
        "inodes_low"
    ]


def test_hardly_any_inodes():
    result = judged({"/": {"inodes_free": 50}, "/tmp": {"inodes": None, "inodes_free": None}})

    assert result.problems == [
        warn(
            "inodes_low",
            "Only 5.0 % of the inodes of / are free (wanted: at least 6 %). Without one no file can be made, however "
            "much room there is.",
            "Look with 'du --inodes -x -d 2 /' for what has so many files, and remove it.",
        )
    ]


def test_read_only():
    result = judged({"/": {"read_only": True}}, host(settings={}))

    assert result.problems == [
        block(
            "mount_read_only",
            "/ (with /etc, /var, /home/server/.ansible/tmp) is mounted read-only, where Kubespray has to write.",
            "Look with 'dmesg' whether the disk has errors, and mount it read-write: mount -o remount,rw /.",
        )
    ]


def test_no_room_where_ansible_puts_its_files():
    assert judged({"/home": {"free_mb": 0}}, home="/home").problems == [
        block(
            "disk_space_low",
            "Only 0.0 GiB of /home are free, where /home/server/.ansible/tmp will lie (wanted: at least 0.1 GiB).",
            "Make room in /home or put a bigger disk there, or set k8n_thresholds to what this cluster needs.",
        )
    ]
    assert [
        problem["id"] for problem in judged({"/home": {"inodes_free": 0}}, home="/home").problems
    ] == ["inodes_low"]
    assert [
        problem["id"]
        for problem in judged({"/home": {"read_only": True}}, home="/home", writable=False).problems
    ] == ["mount_read_only"]


def test_the_login_may_not_write_where_ansible_puts_its_files():
    assert judged(writable=False, above=f"{HOME}/.an sible").problems == [
        block(
            "login_tmp_not_writable",
            "The login server may not write into /home/server/.an sible, where Ansible puts its files "
            "(/home/server/.ansible/tmp): each task that copies a file fails.",
            "Run on the host: chown server '/home/server/.an sible', or set ansible_remote_tmp to a directory that the "
            "login may write.",
        )
    ]


def test_how_much_of_what_should_be_free_blocks_is_a_threshold_too():
    on = host(thresholds={"free_block_percent": 60.0})

    assert [problem["severity"] for problem in judged({"/": {"free_mb": 5120}}, on).problems] == [
        "block"
    ]


def test_a_system_that_is_read_only_on_purpose():
    on = host(settings={"directories": {"bin": "/usr/local/bin"}})
    found = {
        "immutable": True,
        "places": {
            "root": {"path": "/", "mount": "/"},
            "bin": {"path": "/usr/local/bin", "mount": "/"},
            "etc": {"path": "/etc", "mount": "/tmp"},
        },
        "mounts": {**MOUNTS, "/": {**ROOT, "read_only": True}},
        "remote_tmp": REMOTE_TMP,
    }

    assert list(storage.judge(found, on)) == []


def test_each_mount_is_in_the_cure():
    result = judged({
        "/": {"read_only": True, "noexec": True, "inodes_free": 1},
        "/tmp": {"read_only": True, "inodes_free": 1},
    })  # fmt: skip

    assert {problem["id"]: problem["fix"] for problem in result.problems} == {
        "inodes_low": "Look with 'du --inodes -x -d 2 / /tmp' for what has so many files, and remove it.",
        "mount_read_only": "Look with 'dmesg' whether the disk has errors, and mount it read-write: "
        "mount -o remount,rw / && mount -o remount,rw /tmp.",
        "mount_noexec": "Take noexec out of the line in /etc/fstab and run: mount -o remount,exec /.",
    }


def test_noexec():
    result = judged({"/": {"noexec": True}})

    assert result.problems == [
        block(
            "mount_noexec",
            "/ (with /var/lib/containerd, /var/lib/kubelet, /usr/local/bin, /opt/cni/bin) is mounted noexec, where "
            "programs of the cluster are executed.",
            "Take noexec out of the line in /etc/fstab and run: mount -o remount,exec /.",
        )
    ]


def test_what_is_not_known_does_not_pass():
    nothing = dict.fromkeys(ROOT)
    found = {
        "immutable": False,
        "places": {"root": {"path": "/", "mount": "?"}},
        "mounts": {"?": nothing},
        "remote_tmp": None,
    }
    result = Judged()

    result.add(storage.CHECKS, storage.judge(found, host()))

    assert result.unknown == [(check.id, "The host does not say.") for check in storage.CHECKS]
