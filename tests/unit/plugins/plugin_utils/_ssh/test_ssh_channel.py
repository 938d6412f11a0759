# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import socket
import time

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh import channel as _ssh_channel
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.channel import (
    Channel,
    channel_command,
    is_open,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.latency import (
    ChannelError,
    ping_pong,
)


class PlayContext:
    password = ""


class Connection:
    """As ansible-core's ssh plugin: sshpass in front up to 2.18, and its pipe."""

    _play_context = PlayContext()
    host = ""

    def __init__(self, password=None, sshpass=False, executable="ssh"):
        self.password = password
        self.sshpass = sshpass
        self.executable = executable
        self.sshpass_pipe = None
        self.pipes = []
        self.own = []

    def get_option(self, name):
        values = {"password": self.password, "ssh_executable": self.executable}
        return {**values, "host": "10.10.1.2"}[name]

    def _build_command(self, binary, subsystem, *words):
        assert subsystem == "ssh"
        assert self.host == "10.10.1.2"
        prefix = []
        if self.sshpass:
            self.sshpass_pipe = os.pipe()
            self.pipes.append(self.sshpass_pipe)
            prefix = [b"sshpass", b"-d%d" % self.sshpass_pipe[0]]
        own = [b"-o", b"User=server", *self.own]
        return [*prefix, binary.encode(), *own, *(word.encode() for word in words)]


CAT = [b"ssh", b"-o", b"User=server", b"-T", b"-o", b"BatchMode=yes", b"10.10.1.2", b"exec cat"]


def test_with_a_key():
    assert channel_command(Connection()) == CAT


@pytest.mark.parametrize("sshpass", [True, False])
def test_with_a_password_and_an_open_connection(monkeypatch, sshpass):
    checked = []

    def is_open(command):
        checked.append(command)
        return True

    monkeypatch.setattr(_ssh_channel, "_is_open", is_open)
    connection = Connection(password="secret", sshpass=sshpass)

    assert channel_command(connection) == CAT
    assert checked == [[b"ssh", b"-o", b"User=server", b"-O", b"check", b"10.10.1.2"]]
    assert connection.sshpass_pipe is None
    for descriptor in [end for pipe in connection.pipes for end in pipe]:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(descriptor)


@pytest.mark.parametrize("executable", ["false", "/nowhere/ssh"])
def test_with_a_password_and_no_open_connection(executable):
    assert channel_command(Connection(password="secret", executable=executable)) is None


@pytest.mark.parametrize("quoted", ['ControlPath="%s"', "ControlPath=%s"])
def test_whether_a_connection_is_open_is_seen_by_its_socket(tmp_path, monkeypatch, quoted):
    monkeypatch.setattr(_ssh_channel, "_is_open", None)
    path = str(tmp_path / "master")
    connection = Connection()
    connection.own = [b"-o", (quoted % path).encode()]

    assert not is_open(connection)
    with socket.socket(socket.AF_UNIX) as master:
        master.bind(path)
        master.listen()
        assert is_open(connection)
    # The socket is still there, and nobody behind it.
    assert not is_open(connection)


@pytest.mark.parametrize("own", [[], [b"-o", b"ControlPath=/run/%C"]])
def test_ssh_itself_is_asked_where_only_it_knows_the_socket(monkeypatch, own):
    monkeypatch.setattr(_ssh_channel, "_is_open", lambda command: command[-2:])
    connection = Connection()
    connection.own = own

    assert is_open(connection) == [b"check", b"10.10.1.2"]


def test_bytes_go_to_and_fro():
    with Channel([b"cat"]) as channel:
        assert len(ping_pong(channel.send, channel.receive, 5, time.perf_counter)) == 5
        process = channel._process

    assert process.returncode == 0


@pytest.mark.parametrize(
    ("command", "seconds", "text"),
    [
        ([b"true"], 30, "the channel was closed|Broken pipe"),
        ([b"/nowhere/ssh"], 30, "No such file or directory"),
        ([b"sleep", b"60"], 0.3, "no answer came through the channel"),
    ],
)
def test_a_channel_that_carries_nothing(monkeypatch, command, seconds, text):
    monkeypatch.setattr(_ssh_channel, "_OPEN_SECONDS", seconds)
    monkeypatch.setattr(_ssh_channel, "_END_SECONDS", 0.3)
    started = time.monotonic()

    with pytest.raises(ChannelError, match=text), Channel(command) as channel:
        ping_pong(channel.send, channel.receive, 5, time.perf_counter)

    assert time.monotonic() - started < 25


def test_an_answer_that_stays_away(monkeypatch):
    with Channel([b"head", b"-n", b"1"]) as channel:
        channel.send(b"hello\n")
        assert channel.receive() == b"hello\n"
        monkeypatch.setattr(_ssh_channel, "_ANSWER_SECONDS", 0.3)
        with pytest.raises(ChannelError):
            channel.receive()
