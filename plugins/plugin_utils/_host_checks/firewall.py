# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Whether the host's own firewall lets other hosts in where Kubernetes needs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    Check,
    Finding,
    Host,
    Skipped,
    Unknown,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._host_checks.ports import NO_PORTS, needed

CHECKS: tuple[Check, ...] = (
    Check(
        "firewall_active", "no firewall of the host closes a port that Kubernetes needs", "block"
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
    if (host.settings.get("network") or {}).get("ipv4") is False:
        yield Unknown(
            "firewall_active",
            "Only the rules for IPv4 are looked at, which this cluster does not use.",
        )
        return
    closed = {
        (entry["protocol"], entry["port"]): entry["by"]
        for entry in found["closed"]
        if (entry["protocol"], entry["port"]) in wanted
    }
    if closed:
        yield _closed(found["tool"], closed, wanted)


def _closed(
    tool: str, closed: Mapping[tuple[str, int], str], wanted: Mapping[tuple[str, int], Any]
) -> Finding:
    listed = ", ".join(
        f"{port}/{protocol} ({' and '.join(wanted[protocol, port]['why'])})"
        for protocol, port in sorted(closed)
    )
    by = ", ".join(dict.fromkeys(closed.values()))
    return block(
        "firewall_active",
        f"{tool} on this host closes ports that other hosts of the cluster need: {listed}. They are dropped by {by}.",
        _fix(tool, sorted(closed)),
    )


def _fix(tool: str, ports: Sequence[tuple[str, int]]) -> str:
    by_protocol = {
        protocol: ",".join(str(port) for of, port in ports if of == protocol)
        for protocol in sorted({protocol for protocol, _port in ports})
    }
    if tool == "ufw":
        commands = [
            f"ufw allow proto {protocol} to any port {listed}"
            for protocol, listed in by_protocol.items()
        ]
        return f"Run on the host: {' && '.join(commands)}."
    if tool == "firewalld":
        options = " ".join(f"--add-port={port}/{protocol}" for protocol, port in ports)
        return f"Run on the host: firewall-cmd --permanent {options} && firewall-cmd --reload."
    if tool == "iptables":
        commands = [
            f"iptables -I INPUT -p {protocol} -m multiport --dports {listed} -j ACCEPT"
            for protocol, listed in by_protocol.items()
        ]
        return f"Run on the host, and keep it over a reboot: {' && '.join(commands)}."
    rules = "; ".join(
        f"{protocol} dport {{{listed}}} accept" for protocol, listed in by_protocol.items()
    )
    return f"Put in front of the other rules of that chain, in /etc/nftables.conf: {rules}."
