# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The state of dpkg: who has its locks, and which packages are not whole."""

from __future__ import annotations

import fcntl
import os
import re
import struct
from pathlib import Path
from typing import Any, Mapping

from .files import names, text
from .processes import commands, process, seconds

_LOCKS = (
    "var/lib/dpkg/lock-frontend",
    "var/lib/dpkg/lock",
    "var/lib/apt/lists/lock",
    "var/cache/apt/archives/lock",
)
# struct flock: l_type, l_whence, l_start, l_len, l_pid
_FLOCK = "hhqqi"
_MAX_STATUS = 16 << 20
_MAX_NAMES, _MAX_NAME = 20, 100
_PACKAGE = re.compile(r"^Package: (\S+)\nStatus: \S+ (\S+) (\S+)$", re.MULTILINE)
# Waiting for triggers is fixed by the next run of dpkg.
_WHOLE = frozenset(
    {"not-installed", "config-files", "installed", "triggers-awaited", "triggers-pending"}
)
_UPGRADE = "unattended-upgr"
# Waits for the shutdown as long as the host is up.
_WAITS = "unattended-upgrade-shutdown"


def collect(_wants: Mapping[str, Any], root: Path = Path("/")) -> dict[str, Any]:
    """dpkg: whether the host has it; nothing else is known without.

    users: {pid, process, seconds, what} of those at work with packages, None where only root may see them.
    broken: names of packages that are not whole, None if the list cannot be read. interrupted: whether dpkg was ended
    in the middle of its work. root is where the host's files lie.
    """
    status = root / "var/lib/dpkg/status"
    if not status.exists():
        return {"dpkg": False, "users": None, "broken": None, "interrupted": None}
    listed = text(status, _MAX_STATUS)
    return {
        "dpkg": True,
        "users": _users(root),
        "broken": None if listed is None else broken(listed)[:_MAX_NAMES],
        "interrupted": any(name.isdigit() for name in names(root / "var/lib/dpkg/updates")),
    }


def broken(status: str) -> list[str]:
    """The packages of dpkg's list that are half installed, half configured or to be installed again."""
    return [
        package[:_MAX_NAME]
        for package, flag, state in _PACKAGE.findall(status)
        if flag != "ok" or state not in _WHOLE
    ]


def _users(root: Path) -> list[dict[str, Any]] | None:
    proc = root / "proc"
    found: dict[int, str] = {}
    for lock in _LOCKS:
        try:
            pid = holder(root / lock)
        except FileNotFoundError:
            continue
        except OSError:
            return None
        if pid is not None:
            found.setdefault(pid, f"/{lock}")
    for pid, command in commands(_UPGRADE, proc):
        if _WAITS not in command:
            found.setdefault(pid, "an unattended upgrade")
    return [_user(pid, what, proc) for pid, what in found.items()]


def holder(lock: Path) -> int | None:
    """The pid that holds a lock, 0 for one that is not to be seen from here, None where it is free.

    Only asks, and never holds it itself. Raises OSError where the file cannot be opened.
    """
    descriptor = os.open(str(lock), os.O_RDONLY | os.O_CLOEXEC)
    try:
        asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        kind, _whence, _start, _length, pid = struct.unpack(
            _FLOCK, fcntl.fcntl(descriptor, fcntl.F_GETLK, asked)
        )
    finally:
        os.close(descriptor)
    return None if kind == fcntl.F_UNLCK else max(0, pid)


def _user(pid: int, what: str, proc: Path) -> dict[str, Any]:
    user = process(pid, proc) if pid else None
    return {
        "pid": pid or None,
        "process": user and user.name,
        "seconds": seconds(pid, proc) if pid else None,
        "what": what,
    }
