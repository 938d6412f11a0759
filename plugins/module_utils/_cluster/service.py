# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What systemd says of a service."""

from __future__ import annotations

from .._commands import run


def state(unit: str, timeout: float) -> str | None:
    """What systemd says of a unit, such as active, failed or activating; None where there is no such unit."""
    argv = ["systemctl", "show", "-p", "LoadState", "-p", "ActiveState", unit]
    lines = str(run({"kind": "command", "argv": argv}, timeout)["stdout"]).splitlines()
    found = dict(line.split("=", 1) for line in lines if "=" in line)
    if found.get("LoadState") not in ("loaded", "masked"):
        return None
    return "masked" if found["LoadState"] == "masked" else found.get("ActiveState", "")[:40] or None
