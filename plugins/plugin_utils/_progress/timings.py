# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""How long an earlier run of the same playbook took, task by task, and so how long the rest of this one will take."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = "timings.json"
_VERSION = 1
# Playbooks, sizes and options that are kept, the newest; one of Kubespray's needs some 30 kB.
_KEPT = 20


@dataclass(frozen=True)
class Run:
    """A run that came to its end: its seconds, its tasks in Count's sense, and when each started."""

    seconds: float
    total: int
    starts: list[tuple[str, float]] = field(default_factory=list)


def key(playbook: str, hosts: int, options: Iterable[str]) -> str:
    """What two runs must have in common to take about as long.

    hosts counts as a class: 1, 2 to 3, 4 to 7, 8 to 15 ...; options are what leaves tasks or hosts out.
    """
    return " ".join([playbook, f"hosts<{1 << hosts.bit_length()}", *options])


def task_key(play: int, path: str, name: str) -> str:
    """A task's short name in the file; the same in every run as long as its play, line and name are."""
    return hashlib.blake2b(f"{play}|{path}|{name}".encode(), digest_size=5).hexdigest()


def load(folder: Path, wanted: str) -> Run | None:
    """The last run of that key; None where there is none, or the file is not readable as one."""
    try:
        run = _read(folder)[wanted]
        return Run(
            float(run["seconds"]),
            int(run["total"]),
            [(str(task), float(start)) for task, start in run["starts"]],
        )
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
        return None


def save(folder: Path, wanted: str, run: Run) -> None:
    """Keep a run as the last one of that key. The file is replaced as a whole; OSError where it cannot be."""
    runs = _read(folder)
    runs.pop(wanted, None)
    runs[wanted] = {
        "when": int(time.time()),
        "seconds": round(run.seconds, 1),
        "total": run.total,
        "starts": [[task, round(start, 1)] for task, start in run.starts],
    }
    # The oldest come first: a new one joins at the end.
    kept = dict(list(runs.items())[-_KEPT:])
    handle, name = tempfile.mkstemp(dir=folder, prefix=f".{FILE}.")  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump({"version": _VERSION, "runs": kept}, stream, separators=(",", ":"))
        os.replace(name, folder / FILE)
    except BaseException:
        os.unlink(name)
        raise


def _read(folder: Path) -> dict[str, Any]:
    try:
        data = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(data, dict) or data.get("version") != _VERSION:
        return {}
    runs = data.get("runs")
    return runs if isinstance(runs, dict) else {}


class Estimate:
    """The rest of a run, from when the same task started in an earlier one.

    Only where the run is counts, not how long it took to get there.
    """

    def __init__(self, earlier: Run | None) -> None:
        self._earlier = earlier
        # A task that runs more than once (serial, a role that is included twice) has each of its starts.
        self._starts: dict[str, list[int]] = {}
        for index, (task, _start) in enumerate(earlier.starts if earlier else ()):
            self._starts.setdefault(task, []).append(index)
        self._at: tuple[float, float, float] | None = None

    def task_started(self, task: str, elapsed: float) -> None:
        """A task starts now, elapsed seconds after the run began. One that the earlier run had not is passed over."""
        indexes = self._starts.get(task)
        if not indexes or not self._earlier:
            return
        index = indexes.pop(0) if len(indexes) > 1 else indexes[0]
        starts = self._earlier.starts
        end = starts[index + 1][1] if index + 1 < len(starts) else self._earlier.seconds
        self._at = (elapsed, self._earlier.seconds - starts[index][1], end - starts[index][1])

    def rest(self, elapsed: float) -> float | None:
        """Seconds; None where no earlier run tells."""
        if self._at is None:
            return None
        since, left, length = self._at
        # A task that takes longer than it did says nothing about those after it.
        return left - min(elapsed - since, length)
