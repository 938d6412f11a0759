# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Whether the ports that Kubernetes needs on the host are free."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block

from ..model import Check, Finding, Host, Skipped, Stage, Unknown

CHECKS: tuple[Check, ...] = (
    Check("port_taken", "the ports that Kubernetes needs are free", "block", Stage.REMAINS),
)
THRESHOLDS: dict[str, float] = {}
# The kernel keeps no more of a process's name.
_NAME_LENGTH = 15
NO_PORTS = "No port is known that Kubernetes needs on this host."


def needed(host: Host) -> dict[tuple[str, int], dict[str, Any]]:
    """The ports that a host of these groups must have free, by protocol and number.

    Two components may share one: the API and the local proxy to it.
    """
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for port in host.settings.get("ports") or ():
        if port["on"] in host.groups and port.get("not_on") not in host.groups:
            known = found.setdefault(
                (port["protocol"], port["port"]), {**port, "why": [], "process": [], "from": []}
            )
            known["why"] = [*known["why"], port["why"]]
            known["process"] = [*known["process"], *port["process"]]
            known["from"] = [*known["from"], *([port["from"]] if port["from"] else [])]
    return found


def wants(host: Host) -> dict[str, Any]:
    """What the collectors of ports and of the firewall are told."""
    return {
        "ports": [{"protocol": protocol, "port": port} for protocol, port in needed(host)],
    }


def judge(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    """The findings for what module_utils/_host/ports.py collected."""
    wanted = needed(host)
    if not wanted:
        yield Skipped("port_taken", NO_PORTS)
    elif found["taken"] is None:
        yield Unknown("port_taken", "The host's /proc/net does not show which ports are taken.")
    else:
        yield from _occupied(found["taken"], wanted, found["root"])


def _occupied(
    entries: Sequence[Mapping[str, Any]],
    wanted: Mapping[tuple[str, int], Mapping[str, Any]],
    root: bool,
) -> Iterator[Finding]:
    own, unseen, others = [], [], {}
    for taken in entries:
        port = wanted.get((taken["protocol"], taken["port"]))
        if port is None:
            continue
        where = f"{taken['port']}/{taken['protocol']}"
        if taken["process"] is None and not root:
            unseen.append(where)
        elif taken["process"] in _names(port):
            own.append(f"{taken['process']} ({where})")
        # Of a tunnel, which only the kernel of a cluster at work has.
        elif taken["process"] is None and taken["protocol"] == "udp":
            own.append(f"the kernel ({where})")
        else:
            # Once for IPv4 and once for IPv6 is one finding.
            others[taken["pid"], where] = _taken(taken, port)
    yield from others.values()
    if others:
        return
    if unseen:
        yield Unknown(
            "port_taken",
            f"Taken, but only root sees by whom, which may be Kubernetes itself: {_listed(unseen)}.",
        )
    elif own:
        yield Skipped(
            "port_taken", f"A cluster runs here already and has its ports: {_listed(own)}."
        )


def _names(port: Mapping[str, Any]) -> list[str]:
    return [str(name)[:_NAME_LENGTH] for name in port["process"]]


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(texts))


def _taken(taken: Mapping[str, Any], port: Mapping[str, Any]) -> Finding:
    unit, pid = taken["unit"], taken["pid"]
    who = f"{taken['process']} (pid {pid}{f', {unit}' if unit else ''})"
    if pid is None:
        who, fix = (
            "a process that even root does not see, as of another container",
            "Find out who has it (ss -lntup on the host and in its containers), and end that.",
        )
    elif unit and unit.endswith(".service"):
        fix = f"Run on the host: systemctl disable --now {unit}, or let that service listen elsewhere."
    else:
        fix = f"End {taken['process']} (pid {pid}) on the host, or let it listen elsewhere."
    return block(
        "port_taken",
        f"Port {taken['port']}/{taken['protocol']} is taken on {taken['address']} by {who}; "
        f"it must be free for {' and '.join(port['why'])}.",
        fix,
    )
