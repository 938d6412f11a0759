# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""One run at a time works on the installations of a cluster directory.

The tasks of a run are processes of their own, none of which lives as long as it. So what is held is the mark of the
run's main process; that of one that has ended holds nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from . import folders

FILE = ".run"
_LONGEST = 100


class LockedError(Exception):
    """Another run is at work; the text says which, and what to do."""


def take(home: Path, mark: str) -> None:
    """Hold the folder of the installations for the run with this mark. Raises LockedError, or OSError."""
    file = home / FILE
    with _looked_at(home):
        other = _read(file)
        if other != mark and folders.is_alive(other):
            process = other.partition(" ")[0]
            raise LockedError(
                f"Another run of k8n.cluster.controller, process {process}, is at work in {home}. Wait for its end, "
                "and run this again."
            )
        if other != mark:
            file.unlink(missing_ok=True)
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as stream:
                stream.write(mark)


def free(home: Path, mark: str) -> None:
    """Hold it no longer, if this run does. Raises OSError."""
    with _looked_at(home):
        if _read(home / FILE) == mark:
            (home / FILE).unlink()


def _read(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return stream.read(_LONGEST).decode("ascii", "replace")
    except FileNotFoundError:
        return ""


@contextlib.contextmanager
def _looked_at(home: Path) -> Iterator[None]:
    """No other process takes or frees it meanwhile. Of the folder, since the file comes and goes."""
    handle = os.open(home, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
