# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the log goes, who may read it, and what is in it."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace as Made

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.log import (
    Log,
    LogDisplay,
    folder,
    open_log,
)

NOON = 1795521600.0


def test_the_option_comes_first_then_the_config_then_this_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    here = tmp_path / "logs"
    assert folder("/var/log/k8n", "/prod/ansible.cfg") == [Path("/var/log/k8n")]
    assert folder(None, "/prod/ansible.cfg") == [Path("/prod/logs"), here]
    assert folder(None, None) == [here]


def test_a_file_for_each_run_that_only_its_owner_reads(tmp_path: Path) -> None:
    logs = tmp_path / "prod" / "logs"
    names = []
    for _run in range(2):
        path, stream = open_log([logs], "/x/my site.yml", NOON)
        stream.close()
        names.append(path.name)
        assert path.stat().st_mode & 0o777 == 0o600
    assert logs.stat().st_mode & 0o777 == 0o700
    assert re.fullmatch(r"2026-11-\d\dT\d\d-\d\d-\d\d-my_site.log", names[0])
    assert names[1] == names[0].replace(".log", "-2.log")


def test_the_next_folder_where_one_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path, stream = open_log([tmp_path / "file" / "logs", tmp_path / "logs"], "a.yml", NOON)
    stream.close()
    assert path.parent == tmp_path / "logs"
    with pytest.raises(NotADirectoryError):
        open_log([tmp_path / "file" / "logs"], "a.yml", NOON)


def test_a_full_disk_is_told_once_and_stops_nothing() -> None:
    said: list[str] = []
    log = Log(os.fdopen(os.open("/dev/full", os.O_WRONLY), "w"), said.append)
    log.write("x" * 100_000)
    log.write("y")
    log.flush()
    log.close()
    assert said == ["The log is not complete: [Errno 28] No space left on device"]


def test_the_default_callbacks_output_goes_into_the_log() -> None:
    written = io.StringIO()
    shown: list[tuple[str, object]] = []
    unseen: list[str] = []

    @contextmanager
    def hide() -> Iterator[None]:
        unseen.append("hidden")
        yield

    real = Made(verbosity=2, _error=lambda error, stderr: unseen.append(error))
    display = LogDisplay(
        real,
        Log(written, lambda text: None),
        lambda text, color: shown.append((text, color)),
        hide,
    )
    display.banner("TASK [x]")
    display.display("ok: [node1]", color="green")
    display.display("recap in colour", screen_only=True)
    display.echo = True
    display.display("changed: [node1]", color="yellow")
    display.display("recap for the log", log_only=True)
    display._error("Task failed", stderr=False)
    assert display.verbosity == 2
    lines = written.getvalue().splitlines()
    assert re.fullmatch(r"TASK \[x\] \*{71} \d\d:\d\d:\d\d", lines[1])
    assert lines[2:] == ["ok: [node1]", "changed: [node1]", "recap for the log"]
    assert shown == [("changed: [node1]", "yellow")]
    assert unseen == ["hidden", "Task failed"]
