# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The keys of an ansible.cfg, against those that this Ansible and its plugins know."""

from __future__ import annotations

import configparser
import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, warn

from .removed import REMOVED

# Sections that a user names, of which Ansible makes the definitions while it runs.
_DYNAMIC = ("galaxy_server.",)
# How alike two names must be, from 0 to 1. Sections share long beginnings, such as callback_.
_SIMILAR, _SIMILAR_SECTIONS = 0.75, 0.85


@dataclass(frozen=True)
class Setting:
    """A key that the file sets; line counts from 1."""

    section: str
    key: str
    value: str
    line: int

    @property
    def name(self) -> str:
        return f"[{self.section}] {self.key}"


@dataclass(frozen=True)
class Known:
    """A key that Ansible knows, and by which environment variables and variables it can be set instead."""

    section: str
    key: str
    environment: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    deprecated: Mapping[str, Any] | None = None

    @property
    def name(self) -> str:
        return f"[{self.section}] {self.key}"


def read(path: Path) -> list[Setting]:
    """Every key of a file, read as Ansible reads it; it has been read once before, so it is well-formed."""
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    # What stands in [DEFAULT] is for Ansible no setting of [defaults]: here it is a section like any other.
    parser = configparser.ConfigParser(
        inline_comment_prefixes=(";",), interpolation=None, default_section=""
    )
    parser.read_string(text)
    lines = _lines(text)
    return [
        Setting(section, key, value, lines.get((section, key), 0))
        for section in parser.sections()
        for key, value in parser.items(section)
    ]


def _lines(text: str) -> dict[tuple[str, str], int]:
    """On which line a section sets a key."""
    section, lines = "", {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\[(.+)\]", line):
            section = header.group(1)
        elif key := re.match(r"([^\s#;=:\[][^=:]*?)\s*[=:]", line):
            lines[section, key.group(1).lower()] = number
    return lines


def known(definitions: Mapping[str, Mapping[str, Any]]) -> list[Known]:
    """The keys in definitions of options, as Ansible's configuration manager holds them."""
    found = []
    for option in definitions.values():
        for entry in option.get("ini") or ():
            found.append(
                Known(
                    str(entry.get("section", "defaults")),
                    str(entry["key"]).lower(),
                    tuple(str(env["name"]) for env in option.get("env") or ()),
                    tuple(str(variable["name"]) for variable in option.get("vars") or ()),
                    entry.get("deprecated") or option.get("deprecated"),
                )
            )
    return found


@dataclass(frozen=True)
class Knowledge:
    """What is known of keys: the first at once, the others only if a key is not among these.

    more returns the keys of all plugins that Ansible brings along. mentions tells whether some installed plugin names
    a section and, if given, a key in it.
    """

    at_once: list[Known]
    more: Callable[[], list[Known]]
    mentions: Callable[[str, str | None], bool]


def check(path: Path, settings: Iterable[Setting], knowledge: Knowledge) -> list[Problem]:
    """The keys that Ansible does not know, each with the right one, and those that it is going to know no more."""
    settings = list(settings)
    entries = knowledge.at_once
    # A key that is going from ansible-core's own may stay a plugin's.
    if _unknown(settings, entries) or _deprecated(path, settings, entries):
        entries = [*entries, *knowledge.more()]
    # What is going itself is no advice.
    staying = [entry for entry in entries if not entry.deprecated]
    lines = {(setting.section, setting.key): setting.line for setting in settings}
    problems = []
    sections: dict[str, list[Setting]] = {}
    for setting in _unknown(settings, entries):
        sections.setdefault(setting.section, []).append(setting)
    for section, unknown in sections.items():
        if any(entry.section == section for entry in entries) or knowledge.mentions(section, None):
            problems += [
                _key(path, setting, staying, lines)
                for setting in unknown
                if not knowledge.mentions(section, setting.key)
            ]
        else:
            problems.append(_section(path, section, unknown, staying, lines))
    return problems + _deprecated(path, settings, entries)


def _unknown(settings: Iterable[Setting], entries: Iterable[Known]) -> list[Setting]:
    names = {(entry.section, entry.key) for entry in entries}
    return [
        setting
        for setting in settings
        if (setting.section, setting.key) not in names and not setting.section.startswith(_DYNAMIC)
    ]


def _key(
    path: Path, setting: Setting, entries: list[Known], lines: Mapping[tuple[str, str], int]
) -> Problem:
    where = f"{path}, line {setting.line}: {setting.name}"
    if (moved := REMOVED.get(setting.section, {}).get(setting.key)) is not None:
        return warn(
            "config_key_removed",
            f"{where} is no longer known to this Ansible: it has no effect.",
            moved if isinstance(moved, str) else _write([moved], lines),
        )
    return warn(
        "config_key_unknown",
        f"{where} is not a key that this Ansible knows: it has no effect.",
        _instead(setting, entries, lines),
    )


def _instead(setting: Setting, entries: list[Known], lines: Mapping[tuple[str, str], int]) -> str:
    """What to write in the place of a key that is not known."""
    variables = {_place(e) for e in entries if setting.key in map(str.lower, e.variables)}
    if variables:
        why = f"; {setting.key} is its name as a variable of a host"
        return _write(variables, lines, why)
    environment = {_place(e) for e in entries if setting.key.upper() in e.environment}
    same = environment or {_place(entry) for entry in entries if entry.key == setting.key}
    if same:
        return _write(same, lines)
    here = sorted({entry.key for entry in entries if entry.section == setting.section})
    alike = difflib.get_close_matches(setting.key, here, 1, _SIMILAR)
    if alike:
        return _write([(setting.section, alike[0])], lines)
    everywhere = sorted({entry.key for entry in entries})
    alike = difflib.get_close_matches(setting.key, everywhere, 1, _SIMILAR)
    if alike:
        guesses = {_place(entry) for entry in entries if entry.key == alike[0]}
        return _write(guesses, lines, or_else=", if that is meant, or remove the line")
    return "Remove the line, or install the plugin that it is for."


def _place(entry: Known) -> tuple[str, str]:
    return entry.section, entry.key


def _write(
    places: Iterable[tuple[str, str]],
    lines: Mapping[tuple[str, str], int],
    why: str = "",
    or_else: str = "",
) -> str:
    """To write one of these keys; where the file has it already Ansible would end at the second one."""
    places = sorted(places)
    for section, key in places:
        if (section, key) in lines:
            return f"Remove the line: line {lines[section, key]} sets [{section}] {key}{why}."
    return f"Write {' or '.join(f'[{section}] {key}' for section, key in places)}{why}{or_else}."


def _section(
    path: Path,
    section: str,
    unknown: list[Setting],
    entries: list[Known],
    lines: Mapping[tuple[str, str], int],
) -> Problem:
    keys = ", ".join(setting.key for setting in unknown)
    return warn(
        "config_section_unknown",
        f"{path}: no installed plugin knows the section [{section}]: its keys have no effect ({keys}).",
        _emptied(section, unknown, entries, lines),
    )


def _emptied(
    section: str,
    unknown: list[Setting],
    entries: list[Known],
    lines: Mapping[tuple[str, str], int],
) -> str:
    """The section's right name, and where each key goes that cannot stay: away, if its place is taken or there is none.

    A section that the file has already is no name, since Ansible ends at the second one.
    """
    sections = sorted({entry.section for entry in entries})
    alike = next(
        iter(difflib.get_close_matches(section.lower(), sections, 1, _SIMILAR_SECTIONS)), ""
    )
    meant = {entry.key for entry in entries if entry.section == alike}
    renamed = bool(alike) and alike not in {there for there, _key in lines}
    moves, rest = [], []
    for setting in unknown:
        if renamed and setting.key in meant:
            continue
        right = {_place(entry) for entry in entries if entry.key == setting.key}
        if setting.key in meant:
            right = {(alike, setting.key)}
        if right and right.isdisjoint(lines):
            names = " or ".join(f"[{there}] {key}" for there, key in sorted(right))
            moves.append(f"{setting.key} as {names}")
        else:
            rest.append(setting.key)
    steps = [f"name the section [{alike}]"] if renamed else []
    steps += [f"write {', '.join(moves)}"] if moves else []
    if not steps:
        return "Remove the section, or install the plugin that it is for."
    steps += [f"remove {', '.join(rest)}"] if rest else []
    said = ", and ".join(steps)
    return f"{said[0].upper()}{said[1:]}."


def _deprecated(path: Path, settings: Iterable[Setting], entries: Iterable[Known]) -> list[Problem]:
    notices: dict[tuple[str, str], list[Mapping[str, Any] | None]] = {}
    for entry in entries:
        notices.setdefault((entry.section, entry.key), []).append(entry.deprecated)
    problems = []
    for setting in settings:
        found = notices.get((setting.section, setting.key), [])
        if found and all(found) and (notice := found[0]):
            alternative = notice.get("alternatives") or notice.get("alternative")
            # ansible-core names the release of itself, a collection one of its own.
            release = notice.get("version") or notice.get("removed_in")
            problems.append(
                warn(
                    "config_key_deprecated",
                    f"{path}, line {setting.line}: {setting.name} is deprecated"
                    + (f" and goes with version {release}" if release else "")
                    + f": {_bare(notice.get('why', 'no reason given'))}.",
                    f"Remove the line. Of what to write instead ansible-core says: {_bare(alternative)}."
                    if alternative
                    else "Remove the line, or write what the reason names.",
                )
            )
    return problems


def _bare(sentence: object) -> str:
    return " ".join(str(sentence).split()).rstrip(".")
