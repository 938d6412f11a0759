# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""A channel through the very SSH connection that Ansible uses."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import subprocess
import time
from typing import TYPE_CHECKING, Any

from .latency import ChannelError

if TYPE_CHECKING:
    from collections.abc import Sequence

# For the start of the channel (which may be a login of its own) and for each answer.
_OPEN_SECONDS = 30.0
_ANSWER_SECONDS = 10.0
_END_SECONDS = 2.0
_CHECK_SECONDS = 10.0
_PATH_WORD = b"ControlPath="


def channel_command(connection: Any, remote: str = "exec cat") -> list[bytes] | None:
    """The ssh command, as Ansible's ssh plugin builds it, that opens a channel to a remote command.

    None where it cannot be used: it would have to log in with a password, for which there is
    nobody to ask, because no connection is open.
    """
    if _needs_password(connection) and not is_open(connection):
        return None
    return _command(connection, "-T", "-o", "BatchMode=yes", _host(connection), remote)


def is_open(connection: Any) -> bool:
    """Whether ssh keeps a connection to the host open, so that a command needs no login."""
    check = _command(connection, "-O", "check", _host(connection))
    paths = [word[len(_PATH_WORD) :].strip(b'"') for word in check if word.startswith(_PATH_WORD)]
    # What ssh has to fill in only ssh can fill in. For the others a process less for each host.
    if len(paths) == 1 and b"%" not in paths[0]:
        return _listens(paths[0])
    return _is_open(check)


def _host(connection: Any) -> str:
    """The host's address, put where the ssh plugin puts it before it builds a command."""
    connection.host = connection.get_option("host") or connection._play_context.remote_addr
    return str(connection.host)


def _listens(path: bytes) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(_CHECK_SECONDS)
        try:
            probe.connect(path)
        except OSError:
            return False
    return True


def _needs_password(connection: Any) -> bool:
    return bool(connection.get_option("password") or connection._play_context.password)


def _command(connection: Any, *words: str) -> list[bytes]:
    executable = connection.get_option("ssh_executable")
    command: list[bytes] = connection._build_command(executable, "ssh", *words)
    # Up to ansible-core 2.18 a password puts sshpass in front, with a pipe made for it.
    if command[0] == b"sshpass":
        for descriptor in connection.sshpass_pipe:
            os.close(descriptor)
        connection.sshpass_pipe = None
        command = command[command.index(os.fsencode(executable)) :]
    return command


def _is_open(check: Sequence[bytes]) -> bool:
    try:
        done = subprocess.run(
            check,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_CHECK_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


class Channel:
    """A process whose standard input comes back on its standard output. Use it in a with."""

    def __init__(self, command: Sequence[bytes]) -> None:
        """Start the command. Raises ChannelError where that is not possible."""
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                # No terminal, so that ssh can never stop to ask a person.
                start_new_session=True,
            )
        except OSError as exc:
            raise ChannelError(str(exc)) from exc
        self._deadline = time.monotonic() + _OPEN_SECONDS

    def __enter__(self) -> Channel:
        return self

    def __exit__(self, *_exc: object) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def send(self, data: bytes) -> None:
        """Write all of it. Raises ChannelError if the channel is closed."""
        stdin = self._process.stdin
        try:
            while stdin and data:
                data = data[stdin.write(data) :]
        except OSError as exc:
            raise ChannelError(str(exc)) from exc

    def receive(self) -> bytes:
        """Wait for what comes next. Raises ChannelError if nothing does."""
        data = self._next(self._deadline)
        if not data:
            raise ChannelError("the channel was closed")
        self._deadline = time.monotonic() + _ANSWER_SECONDS
        return data

    def _next(self, deadline: float) -> bytes:
        """What comes next, nothing at the end."""
        stdout = self._process.stdout
        left = max(0.0, deadline - time.monotonic())
        if stdout is None or not select.select([stdout], [], [], left)[0]:
            raise ChannelError("no answer came through the channel")
        return os.read(stdout.fileno(), 65536)

    def receive_all(self, most: int, seconds: float) -> bytes:
        """Wait for all that comes until the other end closes.

        Raises ChannelError if that is more than so many bytes, or takes longer.
        """
        end = time.monotonic() + seconds
        parts: list[bytes] = []
        length = 0
        while length <= most:
            data = self._next(end)
            if not data:
                return b"".join(parts)
            parts.append(data)
            length += len(data)
        raise ChannelError(f"more than {most} bytes came through the channel")
