# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What happens to each file of a cluster directory: a file that the user has changed is left alone."""

from __future__ import annotations

import difflib
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from .mistakes import InitError
from .record import checksum

MAKE = "made"
UPDATE = "updated"
REMOVE = "removed"
REPLACE = "replaced"
KEEP = "yours"
SAME = "same"
# The files that have another copy of ours at hand, and that a version of Kubespray may have no more.
SAMPLE_FOLDER = "group_vars"


@dataclass(frozen=True)
class Step:
    """What happens to one file; before and after are its content, None where there is no such file."""

    path: str
    kind: str
    before: bytes | None
    # What we would write, whether it is going to be written or not.
    after: bytes | None
    # Of a kept file: why it is the user's, and whether ours is not what was written last.
    why: str = ""
    news: bool = False

    @property
    def writes(self) -> bool:
        """Whether the file is going to be written or removed."""
        return self.kind in (MAKE, UPDATE, REMOVE, REPLACE)

    def counts(self) -> tuple[int, int]:
        """Lines that ours has more and lines that it has not, against what is there."""
        lines = list(difflib.ndiff(_lines(self.before), _lines(self.after)))
        return sum(line[0] == "+" for line in lines), sum(line[0] == "-" for line in lines)


def _lines(content: bytes | None) -> list[str]:
    return (content or b"").decode("utf-8", "replace").splitlines()


def plan(
    directory: Path,
    files: Mapping[str, bytes],
    sample: Mapping[str, bytes] | None,
    written: Mapping[str, str],
    overwrite: Collection[str],
) -> list[Step]:
    """One step for each file, and for each file of the sample that was written and is in it no more.

    With sample None, what the last run has copied is left alone. written holds the checksums of the last run. Raises
    InitError with every mistake.
    """
    wanted = {**files, **(sample or {})}
    gone = [
        path for path in written if sample is not None and path not in wanted and is_sample(path)
    ]
    mistakes = [
        f"init_overwrite: {path!r} is not a file that init writes; it writes {', '.join(sorted(wanted))}."
        for path in overwrite
        if path not in wanted
    ]
    steps = []
    for path, after in wanted.items():
        try:
            step = _step(directory, path, after, written.get(path))
        except OSError as exc:
            mistakes.append(f"{exc.filename}: {exc.strerror}. Move it out of the way.")
            continue
        if path in overwrite and step.kind == KEEP:
            if step.why == _LINK:
                mistakes.append(
                    f"init_overwrite: {path} is or lies behind a symbolic link; replace that by hand first."
                )
            step = Step(path, REPLACE, step.before, after)
        steps.append(step)
    for path in gone:
        before = _read(directory / path)
        if before is None:
            continue
        ours = checksum(before) == written[path] and not _behind_link(directory, path)
        kind, why = (REMOVE, "") if ours else (KEEP, _CHANGED)
        steps.append(Step(path, kind, before, None, why, news=not ours))
    if mistakes:
        raise InitError(mistakes)
    return steps


_CHANGED = "you changed it"
_DELETED = "you deleted it"
_BEFORE = "it was there before"
_LINK = "a symbolic link"


def _step(directory: Path, path: str, after: bytes, last: str | None) -> Step:
    before = _read(directory / path)
    news = checksum(after) != last
    if before == after:
        return Step(path, SAME, before, after)
    if _behind_link(directory, path):
        return Step(path, KEEP, before, after, _LINK, news)
    if before is None:
        return (
            Step(path, MAKE, None, after)
            if last is None
            else Step(path, KEEP, None, after, _DELETED, news)
        )
    if last is None:
        return Step(path, KEEP, before, after, _BEFORE, news)
    if checksum(before) == last:
        return Step(path, UPDATE, before, after)
    return Step(path, KEEP, before, after, _CHANGED, news)


def is_sample(path: str) -> bool:
    """Whether a file of a cluster directory is one of Kubespray's sample."""
    return path.split("/", 1)[0] == SAMPLE_FOLDER


def _read(path: Path) -> bytes | None:
    """The content, None where there is no such file; OSError also where it is no file."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _behind_link(directory: Path, path: str) -> bool:
    """Whether what is written there would end up in another place than it says."""
    parts = Path(path).parts
    return any(
        os.path.islink(directory.joinpath(*parts[: number + 1])) for number in range(len(parts))
    )


def checksums(steps: Collection[Step], written: Mapping[str, str]) -> dict[str, str]:
    """The checksums to remember: those of what is ours on disk after the steps."""
    kept = dict(written)
    for step in steps:
        if step.kind == REMOVE:
            del kept[step.path]
        elif step.kind != KEEP and step.after is not None:
            kept[step.path] = checksum(step.after)
    handled = {step.path for step in steps}
    if not any(is_sample(path) for path in handled):
        return kept
    # Without a file of an older sample that is neither wanted nor there.
    return {path: value for path, value in kept.items() if path in handled or not is_sample(path)}
