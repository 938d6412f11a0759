# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The content of a folder as one digest."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

# What git keeps for itself and what Python leaves behind: none of it is the content.
_NOT_CONTENT = {".git", "__pycache__"}


def _files(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        # A venv in a checkout is none of its content either.
        folders[:] = sorted(
            name
            for name in folders
            if name not in _NOT_CONTENT and not (here / name / "pyvenv.cfg").exists()
        )
        links = [name for name in folders if (here / name).is_symlink()]
        yield from (here / name for name in sorted(names + links) if name not in _NOT_CONTENT)


def digest(*roots: Path) -> str:
    """A SHA-256 over names, contents and link targets; the same wherever the folders lie."""
    total = hashlib.sha256()
    for number, root in enumerate(roots):
        for path in _files(root):
            if not path.is_symlink() and not path.is_file():
                continue  # a socket or a pipe
            content = os.fsencode(os.readlink(path)) if path.is_symlink() else path.read_bytes()
            name = os.fsencode(f"{number}/{path.relative_to(root)}")
            total.update(hashlib.sha256(name).digest() + hashlib.sha256(content).digest())
    return total.hexdigest()
