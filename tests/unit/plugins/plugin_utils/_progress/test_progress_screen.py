# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The line at the bottom, and what goes above it."""

from __future__ import annotations

import io
import os
import sys
import threading

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress import screen as screens
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.screen import Screen, is_live

ERASE = "\r\x1b[K"


class Display:
    """As much of Ansible's as is used."""

    def __init__(self) -> None:
        self._lock = threading.RLock()

    def display(self, msg: str, color: str | None = None) -> None:
        sys.stdout.write(f"{msg}\n")


class Line:
    text = "1/2 | 0:01"

    def __call__(self, columns: int | None) -> str:
        return self.text if columns else f"plain {self.text}"


class Out:
    """All that was written since the test began."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self._before = ""

    def getvalue(self) -> str:
        self._before += self._capsys.readouterr().out
        return self._before


@pytest.fixture
def out(capsys: pytest.CaptureFixture[str]) -> Out:
    return Out(capsys)


class Case:
    """A screen without its thread: the test draws."""

    def __init__(self, live: bool = True) -> None:
        self.display = Display()
        self.line = Line()
        self.copied: list[str] = []
        self.now = 0.0
        self.screen = Screen(
            self.display,
            live=live,
            line=self.line,
            copy=self.copied.append,
            fold=lambda text: "nothing" in text,
            tick=lambda: None,
            clock=lambda: self.now,
        )
        self.screen._thread = threading.Thread(target=self.screen.pause)
        self.screen._thread.start()
        self.screen._thread.join()
        self.display.display = self.screen._by_others  # type: ignore[method-assign]  # as start() does


def test_a_line_is_drawn_only_when_it_changes(out: Out) -> None:
    case = Case()
    case.screen._draw()
    case.screen._draw()
    assert out.getvalue() == "\r1/2 | 0:01\x1b[K"
    case.line.text = "2/2 | 0:02"
    case.screen._draw()
    assert out.getvalue() == "\r1/2 | 0:01\x1b[K\r2/2 | 0:02\x1b[K"


def test_what_is_said_and_what_ansible_prints_goes_above_it(out: Out) -> None:
    case = Case()
    case.screen._draw()
    case.screen.say("FAILED  node1")
    case.screen._draw()
    case.display.display("[WARNING]: something")
    case.display.display("again")
    line = "\r1/2 | 0:01\x1b[K"
    assert out.getvalue() == (
        f"{line}{ERASE}FAILED  node1\n{line}{ERASE}[WARNING]: something\nagain\n"
    )
    assert case.copied == ["[WARNING]: something", "again"]


def test_no_line_while_the_user_is_asked(out: Out) -> None:
    case = Case()
    case.screen._draw()
    case.line.text = ""
    case.screen._draw()
    case.screen._draw()
    case.screen.pause()
    assert out.getvalue() == f"\r1/2 | 0:01\x1b[K{ERASE}"


def test_what_is_unseen_is_only_copied(out: Out) -> None:
    case = Case()
    with case.screen.unseen():
        case.display.display("[ERROR]: Task failed")
    case.display.display("seen")
    assert out.getvalue() == "seen\n"
    assert case.copied == ["[ERROR]: Task failed", "seen"]


def test_the_end_leaves_display_as_it_was(out: Out) -> None:
    case = Case()
    case.screen._draw()
    case.screen.stop()
    case.screen.stop()
    case.display.display("after")
    case.screen.say("closing")
    assert out.getvalue() == f"\r1/2 | 0:01\x1b[K{ERASE}after\nclosing\n"
    assert case.copied == []


def test_a_worker_only_hands_on(out: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case()
    case.screen._draw()
    pid = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: pid + 1)
    case.display._lock = None  # type: ignore[assignment]  # held by the thread that a fork left behind
    case.display.display("from a worker")
    assert out.getvalue() == "\r1/2 | 0:01\x1b[Kfrom a worker\n"
    assert case.copied == []


def test_a_terminal_that_is_gone_does_not_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(sys, "stdout", Gone())
    case = Case()
    case.screen._draw()
    assert case.screen._live is False


def test_a_file_gets_a_line_when_nothing_else_was_said_for_a_while(out: Out) -> None:
    case = Case(live=False)
    beats = iter([False, False, False, False, True])

    class Beat:
        """Each wait is ten seconds."""

        def wait(self, seconds: float) -> bool:
            case.now += 10
            if case.now == 20:
                case.screen.say("FAILED  node1")
            return next(beats)

        def is_set(self) -> bool:
            return False

    case.screen._stopped = Beat()  # type: ignore[assignment]  # a test's own time
    case.screen._run()
    assert out.getvalue() == "FAILED  node1\n"
    beats = iter([False, True])
    case.screen._run()
    assert out.getvalue() == "FAILED  node1\nplain 1/2 | 0:01\n"


@pytest.mark.parametrize(
    ("environment", "terminal", "live"),
    [
        ({"TERM": "xterm"}, True, True),
        ({"TERM": "xterm", "CI": "false"}, True, True),
        ({"TERM": "xterm"}, False, False),
        ({"TERM": "xterm", "CI": "true"}, True, False),
        ({"TERM": "dumb"}, True, False),
        ({}, True, False),
    ],
)
def test_where_a_line_can_live(environment: dict[str, str], terminal: bool, live: bool) -> None:
    class Stream:
        def isatty(self) -> bool:
            return terminal

    assert is_live(Stream(), environment) is live


def test_no_terminal_has_a_width() -> None:
    assert screens._columns() == 80
