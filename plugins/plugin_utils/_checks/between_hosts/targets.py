# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""How the agent of each host is reached: by what its node_probe found and what the inventory says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._host.ruleset import Place

from ..._inventory import groups as _groups
from .. import firewall_commands
from ..probed import found
from . import plan
from .agents import remote_command
from .answers import host_address
from .plan import Peer, Port

_LONGEST_PATH = 4096


class NoWayError(Exception):
    """No agent can be started on a host; the text says why, after the host's name and a colon."""


# From a host's name and a command for its shell to the command that runs it there; raises NoWayError.
Connect = Callable[[str, str], Sequence[bytes]]


def peer(
    name: str,
    probe: object,
    groups: frozenset[str],
    addresses: Mapping[str, Any],
    ports: Sequence[Port],
    connect: Connect,
) -> Peer:
    """A host that can be measured; addresses are its ip, access_ip and ansible_host. Raises NoWayError."""
    python = found(probe, "python", "path")
    if not isinstance(python, str) or not python.startswith("/") or len(python) > _LONGEST_PATH:
        raise NoWayError("node_probe found no Python on it")
    # Root is needed for nothing else than such a port.
    sudo = found(probe, "sudo", "status") == "passwordless" and any(
        port.is_privileged for port in plan.offered(groups, ports)
    )
    # Kubespray's own order, but for the last.
    ip = host_address(addresses.get("ip"))
    return Peer(
        name=name,
        groups=groups,
        bind=ip,
        address=host_address(addresses.get("access_ip")) or ip,
        fallback=host_address(addresses.get("ansible_host")),
        command=tuple(connect(name, remote_command(python, sudo))),
        drops=tuple(_drops(probe)),
    )


def _drops(probe: object) -> Iterator[tuple[tuple[str, int], Place]]:
    """What node_probe found of the host's firewall: what closes ports to all others, and what may to some."""
    for kind in ("closed", "perhaps"):
        entries = found(probe, "host", "firewall", kind)
        for entry in entries if isinstance(entries, list) else ():
            port = entry.get("port") if isinstance(entry, Mapping) else None
            if isinstance(port, int) and (place := firewall_commands.place(entry)):
                yield (str(entry.get("protocol")), port), place


def memberships(groups: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    """The groups of each host of an inventory."""
    by_host: dict[str, set[str]] = {}
    for group, hosts in groups.items():
        for host in hosts:
            by_host.setdefault(host, set()).add(group)
    return {host: _groups.with_made(names) for host, names in by_host.items()}
