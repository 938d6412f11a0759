# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""A release: one self-contained installation in a cluster directory, and whether it is sound."""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import collection as _kubespray

# ansible-core itself depends on packaging; only ansible-test's import check is without it.
with contextlib.suppress(ImportError):
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet

# Below the cluster directory.
HOME = Path(".k8n") / "controller"
CURRENT = "current"
# Written last: a release without it is half made.
RECORD = "release.json"
OWN_COLLECTION = "k8n.cluster"
# What `ansible-galaxy collection install` of Kubespray needs and Kubespray does not ask for.
DISTLIB = "distlib"
# With the part that keeps the database and serves its pages.
ARA = "ara[server]"
_START_SECONDS = 60


@dataclass(frozen=True)
class Sound:
    """The versions in a release that has all that its Kubespray asks for."""

    kubespray: str
    ansible_core: str
    python: str


class ReleaseError(Exception):
    """A release is not as its Kubespray wants it; the text has one line for each mistake."""


def collection(release: Path, name: str) -> Path:
    """Where a release has a collection of its own."""
    return release / "collections" / "ansible_collections" / Path(*name.split("."))


def record(release: Path) -> dict[str, Any] | None:
    """What was written when the release was complete; None where it is half made, was moved or was copied.

    A venv works at the path that it was made for only.
    """
    try:
        data = json.loads((release / RECORD).read_text(encoding="utf-8"))
        here = os.path.samefile(data["path"], release)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return dict(data) if here else None


def extra_requirements(ara: bool) -> list[str]:
    """What is installed beside the requirements.txt of Kubespray."""
    return [DISTLIB, ARA] if ara else [DISTLIB]


def check(release: Path, ara: bool) -> Sound:
    """Compare what is installed in a release with what the Kubespray in it asks for; raises ReleaseError."""
    python = _python_version(release)
    try:
        path = collection(release, _kubespray.COLLECTION)
        kubespray = _kubespray.read(path)
        wanted = _kubespray.requirements(path)
        dependencies = _kubespray.dependencies(path)
    except _kubespray.KubesprayError as exc:
        raise ReleaseError(str(exc)) from exc
    mistakes = []
    # A newer Python behind the same name does not look into the folder of the older one.
    minor = python.rpartition(".")[0]
    libraries = release / "venv" / "lib" / f"python{minor}" / "site-packages"
    packages = _packages(libraries)
    for requirement in [*wanted, *map(Requirement, extra_requirements(ara))]:
        mistakes += _mistakes(packages.get(_normal(requirement.name)), requirement)
    core = packages.get("ansible-core")
    mistakes += _mistakes(core, Requirement(f"ansible-core{kubespray.ansible_core}"))
    if not (collection(release, OWN_COLLECTION) / "MANIFEST.json").is_file():
        mistakes.append(f"the collection {OWN_COLLECTION} is not there")
    for name, specifier in dependencies.items():
        mistakes += _dependency_mistakes(release, libraries, name, specifier)
    if mistakes:
        raise ReleaseError(
            f"Kubespray {kubespray.version} lacks in {release}:\n"
            + "\n".join(f"  - {mistake}" for mistake in mistakes)
        )
    return Sound(kubespray.version, str(core), python)


def usage(sound: Sound, activate: str) -> str:
    """The closing words; the last line is to be copied."""
    return (
        f"Kubespray {sound.kubespray}, ansible-core {sound.ansible_core}, Python {sound.python}. "
        f"To use them in this shell:\n. {shlex.quote(activate)}"
    )


def _python_version(release: Path) -> str:
    """The venv's own word: its Python may have gone with an upgrade of the system."""
    python = release / "venv" / "bin" / "python"
    code = "import sys; print('.'.join(map(str, sys.version_info[:3])))"
    try:
        done = subprocess.run(
            [str(python), "-I", "-c", code],
            capture_output=True,
            check=True,
            text=True,
            timeout=_START_SECONDS,
        )
    except (OSError, subprocess.SubprocessError) as exc:
        raise ReleaseError(f"{python} does not start: {exc}") from exc
    return done.stdout.strip()


def _packages(libraries: Path) -> dict[str, str]:
    """The Python packages in a folder, with their versions."""
    found = importlib.metadata.distributions(path=[str(libraries)])
    return {_normal(package.name): package.version for package in found}


def _mistakes(version: str | None, requirement: Requirement) -> list[str]:
    if version is not None and requirement.specifier.contains(version, prereleases=True):
        return []
    return [f"{requirement}: {'not installed' if version is None else f'{version} is installed'}"]


def _dependency_mistakes(release: Path, libraries: Path, name: str, specifier: str) -> list[str]:
    """What is wrong with a collection that Kubespray depends on; the package ansible brings them all."""
    places = [collection(release, name), libraries / "ansible_collections" / Path(*name.split("."))]
    for place in places:
        try:
            manifest = json.loads((place / "MANIFEST.json").read_text(encoding="utf-8"))
            version = str(manifest["collection_info"]["version"])
        except (OSError, ValueError, KeyError):
            continue
        if specifier == "*" or SpecifierSet(specifier).contains(version, prereleases=True):
            return []
        return [f"the collection {name} {specifier}: {version} is installed"]
    return [
        f"the collection {name} {specifier}: not there, and the package ansible does not bring it"
    ]


def _normal(name: str) -> str:
    """A package's name as PyPI compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()
