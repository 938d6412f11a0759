# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Whether a directory of this machine is one to keep code and secrets in: for all that makes something there.

What lies in a directory that others may write to is theirs: they can put another file, or a whole other directory, in
its place.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shlex
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

_ROOT = 0
# Of a user of the machine around a container or a user namespace, who is none here.
_UNMAPPED = 65534


def is_root_directory(given: str) -> bool:
    """Whether a path is the root directory, however it is spelled and whatever links are on the way."""
    try:
        return bool(given) and os.path.realpath(os.path.expanduser(given)) == os.sep
    except ValueError:  # a NUL, or what no file can be called
        return False


def root_mistake(variable: str, given: str) -> str:
    """What to say of one."""
    return (
        f"{variable} is {given!r}, which is the root directory; a variable of the shell in it was probably empty. Name "
        "a directory below it, such as /srv/prod."
    )


def mistakes(path: Path, variable: str) -> list[str]:
    """Why nobody should keep code and secrets in path, of which the last parts need not be there yet.

    Raises OSError, as for a directory that may not be looked into.
    """
    if is_root_directory(str(path)):
        return [root_mistake(variable, str(path))]
    whole = Path(os.path.realpath(path))
    there = [part for part in (*reversed(whole.parents), whole) if part.is_dir()]
    found: list[str] = []
    for place, directory in enumerate(there):
        below = there[place + 1].stat().st_uid if place + 1 < len(there) else None
        # In the last one others could make the files that are not there yet.
        sticky_helps = directory != whole and (below is None or below in _trusted())
        found += _mistakes(directory, variable, sticky_helps)
    return found


def _trusted() -> set[int]:
    """Whose directories may be on the way: root's, one's own, and who has become root with sudo can do so anyway."""
    sudo = os.environ.get("SUDO_UID", "") if os.geteuid() == _ROOT else ""
    return {_ROOT, os.geteuid(), *([int(sudo)] if sudo.isdecimal() and len(sudo) < 11 else [])}


def _mistakes(directory: Path, variable: str, sticky_helps: bool) -> Iterator[str]:
    found = directory.stat()
    shown, mode = shlex.quote(str(directory)), stat.S_IMODE(found.st_mode)
    theirs = f"its mode is {mode:04o}, and what is kept there can be replaced"
    if found.st_uid not in _trusted() and found.st_uid != _UNMAPPED:
        name = _user(found.st_uid)
        yield (
            f"{variable}: {directory} belongs to {name}, who may write into it and replace what is kept there. Work as "
            f"{name}, choose another directory, or run: chown {_user(os.geteuid())} {shown}"
        )
    if mode & stat.S_ISVTX and sticky_helps:
        return
    if mode & stat.S_IWOTH:
        yield f"{variable}: everyone may write into {directory}: {theirs}. Run: chmod o-w {shown}"
    elif mode & stat.S_IWGRP and (others := _others(found.st_gid)):
        yield (
            f"{variable}: {', '.join(sorted(others)[:3])} of the group {_group(found.st_gid)} may write into "
            f"{directory}: {theirs}. Run: chmod g-w {shown}"
        )


def _others(gid: int) -> Collection[str]:
    """Who is in a group but for those that are trusted; a group of one's own has nobody else."""
    trusted = _trusted()
    users = pwd.getpwall()
    names = {user.pw_name for user in users if user.pw_gid == gid}
    with contextlib.suppress(KeyError):
        names.update(grp.getgrgid(gid).gr_mem)
    ours = {user.pw_name for user in users if user.pw_uid in trusted}
    return names - ours


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)
