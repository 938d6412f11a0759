# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""iptables' rules for incoming packets, from `iptables-save`."""

from __future__ import annotations

import re
import shlex
from typing import Sequence

from .ruleset import ACCEPT, DROP, GOTO, JUMP, NOTHING, RETURN, Action, Chain, Packet, Place, Rule

_VERDICTS = {"ACCEPT": ACCEPT, "DROP": DROP, "REJECT": DROP, "RETURN": RETURN}
# Targets after which the next rule has its turn.
_ASIDE = frozenset(
    {"LOG", "NFLOG", "ULOG", "MARK", "CONNMARK", "TRACE", "AUDIT", "CHECKSUM", "SET"}
)
_CHAIN = re.compile(r":(\S+) (\S+)")
_FIRST = "INPUT"


def parse(text: str) -> dict[str, Chain]:
    """The chains of the table filter; the kernel itself comes to INPUT."""
    policies: dict[str, str] = {}
    rules: dict[str, list[Rule]] = {}
    table = ""
    for line in text.splitlines():
        chain = _CHAIN.match(line)
        if line.startswith("*"):
            table = line[1:].strip()
        elif table == "filter" and chain:
            policies[chain.group(1)] = chain.group(2)
        elif table == "filter" and line.startswith("-A "):
            name, rule = _rule(line)
            rules.setdefault(name, []).append(rule)
    return {
        name: Chain(
            f"chain {name} of iptables",
            Place("iptables", "ip", "filter", name),
            rules.get(name, []),
            _VERDICTS.get(policy, ACCEPT) if name == _FIRST else None,
        )
        for name, policy in policies.items()
    }


def _rule(line: str) -> tuple[str, Rule]:
    try:
        words = shlex.split(line)
    except ValueError:
        words = line.split()
    name, rest = words[1], words[2:]
    at = next((i for i, word in enumerate(rest) if word in ("-j", "-g")), len(rest))
    matches, target = rest[:at], rest[at : at + 2]

    def act(packet: Packet) -> Action:
        fits = _fits(matches, packet)
        return Action(fits, NOTHING) if fits is False else _action(fits, target)

    return name, act


def _action(fits: bool | None, target: Sequence[str]) -> Action:
    if len(target) < 2 or target[1] in _ASIDE:
        return Action(fits, NOTHING)
    how, name = target
    if name in _VERDICTS:
        return Action(fits, _VERDICTS[name])
    # Another extension is no chain, which is found out where the rules are walked.
    return Action(fits, GOTO if how == "-g" else JUMP, name)


def _fits(words: Sequence[str], packet: Packet) -> bool | None:
    known = True
    for option, value, negated in _options(words):
        one = _option(option, value, packet)
        if one is None:
            known = False
        elif one is negated:
            return False
    return True if known else None


def _options(words: Sequence[str]) -> list[tuple[str, str, bool]]:
    """Options with their value ("" without one) and whether they are negated."""
    found = []
    negated = False
    for at, word in enumerate(words):
        if word == "!":
            negated = True
        elif word.startswith("-"):
            value = words[at + 1] if at + 1 < len(words) else ""
            found.append((word, "" if value.startswith("-") or value == "!" else value, negated))
            negated = False
    return found


def _option(option: str, value: str, packet: Packet) -> bool | None:
    """Whether the packet is as an option says; None where unknown."""
    if option in ("-m", "--comment"):
        return True
    if option == "-p":
        return value in (packet.protocol, "all")
    if option in ("--dport", "--dports"):
        return any(_in_range(packet.port, item) for item in value.split(","))
    if option in ("--ctstate", "--state"):
        return "NEW" in value.split(",")
    if option == "-i":
        wild = value.endswith("+")
        return packet.interface.startswith(value[:-1]) if wild else packet.interface == value
    if option == "--dst-type":
        return value == "LOCAL"
    if option == "--pkt-type":
        return value == "unicast"
    return None


def _in_range(port: int, text: str) -> bool:
    low, colon, high = text.partition(":")
    try:
        return int(low or 0) <= port <= int((high or 65535) if colon else low)
    except ValueError:
        # A name from /etc/services, which iptables-save does not print.
        return False
