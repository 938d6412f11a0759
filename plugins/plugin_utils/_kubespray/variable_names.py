# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Which variables a Kubespray knows, which of them another one does not, and where a user sets them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .collection import SAMPLE

_TEXTS = (".yml", ".yaml", ".j2")
_SET = re.compile(r"^([A-Za-z_]\w*)\s*:(?=\s|$)", re.MULTILINE)
# The sample shows most variables in a comment; prose before a colon rarely is a single lower-case word.
_SHOWN = re.compile(r"^#+ ?([a-z_]\w*):(?=\s|$)", re.MULTILINE)
_KEY = re.compile(r"""["']?\b([A-Za-z_]\w*)["']?\s*[:=]""")
_ENCRYPTED = "$ANSIBLE_VAULT"
_VARIABLE_FOLDERS = ("group_vars", "host_vars")
_INVENTORIES = (".yml", ".yaml", ".ini", ".json", "")
# Of the words of two names, and of their letters, which finds what was misspelt.
_SAME_WORDS = 0.75
_SAME_LETTERS = 0.9
_GUESSES = 2


@dataclass(frozen=True)
class Known:
    """The variables of one Kubespray, and every word that its roles and playbooks say."""

    names: frozenset[str]
    words: frozenset[str]


def known(checkout: Path) -> Known:
    """Read the defaults of the roles and the sample's group_vars of a checkout of Kubespray.

    Raises OSError with the name of a file that cannot be read.
    """
    names: set[str] = set()
    words: set[str] = set()
    for path in _files(checkout / "roles", checkout / "playbooks"):
        text = _text(path)
        words.update(re.findall(r"\w+", text))
        if "defaults" in path.relative_to(checkout).parts:
            names.update(_SET.findall(text))
    for path in _files(checkout / SAMPLE):
        text = _text(path)
        names.update(_SET.findall(text), _SHOWN.findall(text))
    return Known(frozenset(names), frozenset(words))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as exc:
        # Only one of opening it names the file.
        raise OSError(exc.errno, exc.strerror, str(path)) from exc


def _files(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in _TEXTS and path.is_file():
                yield path


def removed(old: Collection[str], new: Known) -> dict[str, list[str]]:
    """The old variables that nothing in the new Kubespray mentions, each with guesses of its new name, best first."""
    gone = sorted(name for name in old if name not in new.names and name not in new.words)
    added = new.names.difference(old)
    return {name: _guesses(name, added) for name in gone}


def _guesses(name: str, added: Iterable[str]) -> list[str]:
    found = []
    for other in sorted(added):
        words, letters = _likeness(name.split("_"), other.split("_")), _likeness(name, other)
        if words >= _SAME_WORDS or letters >= _SAME_LETTERS:
            found.append((-max(words, letters), other))
    return [other for _likeness, other in sorted(found)[:_GUESSES]]


def _likeness(one: Sequence[str], other: Sequence[str]) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


@dataclass(frozen=True)
class Use:
    """A line that sets a variable."""

    name: str
    file: str
    line: int


def texts(directory: Path) -> dict[str, str]:
    """The files of a cluster directory in which variables are set: group_vars, host_vars and inventories."""
    candidates = [
        *(path for folder in _VARIABLE_FOLDERS for path in (directory / folder).rglob("*")),
        *directory.glob("*"),
    ]
    return {
        name: path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(candidates)
        if sets_variables(name := path.relative_to(directory).as_posix()) and path.is_file()
    }


def sets_variables(name: str) -> bool:
    """Whether Ansible reads variables from a file with this path in a cluster directory."""
    hidden = any(part.startswith(".") or part.endswith("~") for part in name.split("/"))
    return not hidden and Path(name).suffix in _INVENTORIES


def uses(files: Mapping[str, str], names: Collection[str]) -> tuple[list[Use], list[str]]:
    """Where the variables are set, and the encrypted files, in which they may be set, too."""
    found, encrypted = [], []
    for file, text in files.items():
        if text.startswith(_ENCRYPTED):
            encrypted.append(file)
            continue
        top_only = file.startswith(tuple(f"{folder}/" for folder in _VARIABLE_FOLDERS))
        for number, line in enumerate(text.splitlines(), 1):
            if line.lstrip().startswith("#"):
                continue
            # Below the top level of a file of variables, a key is part of a variable's value.
            if top_only and not file.endswith(".json"):
                match = _KEY.match(line)
                keys = [match.group(1)] if match else []
            else:
                keys = _KEY.findall(line)
            found += [Use(key, file, number) for key in keys if key in names]
    return found, encrypted
