# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""All files of a plan, or none: what was written before an error is taken back."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from . import record
from .mistakes import InitError
from .plan import REMOVE, REPLACE, Step

# The directory holds, in time, credentials of the cluster.
PRIVATE_DIRECTORY = 0o700
PRIVATE_FILE = 0o600
# Above the cluster's, as far as the umask has it.
_SHARED_DIRECTORY = 0o777


def apply(
    directory: Path,
    folders: Iterable[str],
    steps: Iterable[Step],
    more: Mapping[str, bytes],
    stamp: str,
) -> list[str]:
    """Write the steps and the further files, make the folders; returns the backups that it made.

    What it makes only its owner can read; what is there keeps its mode. Raises InitError after everything is again
    as it was.
    """
    changes = _Changes()
    backups = []
    try:
        changes.folder(directory.parent, _SHARED_DIRECTORY)
        changes.folder(directory, PRIVATE_DIRECTORY)
        for folder in (str(record.FILE.parent), *folders):
            changes.folder(directory / folder, PRIVATE_DIRECTORY)
        for step in steps:
            path = directory / step.path
            if step.kind == REPLACE and step.before is not None:
                backups.append(f"{step.path}.{stamp}~")
                changes.write(directory / backups[-1], step.before, _mode(path))
            if step.kind == REMOVE:
                changes.remove(path)
            elif step.writes and step.after is not None:
                changes.write(path, step.after, PRIVATE_FILE)
        for name, content in more.items():
            # What several directories share through a link stays shared.
            changes.write((directory / name).resolve(), content, PRIVATE_FILE)
    except OSError as exc:
        changes.undo()
        raise InitError(
            [
                f"{exc.filename or directory}: {exc.strerror}. Nothing was changed; fix that and run it again."
            ]
        ) from exc
    except BaseException:
        # Such as Ctrl-C.
        changes.undo()
        raise
    return backups


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


class _Changes:
    """Changes of files and folders, and how to take them back."""

    def __init__(self) -> None:
        self._back: list[Callable[[], object]] = []

    def undo(self) -> None:
        while self._back:
            self._back.pop()()

    def folder(self, path: Path, mode: int) -> None:
        """Make a folder and those above it; a folder that is there stays as it is."""
        if path.is_dir():
            return
        if not path.parent.is_dir():
            self.folder(path.parent, mode)
        path.mkdir(mode)
        self._back.append(path.rmdir)

    def write(self, path: Path, content: bytes, mode: int) -> None:
        """Write a file as a whole or not at all."""
        before = path.read_bytes() if path.exists() else None
        if before == content:
            return
        if before is not None:
            mode = _mode(path)
        self.folder(path.parent, PRIVATE_DIRECTORY)
        _replace(path, content, mode)
        self._back.append(path.unlink if before is None else lambda: _replace(path, before, mode))

    def remove(self, path: Path) -> None:
        content, mode = path.read_bytes(), _mode(path)
        path.unlink()
        self._back.append(lambda: _replace(path, content, mode))


def _replace(path: Path, content: bytes, mode: int) -> None:
    # Ansible reads no hidden file of group_vars.
    descriptor, scratch = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.chmod(scratch, mode)
        os.replace(scratch, path)
    except BaseException:
        os.unlink(scratch)
        raise
