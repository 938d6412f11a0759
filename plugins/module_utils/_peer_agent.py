# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What runs on every host while the network between them is measured.

Its source comes through standard input, so it is one file and imports nothing but the standard library, and no more of
that than it must: its start is most of what the phase costs. A JSON object a line in, one a line out. It leaves
nothing: it ends when its input ends, and at the latest when a deadline has passed, which each command sets anew.
"""

from __future__ import annotations

import errno
import json
import os
import select
import signal
import socket
import sys
import threading
import time

# Known to mypy by its name; the module typing would take a third of the agent's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, BinaryIO

# Each message begins with the nonce of the run, which no stranger knows, and has a number after it.
NONCE_BYTES = 16
MESSAGE_BYTES = NONCE_BYTES + 8
# Connections that the listeners hold and that a probe opens, both at a time.
_MOST_SERVED = 256
_MOST_PROBED = 256
# Connections that wait for a listener, as far as the kernel lets them.
_MOST_WAITING = 4096
# An agent speaks as soon as it is connected: where there is no room, whoever has been silent for so long goes.
_SILENT_SECONDS = 1.0
# Results that a busy host may have brought about as well.
_DOUBTFUL = ("timeout", "silent", "closed")
_UDP_TRIES = 3
_UDP_SECONDS = 0.4
# From linux/in.h and linux/in6.h: with "probe" the kernel sets DF and forgets what it believes of the path.
_IP_MTU_DISCOVER, _IPV6_MTU_DISCOVER, _PROBE = 10, 23, 3
_HEADERS = {socket.AF_INET: 28, socket.AF_INET6: 48}
_SIZE_BITS = 16
# What a path may carry where it does not carry the interface's size: common tunnels and links.
_SIZES = (8950, 1500, 1492, 1480, 1460, 1450, 1440, 1420, 1400, 1370, 1340, 1280)
# How often large packets must be lost while a smaller one of the same moment arrives, and how often that is tried.
_LOSSES = 3
_ROUNDS = 10
# Where nothing goes: to learn from the kernel which address it would use, no packet is sent.
_ELSEWHERE = ("198.51.100.1", 9)


class Echo(threading.Thread):
    """The listeners: they send back what begins with the nonce, and close on everything else."""

    def __init__(self, nonce: bytes) -> None:
        super().__init__(daemon=True)
        self._nonce = nonce
        self._poll = select.poll()
        self._listeners: dict[int, socket.socket] = {}
        # Connections, and when each was heard last.
        self._served: dict[int, tuple[socket.socket, float]] = {}
        self._full = False

    def listen(self, protocol: str, address: str, port: int) -> tuple[str, int]:
        """Open a port, before the start: what became of it, and its number."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        kind = socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
        listener = socket.socket(family, kind)
        try:
            if kind == socket.SOCK_STREAM:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            _bind(listener, address, port)
            if kind == socket.SOCK_STREAM:
                listener.listen(_MOST_WAITING)
        except OSError as exc:
            listener.close()
            # Who is not root learns of a port below 1024 only that it may not.
            if exc.errno == errno.EACCES and protocol == "tcp" and port in _listening():
                return "in_use", port
            return {errno.EADDRINUSE: "in_use", errno.EACCES: "denied"}.get(
                exc.errno or 0, _name(exc)
            ), port
        listener.setblocking(False)
        self._listeners[listener.fileno()] = listener
        self._poll.register(listener, select.POLLIN)
        return "listening", int(listener.getsockname()[1])

    def run(self) -> None:
        while True:
            for number, _event in self._poll.poll(_SILENT_SECONDS * 1000 if self._full else None):
                try:
                    if number in self._served:
                        self._answer(number)
                    elif number in self._listeners:
                        self._serve(self._listeners[number])
                except OSError:
                    self._drop(number)
            self._make_room()

    def _serve(self, listener: socket.socket) -> None:
        if listener.type == socket.SOCK_DGRAM:
            message, sender = listener.recvfrom(65535)
            if message.startswith(self._nonce):
                # Never longer than what came.
                listener.sendto(message[:MESSAGE_BYTES], sender)
            return
        connection = listener.accept()[0]
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._served[connection.fileno()] = connection, time.monotonic()
        self._poll.register(connection, select.POLLIN)

    def _make_room(self) -> None:
        """Let nobody in while there is no room: who waits loses nothing, who were thrown out would."""
        if len(self._served) >= _MOST_SERVED:
            latest = time.monotonic() - _SILENT_SECONDS
            for number in [each for each, (_who, heard) in self._served.items() if heard < latest]:
                self._drop(number)
        full = len(self._served) >= _MOST_SERVED
        if full != self._full:
            self._full = full
            for listener in self._listeners.values():
                if listener.type == socket.SOCK_STREAM:
                    self._poll.modify(listener, 0 if full else select.POLLIN)

    def _answer(self, number: int) -> None:
        connection = self._served[number][0]
        message = connection.recv(MESSAGE_BYTES)
        if message.startswith(self._nonce):
            connection.send(message)
            self._served[number] = connection, time.monotonic()
        else:
            self._drop(number)

    def _drop(self, number: int) -> None:
        served = self._served.pop(number, None)
        if served is not None:
            self._poll.unregister(number)
            served[0].close()


def _bind(listener: socket.socket, address: str, port: int) -> None:
    try:
        listener.bind((address, port))
    except OSError as exc:
        if exc.errno != errno.EADDRNOTAVAIL:
            raise
        # Behind address translation the host does not have the address that the others use.
        listener.bind(("", port))


def _listening() -> set[int]:
    """The TCP ports that anything on this host listens on."""
    ports = set()
    for path in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            with open(path, encoding="ascii") as table:
                fields = [line.split() for line in table][1:]
        except OSError:
            continue
        ports |= {int(each[1].rpartition(":")[2], 16) for each in fields if each[3] == "0A"}
    return ports


def _name(exc: OSError) -> str:
    return errno.errorcode.get(exc.errno or 0, "error")


class Attempt:
    """One port of another host that is being tried. result is None until it is known."""

    def __init__(
        self, protocol: str, address: str, port: int, message: bytes | None, timeout: float
    ) -> None:
        """Without a message, which an agent sends back, a connection is all that is wanted."""
        self.deadline = time.monotonic() + timeout
        self.result: str | None = None
        self.message = message
        self.is_udp = protocol == "udp"
        self.connected = False
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        kind = socket.SOCK_DGRAM if self.is_udp else socket.SOCK_STREAM
        self.socket = socket.socket(family, kind | socket.SOCK_NONBLOCK)
        try:
            self.socket.connect((address, port))
            if self.is_udp:
                self.socket.send(message or b"")
        except BlockingIOError:
            pass
        except OSError as exc:
            self.result = outcome(exc)

    @property
    def events(self) -> int:
        return select.POLLIN if self.is_udp or self.connected else select.POLLOUT

    def ready(self) -> None:
        """Go on, now that the socket has something to say."""
        if self.result is not None:
            return
        try:
            if not self.is_udp and not self.connected:
                failed = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if failed:
                    raise OSError(failed, "")
                self.connected = True
                if self.message is None:
                    self.result = "open"
                else:
                    self.socket.send(self.message)
                return
            answer = self.socket.recv(MESSAGE_BYTES)
            if not answer and not self.is_udp:
                self.result = "closed"
            else:
                self.result = "open" if answer == self.message else "other"
        except BlockingIOError:
            pass
        except OSError as exc:
            self.result = outcome(exc)

    def late(self) -> bool:
        """What to do when the time is up: whether it is given another."""
        if self.is_udp and time.monotonic() < self.deadline:
            try:
                self.socket.send(self.message or b"")
            except OSError as exc:
                self.result = outcome(exc)
            return self.result is None
        self.result = "silent" if self.connected else "timeout"
        return False


def outcome(exc: OSError) -> str:
    """What an error of a connection says of the port."""
    return {
        errno.ECONNREFUSED: "refused",
        errno.ECONNRESET: "closed",
        errno.EHOSTUNREACH: "unreachable",
        errno.ENETUNREACH: "unreachable",
        errno.EACCES: "unreachable",
        errno.EPERM: "unreachable",
        errno.ETIMEDOUT: "timeout",
    }.get(exc.errno or 0, _name(exc))


def attempt_all(wanted: Iterable[tuple[str, str, int, bytes | None]], timeout: float) -> list[str]:
    """Try ports, many at a time, each for at most timeout seconds: what became of each, in their order.

    wanted are protocol, address, port and the message that is to come back.
    """
    results: list[str] = []
    poll = select.poll()
    running: dict[int, tuple[int, float, Attempt]] = {}
    waiting: Iterator[tuple[int, tuple[str, str, int, bytes | None]]] = enumerate(wanted)
    exhausted = False
    while running or not exhausted:
        while len(running) < _MOST_PROBED and not exhausted:
            number, each = next(waiting, (-1, None))
            if each is None:
                exhausted = True
                break
            results.append("")
            attempt = Attempt(*each, timeout)
            running[attempt.socket.fileno()] = (number, _due(attempt), attempt)
            poll.register(attempt.socket, attempt.events)
        now = time.monotonic()
        soonest = min((due for _number, due, _attempt in running.values()), default=now)
        for key, _event in poll.poll(max(0.0, soonest - now) * 1000 + 1):
            running[key][2].ready()
            poll.modify(key, running[key][2].events)
        now = time.monotonic()
        for key, (number, due, attempt) in list(running.items()):
            if attempt.result is None and now >= due and attempt.late():
                running[key] = (number, _due(attempt), attempt)
            if attempt.result is not None:
                results[number] = attempt.result
                poll.unregister(key)
                attempt.socket.close()
                del running[key]
    return results


def _due(attempt: Attempt) -> float:
    """When to do something if nothing has come: a UDP packet is sent again and again."""
    if attempt.is_udp:
        return min(attempt.deadline, time.monotonic() + _UDP_SECONDS)
    return attempt.deadline


def round_trips(
    address: str, port: int, nonce: bytes | None, samples: int, timeout: float
) -> list[float]:
    """Seconds of round trips to a TCP port: of messages to an agent, else (no nonce) of connections. Raises OSError."""
    seconds = []
    if nonce is None:
        for _number in range(samples):
            started = time.perf_counter()
            with socket.create_connection((address, port), timeout):
                seconds.append(time.perf_counter() - started)
        return seconds
    with socket.create_connection((address, port), timeout) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for number in range(samples):
            message = _message(nonce, number)
            started = time.perf_counter()
            connection.send(message)
            if connection.recv(MESSAGE_BYTES) != message:
                raise OSError(errno.EPROTO, "something else came back")
            seconds.append(time.perf_counter() - started)
    return seconds


def _message(nonce: bytes, number: int) -> bytes:
    return nonce + number.to_bytes(MESSAGE_BYTES - NONCE_BYTES, "big")


class Path:
    """The way to one host: which sizes of packets arrive there unfragmented."""

    def __init__(self, address: str, port: int, nonce: bytes) -> None:
        """Raises OSError."""
        v6 = ":" in address
        family = socket.AF_INET6 if v6 else socket.AF_INET
        self._nonce = nonce
        self._headers = _HEADERS[family]
        self.arrived: set[int] = set()
        # As arrived, of the round that runs.
        self.heard: set[int] = set()
        self._round = 0
        self.socket = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self.socket.setsockopt(
            socket.IPPROTO_IPV6 if v6 else socket.IPPROTO_IP,
            _IPV6_MTU_DISCOVER if v6 else _IP_MTU_DISCOVER,
            _PROBE,
        )
        self.socket.connect((address, port))

    def begin(self) -> None:
        """A new round: what is sent before it is not heard in it."""
        self._round += 1
        self.heard = set()

    def send(self, size: int) -> bool:
        """Send a packet of that many bytes; False where the interface does not take it."""
        message = _message(self._nonce, self._round << _SIZE_BITS | size)
        try:
            self.socket.send(message + bytes(size - self._headers - len(message)))
        except OSError as exc:
            return exc.errno != errno.EMSGSIZE
        return True

    def receive(self) -> None:
        """Take in what has come."""
        try:
            answer = self.socket.recv(MESSAGE_BYTES)
        except OSError:
            return
        if answer.startswith(self._nonce):
            number = int.from_bytes(answer[NONCE_BYTES:], "big")
            size = number & (1 << _SIZE_BITS) - 1
            self.arrived.add(size)
            if number >> _SIZE_BITS == self._round:
                self.heard.add(size)


def interface_mtus() -> list[int]:
    """The MTUs that the interfaces of this host have, the largest first."""
    found = set()
    for _index, name in socket.if_nameindex():
        try:
            with open(f"/sys/class/net/{name}/mtu", encoding="ascii") as file:
                found.add(int(file.read()))
        except (OSError, ValueError):
            continue
    # A UDP packet has no more; what is below is no Ethernet.
    return sorted((size for size in found if 1280 <= size <= 65535), reverse=True)


def path_mtus(targets: Iterable[tuple[str, int]], nonce: bytes) -> list[dict[str, int | None]]:
    """For each address and UDP port of an agent: the MTU of the interface, and the largest packet that arrives.

    largest is None where none does, both where there is no way at all.
    """
    paths: list[Path | None] = []
    interface: list[int | None] = []
    sizes = interface_mtus()
    for address, port in targets:
        try:
            path = Path(address, port, nonce)
        except OSError:
            paths.append(None)
            interface.append(None)
            continue
        paths.append(path)
        interface.append(next((size for size in sizes if path.send(size)), None))
    known = [(way, mtu) for way, mtu in zip(paths, interface) if way and mtu]
    _until_arrived([(path, [mtu]) for path, mtu in known])
    smaller = [
        (path, [size for size in _SIZES if size < mtu]) for path, mtu in known if not path.arrived
    ]
    _until_arrived(smaller)
    _confirm([(path, mtu) for path, mtu in known if path.arrived and mtu not in path.arrived])
    found: list[dict[str, int | None]] = []
    for way, mtu in zip(paths, interface):
        arrived = way.arrived if way else set()
        found.append({"interface": mtu, "largest": max(arrived, default=None)})
        if way:
            way.socket.close()
    return found


def _until_arrived(wanted: list[tuple[Path, list[int]]]) -> None:
    """Send each size until it has arrived, a few times."""
    for _try in range(_UDP_TRIES):
        missing = [
            (path, [size for size in sizes if size not in path.arrived]) for path, sizes in wanted
        ]
        _round([(path, sizes) for path, sizes in missing if sizes])


def _confirm(doubtful: list[tuple[Path, int]]) -> None:
    """Send what has not arrived beside the largest that has, until the difference is sure.

    A host or a network that is too busy loses packets of all sizes, and is no reason to call a path narrow.
    """
    losses = [0] * len(doubtful)
    for _number in range(_ROUNDS):
        running = [
            (place, path, [mtu, *(size for size in _SIZES if max(path.arrived) < size < mtu)])
            for place, (path, mtu) in enumerate(doubtful)
            if losses[place] < _LOSSES and mtu not in path.arrived
        ]
        witnesses = {place: max(path.arrived) for place, path, _larger in running}
        _round([(path, [*larger, witnesses[place]]) for place, path, larger in running])
        for place, path, _larger in running:
            losses[place] += witnesses[place] in path.heard
    for place, (path, mtu) in enumerate(doubtful):
        if losses[place] < _LOSSES and mtu not in path.arrived:
            path.arrived.clear()


def _round(wanted: list[tuple[Path, list[int]]]) -> None:
    """Send these sizes once, and take in what comes back."""
    poll = select.poll()
    by_number = {path.socket.fileno(): path for path, _sizes in wanted}
    for path, sizes in wanted:
        poll.register(path.socket, select.POLLIN)
        path.begin()
        for size in sizes:
            path.send(size)
    due = time.monotonic() + _UDP_SECONDS
    while time.monotonic() < due and any(
        size not in path.arrived for path, sizes in wanted for size in sizes
    ):
        for number, _event in poll.poll(max(0.0, due - time.monotonic()) * 1000):
            by_number[number].receive()


class Agent:
    """The commands. Each method takes a command's JSON object and returns the answer's."""

    def __init__(self, nonce: bytes) -> None:
        self._nonce = nonce

    def do(self, command: dict[str, Any]) -> dict[str, Any]:
        if command["do"] == "time":
            return {"time": time.time()}
        if command["do"] == "listen":
            return self._listen(command)
        return self._probe(command)

    def _listen(self, command: dict[str, Any]) -> dict[str, Any]:
        """ports are [protocol, port]; two more, which the kernel chooses, are to measure with."""
        echo = Echo(self._nonce)
        address = command["address"]
        answer = {
            "ports": [
                echo.listen(protocol, address, port)[0] for protocol, port in command["ports"]
            ],
            "spare": {
                protocol: echo.listen(protocol, address, 0)[1] for protocol in ("tcp", "udp")
            },
        }
        echo.start()
        return answer

    def _probe(self, command: dict[str, Any]) -> dict[str, Any]:
        """targets have address, ports [protocol, port, whether an agent has it], and what else to measure.

        samples is the number of round trips, over the first TCP port that is open; mtu the UDP port.
        """
        targets, timeout = command["targets"], command["timeout"]
        flat = [(each["address"], *port) for each in targets for port in each["ports"]]
        wanted = [
            (protocol, address, port, _message(self._nonce, 0) if agent else None)
            for address, protocol, port, agent in flat
        ]
        found = attempt_all(wanted, timeout)
        # A busy host or a network that just learns its addresses is no firewall: what got no answer has another chance.
        again = [number for number, result in enumerate(found) if result in _DOUBTFUL]
        for number, result in zip(again, attempt_all([wanted[each] for each in again], timeout)):
            found[number] = result
        results = iter(found)
        answers: list[dict[str, Any]] = [
            {"ports": [next(results) for _port in each["ports"]]} for each in targets
        ]
        for each, answer in zip(targets, answers):
            if each.get("samples"):
                answer["rtt"] = self._rtt(each, answer["ports"], timeout)
        with_mtu = [(each, answer) for each, answer in zip(targets, answers) if each.get("mtu")]
        mtus = path_mtus(
            [(each["address"], each["mtu"]) for each, _answer in with_mtu], self._nonce
        )
        for (_each, answer), mtu in zip(with_mtu, mtus):
            answer["mtu"] = mtu
        return {"targets": answers}

    def _rtt(self, target: dict[str, Any], results: list[str], timeout: float) -> list[float]:
        usable = [
            (port, agent)
            for (protocol, port, agent), result in zip(target["ports"], results)
            if protocol == "tcp" and result == "open"
        ]
        # An agent's answer says more than a connection, which is all that a service gives.
        for port, agent in sorted(usable, key=lambda each: not each[1]):
            nonce = self._nonce if agent else None
            try:
                return round_trips(target["address"], port, nonce, target["samples"], timeout)
            except OSError:
                continue
        return []


def firewall() -> str | None:
    """What manages the firewall of this host: ufw, firewalld, or None where neither is seen."""
    cgroups = ("/sys/fs/cgroup", "/sys/fs/cgroup/systemd")
    if any(os.path.isdir(f"{each}/system.slice/firewalld.service") for each in cgroups):
        return "firewalld"
    try:
        with open("/etc/ufw/ufw.conf", encoding="utf-8", errors="replace") as file:
            return "ufw" if "ENABLED=yes" in file.read(65536).splitlines() else None
    except OSError:
        return None


def own_address() -> str | None:
    """The address of the default route, which Kubespray uses where the inventory has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
        except OSError:
            return None
        return str(probe.getsockname()[0])


def serve(commands: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the commands end. The first one says with which token to greet, and the nonce."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    first = json.loads(commands.readline())
    signal.alarm(first["idle"])
    agent = Agent(bytes.fromhex(first["nonce"]))
    answer: dict[str, Any] = {
        first["token"]: True,
        "address": own_address(),
        "firewall": firewall(),
        "root": os.geteuid() == 0,
    }
    while True:
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()
        line = commands.readline()
        if not line:
            return
        signal.alarm(first["idle"])
        try:
            answer = agent.do(json.loads(line))
        except (OSError, ValueError) as exc:
            answer = {"error": f"{type(exc).__name__}: {exc}"}


if __name__ == "__main__":
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer)
    except OSError:
        # Nobody listens any more.
        os._exit(1)
