# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A terminal, and a person at it, for commands that behave differently there."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyte

SECONDS = 120


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
    """Run a command on a terminal; each of answers is typed once its text is on the screen."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(cwd)
        os.execvpe(argv[0], list(argv), _environment(env))
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    screen = pyte.HistoryScreen(columns, 24, history=1000)
    stream = pyte.ByteStream(screen)
    waiting = list(answers)
    bottoms: list[str] = []
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if select.select([terminal], [], [], 0.5)[0]:
            try:
                stream.feed(os.read(terminal, 65536))
            except OSError:
                break  # how Linux tells that the other side is closed
        now = [line.rstrip() for line in screen.display if line.strip()]
        if now and bottoms[-1:] != now[-1:]:
            bottoms.append(now[-1])
        if waiting and any(waiting[0][0] in line for line in now):
            os.write(terminal, waiting.pop(0)[1].encode())
    os.close(terminal)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert not waiting, f"never seen: {waiting[0][0]}"
    above = ["".join(line[column].data for column in range(columns)) for line in screen.history.top]
    shown = [line.rstrip() for line in (*above, *screen.display)]
    while shown and not shown[-1]:
        shown.pop()
    return Ended(code, shown, bottoms)


def _environment(more: Mapping[str, str] | None) -> dict[str, str]:
    environment = {**os.environ, "TERM": "xterm", "ANSIBLE_NOCOLOR": "1", **(more or {})}
    if not more or "CI" not in more:
        environment.pop("CI", None)  # this test may run in one
    return environment
