# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Read-only commands of Kubespray's own tasks, with results such as Ansible's modules return."""

from __future__ import annotations

import os
import stat
import subprocess
from typing import Any, Mapping

_MAX_OUTPUT = 65536


def run(request: Mapping[str, Any], timeout: float, most: int = _MAX_OUTPUT) -> dict[str, Any]:
    """The result of one request, of kind "stat" (a path) or "command" (an argv).

    timeout is in seconds; of each output at most so many bytes are kept.
    """
    if request["kind"] == "stat":
        return {"changed": False, "stat": _stat(request["path"])}
    return {"changed": False, "cmd": request["argv"], **_command(request["argv"], timeout, most)}


def _stat(path: str) -> dict[str, Any]:
    try:
        found = os.lstat(path)
    except OSError:
        return {"exists": False}
    return {
        "exists": True,
        "isdir": stat.S_ISDIR(found.st_mode),
        "isreg": stat.S_ISREG(found.st_mode),
        "islnk": stat.S_ISLNK(found.st_mode),
        "size": found.st_size,
    }


def _command(argv: list[str], timeout: float, most: int) -> dict[str, Any]:
    try:
        # AnsibleModule.run_command knows no timeout.
        done = subprocess.run(  # pylint: disable=ansible-bad-function
            argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {
            "rc": 124,
            "stdout": "",
            "stderr": f"it was still running after {timeout:g} seconds",
        }
    except OSError as exc:
        return {"rc": exc.errno or 1, "stdout": "", "stderr": str(exc)}
    return {
        "rc": done.returncode,
        "stdout": _text(done.stdout[:most]),
        "stderr": _text(done.stderr[:most]),
    }


def _text(output: bytes) -> str:
    """Output as Ansible's command module returns it: without the line break at its end."""
    return output.decode("utf-8", "replace").rstrip("\r\n")
