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
from collections.abc import MutableMapping, Sequence

import yaml

from .._text.outside import OutsideError, bounded
from .._text.secrets import HIDDEN, in_name, without_url_secrets

# What the shell, or a pipe, had ready for that one run.
_ONCE = re.compile(r"(?:^|[=@])(?:/dev/(?:fd/\d+|stdin)|/proc/(?:self|\d+)/fd/\d+)$")
# A word of -e: quotes hold blanks together, wherever in it they stand.
_WORD = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s"'])+""")
_NAME = re.compile(r"[\w.-]+")
# What may tell a name from its value within a text.
_NESTED = re.compile(r"=|:(?!//)")


# Of a run that has taken the place of another one: the command of that one, which a person has typed.
TYPED = "K8N_TYPED_COMMAND"


def typed(argv: Sequence[str], environment: MutableMapping[str, str]) -> tuple[list[str], bool]:
    """What a person types to have this run again, and whether that is the command of another run, which ends in this.

    What this process starts is not told.
    """
    try:
        words = json.loads(environment.pop(TYPED, ""))
    except ValueError:
        words = None
    if isinstance(words, list) and words and all(isinstance(word, str) for word in words):
        return words, True
    return list(argv), False


def masked(argv: Sequence[str]) -> tuple[str, bool]:
    """The command, and whether a value that looks secret was left out of it."""
    program, *arguments = argv
    words = _program(program)
    hidden = False
    before = ""
    for word in arguments:
        shown = without_url_secrets(_argument(before, word))
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
    """An argument of -e without its secrets, told apart as Ansible tells them: a file, YAML, or pairs."""
    if value.startswith("@"):
        return value
    if value.lstrip().startswith(("{", "[")):
        return _yaml(value)
    try:
        # A pair is a word as a shell has one: quotes may stand anywhere in it.
        words = _WORD.findall(value)
        pairs = [_pair(word) for word in words]
    except ValueError:
        pairs = []
    if not pairs or _WORD.sub("", value).strip():
        # Where a secret would end is not known.
        return HIDDEN if in_name(value) else value
    shown = iter(pairs)
    return _WORD.sub(lambda _word: next(shown), value)


def _pair(word: str) -> str:
    """A pair without its secret; raises ValueError for what is none: it may be the rest of one, with a secret in it."""
    name, equals, value = word.partition("=")
    if not equals or not _NAME.fullmatch(name):
        raise ValueError
    if in_name(name):
        return f"{name}={HIDDEN}"
    bare = value[1:-1] if value[:1] in ("'", '"') and value[-1:] == value[:1] else value
    shown = _yaml(bare) if bare.lstrip().startswith(("{", "[")) else bare
    # One that is not YAML may still name a secret, such as in a "b=c" within quotes.
    if shown == bare and _NESTED.search(bare) and in_name(bare):
        shown = HIDDEN
    return word if shown == bare else f"{name}={shlex.quote(shown)}"


def _yaml(value: str) -> str:
    """A dictionary or list, in YAML or JSON, without its secrets; HIDDEN where it cannot be read."""
    try:
        data = yaml.safe_load(value)
        bounded(data)
        without = _without_secrets(data)
        return value if without == data else json.dumps(without, ensure_ascii=False, default=str)
    except (yaml.YAMLError, ValueError, RecursionError, OutsideError, TypeError):
        return HIDDEN


def _without_secrets(data: object) -> object:
    if isinstance(data, dict):
        return {
            key: HIDDEN if in_name(str(key)) else _without_secrets(value)
            for key, value in data.items()
        }
    if isinstance(data, list):
        return [_without_secrets(value) for value in data]
    # A text that is a list of pairs itself, or more YAML: nothing of it is shown where it names a secret.
    if isinstance(data, str) and _NESTED.search(data) and in_name(data):
        return HIDDEN
    return data
