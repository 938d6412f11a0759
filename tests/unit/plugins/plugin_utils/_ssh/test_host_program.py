# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""node_probe's code through a channel, whose other end is a process of this machine here."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible.plugins.shell.sh import ShellModule
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh import program
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.latency import TOKEN, ChannelError

REQUEST: dict[str, Any] = {
    "sudo": {"samples": 1, "timeout": 30.0, "slow_seconds": 2.0},
    "hostname": {"expected": "n1", "timeout": 5.0},
    "control": {
        **{"become_password": None, "become_command": ["sudo"], "wrapped_prompt": False},
        **{"pipelining": True, "timeout": 10.0, "wants": None},
    },
    "remote_tmp": "/tmp",
}


def login_shell(remote: str) -> list[bytes]:
    """Runs a command as an sshd does."""
    return [b"/bin/sh", b"-c", remote.encode()]


def pipe(remote: str, samples: int = 3, seconds: float = 60.0) -> program.Piped:
    return program.pipe(login_shell(remote), REQUEST, samples, seconds)


SHELL = ShellModule()


@pytest.mark.parametrize(
    ("greeting", "environment"),
    [("", {}), ("echo Welcome, and k8n-cluster-python; ", {"LC_ALL": "C", "X": "a 'b"})],
)
def test_round_trips_and_what_was_found(greeting: str, environment: dict[str, str]) -> None:
    prefix = SHELL.env_prefix(**environment)

    piped = pipe(greeting + program.remote_command(sys.executable, "", prefix))

    assert len(piped.round_trips) == 3
    assert all(0 < seconds < 5 for seconds in piped.round_trips)
    assert piped.found["measured"]["hostname"]["names"]["kernel"] == os.uname().nodename
    assert (piped.python, piped.found["python"]["path"]) == (sys.executable, sys.executable)
    # The process that collects has all its code, too.
    assert piped.found["answer"]["failed"] == {}


def test_the_environment_of_the_task(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho "$X" > {tmp_path}/heard\n')
    python.chmod(0o755)

    with pytest.raises(ChannelError):
        pipe(program.remote_command(str(python), "", SHELL.env_prefix(A="b", X="a 'b")))

    assert (tmp_path / "heard").read_text() == "a 'b\n"


def test_a_python_that_is_looked_for() -> None:
    search = f"command -v /no/python3 || command -v {shlex.quote(sys.executable)}"

    assert pipe(program.remote_command(None, search, "")).python == sys.executable


MARK = "echo k8n-cluster-python /usr/bin/python3; "
SAY = f"printf {shlex.quote(TOKEN.decode())}; sleep 0.5; "
ECHO = f"{MARK}sleep 0.5; {SAY}"
# Says no more, but listens: what is sent to a shell that has ended breaks a pipe, now or later.
HEARS = "; exec >&-; cat > /dev/null"


@pytest.mark.parametrize(
    ("remote", "reason"),
    [
        (":" + HEARS, "the channel was closed"),
        (MARK + ":" + HEARS, "the channel was closed"),
        ("echo k8n-cluster-python not found" + HEARS, "the channel was closed"),
        (MARK + "echo I am Python; " + SAY + ":" + HEARS, "something else was said first"),
        (
            MARK + "sleep 0.5; echo I am Python; " + SAY + ":" + HEARS,
            "something else was said first",
        ),
        (program.remote_command("/no/python3", "", "") + HEARS, "the channel was closed"),
        (ECHO + ":" + HEARS, "what came is no JSON"),
        (ECHO + "echo garbage" + HEARS, "what came is no JSON"),
        (
            ECHO + "head -c 2000000 /dev/zero" + HEARS,
            "more than 1048576 bytes came through the channel",
        ),
        (ECHO + "cat > /dev/null", "no answer came through the channel"),
        (ECHO + "echo []" + HEARS, "what came is not an answer"),
        (ECHO + """echo '{"measured": 1}'""" + HEARS, "what came is not an answer"),
    ],
)
def test_anything_else_is_an_error(remote: str, reason: str) -> None:
    with pytest.raises(ChannelError) as raised:
        # Only where nothing comes is the end of the time waited for; a busy machine takes longer for the rest.
        pipe(remote, samples=0, seconds=2.0 if reason.startswith("no answer") else 60.0)

    assert str(raised.value) == reason


def test_nothing_of_it_is_in_an_argument_or_on_the_disk(tmp_path: Path) -> None:
    remote = program.remote_command("/usr/bin/python3", "", "")

    assert len(remote) < 200
    assert shlex.split(remote)[:2] == ["/bin/sh", "-c"]
    pipe(f"cd {tmp_path}; HOME={tmp_path} {program.remote_command(sys.executable, '', '')}")
    assert list(tmp_path.iterdir()) == []
