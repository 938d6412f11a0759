# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Whether hosts reach each other's ports."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterator, Sequence

from ansible_collections.k8n.cluster.plugins.module_utils._host.ruleset import Place
from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, block

from ..._text.words import some
from .. import firewall_commands
from ..model import BETWEEN, Check, Finding, Skipped, Stage, Unknown
from .measure import Measured
from .plan import UDP, Port

CHECKS = (
    Check(
        "port_blocked",
        "other hosts reach the ports that Kubernetes needs",
        "block",
        Stage.NETWORK,
        BETWEEN,
    ),
)
OPEN = "open"
_SAID = {
    "timeout": "no answer, as when a firewall drops the packets",
    "refused": "refused, as when a firewall rejects it",
    "unreachable": "the network says that there is no way, as firewalls and routers do",
    "silent": "the connection is made, but nothing comes through it",
    "closed": "the connection is closed before any answer, as by a proxy or a host with the same address",
    "other": "something other than this host answers, such as a proxy or a host with the same address",
}
_MOST_PORTS = 8
# Of more hosts than these a command names the networks.
_MOST_ADDRESSES = 4


def judge(name: str, measured: Measured, deaf: Collection[str]) -> Iterator[Finding]:
    """What the tried ports say of one host, which must have had an agent; deaf are those that cut_off() names."""
    if not measured.ports:
        yield Skipped(
            "port_blocked", "The settings name no port: without Kubespray they are not known."
        )
        return
    if len(measured.peers) < 2:
        yield Skipped("port_blocked", "There is no other host.")
        return
    states = measured.listening[name]
    yield from _untested(states)
    if name in deaf:
        yield _cut_off(name, measured)
    # In the order of the inventory, whoever answered first.
    tried = {
        source: measured.results[source, name]
        for source in measured.peers
        if (source, name) in measured.results and source not in deaf
    }
    usable = [port for port, state in states.items() if state == "listening"]
    if usable and not any(tried.values()):
        yield Unknown("port_blocked", "No other host could try the ports of this one.")
    for result, blocked, sources in _blocked(tried):
        yield _problem(name, measured, result, blocked, sources)


def _untested(states: dict[Port, str]) -> Iterator[Finding]:
    denied = [port for port, state in states.items() if state == "denied"]
    if denied:
        yield Unknown(
            "port_blocked",
            f"{_labels(denied)} could not be tried: only root may listen there, and the login has no sudo without a "
            "password.",
        )
    for port, state in states.items():
        if state not in ("listening", "denied", "in_use"):
            yield Unknown(
                "port_blocked", f"{port.label} could not be opened on this host: {state}."
            )
    taken = [port for port, state in states.items() if state == "in_use" and port.protocol == UDP]
    if taken:
        yield Skipped(
            "port_blocked",
            f"{_labels(taken)} is in use on this host, and nothing answers a test of UDP.",
        )


def cut_off(measured: Measured) -> set[str]:
    """The hosts that reached no port of any other, while others reach those hosts: it is not the targets' fault."""
    reached = {
        target
        for (_source, target), results in measured.results.items()
        if OPEN in results.values()
    }
    by_source: dict[str, list[tuple[str, bool]]] = {}
    for (source, target), results in measured.results.items():
        if results:
            by_source.setdefault(source, []).append((target, OPEN in results.values()))
    return {
        source
        for source, tried in by_source.items()
        if not any(success for _target, success in tried)
        and len([target for target, _success in tried if target in reached]) > 1
    }


def _cut_off(name: str, measured: Measured) -> Problem:
    targets = [target for source, target in measured.results if source == name]
    said = {
        result
        for (source, _target), results in measured.results.items()
        if source == name
        for result in results.values()
    }
    return block(
        "port_blocked",
        f"This host ({measured.addresses[name]}) reaches no port of {some(targets)}, which others reach: "
        f"{'; '.join(_say(each) for each in sorted(said))} (wanted: open).",
        f"Fix the routes of {name} and let its firewall, and those on its way, pass its connections to the others: "
        "'ip route get ADDRESS' and 'nft list ruleset' on it show where they end.",
    )


def _blocked(tried: dict[str, dict[Port, str]]) -> Iterator[tuple[str, list[Port], list[str]]]:
    """What failed alike: the result, the ports, and the sources, which need not all want all of these ports.

    Ports that nobody reached have one cause, whoever wants them; of the others each has its own sources.
    """
    by_port: dict[Port, dict[str, str]] = {}
    for source, results in tried.items():
        for port, result in results.items():
            by_port.setdefault(port, {})[source] = result
    alike: dict[tuple[str, tuple[str, ...] | None], tuple[list[Port], dict[str, None]]] = {}
    for port, by_source in by_port.items():
        for result in dict.fromkeys(by_source.values()):
            if result == OPEN:
                continue
            sources = tuple(source for source, each in by_source.items() if each == result)
            of_all = len(sources) == len(by_source)
            ports, names = alike.setdefault((result, None if of_all else sources), ([], {}))
            ports.append(port)
            names.update(dict.fromkeys(sources))
    for (result, _sources), (ports, names) in alike.items():
        yield result, ports, list(names)


def _problem(
    name: str, measured: Measured, result: str, ports: list[Port], sources: list[str]
) -> Problem:
    return block(
        "port_blocked",
        f"{_labels(ports)} of this host ({measured.addresses[name]}) cannot be reached from {some(sources)}: "
        f"{_say(result)} (wanted: open).",
        _fix(name, measured, ports, sources),
    )


def _say(result: str) -> str:
    return _SAID.get(result, f"the error {result}")


def _labels(ports: Sequence[Port]) -> str:
    return some((port.label for port in ports), _MOST_PORTS)


def _fix(name: str, measured: Measured, ports: Sequence[Port], sources: Sequence[str]) -> str:
    """One sentence; with commands where rules of the host itself are known that may be at fault."""
    keys = {port.key for port in ports}
    addresses = [measured.addresses[source] for source in sources]
    places = {
        place: None
        for key, place in measured.peers[name].drops
        if key in keys and firewall_commands.covers(place, addresses)
    }
    firewall = measured.greetings[name].firewall
    # That its rules are not known may be for want of root.
    if not places and firewall:
        places = {Place(firewall): None}
    origins = _origins(addresses)
    if not places:
        listed = ", ".join(f"{number}/{protocol}" for protocol, number in sorted(keys))
        return (
            f"Let {listed} from {', '.join(origins)} to {measured.addresses[name]} through wherever it ends: in a "
            f"security group, a router or firewall on the way, or a firewall of {name}."
        )
    together = "' and '".join(
        command for place in places for command in firewall_commands.commands(place, keys, origins)
    )
    tools = dict.fromkeys(place.tool for place in places)
    keep = "".join(
        f", {firewall_commands.KEEP[tool]}" for tool in tools if tool in firewall_commands.KEEP
    )
    return (
        f"Let the firewall of {name} and those on the way to it (security groups, routers) accept this, on the host "
        f"with '{together}'{keep}."
    )


def _origins(addresses: Sequence[str]) -> list[str]:
    """The addresses themselves, or the /24 and /64 that they are in."""
    if len(addresses) <= _MOST_ADDRESSES:
        return list(addresses)
    networks = (
        ipaddress.ip_network(f"{each}/{64 if ':' in each else 24}", strict=False)
        for each in addresses
    )
    return list(dict.fromkeys(map(str, networks)))
