# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._host import etcd_disk

NOTHING = dict.fromkeys(("p50_ms", "p99_ms", "rounds", "writes", "folder", "reason"))


class Disk:
    """A disk and the clock that it takes time on: the seconds of the writes, the last one for all that follow."""

    def __init__(self, *seconds):
        self._seconds = list(seconds)
        self.now = 0.0
        self.blocks = []

    def write(self, block):
        self.blocks.append(len(block))
        self.now += self._seconds.pop(0) if len(self._seconds) > 1 else self._seconds[0]

    def clock(self):
        return self.now


def measured(*seconds, enough=0.01):
    disk = Disk(*seconds)
    return etcd_disk.summary(etcd_disk.measure(disk.write, enough, disk.clock)), disk


def test_a_good_disk_is_measured_in_one_round():
    found, disk = measured(0.001)

    assert found == {"p50_ms": 1.0, "p99_ms": 1.0, "rounds": 1, "writes": 100}
    assert set(disk.blocks) == {2300}
    assert len(disk.blocks) == 120


def test_the_warm_up_does_not_count():
    assert measured(*[0.01] * 20, 0.001)[0]["p99_ms"] == 1.0


def test_one_outlier_in_a_round_does_not_count():
    found, _disk = measured(*[0.001] * 60, 0.2, 0.001)

    assert (found["p99_ms"], found["rounds"]) == (1.0, 1)


def test_a_slow_moment_does_not_count():
    for slow in (5, 50):
        found, _disk = measured(*[0.001] * 20, *[0.05] * slow, 0.001)
        assert (found["p50_ms"], found["p99_ms"]) == (1.0, 1.0)


def test_a_slow_disk_is_slow_in_every_round():
    found, disk = measured(0.02)

    assert found["p99_ms"] == found["p50_ms"] == 20.0
    assert found["rounds"] > 5
    assert disk.now < 3.3


def test_enough_is_what_the_user_says():
    assert measured(0.02, enough=0.03)[0]["rounds"] == 1


def test_a_very_slow_disk_is_measured_with_few_writes():
    found, disk = measured(0.3)

    assert (found["p99_ms"], found["rounds"]) == (300.0, 1)
    assert found["writes"] < 20
    assert disk.now < 3.9


def test_a_disk_that_takes_longer_than_all():
    disk = Disk(5.0)

    assert etcd_disk.measure(disk.write, 0.01, disk.clock) == []


def test_this_machine_and_nothing_remains(tmp_path):
    wants = {
        "etcd_member": True,
        "directories": {"etcd": str(tmp_path / "lib/etcd")},
        "fsync_enough_ms": 1e6,
    }
    found = etcd_disk.collect(wants)

    assert found["folder"] == str(tmp_path)
    assert (found["rounds"], found["reason"]) == (1, None)
    assert 0 < found["p50_ms"] <= found["p99_ms"]
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_without_nameless_files(tmp_path, monkeypatch):
    monkeypatch.setattr("os.O_TMPFILE", os.O_DIRECTORY)
    seen = []

    def measure(write, _enough):
        seen.append(list(tmp_path.iterdir()))
        write(b"x")
        return [[0.001] * 100]

    monkeypatch.setattr(etcd_disk, "measure", measure)
    found = etcd_disk.collect({"etcd_member": True, "directories": {"etcd": str(tmp_path)}})

    assert found["p99_ms"] == 1.0
    # Gone before the first write: nothing remains of a run that is killed, either.
    assert seen == [[]]


def test_only_on_etcd_members():
    assert etcd_disk.collect({}) == NOTHING
    assert etcd_disk.collect({"etcd_member": False}) == NOTHING


def test_where_nothing_can_be_written(tmp_path, monkeypatch):
    def refuse(*_arguments, **_options):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("os.open", refuse)
    monkeypatch.setattr("tempfile.mkstemp", refuse)
    wants = {"etcd_member": True, "directories": {"etcd": str(tmp_path)}}

    assert etcd_disk.collect(wants) == {
        **NOTHING,
        "reason": f"nothing can be written into {tmp_path}: Read-only file system",
    }


def test_where_there_is_no_room(tmp_path, monkeypatch):
    full = os.statvfs_result((4096, 4096, 10, 5, 5, 10, 5, 5, 0, 255))
    monkeypatch.setattr("os.statvfs", lambda _path: full)
    monkeypatch.setattr(etcd_disk, "measure", lambda *_arguments: pytest.fail("it was measured"))

    found = etcd_disk.collect({"etcd_member": True, "directories": {"etcd": str(tmp_path)}})
    assert found["reason"] == f"{tmp_path} has hardly any free space"
