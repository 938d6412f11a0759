# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What a pod of the kubelet's own said last, where no API server is there to be asked for it."""

from __future__ import annotations

import glob
import os

_MAX_READ = 65536
_MAX_TEXT = 300


def last_words(name: str, logs: str = "/var/log/pods") -> str | None:
    """The line in the newest log of the container that tells best why it ended; None where there is no log."""
    paths = glob.glob(f"{logs}/kube-system_{name}-*/{name}/*.log")
    newest = sorted(((_changed(path), path) for path in paths), reverse=True)
    for _when, path in newest[:2]:
        lines = _tail(path)
        if telling := _telling(lines):
            return telling[:_MAX_TEXT]
    return None


def _changed(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0.0


def _tail(path: str) -> list[str]:
    """The last lines that the container wrote: each has a time, a stream and a mark before its text."""
    try:
        with open(path, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _MAX_READ))
            text = file.read(_MAX_READ).decode("utf-8", "replace")
    except OSError:
        return []
    parts = (line.split(" ", 3) for line in text.splitlines())
    return [" ".join(part[3].split()) for part in parts if len(part) == 4 and part[3].strip()]


def _telling(lines: list[str]) -> str:
    """Kubernetes' programs end with `Error: ...`, or with a line of the level F or E; their others tell nothing."""
    for beginnings in (("Error:", "F"), ("E",)):
        for line in reversed(lines):
            level = line[:1] if line[1:5].isdigit() else line.split(" ", 1)[0]
            if level in beginnings:
                return line
    others = [line for line in lines if not line[1:5].isdigit()]
    return others[-1] if others else ""
