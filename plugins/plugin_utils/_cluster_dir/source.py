# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Where the sample of the Kubespray in use is taken from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from .._kubespray import collection
from .._kubespray.collection import SAMPLE
from .._kubespray.installation import release
from .._text import secrets
from .mistakes import InitError, expand

# What k8n.cluster.controller has installed into a cluster directory: its source as it was checked out.
CURRENT = Path(".k8n") / "controller" / "current" / "kubespray"

_VERSION = "kubespray_version"
_SOURCE = "k8n_kubespray_source"
_HOW = (
    f"Give {_VERSION}=TAG (such as {_VERSION}={collection.TESTED_VERSION}) or {_VERSION}=PATH of a checkout of "
    f"Kubespray, or run k8n.cluster.controller first."
)


@dataclass(frozen=True)
class Source:
    """A checkout on this machine, or else a repository and the version to fetch from it, or neither.

    With neither, the sample that was copied at the last run is the one to have.
    """

    path: Path | None
    repository: str = ""
    version: str = ""
    # Which the version must be, where that is given.
    commit: str = ""


def choose(
    wanted: str, repository: str, directory: Path, installed: Path | None, last: str = ""
) -> Source:
    """Where to take the sample from; raises InitError with every mistake.

    wanted is a tag, a branch, the path of a checkout, "installed", or "" for the Kubespray in use: the one that
    k8n.cluster.controller has installed into directory, else the installed collection. last is the version whose
    sample the directory already has, if that will do.
    """
    mistakes = []
    repository = repository or collection.SOURCE
    local = expand(repository, _SOURCE)
    if local.is_dir():
        # A plain path would make git ignore the depth.
        repository = f"file://{local.resolve()}"
    elif secrets.in_url(repository):
        # git would get it as an argument, which every user of the machine can read; so not quoted here either.
        mistakes.append(
            f"{_SOURCE}: the URL holds a login or a token; keep it in a credential helper of git (git config --global "
            "credential.helper store) and leave out what stands before the @ or looks like a key."
        )
    elif repository.startswith("-") or re.search(r"\s", repository):
        mistakes.append(f"{_SOURCE}: {repository!r} is not a repository; give a git URL or a path.")
    elif "://" not in repository and ":" not in repository:
        mistakes.append(
            f"{_SOURCE}: there is no directory {repository!r}; give a git URL or the path of a repository."
        )
    try:
        source = _choose(wanted.strip(), repository, directory / CURRENT, installed, last)
    except InitError as exc:
        mistakes += exc.mistakes
    if mistakes:
        raise InitError(mistakes)
    return source


def _choose(
    wanted: str, repository: str, current: Path, installed: Path | None, last: str
) -> Source:
    in_use = _version(current) if (current / SAMPLE).is_dir() else None
    if wanted in ("", "installed"):
        if in_use and not wanted:
            return Source(current.resolve())
        if installed is None:
            raise InitError([f"{_VERSION}: no Kubespray is installed here. {_HOW}"])
        wanted = f"v{_version(installed)}"
    path = expand(wanted, _VERSION)
    if (path / SAMPLE).is_dir():
        _version(path)
        return Source(path.resolve())
    if wanted.startswith(("/", "~", ".")):
        found = f"{path} has no {SAMPLE}" if path.is_dir() else f"there is no directory {path}"
        raise InitError(
            [f"{_VERSION}: {found}; an installed collection has no sample either. {_HOW}"]
        )
    wanted, commit = collection.pinned(wanted)
    if not collection.REF.fullmatch(wanted) or ".." in wanted:
        raise InitError([f"{_VERSION}: {wanted!r} is not the name of a tag or branch. {_HOW}"])
    if in_use and wanted == f"v{in_use}":
        there = _commit(current)
        if commit and there != commit:
            raise InitError(
                [
                    f"{_VERSION}: the Kubespray in this directory is the commit {there or 'of a folder'}, and "
                    f"not {commit}. Run k8n.cluster.controller with this {_VERSION} first."
                ]
            )
        return Source(current.resolve())
    if last and not commit and wanted == f"v{last}":
        return Source(None)
    return Source(None, repository, wanted, commit)


def _commit(current: Path) -> str:
    """The commit of what k8n.cluster.controller has installed, as it has written it down."""
    origin = (release.record(current.resolve().parent) or {}).get("origin")
    return str(origin.get("identity")) if isinstance(origin, dict) else ""


def _version(path: Path) -> str:
    try:
        return collection.read(path).version
    except collection.KubesprayError as exc:
        raise InitError([f"{_VERSION}: {exc}"]) from exc
