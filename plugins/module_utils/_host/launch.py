# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Start the one process that collects what is to be known of this host, as root where that is possible."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Mapping, cast

from .._sudo_run import PROMPT, clean, sudo_with
from . import boot

if TYPE_CHECKING:
    from typing import Sequence

    # Only the other process may spend the time to read it.
    from .collect import Answer

# Where one sudo takes longer than this, another one costs more than what it brings.
_QUICK_SUDO_SECONDS = 5.0
# What the collectors may take together, with the start of sudo and Python.
_SECONDS = 40.0
_MOST_ANSWER = 2**18
_COLLECT = f"{boot.PACKAGE}.collect"
# What a host is asked comes through standard input, where nobody else can read it.
_PYTHON = (sys.executable or "python3", *boot.OPTIONS)


class LaunchError(Exception):
    """The process gave no answer; the text says why."""


def launch(
    wants: Mapping[str, Any],
    sudo: Mapping[str, Any],
    password: str | None,
    program: bytes,
    command: Sequence[str] = ("sudo",),
) -> Answer:
    """What collect() returned: as root if sudo (what the check of sudo found) is quick and works, else as the login.

    password: what the check of sudo was given; command: sudo with its options. Where no process gives an answer, failed
    has the reason under "".
    """
    request = boot.opening(program) + boot.rest(program, _COLLECT, wants)
    reason = ""
    for argv, first in _ways(sudo, password, command):
        try:
            return _run([*argv, *_PYTHON], first + request, password)
        except LaunchError as exc:
            reason = str(exc)
    return {"root": False, "container": None, "found": {}, "failed": {"": reason}}


def _ways(
    sudo: Mapping[str, Any], password: str | None, command: Sequence[str]
) -> Sequence[tuple[Sequence[str], bytes]]:
    """What to put in front of the command, and of its input: the ways to run it, best first."""
    as_login: tuple[Sequence[str], bytes] = ((), b"")
    status = sudo["status"]
    if status == "passwordless" and sudo["seconds"]["median"] <= _QUICK_SUDO_SECONDS:
        return (sudo_with(command, ["-n"]), b""), as_login
    # The prompt that is unknown to Ansible is not waited for here.
    if (
        status in ("password_ok", "prompt_unknown")
        and sudo["seconds"]["median"] <= _QUICK_SUDO_SECONDS
    ):
        asking = sudo_with(command, ["-S", "-p", PROMPT])
        return (asking, f"{password}\n".encode()), as_login
    return (as_login,)


def _run(argv: Sequence[str], text: bytes, password: str | None) -> Answer:
    try:
        # AnsibleModule.run_command knows no timeout.
        process = subprocess.Popen(  # pylint: disable=ansible-bad-function
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as exc:
        raise LaunchError(f"cannot execute {argv[0]}: {exc.strerror}") from exc
    try:
        answer, complaint = process.communicate(text, _SECONDS)
    except subprocess.TimeoutExpired as exc:
        # A sudo that has become root ends by itself, since its child does.
        with contextlib.suppress(PermissionError):
            process.kill()
        raise LaunchError(f"there was no answer after {_SECONDS:g} s") from exc
    try:
        result = json.loads(answer[:_MOST_ANSWER])
    except (ValueError, RecursionError):
        said = clean(complaint[-2000:], password).splitlines() or ["it said nothing"]
        raise LaunchError(f"{said[-1]}, and it ended with {process.returncode}") from None
    if not isinstance(result, dict):
        raise LaunchError("its answer is not a dictionary")
    return cast("Answer", result)
