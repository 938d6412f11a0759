# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The agent as a process of its own on this machine, spoken to as the control node does."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import resource
import select
import socket
import subprocess
import sys
import threading
import time
from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils import _peer_agent

NONCE = "ab" * _peer_agent.NONCE_BYTES
A, B = "127.0.7.1", "127.0.7.2"


class Process:
    """An agent, and how to ask it."""

    def __init__(self, idle=30):
        self.process: Any = subprocess.Popen(
            [sys.executable, "-I", "-S", _peer_agent.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.greeting = self.ask({"token": "hello", "nonce": NONCE, "idle": idle})

    def ask(self, command):
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def listen(self, address, *ports):
        return self.ask({"do": "listen", "address": address, "ports": ports})

    def probe(self, address, *ports, timeout=10, **more):
        target = {"address": address, "ports": ports, **more}
        return self.ask({"do": "probe", "timeout": timeout, "targets": [target]})["targets"][0]


@pytest.fixture
def agent():
    """Starts agents, and ends them by the end of their input."""
    started = []

    def start(**options):
        started.append(Process(**options))
        return started[-1]

    yield start
    for each in started:
        each.process.stdin.close()
        each.process.wait(60)
        assert each.process.stderr.read() == b""
        each.process.stdout.close()
        each.process.stderr.close()


@pytest.fixture
def taken():
    """Takes a port of an address, as a service does; the socket is given back."""
    with contextlib.ExitStack() as stack:

        def take(address, kind=socket.SOCK_STREAM):
            service = stack.enter_context(socket.socket(socket.AF_INET, kind))
            service.bind((address, 0))
            if kind == socket.SOCK_STREAM:
                service.listen(5)
            return service

        yield take


def free(address=A):
    """A port that nobody has just now."""
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


def test_the_greeting_has_the_token_and_tells_of_the_host(agent):
    greeting = agent().greeting

    assert greeting["hello"] is True
    assert greeting["root"] is (os.geteuid() == 0)
    assert set(greeting) == {"hello", "address", "firewall", "root"}


def test_the_time(agent):
    before = time.time()
    answer = agent().ask({"do": "time"})

    assert before <= answer["time"] <= time.time()


def test_ports_that_are_open(agent):
    number = free()
    assert agent().listen(A, ["tcp", number], ["udp", number])["ports"] == ["listening"] * 2

    answer = agent().probe(A, ["tcp", number, True], ["udp", number, True], samples=3)

    assert answer["ports"] == ["open", "open"]
    assert len(answer["rtt"]) == 3
    assert all(0 < seconds < 10 for seconds in answer["rtt"])


def test_ports_that_nobody_has(agent):
    number = free()

    answer = agent().probe(A, ["tcp", number, True], ["udp", number, True], samples=3)

    assert answer == {"ports": ["refused", "refused"], "rtt": []}


def test_a_port_that_a_service_has_is_tried_with_a_connection(agent, taken):
    number = taken(A).getsockname()[1]
    assert agent().listen(A, ["tcp", number])["ports"] == ["in_use"]

    answer = agent().probe(A, ["tcp", number, False], samples=3)

    assert answer["ports"] == ["open"]
    assert len(answer["rtt"]) == 3


def test_a_udp_port_that_a_service_has(agent, taken):
    number = taken(A, socket.SOCK_DGRAM).getsockname()[1]

    assert agent().listen(A, ["udp", number])["ports"] == ["in_use"]


def test_a_port_of_another_address_is_not_in_the_way(agent, taken):
    number = taken(B).getsockname()[1]

    assert agent().listen(A, ["tcp", number])["ports"] == ["listening"]


def test_nothing_comes_back(agent, taken):
    """A service that says nothing in the place of an agent, and a UDP port that swallows."""
    tcp, udp = taken(A).getsockname()[1], taken(A, socket.SOCK_DGRAM).getsockname()[1]

    answer = agent().probe(A, ["tcp", tcp, True], ["udp", udp, True], timeout=0.5)

    assert answer["ports"] == ["silent", "timeout"]


def test_something_else_comes_back(agent, taken):
    service = taken(A)
    asking = agent()
    command = {"address": A, "ports": [["tcp", service.getsockname()[1], True]]}
    asking.process.stdin.write(
        json.dumps({"do": "probe", "timeout": 30, "targets": [command]}).encode() + b"\n"
    )
    asking.process.stdin.flush()
    with service.accept()[0] as connection:
        connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
        assert json.loads(asking.process.stdout.readline()) == {"targets": [{"ports": ["other"]}]}


def test_a_network_without_a_way(agent):
    # Reserved: no kernel routes it.
    answer = agent().probe("255.255.255.255", ["tcp", 9, True])

    assert answer["ports"] == ["unreachable"]


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_stranger_gets_nothing(agent, kind):
    number = free()
    agent().listen(A, ["tcp", number], ["udp", number])

    with socket.socket(socket.AF_INET, kind) as stranger:
        stranger.settimeout(30 if kind == socket.SOCK_STREAM else 0.5)
        stranger.connect((A, number))
        stranger.send(b"x" * _peer_agent.MESSAGE_BYTES)
        if kind == socket.SOCK_STREAM:
            assert stranger.recv(100) == b""
        else:
            with pytest.raises(socket.timeout):
                stranger.recv(100)


@pytest.fixture
def many_open_files():
    """Of this process, for the time of a test."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY:
        most = 4096 if hard == resource.RLIM_INFINITY else min(4096, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_open_files")
@pytest.mark.parametrize("count", [400, 1200])
def test_more_connections_at_once_than_are_held_are_all_answered(agent, count):
    """As when two hundred workers try all ports of the same three hosts."""
    number = free()
    asked = agent()
    asked.listen(A, ["tcp", number])
    message = bytes.fromhex(NONCE) + bytes(8)
    answers, poll = [], select.poll()
    with contextlib.ExitStack() as stack:
        opened = {}
        for _number in range(count):
            each = stack.enter_context(socket.create_connection((A, number), 60))
            opened[each.fileno()] = each
        for key, each in opened.items():
            each.send(message)
            poll.register(key, select.POLLIN)
        deadline = time.monotonic() + 120
        while opened and time.monotonic() < deadline:
            for key, _event in poll.poll(1000):
                poll.unregister(key)
                with opened.pop(key) as each:
                    answers.append(each.recv(100))

    assert answers == [message] * count
    assert asked.probe(A, ["tcp", number, True])["ports"] == ["open"]


def test_strangers_that_say_nothing_keep_nobody_out(agent):
    number = free()
    asked = agent()
    asked.listen(A, ["tcp", number])
    with contextlib.ExitStack() as stack:
        for _number in range(_peer_agent._MOST_SERVED + 20):
            stack.enter_context(socket.create_connection((A, number), 60))

        target = {"address": A, "ports": [["tcp", number, True]]}
        answer = asked.ask({"do": "probe", "timeout": 20, "targets": [target]})

        assert answer["targets"][0]["ports"] == ["open"]


@pytest.mark.parametrize("times", [1, 2])
def test_a_connection_that_is_closed_before_an_answer_is_tried_again(agent, taken, times):
    service = taken(A)
    service.settimeout(60)
    asking = agent()
    command = {"address": A, "ports": [["tcp", service.getsockname()[1], True]]}
    asking.process.stdin.write(
        json.dumps({"do": "probe", "timeout": 30, "targets": [command]}).encode() + b"\n"
    )
    asking.process.stdin.flush()
    for _time in range(times):
        service.accept()[0].close()
    if times == 1:
        with service.accept()[0] as connection:
            connection.sendall(connection.recv(100))
            answer = json.loads(asking.process.stdout.readline())
    else:
        answer = json.loads(asking.process.stdout.readline())

    assert answer == {"targets": [{"ports": ["open" if times == 1 else "closed"]}]}


def test_more_ports_than_are_tried_at_a_time_keep_their_order(agent):
    number = free()
    agent().listen(A, ["tcp", number])
    closed = free(B)
    targets = [
        {"address": A if even else B, "ports": [["tcp", number if even else closed, True]]}
        for even in [True, False] * 300
    ]

    answer = agent().ask({"do": "probe", "timeout": 30, "targets": targets})

    results = [each["ports"][0] for each in answer["targets"]]
    assert results == ["open", "refused"] * 300


def test_packets_arrive_whole(agent):
    spare = agent().listen(A)["spare"]["udp"]

    mtu = agent().probe(A, mtu=spare)["mtu"]

    # The loopback interface takes more than a packet can have, so it is another interface's size that counts.
    assert mtu["interface"] == mtu["largest"]


def test_packets_that_are_swallowed(agent, taken):
    started = time.monotonic()
    number = taken(A, socket.SOCK_DGRAM).getsockname()[1]

    mtu = agent().probe(A, mtu=number, timeout=0.5)["mtu"]

    assert mtu["largest"] is None
    assert time.monotonic() - started < 25


class _Way(threading.Thread):
    """An agent's end of a path that loses packets of at least so many bytes, for so many seconds."""

    def __init__(self, loses: int, seconds: float) -> None:
        super().__init__(daemon=True)
        self._loses, self._until = loses, time.monotonic() + seconds
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((A, 0))
        self.port = self.socket.getsockname()[1]

    def run(self) -> None:
        while True:
            message, sender = self.socket.recvfrom(65535)
            if len(message) + 28 < self._loses or time.monotonic() > self._until:
                self.socket.sendto(message[: _peer_agent.MESSAGE_BYTES], sender)


def test_a_path_that_loses_large_packets_is_narrow(agent):
    way = _Way(1450, 600)
    way.start()

    mtu = agent().probe(A, mtu=way.port)["mtu"]

    assert mtu["largest"] == 1440


def test_a_path_that_loses_large_packets_for_a_moment_is_not_narrow(agent):
    # Longer than all tries of the interface's size; the smaller ones arrive after that.
    way = _Way(1450, 1.5)
    way.start()

    mtu = agent().probe(A, mtu=way.port)["mtu"]

    assert mtu["largest"] == mtu["interface"]


def test_ipv6(agent):
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
            number = probe.getsockname()[1]
    except OSError:
        pytest.skip("this machine has no IPv6")
    spare = agent().listen("::1", ["tcp", number], ["udp", number])["spare"]["udp"]

    answer = agent().probe("::1", ["tcp", number, True], ["udp", number, True], mtu=spare)

    assert answer["ports"] == ["open", "open"]
    assert answer["mtu"]["interface"] == answer["mtu"]["largest"]


def test_an_address_that_is_not_the_hosts_own(agent):
    """As behind address translation: it listens on all that it has."""
    number = free()
    assert agent().listen("192.0.2.77", ["tcp", number])["ports"] == ["listening"]

    assert agent().probe(A, ["tcp", number, True])["ports"] == ["open"]


def test_an_address_that_is_none(agent):
    assert agent().listen("no address", ["tcp", free()]) == {
        "ports": ["error"],
        "spare": {"tcp": 0, "udp": 0},
    }


def test_a_command_that_is_none_is_an_error_and_not_the_end(agent):
    asked = agent()
    asked.process.stdin.write(b"no JSON\n")
    asked.process.stdin.flush()

    assert "error" in json.loads(asked.process.stdout.readline())
    assert "time" in asked.ask({"do": "time"})


def test_it_ends_with_its_input_and_its_listeners_with_it(agent):
    number = free()
    asked = agent()
    asked.listen(A, ["tcp", number])
    asked.process.stdin.close()

    assert asked.process.wait(60) == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((A, number), 1)


def test_it_ends_when_nothing_more_is_said(agent):
    started = time.monotonic()
    asked = agent(idle=1)

    asked.process.wait(60)

    assert 0.5 < time.monotonic() - started < 25


def test_each_command_gives_it_time_anew(agent):
    asked = agent(idle=5)
    for _number in range(3):
        time.sleep(2)
        assert "time" in asked.ask({"do": "time"})


def test_what_listens_is_seen_without_root(taken):
    assert taken(A).getsockname()[1] in _peer_agent._listening()


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ECONNREFUSED, "refused"),
        (errno.EHOSTUNREACH, "unreachable"),
        (errno.ENETUNREACH, "unreachable"),
        (errno.ECONNRESET, "closed"),
        (errno.ETIMEDOUT, "timeout"),
        (errno.EINVAL, "EINVAL"),
        (None, "error"),
    ],
)
def test_what_an_error_says(number, said):
    assert _peer_agent.outcome(OSError(number, "") if number else OSError()) == said


@pytest.mark.parametrize(
    ("path", "content", "found"),
    [
        ("ufw.conf", "# comment\nENABLED=yes\n", "ufw"),
        ("ufw.conf", "ENABLED=no\n", None),
        (None, "", None),
    ],
)
def test_the_firewall(monkeypatch, tmp_path, path, content, found):
    if path:
        (tmp_path / path).write_text(content)
    monkeypatch.setattr(os.path, "isdir", lambda _path: False)
    real = open
    monkeypatch.setattr(
        "builtins.open",
        lambda name, **options: real(tmp_path / os.path.basename(name), **options),
    )

    assert _peer_agent.firewall() == found


def test_firewalld(monkeypatch):
    wanted = "/sys/fs/cgroup/system.slice/firewalld.service"
    monkeypatch.setattr(os.path, "isdir", lambda path: path == wanted)

    assert _peer_agent.firewall() == "firewalld"
