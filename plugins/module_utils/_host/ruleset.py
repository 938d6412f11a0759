# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What a set of filter rules does with the first packet of a connection from another host.

Not everything in a rule can be known here, such as the sender's address. So a rule fits, does not fit, or
may fit; and a packet is only said to be dropped where that is so either way.
"""

from __future__ import annotations

from typing import Callable, Mapping, NamedTuple, Sequence

ACCEPT, DROP, JUMP, GOTO, RETURN = "accept", "drop", "jump", "goto", "return"
# A rule that only counts, and one of which nobody knows what it does.
NOTHING, ANYTHING = "nothing", "anything"
# Real rulesets nest a handful deep; a loop is refused by the kernel.
_MAX_DEPTH = 16


class Packet(NamedTuple):
    """To this port of the host, over IPv4, in by this interface."""

    protocol: str
    port: int
    interface: str


class Action(NamedTuple):
    """What a rule does with a packet. fits is None where that is not known; target is the chain of a jump or goto."""

    fits: bool | None
    verdict: str
    target: str = ""


Rule = Callable[[Packet], Action]


class Place(NamedTuple):
    """Where rules begin: a chain as nftables or iptables calls it. Of ufw and firewalld the tool alone says it."""

    tool: str
    family: str = ""
    table: str = ""
    chain: str = ""


class Chain(NamedTuple):
    """policy is None where the kernel does not come to this chain by itself. name is for a person."""

    name: str
    place: Place
    rules: Sequence[Rule]
    policy: str | None = None


class Drop(NamedTuple):
    """What drops (or rejects) a packet: by says it for a person, place is the chain that the kernel comes to.

    sure is False where some packets to that port may get through.
    """

    by: str
    place: Place
    sure: bool


class _Outcome(NamedTuple):
    """Everything that can happen, and the chain that dropped last."""

    verdicts: frozenset[str]
    dropped_by: str


def drops(packet: Packet, chains: Mapping[str, Chain]) -> list[Drop]:
    """What may drop the packet: each of these chains has to let it through, whatever the others do."""
    known: dict[str, _Outcome] = {}
    found = []
    for chain in chains.values():
        if chain.policy is None:
            continue
        outcome = _walk(packet, chain, chains, known, 0)
        verdicts = outcome.verdicts - {NOTHING}
        by = outcome.dropped_by
        if NOTHING in outcome.verdicts:
            verdicts |= {chain.policy}
            by = f"{chain.name}, whose policy is {chain.policy}" if chain.policy == DROP else by
        if DROP in verdicts:
            found.append(Drop(by, chain.place, verdicts == {DROP}))
    return found


def _walk(
    packet: Packet,
    chain: Chain,
    chains: Mapping[str, Chain],
    known: dict[str, _Outcome],
    depth: int,
) -> _Outcome:
    """known: the outcomes of chains, which many rules may lead to."""
    verdicts: set[str] = set()
    by = ""
    for rule in chain.rules:
        action = rule(packet)
        if action.fits is False or action.verdict == NOTHING:
            continue
        if action.verdict == DROP:
            by = chain.name
            outcome = _Outcome(frozenset({DROP}), by)
        elif action.verdict in (JUMP, GOTO):
            target = chains.get(action.target)
            if target is None or depth >= _MAX_DEPTH:
                outcome = _Outcome(frozenset({ANYTHING}), by)
            else:
                if action.target not in known:
                    known[action.target] = _walk(packet, target, chains, known, depth + 1)
                outcome = known[action.target]
                by = outcome.dropped_by or by
        elif action.verdict == RETURN:
            outcome = _Outcome(frozenset({NOTHING}), by)
        else:
            outcome = _Outcome(frozenset({action.verdict}), by)
        # Back from a chain that was jumped to, the next rule has its turn.
        goes_on = action.verdict == JUMP and NOTHING in outcome.verdicts
        verdicts |= outcome.verdicts - {NOTHING} if goes_on else outcome.verdicts
        if action.fits and not goes_on:
            return _Outcome(frozenset(verdicts), by)
    return _Outcome(frozenset(verdicts | {NOTHING}), by)
