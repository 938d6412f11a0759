# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real commands and files, with results such as Ansible's modules return."""

from __future__ import annotations

import sys
from pathlib import Path

from ansible_collections.k8n.cluster.plugins.module_utils._commands import run


def command(*argv: str, timeout: float = 10) -> dict:
    return run({"kind": "command", "argv": list(argv)}, timeout)


def test_a_command_that_ends() -> None:
    argv = [
        sys.executable,
        "-c",
        "import sys; print('out'); sys.stderr.buffer.write(b'\\xff'); sys.exit(3)",
    ]
    assert command(*argv) == {
        "changed": False,
        "cmd": argv,
        "rc": 3,
        "stdout": "out",
        "stderr": "\ufffd",
    }


def test_a_command_that_does_not_end() -> None:
    result = command("sleep", "5", timeout=0.2)
    assert (result["rc"], result["stderr"]) == (124, "it was still running after 0.2 seconds")


def test_a_command_that_is_not_there() -> None:
    result = command("/nowhere/at-all")
    assert (result["rc"], result["stderr"]) == (
        2,
        "[Errno 2] No such file or directory: '/nowhere/at-all'",
    )


def test_files(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    assert run({"kind": "stat", "path": str(tmp_path / "none")}, 1) == {
        "changed": False,
        "stat": {"exists": False},
    }
    assert run({"kind": "stat", "path": str(tmp_path / "link")}, 1)["stat"]["islnk"] is True
    assert run({"kind": "stat", "path": str(tmp_path)}, 1)["stat"]["isdir"] is True
