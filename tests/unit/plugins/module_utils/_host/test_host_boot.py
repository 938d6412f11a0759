# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Code that goes into another Python through its standard input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._host import boot
from host_program import PROGRAM

MAIN = """\
import sys
from thing.parts import NUMBER
from thing.parts.inner import double
def main(request, program):
    print(request, double(NUMBER), len(program), __name__, "site" in sys.modules)
"""
SOURCES = {
    boot.NAME: Path(boot.__file__).read_text(encoding="utf-8"),
    "thing.main": MAIN,
    "thing.parts": "NUMBER = 21\n",
    "thing.parts.inner": "def double(number):\n    return 2 * number\n",
}


def started(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *boot.OPTIONS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        bufsize=0,
    )


def test_a_program_runs_from_memory(tmp_path: Path) -> None:
    program = boot.pack(SOURCES)

    said, complaint = started(tmp_path).communicate(
        boot.opening(program) + boot.rest(program, "thing.main", {"a": 1})
    )

    assert said.decode() == f"{{'a': 1}} 42 {len(program)} thing.main False\n"
    assert complaint == b""
    assert list(tmp_path.iterdir()) == []


def test_what_is_to_be_echoed_comes_back_at_once(tmp_path: Path) -> None:
    program = boot.pack(SOURCES)
    process = started(tmp_path)
    assert process.stdin and process.stdout

    process.stdin.write(boot.opening(program, 5))
    for text in (b"abc", b"d", b"\n"):
        process.stdin.write(text)
        assert os.read(process.stdout.fileno(), 100) == text
    process.stdin.write(boot.rest(program, "thing.main", {}))

    assert process.stdout.read().startswith(b"{} 42 ")
    assert process.wait() == 0


def test_one_that_is_told_nothing_more_ends(tmp_path: Path) -> None:
    said, complaint = started(tmp_path).communicate(boot.opening(boot.pack(SOURCES), 5) + b"ab")

    assert (said, complaint) == (b"ab", b"")


@pytest.mark.parametrize("name", ["thing.none", "json.none"])
def test_what_is_not_there_is_not_found(tmp_path: Path, name: str) -> None:
    program = boot.pack({**SOURCES, "thing.main": f"import {name}\n"})

    _said, complaint = started(tmp_path).communicate(
        boot.opening(program) + boot.rest(program, "thing.main", {})
    )

    assert f"ModuleNotFoundError: No module named '{name}'" in complaint.decode()


def test_node_probe_as_a_program(tmp_path: Path) -> None:
    request = {
        "sudo": {"samples": 1, "timeout": 30.0, "slow_seconds": 2.0},
        "hostname": {"expected": "other", "timeout": 5.0},
        "control": {
            **{"become_password": None, "become_command": ["sudo"], "wrapped_prompt": False},
            **{"pipelining": True, "timeout": 10.0, "wants": None},
        },
        "remote_tmp": str(tmp_path),
    }
    package = boot.NAME.rpartition(".")[0]

    said, _complaint = started(tmp_path).communicate(
        boot.opening(PROGRAM) + boot.rest(PROGRAM, f"{package}.probe", request)
    )

    found = json.loads(said)
    assert found["python"] == {
        "path": sys.executable,
        "version": "{}.{}.{}".format(*sys.version_info),
    }
    # Measured there, and judged by whoever asked.
    assert set(found) == {"python", "measured", "answer"}
    assert found["measured"]["sudo"]["login"]["user"]
    assert found["measured"]["hostname"]["names"]["kernel"] == os.uname().nodename
    assert found["answer"]["failed"] == {}
    assert found["answer"]["found"]["identity"]["hostname"] == os.uname().nodename
    assert found["answer"]["found"]["storage"]["remote_tmp"]["path"] == str(tmp_path)
