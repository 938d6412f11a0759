# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.installation import folders


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "clusters" / "a"


@pytest.fixture
def release(directory: Path) -> Path:
    return directory / ".k8n" / "controller" / "v1-0a1b2c3d"


MARK = folders.run(os.getpid())


def test_what_is_made(tmp_path: Path, directory: Path, release: Path) -> None:
    made = folders.make(directory, release, MARK)

    assert made == [
        tmp_path / "clusters", directory, directory / ".k8n", directory / ".k8n" / "controller", release,
    ]  # fmt: skip
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert (release / folders.MARK).read_text() == MARK


def test_alone_everything_goes_again(tmp_path: Path, directory: Path, release: Path) -> None:
    made = folders.make(directory, release, MARK)
    (release / "venv" / "bin").mkdir(parents=True)
    (release / "venv" / "bin" / "python").write_text("")

    assert folders.undo(made, release, MARK) == [release, *reversed(made[:-1])]
    assert list(tmp_path.iterdir()) == []


def test_what_others_have_made_meanwhile_stays(
    tmp_path: Path, directory: Path, release: Path
) -> None:
    made = folders.make(directory, release, MARK)
    (directory / "cluster.k8n.yml").write_text("mine")
    (tmp_path / "clusters" / "b").mkdir()
    other = release.parent / "v2-other"
    other.mkdir()

    assert folders.undo(made, release, MARK) == [release]
    assert (directory / "cluster.k8n.yml").read_text() == "mine"
    assert other.is_dir()
    assert (tmp_path / "clusters" / "b").is_dir()


def test_the_release_of_another_run_is_left_alone(directory: Path, release: Path) -> None:
    folders.make(directory, release, "1 999")

    assert folders.undo([], release, MARK) == []
    assert release.is_dir()
    with pytest.raises(FileExistsError):
        folders.make(directory, release, MARK)
    assert (release / folders.MARK).read_text() == "1 999"


def test_nothing_stays_of_what_cannot_be_made(tmp_path: Path, directory: Path) -> None:
    with pytest.raises(OSError, match="File name too long"):
        folders.make(directory, directory / ("x" * 300), MARK)

    assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_at_work(directory: Path, release: Path) -> None:
    assert not folders.is_at_work(release)
    folders.make(directory, release, MARK)
    assert folders.is_at_work(release)
    # The number of a process that has ended returns.
    (release / folders.MARK).write_text(f"{os.getpid()} 1")
    assert not folders.is_at_work(release)
    with subprocess.Popen(["true"]) as ended:
        pass
    for mark in (f"{ended.pid} 5", f"{ended.pid} ", "", "x", "-1 1", "0 ", "\xff", "9" * 5000):
        (release / folders.MARK).write_text(mark, encoding="utf-8")
        assert not folders.is_at_work(release)
