# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Kernel settings that a file holds, against those in force: a failed task has written its line all the same."""

from __future__ import annotations

import os
from typing import Any

_MAX_FILE = 262144
_MAX_NAMED = 20
_MAX_VALUE = 100


def collect(path: str, proc: str = "/proc/sys") -> dict[str, Any] | None:
    """The settings in the file that are not in force; None where it cannot be read.

    running is None where the kernel has no such setting.
    """
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            written = settings(file.read(_MAX_FILE))
    except OSError:
        return None
    differ = []
    for key, value in written.items():
        running = _running(os.path.join(proc, key))
        if running is None or running.split() != value.split():
            differ.append({"key": key, "written": value[:_MAX_VALUE], "running": running})
    return {"path": path, "count": len(written), "differ": differ[:_MAX_NAMED]}


def settings(text: str) -> dict[str, str]:
    """The last value of each key, the key as a path below /proc/sys. Patterns and excluded keys are left out."""
    found = {}
    for line in text.splitlines():
        key, equals, value = line.strip().partition("=")
        # A leading - means that a failure does not matter.
        key = key.strip().lstrip("-")
        if not equals or not key or key[0] in "#;" or "*" in key or ".." in key:
            continue
        found[_path(key)] = value.strip()
    return found


def _path(key: str) -> str:
    """The separator that comes first is the separator; the other one is then part of a name (sysctl.d(5))."""
    first = next((char for char in key if char in "./"), "/")
    return key.strip("/") if first == "/" else key.translate(str.maketrans("./", "/."))


def _running(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return " ".join(file.read(_MAX_VALUE).split())
    except OSError:
        return None
