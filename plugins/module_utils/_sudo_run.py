# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Run sudo once, with bounds on its time and on what it may say."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import subprocess
import termios
import time
from typing import NamedTuple, Protocol, Sequence

PROMPT = "k8n-cluster-password:"
_MAX_OUTPUT = 65536
_MAX_ASKED = 100
# How often to look whether a sudo has ended whose output somebody else holds open.
_POLL_SECONDS = 0.2


class Attempt(NamedTuple):
    """One run of sudo. returncode is None where it did not end in time; text is what it said.

    asked is the line with which it asked for the password, which PROMPT is if sudo has taken that.
    """

    returncode: int | None
    seconds: float
    text: str
    asked: str = PROMPT


class Sudo(Protocol):
    """What runs sudo: run_sudo, or a recording of it."""

    def __call__(self, password: str | None, timeout: float, tty: bool) -> Attempt:
        """Run the command true through sudo, for at most timeout seconds.

        Without a password sudo may not ask for one. Cached credentials are neither used nor spent.
        Raises OSError where there is no sudo, or where the login may not execute it.
        """


def run_sudo(
    password: str | None, timeout: float, tty: bool, program: Sequence[str] = ("sudo",)
) -> Attempt:
    """Run the command true through sudo on this host; see Sudo. program is sudo with the options in force.

    The password reaches nothing but sudo's standard input.
    """
    ask = ["-n"] if password is None else ["-S", "-p", PROMPT]
    master, slave = pty.openpty() if tty else (-1, -1)
    started = time.monotonic()
    try:
        # AnsibleModule.run_command knows neither a timeout nor a terminal.
        process = subprocess.Popen(  # pylint: disable=ansible-bad-function
            [*sudo_with(program, ask), "true"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Away from the terminal that Ansible's connection may or may not have: the answer
            # must not depend on it, and a sudo left behind must not keep the connection open.
            start_new_session=True,
            preexec_fn=(lambda: fcntl.ioctl(slave, termios.TIOCSCTTY, 0)) if tty else None,
            pass_fds=(slave,) if tty else (),
            env=dict(os.environ, LC_ALL="C"),
        )
        returncode, output = _converse(process, password, started + timeout)
    finally:
        if tty:
            os.close(master)
            os.close(slave)
    seconds = time.monotonic() - started
    return Attempt(returncode, seconds, clean(output, password), asked(output, password))


def sudo_with(program: Sequence[str], options: Sequence[str]) -> list[str]:
    """sudo that uses no cached credentials, with more options than those in force."""
    return [program[0], "-k", *program[1:], *options]


def asked(output: bytes, password: str | None) -> str:
    """The line with which sudo asked for the password; empty where it said nothing at all.

    Without PROMPT in any line it is the first one that is no notice: PAM has asked in its own words.
    """
    lines = [line.strip() for line in output.decode("utf-8", errors="replace").splitlines()]
    with_prompt = [line for line in lines if PROMPT in line]
    line = (with_prompt or [line for line in lines if line.endswith(":")] or [""])[0]
    line = "".join(filter(str.isprintable, line))[:_MAX_ASKED]
    return line.replace(password, "********") if password else line


def _converse(
    process: subprocess.Popen[bytes], password: str | None, deadline: float
) -> tuple[int | None, bytes]:
    """Hand over the password and listen until sudo ends or the time is up."""
    if process.stdin is None or process.stdout is None:
        raise ValueError("the process must have been started with pipes")
    output = b""
    with process.stdout as stdout:
        # A sudo that ends without reading its input is no error.
        with contextlib.suppress(BrokenPipeError), process.stdin as stdin:
            if password is not None:
                stdin.write(password.encode() + b"\n")
        while process.poll() is None or _ready(stdout.fileno(), 0.0):
            left = deadline - time.monotonic()
            if left <= 0:
                _give_up(process)
                return None, output
            if _ready(stdout.fileno(), min(left, _POLL_SECONDS)):
                chunk = os.read(stdout.fileno(), _MAX_OUTPUT)
                if not chunk:
                    break
                output = (output + chunk)[:_MAX_OUTPUT]
        try:
            return process.wait(max(0.0, deadline - time.monotonic())), output
        except subprocess.TimeoutExpired:
            _give_up(process)
            return None, output


def _ready(descriptor: int, timeout: float) -> bool:
    return bool(select.select([descriptor], [], [], timeout)[0])


def _give_up(process: subprocess.Popen[bytes]) -> None:
    """End what can be ended: a sudo that has become root cannot be killed by its login.

    Its pipes are closed and it has no terminal, so it disturbs nobody until it ends by itself.
    """
    with contextlib.suppress(PermissionError):
        process.kill()


def clean(output: bytes, password: str | None) -> str:
    """What sudo said, fit to be shown: no prompt, no password, no control characters."""
    text = output.decode("utf-8", errors="replace").replace(PROMPT, "")
    if password:
        text = text.replace(password, "********")
    lines = ("".join(filter(str.isprintable, line)).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)
