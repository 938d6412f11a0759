# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""A cluster directory as a whole: what it is to hold, what of it is written, and what the new Kubespray lost."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from .._kubespray import collection, variable_names
from .._kubespray.collection import SAMPLE
from . import host_keys, record
from .mistakes import InitError, of_error
from .plan import SAMPLE_FOLDER, Step, checksums, plan
from .record import Record
from .write import apply


@dataclass(frozen=True)
class Made:
    """What is to happen to a cluster directory."""

    steps: list[Step]
    record: Record
    # Files that no user changes by hand, or only by adding lines.
    more: dict[str, bytes]
    changed: bool
    # Variables that are gone since the last run; all that are gone are in the record.
    fresh: list[str]
    uses: list[variable_names.Use]
    encrypted: list[str]


def prepare(
    directory: Path,
    kubespray: Path | None,
    files: Mapping[str, bytes],
    known_hosts: bytes,
    overwrite: Collection[str],
) -> Made:
    """Compare what there is with what is wanted; writes nothing. Raises InitError with every mistake.

    kubespray is a checkout; without one, Kubespray's part of the directory stays as it is. files are the other files.
    """
    try:
        return _prepare(directory, kubespray, files, known_hosts, overwrite)
    except OSError as exc:
        raise of_error(exc) from exc


def _prepare(
    directory: Path,
    kubespray: Path | None,
    files: Mapping[str, bytes],
    known_hosts: bytes,
    overwrite: Collection[str],
) -> Made:
    last = record.read(directory)
    new, fresh, sample = (
        _other_kubespray(last, kubespray) if kubespray is not None else (last, list[str](), None)
    )
    steps = plan(directory, files, sample, last.files, overwrite)
    new = replace(new, files=checksums(steps, last.files))
    more = {host_keys.FILE: known_hosts, str(record.FILE): new.text().encode()}
    uses, encrypted = variable_names.uses(_texts_after(directory, steps), new.removed)
    changed = any(step.writes for step in steps) or any(
        _differs(directory / name, content) for name, content in more.items()
    )
    return Made(steps, new, more, changed, fresh, uses, encrypted)


def _other_kubespray(last: Record, kubespray: Path) -> tuple[Record, list[str], dict[str, bytes]]:
    """The record with this Kubespray in it, the variables that are gone since the last one, and the sample."""
    try:
        version = collection.read(kubespray).version
    except collection.KubesprayError as exc:
        raise InitError([str(exc)]) from exc
    known = variable_names.known(kubespray)
    fresh = variable_names.removed(last.variables, known)
    removed = {
        name: value
        for name, value in last.removed.items()
        if name not in known.names and name not in known.words
    } | {name: {"gone_in": version, "guesses": guesses} for name, guesses in fresh.items()}
    new = Record(version, last.files, tuple(sorted(known.names)), removed)
    return new, list(fresh), _sample(kubespray / SAMPLE)


def write(directory: Path, made: Made, folders: Iterable[str], stamp: str) -> list[str]:
    """Do it, as a whole or not at all; returns the backups of files that were replaced."""
    return apply(directory, folders, made.steps, made.more, stamp)


def _sample(folder: Path) -> dict[str, bytes]:
    """The sample's group_vars, by their path in a cluster directory."""
    found = {
        f"{SAMPLE_FOLDER}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    if not found:
        raise InitError([f"{folder} holds no file; wanted the sample of a checkout of Kubespray."])
    return found


def _texts_after(directory: Path, steps: Iterable[Step]) -> dict[str, str]:
    """What sets variables in the directory once the steps are done, also in check mode."""
    texts = variable_names.texts(directory)
    for step in steps:
        if not step.writes or not variable_names.sets_variables(step.path):
            continue
        if step.after is None:
            texts.pop(step.path, None)
        else:
            texts[step.path] = step.after.decode("utf-8", "replace")
    return texts


def _differs(path: Path, content: bytes) -> bool:
    return not path.exists() or path.read_bytes() != content
