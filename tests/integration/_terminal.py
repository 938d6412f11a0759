# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A terminal, and a person at it, for commands that behave differently there."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyte

SECONDS = 600
SILENT_SECONDS = 5


@dataclass
class Ended:
    """A command that ended: its exit status, the last screen with what scrolled off it, and each bottom line before."""

    code: int
    screen: list[str]
    bottoms: list[str] = field(default_factory=list)


def at_terminal(
    argv: Sequence[str],
    cwd: Path,
    answers: Sequence[tuple[str, str]] = (),
    env: Mapping[str, str] | None = None,
    columns: int = 90,
) -> Ended:
    """Run a command on a terminal; each of answers is typed once its text is on the screen.

    One that ends with Return is typed again where a question of a task stays unanswered: Ansible throws away what comes
    between the question and the moment when it starts to listen. Until it has its answer it reads single keys, which
    tells a question from a command that is only slow. Ctrl-C is typed once.
    """
    child, terminal = pty.fork()
    if child == 0:
        # A shell starts what it runs in the background with these two ignored, and its children inherit that.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)
        os.chdir(cwd)
        os.execvpe(argv[0], list(argv), _environment(env))
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    screen = pyte.HistoryScreen(columns, 24, history=1000)
    stream = pyte.ByteStream(screen)
    waiting = list(answers)
    bottoms: list[str] = []
    again = ""
    heard = time.monotonic()
    until = heard + SECONDS
    while time.monotonic() < until:
        if select.select([terminal], [], [], 0.5)[0]:
            try:
                stream.feed(os.read(terminal, 65536))
            except OSError:
                break  # how Linux tells that the other side is closed
            heard = time.monotonic()
        elif again and _reads_keys(terminal) and time.monotonic() - heard > SILENT_SECONDS:
            os.write(terminal, again.encode())
            heard = time.monotonic()
        now = [line.rstrip() for line in screen.display if line.strip()]
        if now and bottoms[-1:] != now[-1:]:
            bottoms.append(now[-1])
        if waiting and any(waiting[0][0] in line for line in now):
            answer = waiting.pop(0)[1]
            os.write(terminal, answer.encode())
            again = answer if answer.endswith("\r") else ""
    os.close(terminal)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert not waiting, f"never seen: {waiting[0][0]}"
    above = ["".join(line[column].data for column in range(columns)) for line in screen.history.top]
    shown = [line.rstrip() for line in (*above, *screen.display)]
    while shown and not shown[-1]:
        shown.pop()
    return Ended(code, shown, bottoms)


def _reads_keys(terminal: int) -> bool:
    """Whether the command has switched off the lines that a terminal gathers by itself."""
    return not termios.tcgetattr(terminal)[3] & termios.ICANON


def _environment(more: Mapping[str, str] | None) -> dict[str, str]:
    environment = {**os.environ, "TERM": "xterm", "ANSIBLE_NOCOLOR": "1", **(more or {})}
    if not more or "CI" not in more:
        environment.pop("CI", None)  # this test may run in one
    return environment
