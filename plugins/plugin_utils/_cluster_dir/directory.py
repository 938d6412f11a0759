# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The path of a cluster directory."""

from __future__ import annotations

import os
import re
from pathlib import Path

from .._files import safe_directory
from . import record
from .mistakes import InitError, expand

VARIABLE = "k8n_dir"
# What ansible.cfg, ssh's options and Ansible's templates read as something else than a part of a path.
_UNSAFE = re.compile(r"""[\x00-\x1f\ud800-\udfff"'\\;#%{}$]""")


def resolve(given: str) -> Path:
    """The absolute path; raises InitError where no cluster directory can be there."""
    if not given.strip():
        raise InitError(
            [
                f"{VARIABLE}: nothing is given; name the directory, such as -e {VARIABLE}=prod, or -e {VARIABLE}=. for "
                "the one that you are in."
            ]
        )
    # Without dots, so that what is looked at is what is written.
    path = Path(os.path.abspath(expand(given, VARIABLE)))
    if safe_directory.is_root_directory(str(path)):
        raise InitError([safe_directory.root_mistake(VARIABLE, given)])
    unsafe = _UNSAFE.search(str(path))
    if unsafe:
        raise InitError(
            [
                f"{VARIABLE}: {str(path)!r} holds {unsafe.group()!r}, which ansible.cfg cannot hold in a path; "
                "choose another name."
            ]
        )
    try:
        above = next(part for part in (path, *path.parents) if part.exists())
    except OSError as exc:
        raise InitError(
            [f"{VARIABLE}: {exc.filename}: {exc.strerror}; choose another one."]
        ) from exc
    here = Path.cwd()
    if above != path and here in path.parents and (here / record.FILE).is_file():
        raise InitError(
            [
                f"{VARIABLE}: {here} is a cluster directory, and {path} would be another one in it. "
                f"Give -e {VARIABLE}=. for the one that you are in, or a path outside of it."
            ]
        )
    if not above.is_dir():
        raise InitError(
            [f"{VARIABLE}: {above} is not a directory; choose another name, or move it away."]
        )
    try:
        mistakes = safe_directory.mistakes(path, VARIABLE)
    except OSError as exc:
        raise InitError([f"{VARIABLE}: {exc.filename}: {exc.strerror}."]) from exc
    if mistakes:
        raise InitError(mistakes)
    return path
