# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Whether anybody keeps this host's clock."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Mapping

from .container import container
from .files import names

# Where systemd puts the processes of a service, by the version of cgroups.
_SLICES = ("sys/fs/cgroup/system.slice", "sys/fs/cgroup/systemd/system.slice")
_SERVICES = ("chrony", "chronyd", "ntp", "ntpd", "ntpsec", "openntpd", "systemd-timesyncd")
# Written by systemd-timesyncd when it has set the clock since the host's start.
_TIMESYNCD = "run/systemd/timesync/synchronized"
# Of the kernel: the clock is not synchronised.
_STA_UNSYNC = 0x40
# Enough for struct timex, in which status comes after a 32-bit number and four longs.
_TIMEX_BYTES = 512


def collect(_wants: Mapping[str, Any], root: Path = Path("/")) -> dict[str, Any]:
    """synchronised: whether it is, None where that is not known; services: those that run and keep the time."""
    running = {name for folder in _SLICES for name in names(root / folder)}
    return {
        "synchronised": _synchronised(root),
        "services": [name for name in _SERVICES if f"{name}.service" in running],
    }


def _synchronised(root: Path) -> bool | None:
    if (root / _TIMESYNCD).exists():
        return True
    # A container's clock is nothing that it could keep.
    status = None if container(root) else _status()
    return None if status is None else not status & _STA_UNSYNC


def _status() -> int | None:
    """The status of the kernel's clock, as adjtimex gives it to everybody."""
    # Only here, since it takes a while to load.
    import ctypes

    try:
        library = ctypes.CDLL(None, use_errno=True)
        buffer = ctypes.create_string_buffer(_TIMEX_BYTES)
        if library.adjtimex(buffer) < 0:
            return None
    except (OSError, AttributeError):
        return None
    # modes (with its padding), offset, freq, maxerror, esterror; then status.
    start = 5 * ctypes.sizeof(ctypes.c_long)
    return int.from_bytes(buffer.raw[start : start + 4], sys.byteorder)
