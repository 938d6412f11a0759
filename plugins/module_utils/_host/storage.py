# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Where the directories of a cluster would lie: how much room there is, and whether one can write and execute there."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any, Mapping

from . import mounts
from .files import text

_MEGABYTE = 2**20
# More than any module of Ansible's own takes, unpacked.
_MODULE_BYTES = _MEGABYTE
# Flatcar, and those made of ostree.
_IMMUTABLE = ("usr/share/flatcar", "run/ostree-booted")
_MOST_MOUNTS = 2**22


def remote_tmp(path: str) -> dict[str, Any]:
    """Where Ansible puts its files, for the process of the login: root may write anywhere.

    path; above, the nearest directory that is there; writable: whether the login may make files in it.
    """
    path = os.path.expanduser(path)
    above = _existing(path)
    return {"path": path, "above": above, "writable": os.access(above, os.W_OK | os.X_OK)}


def room_for_modules() -> None:
    """Raise OSError where Ansible would find no place to unpack a module in; it searches as Python's tempfile."""
    named = (os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP"))
    for folder in [*filter(None, named), "/tmp", "/var/tmp", "/usr/tmp", os.getcwd()]:
        with contextlib.suppress(OSError):
            # A file without a name: nothing is there afterwards, whatever happens.
            file = os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o600)
            try:
                os.posix_fallocate(file, 0, _MODULE_BYTES)
                return
            finally:
                os.close(file)
    # Where the file system has no such files. This takes a host longer to load than everything above.
    import tempfile  # pylint: disable=import-outside-toplevel

    with tempfile.TemporaryFile() as scratch:
        os.posix_fallocate(scratch.fileno(), 0, _MODULE_BYTES)


def collect(wants: Mapping[str, Any], root: Path = Path("/")) -> dict[str, Any]:
    """places: of each directory of wants, by its name, its path and the mount in which it lies or would lie.

    mounts: of each of these, by its point ("?" where there is no list of mounts), type, read_only, noexec, free_mb and
    size_mb in MiB, inodes and inodes_free (None where the file system has no fixed number of them).
    immutable: whether this is a system whose /usr is read-only on purpose. remote_tmp, which is also one of the places,
    is what the function of this name found, None where nobody asked. root is where the kernel's own files lie.
    """
    directories = dict(wants.get("directories") or {})
    own = wants.get("remote_tmp")
    if own:
        directories["remote_tmp"] = own["path"]
    mounted = mounts.parse(text(root / "proc/self/mountinfo", _MOST_MOUNTS) or "")
    places, found = {}, {}
    for name, path in directories.items():
        real = os.path.realpath(path)
        mount = mounts.of_path(mounted, real)
        point = mount.point if mount else "?"
        places[name] = {"path": path, "mount": point}
        if point not in found:
            found[point] = {**_options(mount), **_room(real)}
    return {
        "immutable": any((root / mark).exists() for mark in _IMMUTABLE),
        "places": places,
        "mounts": found,
        "remote_tmp": {**own, "login": wants.get("login")} if own else None,
    }


def _options(mount: mounts.Mount | None) -> dict[str, Any]:
    if mount is None:
        return dict.fromkeys(("type", "read_only", "noexec"))
    return {
        "type": mount.kind,
        "read_only": "ro" in mount.options,
        "noexec": "noexec" in mount.options,
    }


def _existing(path: str) -> str:
    """The path, or the nearest one above it that is there."""
    while not os.path.exists(path) and path != os.path.dirname(path):
        path = os.path.dirname(path)
    return path


def _room(path: str) -> dict[str, Any]:
    """What statvfs says of a directory, or of the nearest one above it that is there."""
    try:
        found = os.statvfs(_existing(path))
    except OSError:
        return dict.fromkeys(("free_mb", "size_mb", "inodes", "inodes_free"))
    return {
        "free_mb": found.f_bavail * found.f_frsize // _MEGABYTE,
        "size_mb": found.f_blocks * found.f_frsize // _MEGABYTE,
        "inodes": found.f_files or None,
        "inodes_free": found.f_favail if found.f_files else None,
    }
