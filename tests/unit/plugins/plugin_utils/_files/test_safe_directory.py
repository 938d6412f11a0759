# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import grp
import os
import pwd
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._files import safe_directory
from ansible_collections.k8n.cluster.plugins.plugin_utils._files.safe_directory import (
    is_root_directory,
    mistakes,
)

ME = os.geteuid()
OTHER = 4242


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A private directory, with nobody but its owner in the machine's lists of users and groups."""
    users = [
        SimpleNamespace(pw_name="me", pw_uid=ME, pw_gid=1),
        SimpleNamespace(pw_name="other", pw_uid=OTHER, pw_gid=2),
    ]
    groups = {
        os.getegid(): SimpleNamespace(gr_name="mine", gr_mem=["me"]),
        2: SimpleNamespace(gr_name="staff", gr_mem=["me"]),
    }
    monkeypatch.setattr(pwd, "getpwall", lambda: users)
    monkeypatch.setattr(pwd, "getpwuid", {each.pw_uid: each for each in users}.__getitem__)
    monkeypatch.setattr(grp, "getgrgid", groups.__getitem__)
    monkeypatch.delenv("SUDO_UID", raising=False)
    tmp_path.chmod(0o700)
    return tmp_path


def owned(
    monkeypatch: pytest.MonkeyPatch, path: Path, uid: int | None = None, gid: int = 2
) -> None:
    """Let a directory belong to somebody else, whoever runs this test."""
    stat = Path.stat

    def other(self: Path, **more: bool) -> os.stat_result:
        found = list(stat(self, **more))
        if self == path:
            found[4:6] = [found[4] if uid is None else uid, gid]
        return os.stat_result(found)

    monkeypatch.setattr(Path, "stat", other)


@pytest.mark.parametrize("given", ["/", "//", "/./", "/tmp/..", "/usr/../.", "///"])
def test_the_root_directory_in_every_spelling(given: str) -> None:
    assert is_root_directory(given)
    assert mistakes(Path(given), "k8n_dir") == [
        safe_directory.root_mistake("k8n_dir", str(Path(given)))
    ]


def test_a_link_to_the_root_directory(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/")

    assert is_root_directory(str(tmp_path / "link"))
    assert not is_root_directory("")
    assert not is_root_directory(str(tmp_path))
    assert not is_root_directory("/srv")


@pytest.mark.parametrize("below", ["", "prod", "a/b/prod"])
def test_a_directory_of_ones_own(home: Path, below: str) -> None:
    assert mistakes(home / below, "k8n_dir") == []


@pytest.mark.parametrize("below", ["", "prod", "a/prod"])
def test_one_that_everyone_may_write_into(home: Path, below: str) -> None:
    (home / "open").mkdir()
    (home / "open").chmod(0o777)

    assert mistakes(home / "open" / below, "k8n_dir") == [
        f"k8n_dir: everyone may write into {home}/open: its mode is 0777, and what is kept there can be replaced. "
        f"Run: chmod o-w {home}/open"
    ]


def test_a_sticky_one_is_well_where_the_next_is_ones_own(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "tmp" / "prod").mkdir(parents=True)
    (home / "tmp").chmod(0o1777)

    assert mistakes(home / "tmp" / "prod", "k8n_dir") == []
    assert mistakes(home / "tmp" / "new", "k8n_dir") == []
    # Others could make the files in it that are not there yet.
    assert len(mistakes(home / "tmp", "k8n_dir")) == 1
    owned(monkeypatch, home / "tmp" / "prod", OTHER)
    assert [text.split(": ")[1] for text in mistakes(home / "tmp" / "prod", "k8n_dir")] == [
        "everyone may write into " + str(home / "tmp"),
        f"{home}/tmp/prod belongs to other, who may write into it and replace what is kept there. Work as other, "
        "choose another directory, or run",
    ]


def test_a_group(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "shared").mkdir()
    (home / "shared").chmod(0o770)
    # As a umask of 002 has it, with a group of one's own.
    assert mistakes(home / "shared" / "prod", "k8n_dir") == []

    owned(monkeypatch, home / "shared")
    assert mistakes(home / "shared" / "prod", "k8n_dir") == [
        f"k8n_dir: other of the group staff may write into {home}/shared: its mode is 0770, and what is kept there "
        f"can be replaced. Run: chmod g-w {home}/shared"
    ]


def test_who_has_become_root_with_sudo(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owned(monkeypatch, home, OTHER)
    assert len(mistakes(home / "prod", "k8n_dir")) == 1

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("SUDO_UID", str(OTHER))
    assert mistakes(home / "prod", "k8n_dir") == []
    monkeypatch.setenv("SUDO_UID", "x")
    assert len(mistakes(home / "prod", "k8n_dir")) == 1
    assert safe_directory.root_mistake("x", "//").startswith("x is '//', which is the root")
