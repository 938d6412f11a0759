# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run at a time works on the installations of a directory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.installation import (
    folders,
    lock,
)


@pytest.fixture
def other() -> Iterator[subprocess.Popen[bytes]]:
    """Another process, which lives until the test ends it."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def mark(process: subprocess.Popen[bytes] | None = None) -> str:
    return folders.run(process.pid if process else os.getpid())


def test_the_second_run_is_told_of_the_first(
    tmp_path: Path, other: subprocess.Popen[bytes]
) -> None:
    lock.take(tmp_path, mark(other))
    with pytest.raises(lock.LockedError) as caught:
        lock.take(tmp_path, mark())
    assert str(caught.value) == (
        f"Another run of k8n.cluster.controller, process {other.pid}, is at work in {tmp_path}. Wait for its end, and "
        "run this again."
    )
    # The first one may go on, and another role of it.
    lock.take(tmp_path, mark(other))


def test_a_run_that_has_ended_holds_nothing(tmp_path: Path, other: subprocess.Popen[bytes]) -> None:
    lock.take(tmp_path, mark(other))
    other.kill()
    other.wait()
    lock.take(tmp_path, mark())
    # Neither does another process with its number.
    (tmp_path / lock.FILE).write_text(f"{os.getppid()} 1")
    lock.take(tmp_path, mark())
    assert (tmp_path / lock.FILE).read_text() == mark()


def test_who_frees_it_must_hold_it(tmp_path: Path, other: subprocess.Popen[bytes]) -> None:
    lock.take(tmp_path, mark(other))
    lock.free(tmp_path, mark())
    with pytest.raises(lock.LockedError):
        lock.take(tmp_path, mark())
    lock.free(tmp_path, mark(other))
    assert list(tmp_path.iterdir()) == []
    lock.take(tmp_path, mark())


@pytest.mark.parametrize("text", ["", "x", "-1 2", "0 ", "\x00", "9" * 90])
def test_what_is_no_mark_holds_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / lock.FILE).write_text(text)
    lock.take(tmp_path, mark())
    assert (tmp_path / lock.FILE).read_text() == mark()


def test_nothing_is_written_behind_a_link(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("mine")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / lock.FILE).symlink_to(target)
    lock.take(tmp_path / "home", mark())
    assert target.read_text() == "mine"
    assert (tmp_path / "home" / lock.FILE).read_text() == mark()
