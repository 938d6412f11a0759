# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Agents on this machine, where a shell stands for the ssh to a host."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils import _peer_agent
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts.agents import (
    Agent,
    end,
    remote_command,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts.answers import (
    AgentError,
)

SOURCE = Path(_peer_agent.__file__).read_bytes()
FIRST = {"token": "k8n-token", "nonce": "ab" * 16, "idle": 30}
REAL = remote_command(sys.executable, through_sudo=False)


def shell(text):
    return (b"/bin/sh", b"-c", text.encode())


def talk(command, *questions, timeout=30.0):
    """What an agent answers to the greeting and to the questions; no process may remain."""

    async def all_of_it():
        agent = Agent(shell(command))
        try:
            answered: list[Any] = [await agent.greet(SOURCE, FIRST, timeout)]
            for question in questions:
                answered.append(await agent.ask(question, timeout))
            return answered
        finally:
            await end([agent])
            assert agent.process.returncode is not None

    return asyncio.run(all_of_it())


def test_the_command():
    assert remote_command("/usr/bin/python3", through_sudo=False) == (
        "exec /usr/bin/python3 -I -S -c 'import sys;i=sys.stdin.buffer;"
        'exec(compile(i.read(int(i.readline())),"k8n","exec"))\''
    )
    assert remote_command("/opt/my python/bin/python3; reboot", through_sudo=True).startswith(
        "exec sudo -n -- '/opt/my python/bin/python3; reboot' -I -S -c "
    )


def test_a_conversation():
    greeting, answer = talk(REAL, {"do": "time"})

    assert greeting.root is (os.geteuid() == 0)
    assert abs(answer["time"] - time.time()) < 60


def test_a_host_that_greets_and_complains_first():
    noise = "echo 'Welcome to \x1b[31mhost'; echo 'sudo: unable to resolve host n1' >&2; printf 'no line: '"

    assert len(talk(f"{noise}; {REAL}", {"do": "time"})) == 2


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("echo hello; echo 'sh: python3: not found.' >&2; exit 127",
         "its agent did not start: sh: python3: not found"),
        ("exit 255", "its agent did not start: nothing that can be shown"),
        ("yes 'garbage'", "its agent did not start: garbage"),
        ("head -c 3000000 /dev/zero", "it answered with a line that is too long"),
        ("cat >/dev/null & echo '{\"k8n-token\": '",
         "it answered something other than what was asked: {\"k8n-token\":"),
        ("cat >/dev/null & echo '\"k8n-token\"'",
         "it answered something other than what was asked: \"k8n-token\""),
        ("cat >/dev/null & echo '[\"k8n-token\"]'",
         r"it answered something other than what was asked: \[\"k8n-token\"\]"),
        ("cat >/dev/null & echo '\"k8n-token\" {'", "it answered something other than what was asked: {"),
        ("cat >/dev/null & printf '\"k8n-token\" \\377\\0{}x\\n'",
         "it answered something other than what was asked: {}x"),
    ],
)  # fmt: skip
def test_a_host_without_an_agent(command, text):
    started = time.monotonic()

    with pytest.raises(AgentError, match=f"^{text}$"):
        talk(command)

    assert time.monotonic() - started < 25


def test_a_host_whose_agent_never_starts():
    started = time.monotonic()

    with pytest.raises(AgentError, match=r"^its agent did not start within 1 s$"):
        talk("exec sleep 60", timeout=1.0)

    assert time.monotonic() - started < 30


# An agent that greets and then is another, while something takes what it is sent.
GREETS = "cat >/dev/null & echo '{\"k8n-token\": true}'; "


@pytest.mark.parametrize(
    ("does", "text"),
    [
        ("exit", "the connection to it broke"),
        ("kill -9 $$", "the connection to it broke"),
        ("echo 'Connection to n1 closed.'",
         "it answered something other than what was asked: Connection to n1 closed"),
        ("echo '[1]'", r"it answered something other than what was asked: \[1\]"),
        ("echo '{\"error\": \"ValueError\"}'", "its agent failed: ValueError"),
        ("head -c 3000000 /dev/zero", "it answered with a line that is too long"),
    ],
)  # fmt: skip
def test_an_agent_that_breaks(does, text):
    started = time.monotonic()

    with pytest.raises(AgentError, match=f"^{text}$"):
        talk(GREETS + does, {"do": "time"})

    assert time.monotonic() - started < 25


def test_an_agent_that_greets_and_is_silent():
    started = time.monotonic()

    # Time enough to greet, on a busy machine too.
    with pytest.raises(AgentError, match=r"^its agent did not answer within 5 s$"):
        talk(f"{GREETS} exec sleep 60", {"do": "time"}, timeout=5.0)

    assert time.monotonic() - started < 30


def test_no_ssh():
    with pytest.raises(AgentError, match=r"^ssh does not start: No such file or directory$"):
        Agent((b"/nowhere/ssh",))


def test_no_more_open_files(monkeypatch):
    def refuse():
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(socket, "socketpair", refuse)

    with pytest.raises(AgentError, match=r"^ssh does not start: Too many open files$"):
        Agent((b"/bin/true",))


def test_what_does_not_end_by_itself_is_killed():
    async def start_and_end():
        agent = Agent(shell("trap '' TERM HUP PIPE; exec sleep 60"))
        await end([agent])
        return agent

    started = time.monotonic()
    assert asyncio.run(start_and_end()).process.returncode == -9
    assert time.monotonic() - started < 30


def test_nothing_secret_and_no_variable_is_in_the_argv_of_an_agent():
    """Its source and all it is asked go through standard input."""
    process = subprocess.Popen(
        shell(REAL), stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(
            b"%d\n%s" % (len(SOURCE), SOURCE) + b'{"token": "t", "nonce": "ab", "idle": 9}\n'
        )
        process.stdin.flush()
        process.stdout.readline()
        argv = Path(f"/proc/{process.pid}/cmdline").read_bytes().split(b"\0")
        assert argv[:-1][:4] == [sys.executable.encode(), b"-I", b"-S", b"-c"]
        assert len(argv) == 6
        assert b"token" not in argv[4]
    finally:
        process.communicate()
