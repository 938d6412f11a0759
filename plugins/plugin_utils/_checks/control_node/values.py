# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What the checks of Ansible's settings are given, as Ansible itself has resolved it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Any

from ..._ansible import machine
from ..._text import origins

# Why a check of ssh does not apply.
NOT_SSH = "The connection is not ssh."


@dataclass(frozen=True)
class Value:
    """A setting in force, where it was set, in the words of `ansible-config dump`, and its key in an ansible.cfg."""

    value: Any
    origin: str
    key: origins.Key

    @property
    def said(self) -> str:
        """Where it was set, for a person."""
        return origins.said(self.origin)

    @property
    def place(self) -> str:
        """What has it, or could have it, to be named in a sentence."""
        return origins.place(self.origin, self.key)

    def change(self, text: object) -> str:
        """How it gets another value where it has this one from, as a sentence without the dot at its end."""
        return origins.change(self.origin, self.key, str(text))

    def change_or_run_with(self, option: str, text: object) -> str:
        """The same, and the option of the command line that does it for one run, where that would count."""
        return origins.change_or_run_with(self.origin, self.key, option, str(text))


@dataclass(frozen=True)
class Machine:
    """This machine: its cores, all of its memory and what is free of it in MiB, and its limits of open files.

    The last three are None where they are not known, or there is no limit. A shell may raise open_files to most_files.
    """

    cores: int
    memory_mb: int
    available_mb: int | None = None
    open_files: int | None = None
    most_files: int | None = None


def this_machine() -> Machine:
    """Measure it."""
    return Machine(
        machine.cores(), machine.memory_mb(), machine.available_mb(), *machine.open_files()
    )


def ssh_options(arguments: str) -> dict[str, str]:
    """The options that arguments of ssh set with -o, by name in lower case; of several the first counts for ssh."""
    try:
        words = shlex.split(arguments)
    except ValueError:
        return {}
    options: dict[str, str] = {}
    for place, word in enumerate(words):
        if not word.startswith("-o"):
            continue
        given = word[2:] or (words[place + 1] if place + 1 < len(words) else "")
        name, _separator, value = given.strip().replace("=", " ", 1).partition(" ")
        options.setdefault(name.lower(), value.strip())
    return options
