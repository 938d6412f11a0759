# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The terminal: everything that Ansible prints goes above the live line, which is drawn again after it."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .._ansible.terminal import unattended

# How often the line follows what happens.
_LIVE_SECONDS = 0.1
# How often a pipe or a CI log gets a line; less than the ten minutes after which some CI ends a silent job.
PLAIN_SECONDS = 30.0
_ERASE = "\r\x1b[K"


def is_live(stream: Any, environment: dict[str, str]) -> bool:
    """Whether there is a terminal that a line can live in, and a person before it."""
    return (
        not unattended(environment)
        and environment.get("TERM", "dumb") != "dumb"
        and bool(stream.isatty())
    )


class Screen:
    """One line at the bottom of the terminal, or one in a while where there is none.

    It takes the place of Display.display, through which all of Ansible's output goes. It changes no setting of the
    terminal, so that nothing must be restored however the run ends. All that it writes it writes under Display's lock,
    which Ansible holds while it forks and while it waits for input.
    """

    def __init__(
        self,
        display: Any,
        *,
        live: bool,
        line: Callable[[int | None], str],
        copy: Callable[[str], None],
        fold: Callable[[str], bool],
        tick: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """line gives the line for a number of columns, or for a file where that is None; copy gets what others print.

        fold tells of a text of theirs whether only copy gets it. tick is called about once a second.
        """
        self._display = display
        self._original = display.display
        self._live = live
        self._line = line
        self._copy = copy
        self._fold = fold
        self._tick = tick
        self._clock = clock
        self._pid = os.getpid()
        self._shown = ""
        self._unseen = False
        self._printed = clock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="k8n progress", daemon=True)

    def start(self) -> None:
        """From now on all output comes through here."""
        self._display.display = self._by_others
        self._thread.start()

    def stop(self) -> None:
        """Take the line away and leave Display as it was."""
        if self._stopped.is_set():
            return
        self._stopped.set()
        with self._display._lock:
            self._erase()
            del self._display.display
        self._thread.join(timeout=1)

    def say(self, text: str, color: str | None = None) -> None:
        """Print a line that stays."""
        with self._display._lock:
            self._erase()
            self._original(text, color=color)
            self._printed = self._clock()

    def pause(self) -> None:
        """Take the line away at once; it comes back when there is one again."""
        with self._display._lock:
            self._erase()

    def _by_others(self, msg: str, *args: Any, **kwargs: Any) -> None:
        if os.getpid() != self._pid:
            # A worker: it sends the message to the main process, which comes here.
            self._original(msg, *args, **kwargs)
            return
        with self._display._lock:
            if not self._unseen and not self._fold(msg):
                self._erase()
                self._original(msg, *args, **kwargs)
            self._copy(msg)

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """What Ansible prints meanwhile is only copied."""
        with self._display._lock:
            self._unseen = True
            try:
                yield
            finally:
                self._unseen = False

    def _erase(self) -> None:
        """Take the line away until it is drawn again."""
        if self._shown:
            self._shown = ""
            self._write(_ERASE)

    def _write(self, text: str) -> None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except (OSError, ValueError):
            # The terminal is gone; the run goes on, and its log with it.
            self._live = False

    def _run(self) -> None:
        ticked = self._clock()
        while not self._stopped.wait(_LIVE_SECONDS if self._live else 1.0):
            now = self._clock()
            with self._display._lock:
                if self._stopped.is_set():
                    return
                if now - ticked >= 1:
                    ticked = now
                    self._tick()
                if self._live:
                    self._draw()
                elif now - self._printed >= PLAIN_SECONDS:
                    self._draw_plain()

    def _draw(self) -> None:
        """Draw the line where it is not as it should be. An empty one is taken away."""
        line = self._line(_columns())
        if not line:
            self._erase()
        elif line != self._shown:
            self._shown = line
            self._write(f"\r{line}\x1b[K")

    def _draw_plain(self) -> None:
        """Print the line for a file."""
        self._printed = self._clock()
        line = self._line(None)
        if line:
            self._original(line)
            self._write("")


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
