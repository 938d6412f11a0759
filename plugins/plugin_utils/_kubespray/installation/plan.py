# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What to do so that a cluster directory has the Kubespray that was asked for; nothing is changed here."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from ..._files import safe_directory
from ..._text.outside import show
from .. import collection
from . import folders, origin, proxy, pythons, release, tree
from .origin import Origin

# This collection as it is running.
OWN = Path(__file__).resolve().parents[4]
# What of it runs; the rest differs between a checkout and an installed copy.
_OWN_PARTS = ("meta", "playbooks", "plugins", "roles")


class PlanError(Exception):
    """It cannot be installed as asked; one text for each mistake."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Wanted:
    """What the user asked for; an empty text is the default."""

    directory: str
    version: str = ""
    source: str = ""
    python: str = ""
    lock_file: str = ""
    wheelhouse: str = ""
    proxy: str = ""
    ara: bool = False


@dataclass(frozen=True)
class Plan:
    """The way there. Paths are absolute."""

    directory: Path
    origin: Origin
    # Whether its commit was given, and not only looked up.
    commit_given: bool
    # What git is given for a tag or branch.
    repository: str
    own_collection: Path
    digest: str
    release: Path
    # Whether the release is there and sound.
    ready: bool
    # The release that is current now.
    current: Path | None
    # All that are complete.
    complete: list[Path]
    # An interpreter that was asked for by name.
    python: str
    lock_file: str
    wheelhouse: str
    requirements: list[str]
    # Of runs that were interrupted.
    half_made: list[Path]
    # Releases that are neither wanted nor the one to go back to, once another is current.
    obsolete: list[Path]

    @property
    def changes(self) -> bool:
        """Whether there is anything to do beside the file activate."""
        return bool(not self.ready or self.current != self.release or self.half_made)

    def text(self) -> str:
        """What is going to be done, one line each."""
        label = f"Kubespray {self.origin.version} ({self.origin.kind}, {self.origin.identity[:12]})"
        lines = [f"{label} is installed in {self.release}"]
        if not self.ready:
            lines = [
                f"{label} from {self.origin.place} goes into {self.release}",
                *self._not_pinned(),
            ]
        if self.current not in (None, self.release):
            lines.append(f"It takes the place of {self.current}, which stays for a way back")
        lines += [f"To be removed, an older one: {path}" for path in self.obsolete]
        lines += [f"To be removed, of an interrupted run: {path}" for path in self.half_made]
        return "\n".join(lines)

    def _not_pinned(self) -> list[str]:
        """What is fetched by its name alone, and how its content is pinned."""
        lines = []
        if self.origin.kind in ("tag", "branch") and not self.commit_given:
            pinned = f"kubespray_version={self.origin.version}@{self.origin.identity}"
            lines.append(
                f"Nobody has said that this is the right commit. Compare it with one that you know; it is pinned by "
                f"{pinned}"
            )
        if not self.lock_file and not self.wheelhouse:
            lines.append(
                "Python packages are taken by version, not by content; controller_lock_file pins them"
            )
        return lines

    def diff(self) -> dict[str, str]:
        """The releases before and after, as Ansible shows a difference."""
        gone = {*self.half_made, *self.obsolete}
        before = {*self.complete, *self.half_made}
        return {
            "before_header": str(self.directory / release.HOME),
            "after_header": str(self.directory / release.HOME),
            "before": _listing(before, self.current),
            "after": _listing({*before, self.release} - gone, self.release),
        }

    def facts(self) -> dict[str, Any]:
        """All of it as a task's result."""
        return {
            "directory": str(self.directory),
            "origin": asdict(self.origin),
            "repository": self.repository,
            "own_collection": str(self.own_collection),
            "digest": self.digest,
            "release": str(self.release),
            "ready": self.ready,
            "python": self.python,
            "lock_file": self.lock_file,
            "wheelhouse": self.wheelhouse,
            "requirements": self.requirements,
            "half_made": [str(path) for path in self.half_made],
            "obsolete": [str(path) for path in self.obsolete],
        }


def make(wanted: Wanted, running: Path) -> Plan:
    """Work it out; running is the prefix of the Python that runs this, whose release is not removed.

    Raises PlanError with every mistake.
    """
    try:
        return _make(wanted, running)
    except OSError as exc:
        # Such as a name that is too long, or a folder that this login may not look into.
        raise PlanError([f"{exc.filename}: {exc.strerror}."]) from exc


def _make(wanted: Wanted, running: Path) -> Plan:
    mistakes = [*_directory_mistakes(wanted.directory), *proxy.mistakes(wanted.proxy)]
    # What is written in a directory of somebody else's is not read, and a wrong proxy is not gone through.
    unfit = bool(mistakes)
    directory = Path(os.path.abspath(os.path.expanduser(wanted.directory)))
    lock_file, wheelhouse = (
        os.path.abspath(os.path.expanduser(path)) if path else ""
        for path in (wanted.lock_file, wanted.wheelhouse)
    )
    if lock_file and not os.path.isfile(lock_file):
        mistakes.append(f"controller_lock_file: {lock_file} is not a file.")
    if wheelhouse and not os.path.isdir(wheelhouse):
        mistakes.append(f"controller_wheelhouse: {wheelhouse} is not a folder.")
    python = shutil.which(os.path.expanduser(wanted.python)) if wanted.python else None
    if wanted.python and not (python and pythons.probe(python)):
        mistakes.append(f"controller_python: {wanted.python} is no Python 3 that starts.")
    mistakes += _inside_mistakes(directory, OWN)
    home = directory / release.HOME
    complete, half_made = ([], []) if unfit else _releases(home)
    found = None
    try:
        found = _origin(wanted, complete, unfit)
    except PlanError as exc:
        mistakes += exc.mistakes
    except origin.OriginError as exc:
        mistakes.append(str(exc))
    if (
        found
        and found.kind == "path"
        and directory.resolve().is_relative_to(Path(found.place).resolve())
    ):
        mistakes.append(
            f"k8n_dir is {directory}, inside the checkout {found.place} that is going to be copied "
            f"into it. Choose a folder outside."
        )
    if mistakes or found is None:
        raise PlanError(mistakes)

    digest = _digest(found, wanted, lock_file)
    same = [path for path in complete if (release.record(path) or {}).get("digest") == digest]
    sound = next((path for path in same if _is_sound(path, wanted.ara)), None)
    link = home / release.CURRENT
    current = home / os.readlink(link) if link.is_symlink() and link.exists() else None
    chosen = sound or _new_name(home, found.version, digest, set(complete))
    in_use = (path for path in complete if running.resolve().is_relative_to(path.resolve()))
    keep = {chosen, current, *in_use}
    return Plan(
        directory=directory,
        origin=found,
        commit_given=bool(collection.pinned(wanted.version)[1]),
        repository=origin.repository(found.place),
        own_collection=OWN,
        digest=digest,
        release=chosen,
        ready=sound is not None,
        current=current,
        complete=complete,
        python=python or "",
        lock_file=lock_file,
        wheelhouse=wheelhouse,
        requirements=release.extra_requirements(wanted.ara),
        half_made=half_made,
        obsolete=[path for path in complete if path not in keep] if chosen != current else [],
    )


def _directory_mistakes(directory: str) -> list[str]:
    if not directory:
        return ["The cluster directory is not given. Say where: -e k8n_dir=NAME"]
    path = Path(os.path.abspath(os.path.expanduser(directory)))
    if safe_directory.is_root_directory(str(path)):
        return [safe_directory.root_mistake("k8n_dir", directory)]
    if re.search(r"[:\x00-\x1f\ud800-\udfff]", str(path)):
        # Ansible's list of collection paths has colons between them.
        return [
            f"k8n_dir is {show(str(path))}; a path with a colon or a character that cannot be printed cannot be used."
        ]
    nearest = next(parent for parent in (path, *path.parents) if parent.exists())
    if not nearest.is_dir():
        return [f"k8n_dir is {path}, but {nearest} is not a folder."]
    if not os.access(nearest, os.W_OK | os.X_OK):
        return [f"k8n_dir is {path}, and this login may not write in {nearest}."]
    return safe_directory.mistakes(path, "k8n_dir")


def _inside_mistakes(directory: Path, own: Path) -> list[str]:
    """A directory within a checkout of this collection would become a part of what is copied into it."""
    if not directory.is_relative_to(own):
        return []
    try:
        ignored = yaml.safe_load((own / "galaxy.yml").read_text(encoding="utf-8"))["build_ignore"]
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        ignored = []
    if directory != own and directory.relative_to(own).parts[0] in ignored:
        return []
    return [
        f"k8n_dir is {directory}, inside the collection {own} that is going to be copied into it. "
        f"Choose a folder outside."
    ]


def _origin(wanted: Wanted, complete: list[Path], unfit: bool) -> Origin:
    """unfit: the directory or the proxy is refused, and nobody is asked over the network."""
    version = wanted.version or collection.TESTED_VERSION
    source = wanted.source or collection.SOURCE
    if version == origin.INSTALLED:
        return origin.installed()
    if origin.is_folder(version):
        return origin.of_folder(Path(os.path.abspath(os.path.expanduser(version))))
    version, commit = collection.pinned(version)
    mistakes = origin.name_mistakes(version) + origin.source_mistakes(source)
    if mistakes or unfit:
        raise PlanError(mistakes)
    # A tag does not move: what is here needs no network, and who names no source means that of the tag that is here.
    known = (Origin(**(release.record(path) or {})["origin"]) for path in complete)
    for tag in known:
        if (tag.kind, tag.version) == ("tag", version) and wanted.source in ("", tag.place):
            return origin.compared(tag, commit)
    return origin.compared(
        origin.of_refs(origin.remote_refs(source, wanted.proxy), version, source), commit
    )


def _digest(found: Origin, wanted: Wanted, lock_file: str) -> str:
    """Of all that determines what a release holds. A Python chosen here is not part of it: one more on the
    machine is no reason to install anew."""
    parts = {
        "kubespray": [found.kind, found.version, found.identity],
        "collection": tree.digest(*(OWN / part for part in _OWN_PARTS)),
        "lock": hashlib.sha256(Path(lock_file).read_bytes()).hexdigest() if lock_file else "",
        "python": wanted.python,
        "ara": wanted.ara,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _releases(home: Path) -> tuple[list[Path], list[Path]]:
    """Those that are complete, and what interrupted runs left."""
    if not home.is_dir():
        return [], []
    found = sorted(path for path in home.iterdir() if path.is_dir() and not path.is_symlink())
    complete = [path for path in found if release.record(path) is not None]
    rest = (path for path in found if path not in complete)
    # Another run may be at work in one at this moment.
    return complete, [path for path in rest if not folders.is_at_work(path)]


def _is_sound(path: Path, ara: bool) -> bool:
    try:
        release.check(path, ara)
    except release.ReleaseError:
        return False
    return True


def _new_name(home: Path, version: str, digest: str, taken: set[Path]) -> Path:
    """A damaged release is replaced like any other: by one beside it."""
    base = f"{version.replace('/', '-')}-{digest[:8]}"
    names = (home / (f"{base}.{number}" if number > 1 else base) for number in range(1, 1000))
    return next(path for path in names if path not in taken and not folders.is_at_work(path))


def _listing(releases: set[Path], current: Path | None) -> str:
    lines = [f"{path.name}\n" for path in sorted(releases)]
    return "".join(lines) + (f"{release.CURRENT} -> {current.name}\n" if current else "")
