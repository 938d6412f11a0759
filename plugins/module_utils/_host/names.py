# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The name servers of the host, each asked directly: does it answer, and how fast."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
import time
from pathlib import Path
from typing import Any, Mapping

from .files import text

_MAX_SERVERS = 8
# Of IPv6 with its interface, and somewhat more.
_MAX_ADDRESS = 80
# A question is asked again as a resolver would: packets of UDP get lost.
_ASK_AGAIN_SECONDS = (0.7, 1.4)
_TIMEOUT_SECONDS = 2.0
# The root's name servers, which every resolver has at hand, and then localhost, since the first question is one that
# some drop for fear of being misused. Refusing is an answer, too.
_QUESTIONS = (b"\x00" + struct.pack("!HH", 2, 1), b"\x09localhost\x00" + struct.pack("!HH", 1, 1))
_RESOLVED_STUBS = ("127.0.0.53", "127.0.0.54")
_PORT = 53


def collect(_wants: Mapping[str, Any], root: Path = Path("/")) -> dict[str, Any]:
    """servers: {address, ms, error} for each; ms is None without an answer.

    None where /etc/resolv.conf cannot be read. Those that systemd-resolved asks are among them.
    root is where the host's files lie.
    """
    configured = text(root / "etc/resolv.conf")
    if configured is None:
        # Without the file the resolver asks this host itself.
        missing = not (root / "etc/resolv.conf").exists() and (root / "etc").is_dir()
        return {"servers": [] if missing else None}
    addresses = name_servers(configured)
    if any(address in _RESOLVED_STUBS for address in addresses):
        addresses += name_servers(text(root / "run/systemd/resolve/resolv.conf") or "")
    return {"servers": ask(list(dict.fromkeys(addresses))[:_MAX_SERVERS])}


def name_servers(configured: str) -> list[str]:
    """The addresses in a resolv.conf."""
    lines = (line.split() for line in configured.splitlines())
    return [
        words[1][:_MAX_ADDRESS] for words in lines if len(words) > 1 and words[0] == "nameserver"
    ]


def ask(addresses: list[str], port: int = _PORT) -> list[dict[str, Any]]:
    """What each name server said to one small question, all of them asked at the same time."""
    asked = [_Server(address, port) for address in addresses]
    try:
        _wait(asked)
    finally:
        for server in asked:
            server.close()
    return [{"address": server.address, "ms": server.ms, "error": server.error} for server in asked]


class _Server:
    """One name server. ms: how long its answer took; error: why there is none."""

    def __init__(self, address: str, port: int) -> None:
        self.address = address
        self.ms: float | None = None
        self.error: str | None = None
        self.socket: socket.socket | None = None
        self._sent: dict[bytes, float] = {}
        try:
            # Never looks a name up.
            family, kind, protocol, _name, where = socket.getaddrinfo(
                address, port, type=socket.SOCK_DGRAM, flags=socket.AI_NUMERICHOST
            )[0]
            self.socket = socket.socket(family, kind, protocol)
            self.socket.setblocking(False)
            self.socket.connect(where)
        except (OSError, UnicodeError) as exc:
            self._fail(exc)

    @property
    def open(self) -> bool:
        return self.socket is not None and self.ms is None and self.error is None

    def send(self) -> None:
        """Ask, with a number that only an answer to this very question has."""
        number = os.urandom(2)
        self._sent[number] = time.monotonic()
        header = number + struct.pack("!HHHHH", 0x0100, 1, 0, 0, 0)
        question = _QUESTIONS[min(len(self._sent), len(_QUESTIONS)) - 1]
        if self.socket is None:
            return
        try:
            self.socket.send(header + question)
        except OSError as exc:
            self._fail(exc)

    def receive(self) -> None:
        """Take what has come in."""
        if self.socket is None:
            return
        try:
            answer = self.socket.recv(4096)
        except BlockingIOError:
            return
        except OSError as exc:
            self._fail(exc)
            return
        sent = self._sent.get(answer[:2])
        # The first bit of the third byte says that it is an answer.
        if sent is not None and len(answer) >= 12 and answer[2] & 0x80:
            self.ms = round((time.monotonic() - sent) * 1000, 1)

    def close(self) -> None:
        if self.socket is not None:
            with contextlib.suppress(OSError):
                self.socket.close()

    def _fail(self, exc: Exception) -> None:
        if isinstance(exc, OSError) and not isinstance(exc, socket.gaierror):
            self.error = exc.strerror or str(exc)
        else:
            self.error = "it is not an address"


def _wait(servers: list[_Server]) -> None:
    started = time.monotonic()
    for until in (*_ASK_AGAIN_SECONDS, _TIMEOUT_SECONDS):
        for server in servers:
            if server.open:
                server.send()
        while True:
            waiting = {server.socket: server for server in servers if server.socket and server.open}
            left = started + until - time.monotonic()
            if not waiting or left <= 0:
                break
            for ready in select.select(list(waiting), [], [], left)[0]:
                waiting[ready].receive()
    for server in servers:
        if server.open:
            server.error = f"no answer after {_TIMEOUT_SECONDS:g} s"
