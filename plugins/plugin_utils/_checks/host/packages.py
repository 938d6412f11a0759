# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Whether packages can be installed on the host."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn

from ..model import Check, Finding, Host, Skipped, Stage, Unknown

CHECKS: tuple[Check, ...] = (
    Check("apt_locked", "nobody else is installing packages", "warn", Stage.SOFTWARE),
    Check("packages_broken", "all packages are whole", "block", Stage.SOFTWARE),
)
THRESHOLDS: dict[str, float] = {}


def judge(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    """The findings for what module_utils/_host/packages.py collected."""
    if not found["dpkg"]:
        for check in CHECKS:
            yield Skipped(check.id, "The host has no dpkg.")
        return
    if found["users"] is None:
        yield Unknown("apt_locked", "Only root may ask who has dpkg's locks.")
    elif found["users"]:
        yield _locked(found["users"])
        # What is being installed is not whole yet.
        yield Unknown("packages_broken", "Packages are being installed at this moment.")
        return
    yield from _broken(found)


def _locked(users: list[Mapping[str, Any]]) -> Finding:
    listed = ", ".join(
        (
            f"{user['process']} (pid {user['pid']}"
            + (f", for {_duration(user['seconds'])}" if user["seconds"] is not None else "")
            + f": {user['what']})"
        )
        if user["process"]
        else f"a process that is not to be seen from here ({user['what']})"
        for user in users
    )
    return warn(
        "apt_locked",
        f"Packages are being installed on this host: {listed}; Ansible waits a minute for it and then fails.",
        "Wait until it has ended, or end it if it hangs.",
    )


def _duration(seconds: int) -> str:
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"


def _broken(found: Mapping[str, Any]) -> Iterator[Finding]:
    if found["interrupted"]:
        yield block(
            "packages_broken",
            "dpkg was interrupted in the middle of its work; apt refuses to install anything until that is fixed.",
            "Run on the host: dpkg --configure -a.",
        )
    elif found["broken"] is None:
        yield Unknown("packages_broken", "dpkg's list of packages could not be read.")
    elif found["broken"]:
        yield block(
            "packages_broken",
            f"Packages are only half installed: {', '.join(found['broken'])}; "
            "apt tries them again with each installation, and fails with them.",
            "Run on the host: dpkg --configure -a && apt-get install --fix-broken; remove a package that fails again "
            "with: dpkg --purge --force-remove-reinstreq PACKAGE.",
        )
