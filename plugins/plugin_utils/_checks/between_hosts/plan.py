# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Which hosts try which ports of which others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._host.ruleset import Place

from ..._text.outside import show

# Beyond these groups etcd and the control plane have no members.
HUB_GROUPS = frozenset({"kube_control_plane", "etcd"})
TCP, UDP = "tcp", "udp"
# Who is not root may not listen below it.
_FIRST_UNPRIVILEGED = 1024

Pair = tuple[str, str]


class PlanError(Exception):
    """What is to be measured is not clear; mistakes says all that is wrong."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Port:
    """A port that hosts of the group on must offer to hosts of the group source; why is a short noun phrase."""

    number: int
    protocol: str
    on: str
    source: str
    why: str

    @property
    def label(self) -> str:
        """For a person."""
        return f"{self.protocol.upper()} {self.number} ({self.why})"

    @property
    def key(self) -> tuple[str, int]:
        """What a listener and a connection know of it."""
        return self.protocol, self.number

    @property
    def is_privileged(self) -> bool:
        return self.number < _FIRST_UNPRIVILEGED


@dataclass(frozen=True)
class Peer:
    """A host that is measured.

    groups are the names of its groups; bind is the address that it listens on and address the one that the others
    use. Where the inventory has none of the two, it is that of the host's default route, and without such a route
    fallback. command starts the agent. drops are the ports, by protocol and number, that rules of the host may close,
    and where these begin.
    """

    name: str
    groups: frozenset[str]
    bind: str | None
    address: str | None
    fallback: str | None
    command: tuple[bytes, ...]
    drops: tuple[tuple[tuple[str, int], Place], ...] = ()

    @property
    def is_hub(self) -> bool:
        """Whether it is tried against every other hub."""
        return bool(self.groups & HUB_GROUPS)


def read_ports(settings: Mapping[str, Any]) -> list[Port]:
    """The ports of what kubespray_settings returned that other hosts connect to. Raises PlanError."""
    ports: list[Port] = []
    mistakes: list[str] = []
    entries = settings.get("ports") or []
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        raise PlanError([f"settings.ports is {show(entries)}, it must be a list of ports"])
    for place, entry in enumerate(entries):
        where = f"settings.ports[{place}]"
        if not isinstance(entry, Mapping):
            mistakes.append(f"{where} is {show(entry)}, it must be a dictionary")
            continue
        if entry.get("from") is None:
            # Only the host itself connects to it.
            continue
        number, protocol = entry.get("port"), entry.get("protocol")
        if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 65536:
            mistakes.append(f"{where}.port is {show(number)}, it must be a number from 1 to 65535")
        if protocol not in (TCP, UDP):
            mistakes.append(f"{where}.protocol is {show(protocol)}, it must be tcp or udp")
        mistakes += [
            f"{where}.{key} is {show(entry.get(key))}, it must be the name of a group"
            for key in ("on", "from")
            if not (isinstance(entry.get(key), str) and entry[key])
        ]
        if not mistakes:
            why = entry.get("why")
            why = why if isinstance(why, str) and why else "Kubernetes"
            ports.append(Port(entry["port"], str(protocol), entry["on"], entry["from"], why))
    if mistakes:
        raise PlanError(mistakes)
    return ports


def offered(groups: frozenset[str], ports: Sequence[Port]) -> list[Port]:
    """The ports that a host of these groups must listen on, each number once."""
    return _once(port for port in ports if port.on in groups)


def wanted(source: Peer, target: Peer, ports: Sequence[Port]) -> list[Port]:
    """The ports of target that source must reach, each number once."""
    return _once(
        port for port in ports if port.on in target.groups and port.source in source.groups
    )


def _once(ports: Iterator[Port]) -> list[Port]:
    by_key: dict[tuple[str, int], Port] = {}
    for port in ports:
        by_key.setdefault(port.key, port)
    return list(by_key.values())


def batches(workers: Sequence[str], size: int) -> list[list[str]]:
    """The workers in parts of about the same size, none larger; one empty part where there are none."""
    count = max(1, -(-len(workers) // size))
    return [list(workers[part::count]) for part in range(count)]


def hub_pairs(hubs: Sequence[str]) -> list[Pair]:
    """Every hub against every other, as (source, target)."""
    return [(source, target) for source in hubs for target in hubs if source != target]


def worker_pairs(workers: Sequence[str], hubs: Sequence[str], neighbours: int) -> list[Pair]:
    """Each worker with that many hubs, both ways, and against that many workers after it in a ring.

    So each worker is tried by as many as it tries. The hubs take turns.
    """
    pairs: list[Pair] = []
    for place, worker in enumerate(workers):
        for step in range(min(neighbours, len(hubs))):
            hub = hubs[(place + step) % len(hubs)]
            pairs += [(worker, hub), (hub, worker)]
        pairs += [
            (worker, workers[(place + step) % len(workers)])
            for step in range(1, min(neighbours, len(workers) - 1) + 1)
        ]
    return pairs
