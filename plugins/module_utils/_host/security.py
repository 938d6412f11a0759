# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""SELinux and AppArmor, as far as they are in force."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Mapping

from .files import text

# Both spellings: /sbin is a link to /usr/sbin only where the two are merged.
_PARSERS = ("usr/sbin/apparmor_parser", "sbin/apparmor_parser")


def collect(_wants: Mapping[str, Any], root: Path = Path("/")) -> dict[str, Any]:
    """selinux: enforcing, permissive or disabled (now, whatever its configuration says).

    apparmor: whether the kernel has it on, None where it does not say; apparmor_parser: whether that program is there.
    family: the distribution and those that it is like, as in os-release. root is where the host's files lie.
    """
    enabled = text(root / "sys/module/apparmor/parameters/enabled", 16)
    sys_known = (root / "sys/module").is_dir()
    return {
        "selinux": _selinux(root / "sys/fs/selinux/enforce"),
        "apparmor": enabled.startswith("Y")
        if enabled is not None
        else (False if sys_known else None),
        "apparmor_parser": any((root / parser).exists() for parser in _PARSERS),
        "family": family(text(root / "etc/os-release") or ""),
    }


def _selinux(enforce: Path) -> str:
    # The file system is there only where the kernel has SELinux on.
    mode = text(enforce, 16)
    if mode is None:
        return "disabled"
    return "enforcing" if mode.strip() == "1" else "permissive"


def family(os_release: str) -> list[str]:
    """ID and ID_LIKE of an os-release."""
    found: dict[str, list[str]] = {}
    for line in os_release.splitlines():
        key, _equals, value = line.partition("=")
        found[key] = value.strip("\"'").lower().split()
    return found.get("ID", []) + found.get("ID_LIKE", [])
