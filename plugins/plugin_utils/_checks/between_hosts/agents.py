# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""An agent on a host, over a connection of ssh: its start, its commands, its end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shlex
import socket
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._host.boot import OPTIONS

from . import answers
from .answers import AgentError

# The longest line that is taken from a host, and what it may say before its agent greets (a profile's greeting).
_LONGEST_LINE = 1 << 20
_MOST_NOISE = 1 << 18
# How long the connections of agents that were told to end may take for that.
_END_SECONDS = 2.0
_LOOK_SECONDS = 0.02


def remote_command(python: str, through_sudo: bool) -> str:
    """The command that a host's login shell is to run; python is the path of its interpreter."""
    sudo = ("sudo", "-n", "--") if through_sudo else ()
    return "exec " + shlex.join([*sudo, python, *OPTIONS])


class Agent:
    """One agent. Every method that asks raises AgentError when no fit answer comes in time; it is of no use then."""

    def __init__(self, command: Sequence[bytes]) -> None:
        """Start the process with which it is reached. Raises AgentError."""
        # One for each direction: of a socket for both, what the other end said last is lost when it closes with some
        # of its input unread, and that is why it closes.
        try:
            self._input, stdin = socket.socketpair()
            self._output, stdout = socket.socketpair()
        except OSError as exc:
            raise AgentError(f"ssh does not start: {exc.strerror}") from exc
        # Never written to: it keeps the other way open while it is kept.
        self._writer: asyncio.StreamWriter | None = None
        self._input.setblocking(False)
        self._output.setblocking(False)
        with stdin, stdout:
            try:
                self.process = subprocess.Popen(
                    command,
                    stdin=stdin.fileno(),
                    stdout=stdout.fileno(),
                    # Before the greeting it tells why there is none.
                    stderr=stdout.fileno(),
                    # No terminal, so that ssh can never stop to ask a person.
                    start_new_session=True,
                )
            except OSError as exc:
                self.close()
                raise AgentError(f"ssh does not start: {exc.strerror}") from exc

    async def greet(
        self, source: bytes, first: Mapping[str, Any], timeout: float
    ) -> answers.Greeting:
        """Send the agent's source and its first command, whose token the greeting has."""
        try:
            return await asyncio.wait_for(self._greet(source, first), timeout)
        except asyncio.TimeoutError as exc:
            raise AgentError(f"its agent did not start within {timeout:g} s") from exc
        except OSError as exc:
            raise AgentError(f"its agent did not start: {exc.strerror}") from exc

    async def _greet(self, source: bytes, first: Mapping[str, Any]) -> answers.Greeting:
        self._reader, self._writer = await asyncio.open_unix_connection(
            sock=self._output, limit=_LONGEST_LINE
        )
        await self._send(b"%d\n%s%s\n" % (len(source), source, json.dumps(first).encode()))
        token = json.dumps(first["token"]).encode()
        heard, said = 0, b""
        while heard < _MOST_NOISE:
            line = await self._line()
            if not line:
                raise AgentError(f"its agent did not start: {answers.shown(said)}")
            if token in line:
                # Whatever the login says before it in the same line.
                return answers.greeting(answers.decode(line[max(line.find(b"{"), 0) :]))
            heard += len(line)
            said = line.strip() or said
        raise AgentError(f"its agent did not start: {answers.shown(said)}")

    async def ask(self, command: Mapping[str, Any], timeout: float) -> Mapping[str, Any]:
        """Give one command and wait for its answer."""
        try:
            return await asyncio.wait_for(self._ask(command), timeout)
        except asyncio.TimeoutError as exc:
            raise AgentError(f"its agent did not answer within {timeout:.0f} s") from exc
        except OSError as exc:
            raise AgentError(f"the connection to it broke: {exc.strerror}") from exc

    async def _ask(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        await self._send(json.dumps(command).encode() + b"\n")
        line = await self._line()
        if not line:
            raise AgentError("the connection to it broke")
        return answers.decode(line)

    async def _send(self, data: bytes) -> None:
        # Whoever does not listen any more has said why.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            await asyncio.get_running_loop().sock_sendall(self._input, data)

    async def _line(self) -> bytes:
        """The next line; empty at the end."""
        try:
            return await self._reader.readline()
        except ValueError as exc:
            raise AgentError("it answered with a line that is too long") from exc

    def close(self) -> None:
        """Let it end: its input does."""
        self._input.close()
        if self._writer is None:
            self._output.close()
        else:
            self._writer.transport.abort()


async def end(agents: Iterable[Agent]) -> None:
    """Close agents and wait until nothing of them is left on this machine."""
    processes = []
    for agent in agents:
        agent.close()
        processes.append(agent.process)
    deadline = time.monotonic() + _END_SECONDS
    while any(process.poll() is None for process in processes) and time.monotonic() < deadline:
        await asyncio.sleep(_LOOK_SECONDS)
    for process in processes:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()
