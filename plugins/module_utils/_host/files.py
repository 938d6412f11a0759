# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Read files of which nothing is sure: neither that they are there, nor that they are short, nor that they are text."""

from __future__ import annotations

import os
from pathlib import Path

_MOST = 2**18


def text(path: Path, most: int = _MOST) -> str | None:
    """The text of a file, of which at most so many bytes are read; None where it cannot be read."""
    try:
        # A pipe in a file's place would hang the reader.
        descriptor = os.open(str(path), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            data = os.read(descriptor, most)
            while len(data) < most and (more := os.read(descriptor, most - len(data))):
                data += more
        finally:
            os.close(descriptor)
    except (OSError, ValueError):
        return None
    return data.decode("utf-8", errors="replace")


def line(path: Path) -> str | None:
    """The first line of a file that is not blank, out of 1000 characters; None where there is none."""
    lines = (each.strip() for each in (text(path, 1000) or "").splitlines())
    return next(filter(None, lines), None)


def names(folder: Path) -> list[str]:
    """The names in a folder, sorted; none where it cannot be read."""
    try:
        return sorted(os.listdir(str(folder)))
    except OSError:
        return []
