# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The command line of this run as one would type it again, without its secrets."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Sequence

from ansible_collections.k8n.cluster.plugins.plugin_utils._secrets import (
    HIDDEN,
    in_name,
    without_url_passwords,
)

# What the shell, or a pipe, had ready for that one run.
_ONCE = re.compile(r"(?:^|[=@])(?:/dev/(?:fd/\d+|stdin)|/proc/(?:self|\d+)/fd/\d+)$")
_PAIR = re.compile(r"""([\w.-]+)=("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\S*)""")


def masked(argv: Sequence[str]) -> tuple[str, bool]:
    """The command, and whether a value that looks secret was left out of it."""
    program, *arguments = argv
    words = _program(program)
    hidden = False
    before = ""
    for word in arguments:
        shown = without_url_passwords(_argument(before, word))
        hidden = hidden or shown != word
        words.append(shown)
        before = word
    return shlex.join(words), hidden


def only_once(argv: Sequence[str]) -> list[str]:
    """Those arguments that name what is gone after the run: a pipe such as <(...), standard input."""
    return [word for word in argv[1:] if _ONCE.search(word)]


def _program(program: str) -> list[str]:
    """As it was typed, if that is what the shell finds."""
    name = os.path.basename(program)
    if name == "__main__.py":
        # python -m ansible playbook
        return [sys.executable, "-m", os.path.basename(os.path.dirname(program))]
    found = shutil.which(name)
    if found and os.path.realpath(found) == os.path.realpath(program):
        return [name]
    # python FILE
    runs = os.access(program, os.X_OK) or not os.path.exists(program)
    return [program] if runs else [sys.executable, program]


def _argument(before: str, word: str) -> str:
    if _takes_variables(before):
        return _variables(word)
    name, equals, value = word.partition("=")
    if equals and name.startswith("--") and _takes_variables(name):
        return f"{name}={_variables(value)}"
    short = re.match(r"(-[A-Za-z]*?e)(.+)", word)
    if short and not word.startswith("--"):
        return f"{short[1]}{_variables(short[2])}"
    return HIDDEN if "sshpass" in word else word


def _takes_variables(option: str) -> bool:
    """-e, -be, --extra-vars, or a beginning of it that argparse understands."""
    if option.startswith("--"):
        return len(option) > 3 and "--extra-vars".startswith(option)
    return re.fullmatch(r"-[A-Za-z]*e", option) is not None


def _variables(value: str) -> str:
    if value.startswith("@"):
        return value
    if value.lstrip().startswith(("{", "[")):
        try:
            data = json.loads(value)
        except ValueError:
            # YAML on one line: nothing of it is shown where it names a secret.
            return HIDDEN if in_name(value) else value
        without = _without_secrets(data)
        return value if without == data else json.dumps(without, ensure_ascii=False)
    if in_name(value) and _PAIR.sub("", value).strip():
        # It is not only of pairs, so where a secret ends is not known.
        return HIDDEN
    return _PAIR.sub(lambda pair: f"{pair[1]}={HIDDEN}" if in_name(pair[1]) else pair[0], value)


def _without_secrets(data: object) -> object:
    if isinstance(data, dict):
        return {
            key: HIDDEN if in_name(str(key)) else _without_secrets(value)
            for key, value in data.items()
        }
    return [_without_secrets(value) for value in data] if isinstance(data, list) else data
