# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The processes of the host, and the systemd units that they belong to and that run."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Iterator, NamedTuple

from .files import text

# A unit that holds a container's processes is the engine's scope; the slices above say nothing.
_UNIT = re.compile(r"[^/]+\.(?:service|scope)(?=/|$)")
# Where systemd itself is: in a container with a systemd of its own that is not the top.
_SYSTEMD = re.compile(r"^(?:0:|\d+:name=systemd):/(.*?)/?init\.scope$", re.MULTILINE)
# Version 2, version 1 and both of them side by side.
_TREES = ("sys/fs/cgroup", "sys/fs/cgroup/systemd", "sys/fs/cgroup/unified")
_MAX_PROCESSES = 20000
# What systemd allows.
_MAX_UNIT = 255


class Process(NamedTuple):
    """name is what the kernel calls it (15 characters at most), unit the systemd unit, None without one."""

    pid: int
    name: str
    unit: str | None


def process(pid: int, proc: Path) -> Process | None:
    """The process with this pid, None where it has ended."""
    name = text(proc / str(pid) / "comm", 64)
    return None if name is None else Process(pid, name.rstrip("\n"), _unit(proc / str(pid)))


def commands(name: str, proc: Path) -> Iterator[tuple[int, str]]:
    """The pid and the command line of every process with this name."""
    for pid in pids(proc):
        if (text(proc / str(pid) / "comm", 64) or "").rstrip("\n") == name:
            yield pid, (text(proc / str(pid) / "cmdline", 4096) or "").replace("\0", " ")


def seconds(pid: int, proc: Path) -> int | None:
    """How long a process has been there; None where that is not known."""
    try:
        # Its name, in brackets, may have blanks and brackets itself.
        fields = (text(proc / str(pid) / "stat", 4096) or "").rpartition(")")[2].split()
        up = float((text(proc / "uptime", 64) or "").split()[0])
        return max(0, round(up - int(fields[19]) / os.sysconf("SC_CLK_TCK")))
    except (ValueError, IndexError):
        return None


def pids(proc: Path) -> list[int]:
    """The ids of the processes, as many as can be looked at in time."""
    try:
        return [int(name) for name in os.listdir(str(proc)) if name.isdigit()][:_MAX_PROCESSES]
    except OSError:
        return []


def running(units: frozenset[str], root: Path) -> list[str] | None:
    """Those of the system's units that run; None where there is no systemd to tell."""
    tops = set(_SYSTEMD.findall(text(root / "proc/1/cgroup", 65536) or ""))
    slices = [root / tree / top / "system.slice" for tree in _TREES for top in tops]
    if not any(folder.is_dir() for folder in slices):
        return None
    # systemd removes the folder of a unit that has ended.
    return sorted(unit for unit in units if any((folder / unit).is_dir() for folder in slices))


def _unit(folder: Path) -> str | None:
    """The first unit from the top: of a service with groups of its own below it, the service."""
    for line in (text(folder / "cgroup", 4096) or "").splitlines():
        found = _UNIT.search(line)
        if found:
            return found.group()[:_MAX_UNIT]
    return None
