# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The Pythons of this machine, and which of them run the ansible-core that a Kubespray wants."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..collection import TESTED_VERSION, Kubespray
from .core_pythons import CORE_PYTHONS

# ansible-core itself depends on packaging; only ansible-test's import check is without it.
with contextlib.suppress(ImportError):
    from packaging.specifiers import SpecifierSet

# The system's own comes first, since it gets the system's security updates.
SYSTEM = Path("/usr/bin")
_HOMES = (".pyenv/versions/*/bin", ".local/share/uv/python/*/bin", ".local/bin")
_NAME = re.compile(r"python3(\.[0-9]+)?")
_PROBE = """
import importlib.util, json, sys
print(json.dumps({
    "path": getattr(sys, "_base_executable", None) or sys.executable,
    "version": sys.version_info[:3],
    "venv": all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")),
}))
"""
_PROBE_SECONDS = 20


class PythonError(Exception):
    """No Python of this machine fits; the text says what to install."""


@dataclass(frozen=True)
class Python:
    """An interpreter that starts; where it was found in a venv, the one that the venv was made from."""

    path: str
    version: tuple[int, int, int]
    # Whether it can make a venv; Debian leaves that to a package of its own.
    venv: bool

    @property
    def text(self) -> str:
        return ".".join(map(str, self.version))


def probe(path: str) -> Python | None:
    """What is at that path, or None where it is no Python that starts."""
    try:
        done = subprocess.run(
            [path, "-I", "-c", _PROBE],
            capture_output=True,
            check=True,
            cwd="/",
            timeout=_PROBE_SECONDS,
        )
        found = json.loads(done.stdout)
        major, minor, micro = found["version"]
        return Python(str(found["path"]), (major, minor, micro), found["venv"])
    except (OSError, ValueError, KeyError, subprocess.SubprocessError):
        return None


def on_this_machine(search_path: str) -> list[Python]:
    """All that start: of the system, of search_path (as PATH has it), of pyenv and uv, and the running one."""
    folders = [SYSTEM, *(Path(folder) for folder in search_path.split(":") if folder)]
    for pattern in _HOMES:
        folders += sorted(Path.home().glob(pattern))
    # By the file that a name leads to in the end, so that each is started once.
    names = {str(Path(sys.executable).resolve()): sys.executable}
    for folder in reversed(folders):
        with contextlib.suppress(OSError):
            for file in sorted(folder.iterdir(), reverse=True):
                if _NAME.fullmatch(file.name):
                    names[str(file.resolve())] = str(file)
    found: dict[str, Python] = {}
    for name in names.values():
        python = probe(name)
        if python:
            found.setdefault(str(Path(python.path).resolve()), python)
    return list(found.values())


def bounds(window: SpecifierSet) -> tuple[int, int | None]:
    """The lowest and highest Python 3.N for an ansible-core in the window.

    A core newer than the table needs at least what the newest in it does; pip knows the rest when it installs it.
    """
    fitting = [minors for core, minors in CORE_PYTHONS.items() if _holds(window, core)]
    if not fitting:
        return max(low for low, _high in CORE_PYTHONS.values()), None
    return min(low for low, _high in fitting), max(high for _low, high in fitting)


def is_too_old(window: SpecifierSet) -> bool:
    """Whether it holds no ansible-core of the table, and none newer."""
    first = int(next(iter(CORE_PYTHONS)).partition(".")[2])
    return not any(_holds(window, f"2.{minor}") for minor in range(first, first + 50))


def _holds(window: SpecifierSet, core: str) -> bool:
    """Whether any patch release is in the window, which may begin or end among them."""
    return any(window.contains(f"{core}.{patch}") for patch in range(100))


def wanted(kubespray: Kubespray, asked_for: str, search_path: str) -> Python:
    """The Python for a Kubespray: the one asked for, or the best of this machine's; raises PythonError."""
    window = kubespray.ansible_core
    if is_too_old(window):
        raise PythonError(
            f"Kubespray {kubespray.version} wants ansible-core {kubespray.window}; this collection runs on "
            f"{next(iter(CORE_PYTHONS))} and later. Choose a newer Kubespray, such as {TESTED_VERSION}."
        )
    candidates = filter(None, [probe(asked_for)]) if asked_for else on_this_machine(search_path)
    pythons = list(candidates)
    chosen = choose(pythons, window)
    if chosen is None:
        raise PythonError(
            f"Kubespray {kubespray.version} wants ansible-core {kubespray.window}, which "
            + none_fits(pythons, window, _apt_packages())
        )
    return chosen


def choose(pythons: Iterable[Python], window: SpecifierSet) -> Python | None:
    """The first that fits, the system's own before others, those by version, the newest first; or None."""
    low, high = bounds(window)
    fitting = [
        python
        for python in pythons
        if python.venv and low <= python.version[1] and (high is None or python.version[1] <= high)
    ]
    fitting.sort(key=lambda python: python.version, reverse=True)
    fitting.sort(key=lambda python: Path(python.path).parent != SYSTEM)
    return fitting[0] if fitting else None


def none_fits(pythons: Iterable[Python], window: SpecifierSet, packages: Iterable[str]) -> str:
    """What to say then: what is wanted, what was found, what to install; packages are those that apt offers."""
    low, high = bounds(window)
    span = f"3.{low} or later" if high is None else f"3.{low} to 3.{high}"
    found = [
        f"{python.text} ({python.path}{'' if python.venv else ', without venv'})"
        for python in sorted(pythons, key=lambda python: python.version)
    ]
    minors = range(low if high is None else high, low - 1, -1)
    offered = set(packages)
    by_apt = next((f"python3.{n}" for n in minors if f"python3.{n}-venv" in offered), None)
    cure = (
        f"apt-get install {by_apt} {by_apt}-venv"
        if by_apt
        else f"uv python install 3.{minors[0]}   (or: pyenv install 3.{minors[0]})"
    )
    return (
        f"runs on Python {span} with venv; found {', '.join(found) or 'none'}.\n"
        f"  Install one, and run this again:  {cure}"
    )


def _apt_packages() -> list[str]:
    """The Pythons that this machine's package lists offer; none where there is no apt."""
    if not shutil.which("apt-cache"):
        return []
    done = subprocess.run(
        ["apt-cache", "pkgnames", "python3."], capture_output=True, check=False, text=True
    )
    return done.stdout.split()
