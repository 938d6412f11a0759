# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Whether the host's own firewall lets other hosts in where Kubernetes needs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._host.ruleset import Place
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block

from .. import firewall_commands
from ..model import Check, Finding, Host, Skipped, Stage, Unknown
from .ports import NO_PORTS, needed

CHECKS: tuple[Check, ...] = (
    # What other hooks drop, such as prerouting, peer_probe finds by trying.
    Check(
        "firewall_active",
        "no firewall rule for incoming IPv4 (hook input) closes a port that Kubernetes needs",
        "block",
        Stage.NETWORK,
    ),
)
THRESHOLDS: dict[str, float] = {}


def judge(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    """The findings for what module_utils/_host/firewall.py collected."""
    wanted = {key: port for key, port in needed(host).items() if port["from"]}
    if not wanted:
        yield Skipped("firewall_active", NO_PORTS)
        return
    if found["closed"] is None:
        yield Unknown("firewall_active", f"The firewall's rules are not known: {found['reason']}.")
        return
    network = host.settings.get("network") or {}
    if network.get("ipv4") is False:
        yield Unknown(
            "firewall_active",
            "Only the rules for IPv4 are looked at, which this cluster does not use.",
        )
        return
    closed: dict[Place | None, list[Mapping[str, Any]]] = {}
    for entry in found["closed"]:
        if (entry["protocol"], entry["port"]) in wanted:
            closed.setdefault(firewall_commands.place(entry), []).append(entry)
    for place, entries in closed.items():
        yield _closed(place, entries, wanted)
    if not closed and network.get("ipv6"):
        yield Unknown(
            "firewall_active",
            "The rules for IPv4 close nothing; those for IPv6, which this cluster uses too, are not looked at.",
        )


def _closed(
    place: Place | None,
    entries: Sequence[Mapping[str, Any]],
    wanted: Mapping[tuple[str, int], Any],
) -> Finding:
    ports = sorted({(entry["protocol"], entry["port"]) for entry in entries})
    listed = ", ".join(
        f"{port}/{protocol} ({' and '.join(wanted[protocol, port]['why'])})"
        for protocol, port in ports
    )
    by = ", ".join(dict.fromkeys(str(entry["by"]) for entry in entries))
    tool = place.tool if place else "A firewall"
    return block(
        "firewall_active",
        f"{tool} on this host closes ports that other hosts of the cluster need: {listed}. They are dropped by {by}.",
        _fix(place, ports),
    )


def _fix(place: Place | None, ports: Sequence[tuple[str, int]]) -> str:
    if place is None:
        return "Let the host's firewall accept packets to these ports."
    keep = firewall_commands.KEEP.get(place.tool)
    run = " && ".join(firewall_commands.commands(place, ports))
    return f"Run on the host: {run}{f'; {keep}' if keep else ''}."
