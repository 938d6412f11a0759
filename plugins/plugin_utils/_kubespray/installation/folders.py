# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The folders of one installation: made one by one, marked with the run that makes them, and taken back one by one.

Others may work beside it meanwhile. Only a release with the mark of this run is removed as a whole; of the folders
above it only those go that this run has made and that are empty.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable
from pathlib import Path

# In a release as long as it is not complete: which run is at work there.
MARK = ".installing"
_PRIVATE, _SHARED = 0o700, 0o755


def run(process: int) -> str:
    """What tells a run from all others: its main process, and when that was started, as numbers of processes return."""
    return f"{process} {_started(process)}"


def is_at_work(release: Path) -> bool:
    """Whether a run that is still there has marked this release."""
    try:
        mark = (release / MARK).read_text(encoding="utf-8", errors="replace")[:100]
    except OSError:
        return False
    return is_alive(mark)


def is_alive(mark: str) -> bool:
    """Whether the run that has this mark is still there."""
    try:
        process = int(mark.split(" ")[0])
    except ValueError:
        return False
    return process > 0 and _started(process) != "" and run(process) == mark


def make(directory: Path, release: Path, mark: str) -> list[Path]:
    """Make the cluster directory, which is going to hold credentials, and the release, which must not be there.

    Returns the folders that were made, the topmost first; mark is that of this run. Raises OSError, with nothing made.
    """
    made: list[Path] = []
    try:
        for path in (*reversed(release.parents), release):
            if path == release or not path.is_dir():
                path.mkdir(_PRIVATE if path == directory else _SHARED)
                made.append(path)
        (release / MARK).write_text(mark, encoding="utf-8")
    except OSError:
        _remove_empty(made)
        raise
    return made


def undo(made: Iterable[Path], release: Path, mark: str) -> list[Path]:
    """Remove the release, if it is that of this run, and those of the made folders that are empty then."""
    removed = []
    with contextlib.suppress(OSError):
        if (release / MARK).read_text(encoding="utf-8") == mark:
            shutil.rmtree(release)
            removed.append(release)
    return removed + _remove_empty(path for path in made if path != release)


def _remove_empty(made: Iterable[Path]) -> list[Path]:
    removed = []
    for path in reversed(list(made)):
        # Refused where somebody else has put something into it.
        with contextlib.suppress(OSError):
            path.rmdir()
            removed.append(path)
    return removed


def _started(process: int) -> str:
    """When a process was started, by the kernel's count; empty for one that is not there."""
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The name before it, in brackets, may hold anything.
    return text.rpartition(")")[2].split()[19]
