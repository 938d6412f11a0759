# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What is mounted where, from the kernel's own list."""

from __future__ import annotations

import re
from typing import NamedTuple

_ESCAPE = re.compile(r"\\([0-7]{3})")


class Mount(NamedTuple):
    """A mount: its point, the type of its file system, its options and those of the file system below."""

    point: str
    kind: str
    options: frozenset[str]


def parse(text: str) -> list[Mount]:
    """The mounts in a text of /proc/self/mountinfo, in the order in which they cover each other."""
    found = []
    for line in text.splitlines():
        left, separator, right = line.partition(" - ")
        own, below = left.split(), right.split()
        if separator and len(own) > 5 and below:
            options = own[5].split(",") + (below[2].split(",") if len(below) > 2 else [])
            found.append(Mount(_plain(own[4]), below[0], frozenset(options)))
    return found


def of_path(mounts: list[Mount], path: str) -> Mount | None:
    """The mount in which a path without symbolic links lies; None where nothing is mounted."""
    best = None
    for mount in mounts:
        point = mount.point.rstrip("/")
        inside = path == mount.point or path.startswith(f"{point}/")
        # A later mount on the same point hides the earlier one.
        if inside and (best is None or len(mount.point) >= len(best.point)):
            best = mount
    return best


def _plain(text: str) -> str:
    """A path without the kernel's escapes for blanks and the like."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 8)), text)
