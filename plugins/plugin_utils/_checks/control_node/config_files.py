# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Which ansible.cfg is in effect, why, and which others are there and not read."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, warn

NAME = "ansible.cfg"
SYSTEM = Path("/etc/ansible") / NAME
# Why a place is not read.
_MISSING, _UNREADABLE, _LATER = "missing", "unreadable", "later"
_WORLD_WRITABLE = "world_writable"


@dataclass(frozen=True)
class Place:
    """A place in which Ansible looks for its configuration; state is in_effect, or why it is not read."""

    path: str
    source: str
    state: str


def places(
    in_effect: str | None, environ: Mapping[str, str], cwd: Path, system: Path = SYSTEM
) -> list[Place]:
    """All places, in Ansible's order; in_effect is the file that Ansible says it has read."""
    looked: list[tuple[str, Path]] = []
    named = environ.get("ANSIBLE_CONFIG")
    if named is not None:
        path = Path(os.path.abspath(os.path.expanduser(os.path.expandvars(named))))
        looked.append(("ANSIBLE_CONFIG", path / NAME if os.path.isdir(path) else path))
    looked.append(("current directory", cwd / NAME))
    looked.append(("home directory", Path(os.path.expanduser("~")) / f".{NAME}"))
    looked.append(("system directory", system))
    found, taken = [], False
    for source, path in looked:
        effective = in_effect is not None and _same(path, Path(in_effect))
        if effective and taken:
            continue  # the same file by another way
        taken = taken or effective
        state = "in_effect" if effective else _state(path, source) or _LATER
        found.append(Place(str(path), source, state))
    return found


def _state(path: Path, source: str) -> str:
    """Why Ansible does not take it, whatever the others are; empty where it would."""
    # Not Path.exists, which raises where it may not look.
    if not os.path.exists(path):
        return _MISSING
    if source == "current directory" and path.parent.stat().st_mode & stat.S_IWOTH:
        return _WORLD_WRITABLE
    return "" if os.access(path, os.R_OK) else _UNREADABLE


def _same(one: Path, other: Path) -> bool:
    return one == other or (os.path.exists(one) and os.path.exists(other) and one.samefile(other))


def values(found: Iterable[Place]) -> dict[str, Any]:
    """What the check returns of them: the file, why it is that one, and all places."""
    found = list(found)
    chosen = next((place for place in found if place.state == "in_effect"), None)
    if chosen is None:
        why = "There is none in any place that Ansible looks in, so its own defaults are in effect."
    elif chosen.source == "ANSIBLE_CONFIG":
        why = "The environment variable ANSIBLE_CONFIG names it."
    else:
        before = [
            f"{place.source}: {place.state.replace('_', ' ')}"
            for place in found[: found.index(chosen)]
        ]
        why = f"It lies in the {chosen.source}" + (f" ({'; '.join(before)})." if before else ".")
    return {
        "file": chosen.path if chosen else None,
        "why": why,
        "places": [asdict(place) for place in found],
    }


def check(found: Iterable[Place], neighbours: Mapping[str, Path]) -> list[Problem]:
    """What of it the user should know.

    neighbours maps what a user would expect a configuration beside, such as "the inventory", to its folder.
    """
    found = list(found)
    chosen = next((place.path for place in found if place.state == "in_effect"), None)
    instead = f"Ansible has read {chosen}" if chosen else "Ansible has read none"
    problems = []
    for place in found:
        if place.source == "ANSIBLE_CONFIG" and place.state in (_MISSING, _UNREADABLE):
            is_not = "does not exist" if place.state == _MISSING else "cannot be read by this user"
            problems.append(
                warn(
                    "config_named_missing",
                    f"The environment variable ANSIBLE_CONFIG names {place.path}, which {is_not}; {instead}.",
                    "Correct the variable, or unset ANSIBLE_CONFIG.",
                )
            )
        elif place.state == _WORLD_WRITABLE:
            problems.append(_world_writable(Path(place.path), instead))
    if (unread := _unread(found, neighbours)) is not None:
        problems.append(_not_read(*unread, instead))
    return problems


def _unread(found: Iterable[Place], neighbours: Mapping[str, Path]) -> tuple[Path, str] | None:
    """The one that a user most likely takes for the one in effect, and where it lies; None where that is in effect.

    Only the first of them: with one in effect whose place comes first, no other is expected to count.
    """
    here = [Path(place.path) for place in found if place.source == "current directory"]
    # Those of the home and the system are meant for other work when they come later.
    fallbacks = [
        Path(place.path)
        for place in found
        if place.state != "in_effect" and place.source in ("home directory", "system directory")
    ]
    said = [Path(place.path) for place in found if place.state == _WORLD_WRITABLE]
    effective = [Path(place.path) for place in found if place.state == "in_effect"]
    places = [(folder / NAME, f"beside {what}") for what, folder in neighbours.items()]
    for path, where in [*places, *((path, "") for path in here)]:
        if not os.path.isfile(path) or any(_same(path, other) for other in fallbacks):
            continue
        if any(_same(path, other) for other in (*effective, *said)):
            return None
        is_here = any(_same(path, other) for other in here)
        return path, "in the current directory" if is_here else where
    return None


def _world_writable(path: Path, instead: str) -> Problem:
    status = path.parent.stat()
    # Which is everybody's on purpose, such as /tmp, or is not this user's to change.
    shared = status.st_mode & stat.S_ISVTX or os.geteuid() not in (0, status.st_uid)
    return warn(
        "config_world_writable",
        f"{path} is not read, because anybody may write into {path.parent}; {instead}.",
        "Move it into a folder of your own, and run from there."
        if shared
        else f"Run: chmod o-w {shlex.quote(str(path.parent))}",
    )


def _not_read(path: Path, where: str, instead: str) -> Problem:
    export = f"export ANSIBLE_CONFIG={shlex.quote(str(path))}"
    if not os.access(path, os.R_OK):
        fix = "Let this user read it, or take it away."
    elif path.parent.stat().st_mode & stat.S_IWOTH:
        # From there it would not be read either.
        fix = f"Run: {export}, if it is meant."
    else:
        fix = f"Run from {path.parent} with ANSIBLE_CONFIG unset, or {export}, if it is meant."
    return warn("config_not_read", f"{path} {where} is not read; {instead}.", fix)
