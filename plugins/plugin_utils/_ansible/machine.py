# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The size of the machine on which Ansible runs, and what it leaves to Ansible."""

from __future__ import annotations

import os
import re
import resource
from pathlib import Path


def cores() -> int:
    """How many processors it has."""
    return os.cpu_count() or 1


def memory_mb() -> int:
    """All of its memory, in MiB."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20


def available_mb(meminfo: Path = Path("/proc/meminfo")) -> int | None:
    """The memory that processes could have now without swapping, in MiB; None where the system does not say."""
    try:
        match = re.search(r"^MemAvailable:\s+(\d+) kB$", meminfo.read_text(), re.MULTILINE)
    except (OSError, ValueError):
        return None
    return int(match[1]) // 1024 if match else None


def open_files() -> tuple[int | None, int | None]:
    """How many files one process may have open, and how many a shell may allow it; None where there is no limit."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    soft, hard = (None if limit == resource.RLIM_INFINITY else limit for limit in limits)
    return soft, hard
