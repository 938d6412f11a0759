# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The measurement itself: agents on all hosts at a time, the hubs throughout and the workers in batches."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import secrets
import time
from collections.abc import Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import answers, plan
from .agents import Agent, end
from .answers import AgentError
from .plan import Pair, Peer, Port

# Workers that have an agent at a time, and agents that start at a time: a start is a process here and a login there.
_BATCH = 200
_STARTS = 32
# Open files that are left to everything else, when they are few.
_OTHER_FILES = 64
_EXCHANGES = 5
_SAMPLES = 5
# A first packet that is lost is sent again after one second.
_CONNECT_SECONDS = 2.5
# An agent whose control node has gone without a word, such as behind a cut line, ends after so long without a command.
_IDLE_SECONDS = 240
# What a probe takes beside the connections: the sizes of packets, and the answer's way.
_PROBE_SECONDS = 15.0
# How often to look whether the control node's process is still there.
_LOOK_SECONDS = 0.5
# As many connections as an agent tries at a time.
_AT_A_TIME = 256


@dataclass(frozen=True)
class Exchange:
    """One question for the time, in seconds: sent and received by the clock here, remote by the clock there."""

    sent: float
    received: float
    remote: float


@dataclass
class Measured:
    """What was measured. lost says for each host without an agent why; the mappings have no such hosts."""

    peers: dict[str, Peer]
    ports: list[Port]
    lost: dict[str, str] = field(default_factory=dict)
    greetings: dict[str, answers.Greeting] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    clocks: dict[str, list[Exchange]] = field(default_factory=dict)
    # What became of each port that the host must offer: listening, in_use, denied, or the name of an error.
    listening: dict[str, dict[Port, str]] = field(default_factory=dict)
    # Of each pair (source, target) the ports that were tried: open, refused, unreachable, timeout, silent, closed,
    # other.
    results: dict[Pair, dict[Port, str]] = field(default_factory=dict)
    round_trips: dict[Pair, tuple[float, ...]] = field(default_factory=dict)
    mtus: dict[Pair, answers.Mtu] = field(default_factory=dict)


def measure(
    peers: Sequence[Peer], ports: list[Port], neighbours: int, timeout: float, source: bytes
) -> Measured:
    """Measure between the peers; source is that of the agent, timeout how long one may take to start, in seconds.

    Each worker is tried with so many hubs and neighbours.
    """
    run = _Run(Measured({peer.name: peer for peer in peers}, ports), neighbours, timeout, source)
    asyncio.run(_unless_orphaned(run.all()))
    # Not in the order in which hosts happened to answer.
    for measured in (run.found.results, run.found.round_trips, run.found.mtus):
        _sort(measured)
    return run.found


def _sort(mapping: dict[Pair, Any]) -> None:
    ordered = sorted(mapping.items(), key=lambda each: each[0])
    mapping.clear()
    mapping.update(ordered)


async def _unless_orphaned(work: Coroutine[Any, Any, None]) -> None:
    """Do it, and give up once ansible-playbook has been killed: its worker is not, and the hosts still listen."""
    parent = os.getppid()
    task = asyncio.ensure_future(work)
    while not task.done():
        if os.getppid() != parent:
            task.cancel()
        await asyncio.wait({task}, timeout=_LOOK_SECONDS)
    await task


class _Run:
    def __init__(self, found: Measured, neighbours: int, timeout: float, source: bytes) -> None:
        self.found = found
        self._neighbours = neighbours
        self._timeout = timeout
        self._source = source
        self._nonce = secrets.token_hex(16)
        self._agents: dict[str, Agent] = {}
        self._spares: dict[str, answers.Listening] = {}

    async def all(self) -> None:
        """The whole phase."""
        self._starts = asyncio.Semaphore(_STARTS)
        hubs = [name for name, peer in self.found.peers.items() if peer.is_hub]
        workers = [name for name, peer in self.found.peers.items() if not peer.is_hub]
        pairs = plan.hub_pairs(hubs)
        starting = hubs
        try:
            for batch in plan.batches(workers, _batch(len(hubs))):
                await _together(self._start(name) for name in [*starting, *batch])
                await self._probe(
                    [
                        *pairs,
                        *plan.worker_pairs(self._alive(batch), self._alive(hubs), self._neighbours),
                    ]
                )
                await end(self._agents.pop(name) for name in batch if name in self._agents)
                pairs, starting = [], []
        finally:
            await end(self._agents.values())

    def _alive(self, names: Iterable[str]) -> list[str]:
        # Also one that was lost in an earlier batch is not asked again, and does not cost its time again.
        lost = self.found.lost
        return [name for name in names if name in self.found.addresses and name not in lost]

    async def _start(self, name: str) -> None:
        """From nothing to listeners on the host, with its clock on the way."""
        async with self._starts:
            with _losing(self.found.lost, name):
                try:
                    await asyncio.wait_for(self._open(name), self._timeout)
                except asyncio.TimeoutError as exc:
                    raise AgentError(f"its agent did not start within {self._timeout:g} s") from exc

    async def _open(self, name: str) -> None:
        peer = self.found.peers[name]
        first = {"token": f"k8n-{self._nonce}", "nonce": self._nonce, "idle": _IDLE_SECONDS}
        agent = self._agents[name] = Agent(peer.command)
        greeting = await agent.greet(self._source, first, self._timeout)
        exchanges = [await self._exchange(agent) for _number in range(_EXCHANGES)]
        own = greeting.address or peer.fallback
        address = peer.address or own
        if address is None:
            raise AgentError(
                "it has no default route, and in the inventory neither ip nor ansible_host is an address"
            )
        offered = plan.offered(peer.groups, self.found.ports)
        listen = {
            "do": "listen",
            "address": peer.bind or own or address,
            "ports": [port.key for port in offered],
        }
        opened = answers.listening(await agent.ask(listen, self._timeout), len(offered))
        self._spares[name] = opened
        self.found.greetings[name] = greeting
        self.found.clocks[name] = exchanges
        self.found.listening[name] = dict(zip(offered, opened.states, strict=True))
        self.found.addresses[name] = address

    async def _exchange(self, agent: Agent) -> Exchange:
        # By the clock that is not set while it is asked.
        wall, started = time.time(), time.monotonic()
        answer = answers.clock(await agent.ask({"do": "time"}, self._timeout))
        return Exchange(wall, wall + time.monotonic() - started, answer)

    async def _probe(self, pairs: Iterable[Pair]) -> None:
        """Let each source of these pairs try all of its targets."""
        targets: dict[str, list[str]] = {}
        alive = set(self._alive(self.found.addresses))
        for source, target in dict.fromkeys(pairs):
            if source in alive and target in alive:
                targets.setdefault(source, []).append(target)
        await _together(self._ask(source, each) for source, each in targets.items())

    async def _ask(self, source: str, targets: list[str]) -> None:
        asked = [self._target(source, target) for target in targets]
        counts = [len(each["ports"]) for each, _ports in asked]
        command = {
            "do": "probe",
            "timeout": _CONNECT_SECONDS,
            "targets": [each for each, _ports in asked],
        }
        # Twice, as what gets no answer is tried again.
        bound = _PROBE_SECONDS + 2 * (1 + sum(counts) // _AT_A_TIME) * _CONNECT_SECONDS
        bound += sum(1 for each, _ports in asked if "samples" in each) * _CONNECT_SECONDS
        with _losing(self.found.lost, source):
            found = answers.probed(await self._agents[source].ask(command, bound), counts)
            for target, (_each, ports), each in zip(targets, asked, found, strict=True):
                pair = (source, target)
                # One more may be the spare one, which is nobody's port.
                self.found.results[pair] = dict(zip(ports, each.ports, strict=False))
                if each.round_trips:
                    self.found.round_trips[pair] = each.round_trips
                if each.mtu:
                    self.found.mtus[pair] = each.mtu

    def _target(self, source: str, target: str) -> tuple[dict[str, Any], list[Port]]:
        """What source is to try of target, as the agent wants it, and the ports in that."""
        peers, states, spare = self.found.peers, self.found.listening[target], self._spares[target]
        ports, words = [], []
        for port in plan.wanted(peers[source], peers[target], self.found.ports):
            state = states.get(_offered(states, port), "")
            # Nobody but an agent sends a UDP packet back.
            if state == "listening" or (state == "in_use" and port.protocol == plan.TCP):
                ports.append(port)
                words.append([port.protocol, port.number, state == "listening"])
        udp = [number for protocol, number, _agent in words if protocol == plan.UDP]
        asked = {
            "address": self.found.addresses[target],
            "ports": words,
            "mtu": udp[0] if udp else spare.spare_udp,
        }
        if peers[source].is_hub and peers[target].is_hub:
            asked["samples"] = _SAMPLES
            if spare.spare_tcp and not any(
                protocol == plan.TCP for protocol, _number, _agent in words
            ):
                words.append([plan.TCP, spare.spare_tcp, True])
        return asked, ports


def _offered(states: Mapping[Port, str], port: Port) -> Port:
    """The one of the offered ports that has this one's number: two groups may want the same."""
    return next((each for each in states if each.key == port.key), port)


def _batch(hubs: int) -> int:
    """How many workers may have an agent at a time: each takes two open files."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = _BATCH if soft == resource.RLIM_INFINITY else (soft - _OTHER_FILES) // 2 - hubs
    return max(1, min(_BATCH, free))


@contextlib.contextmanager
def _losing(lost: dict[str, str], name: str) -> Iterator[None]:
    """Keep the reason for which a host is lost, and let all others go on."""
    try:
        yield
    except AgentError as exc:
        lost[name] = str(exc)
    except Exception as exc:  # whatever one host says is no reason to end the measurement of all
        lost[name] = f"what it answered makes no sense ({type(exc).__name__})"


async def _together(each: Iterable[Coroutine[Any, Any, None]]) -> None:
    await asyncio.gather(*each)
