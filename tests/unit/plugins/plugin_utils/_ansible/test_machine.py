# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What this machine leaves to Ansible."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible import machine


@pytest.mark.parametrize(
    ("content", "mb"),
    [
        (b"MemTotal: 9 kB\nMemAvailable:    2098176 kB\n", 2049),
        (b"MemTotal: 9 kB\n", None),
        (b"MemAvailable: many kB\n", None),
        (b"\xff\xfe", None),
    ],
)
def test_memory_that_is_free(tmp_path: Path, content: bytes, mb: int | None) -> None:
    (tmp_path / "meminfo").write_bytes(content)
    assert machine.available_mb(tmp_path / "meminfo") == mb


def test_a_system_without_that_file(tmp_path: Path) -> None:
    assert machine.available_mb(tmp_path / "meminfo") is None


@pytest.mark.parametrize(("soft", "files"), [(1024, 1024), (resource.RLIM_INFINITY, None)])
def test_open_files(monkeypatch: pytest.MonkeyPatch, soft: int, files: int | None) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (soft, resource.RLIM_INFINITY))
    assert machine.open_files() == (files, None)
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (soft, 4096))
    assert machine.open_files() == (files, 4096)
