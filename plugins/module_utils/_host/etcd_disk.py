# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""How fast the disk under etcd's data makes a write lasting, measured as etcd writes.

etcd's advice (https://etcd.io/docs/latest/op-guide/hardware/#disks) measures with fio: blocks of 2300 bytes, fdatasync
after each of them. So does this, on a small scale.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import Any, Callable, Mapping

BLOCK_BYTES = 2300
_WARM_UP = 20
# The slowest of a hundred writes is never the 99th percentile, and so decides nothing.
_MAX_WRITES, _MAX_ROUNDS = 100, 20
# Together, whatever the disk does, about three seconds; a write that hangs is the caller's to give up on.
_WARM_UP_SECONDS, _ROUND_SECONDS, _ALL_SECONDS = 0.3, 0.4, 2.8
# Fewer writes say nothing of the slowest hundredth.
_LEAST_WRITES = 10
_LEAST_FREE_BYTES = 64 << 20
_ETCD = "/var/lib/etcd"
_ENOUGH_MS = 10.0

Clock = Callable[[], float]


def collect(wants: Mapping[str, Any]) -> dict[str, Any]:
    """p50_ms and p99_ms of the best round, rounds and writes; folder: where it was measured.

    All of them None where this is not an etcd member, or where reason says why it could not be measured.
    wants["fsync_enough_ms"] is the 99th percentile that is good enough to stop at.
    Nothing remains: the file has no name.
    """
    nothing: dict[str, Any] = dict.fromkeys(
        ("p50_ms", "p99_ms", "rounds", "writes", "folder", "reason")
    )
    if not wants.get("etcd_member"):
        return nothing
    folder = existing(Path((wants.get("directories") or {}).get("etcd") or _ETCD))
    enough = float(wants.get("fsync_enough_ms", _ENOUGH_MS)) / 1000
    try:
        free = os.statvfs(str(folder))
        if free.f_bavail * free.f_frsize < _LEAST_FREE_BYTES:
            return {**nothing, "reason": f"{folder} has hardly any free space"}
        with _nameless(folder) as file:
            rounds = measure(lambda block: _write(file, block), enough)
    except OSError as exc:
        return {**nothing, "reason": f"nothing can be written into {folder}: {exc.strerror}"}
    if not rounds:
        return {**nothing, "reason": f"{folder} took longer than {_ALL_SECONDS:g} s for one write"}
    return {**nothing, **summary(rounds), "folder": str(folder)}


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there already."""
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    return folder


def measure(
    write: Callable[[bytes], None], enough: float, clock: Clock = time.monotonic
) -> list[list[float]]:
    """The seconds that each write took, by rounds, until one has a 99th percentile of enough seconds at most.

    A slow round may be somebody else's doing: only a disk that is slow in all of them is slow.
    """
    block = os.urandom(BLOCK_BYTES)
    started = clock()
    _round(write, block, clock, _WARM_UP, _WARM_UP_SECONDS)
    rounds: list[list[float]] = []
    while len(rounds) < _MAX_ROUNDS and clock() - started < _ALL_SECONDS:
        rounds.append(_round(write, block, clock, _MAX_WRITES, _ROUND_SECONDS))
        if len(rounds[-1]) >= _LEAST_WRITES and _percentile(rounds[-1], 99) <= enough:
            break
    telling = [times for times in rounds if len(times) >= _LEAST_WRITES]
    # Of a disk so slow that no round has enough writes, all of them are one.
    return telling or ([[seconds for times in rounds for seconds in times]] if rounds else [])


def _round(
    write: Callable[[bytes], None], block: bytes, clock: Clock, most: int, seconds: float
) -> list[float]:
    started = clock()
    times: list[float] = []
    while len(times) < most and clock() - started < seconds:
        before = clock()
        write(block)
        times.append(clock() - before)
    return times


def summary(rounds: list[list[float]]) -> dict[str, Any]:
    """The figures of the best round."""
    p99, p50 = min((_percentile(times, 99), _percentile(times, 50)) for times in rounds)
    return {
        "p50_ms": round(p50 * 1000, 2),
        "p99_ms": round(p99 * 1000, 2),
        "rounds": len(rounds),
        "writes": sum(len(times) for times in rounds),
    }


def _percentile(times: list[float], percent: int) -> float:
    """Of less than a hundred writes the slowest is left out: it would be the 99th percentile all alone."""
    ordered = sorted(times)
    last = len(ordered) - 1
    return ordered[min(last * percent // 100, last - 1) if last else 0]


def _write(file: int, block: bytes) -> None:
    os.write(file, block)
    os.fdatasync(file)


@contextlib.contextmanager
def _nameless(folder: Path) -> Any:
    """A file to write to that is gone when it is closed, or when this process is killed."""
    try:
        file = os.open(str(folder), os.O_TMPFILE | os.O_WRONLY, 0o600)
    except OSError:
        # Not every file system has files without a name.
        # Only here, since it takes a while to load.
        import tempfile

        file, name = tempfile.mkstemp(dir=str(folder), prefix=".k8n-")
        os.unlink(name)
    try:
        yield file
    finally:
        os.close(file)
