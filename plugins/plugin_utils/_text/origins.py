# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Where Ansible has a setting from, in the words of `ansible-config dump`: for a person, and how it is changed there.

A stronger place hides a weaker one: who writes into ansible.cfg what an environment variable sets has changed nothing.
"""

from __future__ import annotations

import shlex
from typing import NamedTuple

DEFAULT = "default"
# ansible-core 2.17 does not say which.
A_VARIABLE = "a variable of the host"
# Which is there in the words of ansible-config, and where a person writes it.
_VARIABLE, _ENVIRONMENT, _OPTION = "var", "env", "cli"
# The way by which a value of the command line comes to a task.
_KEYWORD = "keyword"


class Key(NamedTuple):
    """The key of an ansible.cfg that has a setting, or could have it."""

    section: str
    name: str
    file: str = "ansible.cfg"


def said(origin: str) -> str:
    """The origin for a person."""
    if origin == DEFAULT:
        return "Ansible's default"
    if origin == A_VARIABLE:
        return origin
    return _named(origin) or origin


def place(origin: str, key: Key) -> str:
    """What has the setting, to be named in a sentence."""
    named = _named(origin)
    if not named:
        return _in_file(key, "")
    return named if named.startswith("--") else f"the {named}"


def change(origin: str, key: Key, text: str) -> str:
    """What makes this text its value, as a sentence without the dot at its end."""
    kind, name = _parts(origin)
    if kind == _ENVIRONMENT:
        return f"Run: export {name}={shlex.quote(text)}"
    if kind == _VARIABLE:
        return f"Set the variable {name} to {text} where it is given, in the inventory or with -e"
    if kind == _OPTION:
        return f"Run with --{name}={shlex.quote(text)}"
    return f"Set {_in_file(key, f' = {text}')}"


def change_or_run_with(origin: str, key: Key, option: str, text: str) -> str:
    """The same, and the option of the command line that does it for one run, where that would count."""
    run = f"run with {option}={text}"
    if _parts(origin)[0] == _OPTION:
        return run[0].upper() + run[1:]
    done = change(origin, key, text)
    # A variable is stronger than an option.
    return done if of_variable(origin) else f"{done}, or {run}"


def of_variable(origin: str) -> bool:
    """Whether a variable of the inventory has it."""
    return _parts(origin)[0] == _VARIABLE


def _named(origin: str) -> str:
    """A variable or an option by its name; "" for a file and the default."""
    kind, name = _parts(origin)
    kinds = {_ENVIRONMENT: "environment variable ", _VARIABLE: "variable ", _OPTION: "--"}
    return f"{kinds[kind]}{name}" if kind else ""


def _in_file(key: Key, value: str) -> str:
    return f"{key.name}{value} in the section [{key.section}] of {key.file}"


def _parts(origin: str) -> tuple[str, str]:
    """The kind of place and the name there; "" for both of a file and the default."""
    if origin.startswith("--"):
        return _OPTION, origin[2:]
    if origin == A_VARIABLE:
        return _VARIABLE, "that has it"
    kind, colon, name = origin.partition(": ")
    if not colon or not name or kind not in (_VARIABLE, _ENVIRONMENT, _OPTION, _KEYWORD):
        return "", ""
    if kind in (_OPTION, _KEYWORD):
        return _OPTION, name.replace("_", "-")
    return kind, name
