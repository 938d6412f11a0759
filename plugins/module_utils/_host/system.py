# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What kind of machine this is, and what runs it."""

from __future__ import annotations

import locale
import os
import re
from pathlib import Path
from typing import Any, Mapping

from . import mounts
from .files import line, text

_MEGABYTE_IN_KB = 1024
_MEMORY = re.compile(r"^(\w+):\s+(\d+) kB$", re.MULTILINE)
_QUOTES = "\"'"
# Those that Ansible looks for on a host, best first.
_UTF8 = ("C.UTF-8", "en_US.UTF-8")
_LOCALE_FILES = ("etc/default/locale", "etc/locale.conf")
# The first one wins.
_LOCALE_VARIABLES = ("LC_ALL", "LANG")
_MOST_NAME = 100


def collect(_wants: Mapping[str, Any], root: Path = Path("/")) -> dict[str, Any]:
    """Values of the whole host; root is where its files lie. What cannot be read is None.

    memory_mb: total and available, in MiB; swap: of each active one name, size_mb and used_mb; cgroup: version 1 or 2;
    init: the name of process 1; systemd: whether it has set up the host; nologin: what it says to those
    who may not log in, while the host starts or is about to shut down.
    """
    machine = os.uname()
    memory = _memory(text(root / "proc/meminfo") or "")
    return {
        "os": os_release(text(root / "etc/os-release") or text(root / "usr/lib/os-release") or ""),
        "machine": machine.machine,
        "kernel": machine.release,
        "init": line(root / "proc/1/comm"),
        "systemd": (root / "run/systemd/system").is_dir(),
        "nologin": line(root / "run/nologin"),
        "cgroup": _cgroup(text(root / "proc/self/mountinfo") or ""),
        "cpus": os.cpu_count(),
        "memory_mb": {
            "total": memory.get("MemTotal"),
            "available": memory.get("MemAvailable"),
        },
        "swap": _swap(text(root / "proc/swaps")),
        "locale": {"utf8": next(filter(_can_set, _UTF8), None), **_default_locale(root)},
    }


def os_release(content: str) -> dict[str, Any]:
    """id, name and version of the operating system in a text of /etc/os-release."""
    values = _assignments(content)
    return {
        "id": values.get("ID"),
        "name": values.get("NAME"),
        "version": values.get("VERSION_ID"),
    }


def _assignments(content: str) -> dict[str, str]:
    """The values in a text of lines such as a shell would read."""
    found = {}
    for each in content.splitlines():
        name, separator, value = each.strip().partition("=")
        if separator and not name.startswith("#"):
            found[name] = value.strip().strip(_QUOTES)[:_MOST_NAME]
    return found


def _memory(content: str) -> dict[str, int]:
    return {name: int(number) // _MEGABYTE_IN_KB for name, number in _MEMORY.findall(content)}


def _swap(content: str | None) -> list[dict[str, Any]] | None:
    # Without the heading of its table it is none, and not one without swap.
    if content is None or not content.startswith("Filename"):
        return None
    found = []
    for each in content.splitlines()[1:]:
        words = each.split()
        if len(words) > 3 and words[2].isdigit() and words[3].isdigit():
            size, used = (int(word) // _MEGABYTE_IN_KB for word in words[2:4])
            found.append({"name": words[0][:_MOST_NAME], "size_mb": size, "used_mb": used})
    return found[:10]


def _cgroup(content: str) -> int | None:
    mount = mounts.of_path(mounts.parse(content), "/sys/fs/cgroup")
    if mount is None or mount.point != "/sys/fs/cgroup":
        return None
    return 2 if mount.kind == "cgroup2" else 1


def _default_locale(root: Path) -> dict[str, Any]:
    """default: its name; default_exists: whether it is installed; default_in: the file and the variable that say it."""
    for path in _LOCALE_FILES:
        values = _assignments(text(root / path) or "")
        for variable in _LOCALE_VARIABLES:
            if name := values.get(variable):
                return {
                    "default": name,
                    "default_exists": _can_set(name),
                    "default_in": [path, variable],
                }
    return {"default": None, "default_exists": None, "default_in": None}


def _can_set(name: str) -> bool:
    try:
        locale.setlocale(locale.LC_CTYPE, name)
    except (locale.Error, ValueError):
        return False
    locale.setlocale(locale.LC_CTYPE, "C")
    return True
