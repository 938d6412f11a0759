# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Questions to the person at the terminal, from within a task."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsiblePromptInterrupt, AnsiblePromptNoninteractive

from .._text.outside import printable

_LONGEST = 500
_YES = ("y", "yes")
_NO = ("n", "no")


class StoppedError(Exception):
    """The person has stopped the run in place of an answer."""


def unattended(environment: Mapping[str, str]) -> bool:
    """Whether this is a run of a CI, in which nobody is there though it may have a terminal."""
    return environment.get("CI", "").lower() not in ("", "0", "false", "no")


def ask(display: Any, question: str) -> str | None:
    """The answer without the blanks around it; None where there is nobody to ask. Raises StoppedError."""
    if unattended(os.environ):
        return None
    try:
        # Of a task's process the main one asks, which has the terminal.
        answer = display.prompt_until(question)
    except AnsiblePromptNoninteractive:
        return None
    except AnsiblePromptInterrupt as exc:
        raise StoppedError from exc
    said = str(answer.decode("utf-8", "replace")).strip()
    if said:
        # Ansible takes away the line in which it was typed.
        display.display(f"> {printable(said, _LONGEST)}")
    return said


def agreed(display: Any, question: str, default: bool) -> bool | None:
    """Yes or no, the default for an empty answer; None where there is nobody to ask. Raises StoppedError."""
    choices = "[Y/n]" if default else "[y/N]"
    while True:
        answer = ask(display, f"{question} {choices}")
        if answer is None:
            return None
        if not answer:
            return default
        if answer.lower() in (*_YES, *_NO):
            return answer.lower() in _YES
