# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Whether this host is a container, which has its kernel and its clock from the machine around it."""

from __future__ import annotations

from pathlib import Path

from .files import line

_MARKS = {"run/.containerenv": "podman", ".dockerenv": "docker"}


def container(root: Path = Path("/")) -> str | None:
    """What kind of container, None if it is none; root is where the host's files lie."""
    # systemd writes it down when it starts, for those who are not root.
    kind = line(root / "run/systemd/container")
    return kind or next((name for path, name in _MARKS.items() if (root / path).exists()), None)
