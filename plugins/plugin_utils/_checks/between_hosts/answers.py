# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What agents answer, made sure of: a host may be broken or hostile, and none of it reaches anybody unchecked."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..._text import outside

_LONGEST_WORD = 40
_LONGEST_REASON = 200
# Of a wall clock in seconds and of a round trip: what is beyond is no measurement.
_MOST_SECONDS = 1e11
FIREWALLS = ("ufw", "firewalld")


class AgentError(Exception):
    """Nothing, or nothing more, can be measured with a host's agent; the text says why."""


@dataclass(frozen=True)
class Greeting:
    """What an agent says first; address is the one of its default route."""

    address: str | None
    firewall: str | None
    root: bool


@dataclass(frozen=True)
class Listening:
    """What became of each port that was to be opened, in their order, and the two more that the kernel chose.

    A spare port is 0 where it could not be opened.
    """

    states: tuple[str, ...]
    spare_tcp: int
    spare_udp: int


@dataclass(frozen=True)
class Mtu:
    """Of a path, in bytes: what the interface may send, and the largest packet that arrived."""

    interface: int | None
    largest: int | None


@dataclass(frozen=True)
class Probed:
    """Of one target: what became of each port in their order, round trips in seconds, and the path."""

    ports: tuple[str, ...]
    round_trips: tuple[float, ...]
    mtu: Mtu | None


def decode(line: bytes) -> Mapping[str, Any]:
    """A line of an agent as a JSON object. Raises AgentError, also with the agent's own complaint."""
    try:
        answer = json.loads(line)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise AgentError(f"it answered something other than what was asked: {shown(line)}")
    if "error" in answer:
        raise AgentError(f"its agent failed: {shown(str(answer['error']).encode())}")
    return answer


def shown(said: bytes) -> str:
    """What a host said, fit to be shown."""
    text = "".join(filter(str.isprintable, said.decode("utf-8", errors="replace"))).strip()
    return text[:_LONGEST_REASON].rstrip(".") or "nothing that can be shown"


def greeting(answer: Mapping[str, Any]) -> Greeting:
    """The first answer."""
    firewall = answer.get("firewall")
    return Greeting(
        host_address(answer.get("address")),
        firewall if firewall in FIREWALLS else None,
        answer.get("root") is True,
    )


def host_address(value: Any) -> str | None:
    """An IP address that another host can connect to; None for everything else."""
    known = outside.address(value)
    if known is None:
        return None
    address = ipaddress.ip_address(known)
    special = address.is_loopback or address.is_multicast or address.is_unspecified
    return None if special else str(address)


def clock(answer: Mapping[str, Any]) -> float:
    """The time that it is on a host, in seconds since 1970."""
    return _number(answer.get("time"))


def listening(answer: Mapping[str, Any], count: int) -> Listening:
    """The answer to listen with that many ports."""
    spare = answer.get("spare")
    if not isinstance(spare, Mapping):
        raise _strange()
    return Listening(
        tuple(_word(each) for each in _list(answer.get("ports"), count)),
        _size(spare.get("tcp")) or 0,
        _size(spare.get("udp")) or 0,
    )


def probed(answer: Mapping[str, Any], counts: Sequence[int]) -> list[Probed]:
    """The answer to probe; counts are the numbers of ports of each target."""
    return [
        _target(each, count)
        for each, count in zip(_list(answer.get("targets"), len(counts)), counts, strict=True)
    ]


def _target(answer: Any, count: int) -> Probed:
    if not isinstance(answer, Mapping):
        raise _strange()
    times, mtu = answer.get("rtt"), answer.get("mtu")
    return Probed(
        tuple(_word(each) for each in _list(answer.get("ports"), count)),
        tuple(_number(each) for each in times[:100]) if isinstance(times, list) else (),
        Mtu(_size(mtu.get("interface")), _size(mtu.get("largest")))
        if isinstance(mtu, Mapping)
        else None,
    )


def _list(value: Any, count: int) -> list[Any]:
    if not isinstance(value, list) or len(value) != count:
        raise _strange()
    return value


def _word(value: Any) -> str:
    if not isinstance(value, str) or not value.isidentifier() or len(value) > _LONGEST_WORD:
        raise _strange()
    return value


def _number(value: Any) -> float:
    # Not a number is not less than anything either.
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not 0 <= value < _MOST_SECONDS
    ):
        raise _strange()
    return float(value)


def _size(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 65536:
        raise _strange()
    return value


def _strange() -> AgentError:
    return AgentError("it answered something other than what was asked")
