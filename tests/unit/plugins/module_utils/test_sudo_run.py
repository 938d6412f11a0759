# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import stat
import time

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._sudo_run import (
    PROMPT,
    asked,
    clean,
    run_sudo,
)


@pytest.fixture
def fake_sudo(tmp_path, monkeypatch):
    """Puts a shell script named sudo first in the path."""

    def make(script):
        path = tmp_path / "sudo"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        return tmp_path

    return make


def test_without_a_password_sudo_may_not_ask(fake_sudo):
    fake_sudo('echo "$@ $LC_ALL"')

    attempt = run_sudo(None, 10, tty=False)

    assert attempt.returncode == 0
    assert attempt.text == "-k -n true C"
    assert 0 < attempt.seconds < 10


def test_the_password_comes_on_standard_input_only(fake_sudo):
    script = 'cat > "{dir}/stdin"; env > "{dir}/env"; echo "$@" > "{dir}/args"; exit 3'
    tmp_path = fake_sudo(script.replace("{dir}", '$(dirname "$0")'))

    attempt = run_sudo("pä ss'\"word", 10, tty=False)

    assert attempt.returncode == 3
    assert (tmp_path / "stdin").read_text(encoding="utf-8") == "pä ss'\"word\n"
    assert (tmp_path / "args").read_text(encoding="utf-8") == f"-k -S -p {PROMPT} true\n"
    assert "pä ss" not in (tmp_path / "env").read_text(encoding="utf-8")


def test_what_it_says_on_both_streams_is_heard(fake_sudo):
    fake_sudo(f"printf '{PROMPT}' >&2; echo; echo 'Sorry, try again.' >&2; exit 1")

    attempt = run_sudo("x" * 9, 10, tty=False)

    assert (attempt.returncode, attempt.text) == (1, "Sorry, try again.")


@pytest.mark.parametrize("tty", [True, False])
def test_sudo_gets_a_session_of_its_own(fake_sudo, tty):
    fake_sudo('echo "$$ $(cut -d" " -f6 /proc/$$/stat)"')

    pid, session = run_sudo(None, 10, tty=tty).text.split()

    assert pid == session


@pytest.mark.parametrize(("tty", "answer"), [(False, "none"), (True, "terminal")])
def test_the_terminal(fake_sudo, tty, answer):
    fake_sudo("if true 2>&- > /dev/tty; then echo terminal; else echo none; fi")

    assert run_sudo(None, 10, tty=tty).text == answer


def test_a_hanging_sudo_ends_the_wait(fake_sudo):
    fake_sudo("exec sleep 60")
    started = time.monotonic()

    attempt = run_sudo(None, 0.5, tty=False)

    assert attempt.returncode is None
    assert 0.5 <= time.monotonic() - started < 30


def test_a_sudo_that_cannot_be_killed_is_left_alone(fake_sudo, monkeypatch):
    fake_sudo("exec sleep 3")

    def forbidden(self):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("subprocess.Popen.kill", forbidden)

    assert run_sudo("password", 0.3, tty=False).returncode is None


def test_somebody_else_holding_the_output_open_does_not_matter(fake_sudo):
    fake_sudo("sleep 60 & echo done")
    started = time.monotonic()

    attempt = run_sudo(None, 50, tty=False)

    assert (attempt.returncode, attempt.text) == (0, "done")
    assert time.monotonic() - started < 30


def test_a_sudo_that_closes_its_output_and_hangs(fake_sudo):
    fake_sudo("exec >&- 2>&-; sleep 20")

    assert run_sudo(None, 0.5, tty=False).returncode is None


def test_endless_output_is_cut(fake_sudo):
    fake_sudo("exec yes")

    attempt = run_sudo(None, 0.5, tty=False)

    assert attempt.returncode is None
    assert len(attempt.text) <= 65536


def test_no_sudo(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(FileNotFoundError):
        run_sudo(None, 1, tty=False)


@pytest.mark.parametrize(
    ("output", "password", "text"),
    [
        (b"k8n-cluster-password:Sorry.\n\n", None, "Sorry."),
        (b"a \x1b[31mred\x1b[0m\x00\r\nline\xff", None, "a [31mred[0m\nline\ufffd"),
        (b"you typed hunter2 wrong", "hunter2", "you typed ******** wrong"),
    ],
)
def test_clean(output, password, text):
    assert clean(output, password) == text


def test_the_program_and_the_options_that_are_in_force(fake_sudo, tmp_path):
    fake_sudo('echo "$0 $@"')
    other = tmp_path / "sudo.ws"
    other.write_text('#!/bin/sh\necho "other $@"\n', encoding="utf-8")
    other.chmod(0o755)

    assert (
        run_sudo(None, 10, tty=False, program=("sudo.ws", "-H", "-S")).text
        == "other -k -H -S -n true"
    )
    assert run_sudo("x" * 9, 10, tty=False, program=("sudo.ws",)).text == "other -k -S -p  true"


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (PROMPT, PROMPT),
        (f"[sudo: {PROMPT}] Password: ", f"[sudo: {PROMPT}] Password:"),
        (f"We trust you have received the lecture:\n\n{PROMPT}\n", PROMPT),
        ("Verification code: ", "Verification code:"),
        ("\x1b[31mCode for secretword:", "[31mCode for ********:"),
        ("done\n", ""),
        ("", ""),
    ],
)
def test_the_line_with_which_it_asked(said, line):
    assert asked(said.encode(), "secretword") == line
