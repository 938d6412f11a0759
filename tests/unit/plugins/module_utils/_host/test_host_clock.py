# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._host import clock


@pytest.mark.parametrize(
    ("folder", "services", "found"),
    [
        ("sys/fs/cgroup/system.slice", ["chrony.service", "cron.service"], ["chrony"]),
        (
            "sys/fs/cgroup/systemd/system.slice",
            ["systemd-timesyncd.service"],
            ["systemd-timesyncd"],
        ),
        ("sys/fs/cgroup/system.slice", ["chronyd-restricted.service"], []),
        ("sys", [], []),
    ],
)
def test_the_services_that_run(tmp_path, monkeypatch, folder, services, found):
    monkeypatch.setattr(clock, "_status", lambda: 0x2001)
    for name in services:
        (tmp_path / folder / name).mkdir(parents=True)

    assert clock.collect({}, tmp_path) == {"synchronised": True, "services": found}


# 0x2001 and 0x2041 were recorded with chrony and without any service (adjtimex of Debian 12).
@pytest.mark.parametrize(
    ("status", "synchronised"), [(0x2001, True), (0x2041, False), (None, None)]
)
def test_the_kernels_word(tmp_path, monkeypatch, status, synchronised):
    monkeypatch.setattr(clock, "_status", lambda: status)

    assert clock.collect({}, tmp_path)["synchronised"] is synchronised


def test_timesyncds_word_is_enough(tmp_path, monkeypatch):
    monkeypatch.setattr(clock, "_status", lambda: 0x2041)
    (tmp_path / "run/systemd/timesync").mkdir(parents=True)
    (tmp_path / "run/systemd/timesync/synchronized").touch()

    assert clock.collect({}, tmp_path)["synchronised"] is True


def test_a_container_does_not_ask_the_kernel(tmp_path, monkeypatch):
    monkeypatch.setattr(clock, "_status", lambda: 0x2041)
    (tmp_path / ".dockerenv").touch()

    assert clock.collect({}, tmp_path)["synchronised"] is None


def test_the_kernel_can_be_asked_by_everybody():
    status = clock._status()

    # Flags of which the highest is STA_CLK, 0x8000.
    assert status is not None
    assert 0 <= status <= 0xFFFF
