# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Which of the ports that Kubernetes needs the host's own firewall would close to other hosts."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Mapping, Sequence

from .files import text
from .output import output
from .ruleset import Chain, Drop, Packet, Place, drops

_TIMEOUT_SECONDS = 3.0
_MAX_RULES = 4 << 20
_MAX_PORTS = 64
_TABLE_OF_IPTABLES = ("ip", "filter")
# What Kubernetes' own rules drop is not meant for other nodes.
_OWN = tuple(f"chain {name}" for name in ("KUBE-", "cali-", "CILIUM_", "FLANNEL-"))
# To containers of this host, and through tunnels.
_INSIDE = re.compile(
    r"(lo$|docker|br-|cni|cali|flannel|vxlan|tunl|kube-|virbr|veth|lxc|cilium|podman)"
)


def collect(wants: Mapping[str, Any], root: Path = Path("/")) -> dict[str, Any]:
    """See closed(). Rules are read only where the kernel has some, since to ask loads its modules."""
    if os.geteuid() != 0:
        return _unknown("only root may read the rules")
    modules = text(root / "proc/modules") or ""
    # A kernel that lists no modules has everything built in.
    nft = not modules or "\nnf_tables " in f"\n{modules}"
    legacy = bool(text(root / "proc/net/ip_tables_names"))
    if not nft and not legacy:
        return {"closed": [], "perhaps": [], "reason": None}
    rulesets = {
        "iptables": _printed(["iptables-save"]),
        "nftables": _printed(["nft", "-j", "list", "ruleset"]) if nft else "",
    }
    return closed(
        rulesets, wants.get("ports", ()), _interfaces(text(root / "proc/net/route") or "")
    )


def _printed(argv: list[str]) -> str | None:
    """ "" where there is no such program, None where it does not answer."""
    folders = os.environ.get("PATH", "").split(":")
    if not any(os.access(f"{folder}/{argv[0]}", os.X_OK) for folder in folders):
        return ""
    return output(argv, _TIMEOUT_SECONDS, _MAX_RULES)


def closed(
    rulesets: Mapping[str, str | None], ports: Any, interfaces: Sequence[str]
) -> dict[str, Any]:
    """closed: what is sure to close ports to other hosts, over IPv4; perhaps: what may close them to some.

    rulesets: what iptables-save and nft printed, by tool; "" where there is no such program, None where
    it did not answer. interfaces: those by which other hosts may come in. Each entry has a port and its
    protocol; by, the chain that drops it; tool, whose rules these are (ufw, firewalld, nftables, iptables);
    and family, table and chain, where they begin. Both are None where the rules are not known; reason says why.
    """
    if all(printed == "" for printed in rulesets.values()):
        return _unknown(
            "there may be rules, but neither nft nor iptables-save is there to show them"
        )
    found: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    of_iptables: dict[tuple[Any, str], bool] = {}
    for name, printed in rulesets.items():
        chains = _chains(name, printed)
        if chains is None:
            return _unknown(f"those of {name} could not be read in time")
        for port in list(ports)[:_MAX_PORTS]:
            key = (port["protocol"], port["port"])
            for drop in _drops(port, interfaces, chains):
                place = drop.place
                if name == "iptables":
                    of_iptables[key, place.chain] = drop.sure
                elif place[1:3] == _TABLE_OF_IPTABLES and of_iptables.get((key, place.chain)) in (
                    True,
                    drop.sure,
                ):
                    # Of iptables-nft: the same rules once more.
                    continue
                found[drop.sure].append(
                    {
                        **place._asdict(),
                        "tool": _tool(place, chains),
                        "port": port["port"],
                        "protocol": port["protocol"],
                        "by": drop.by,
                    }
                )
    return {"closed": found[True], "perhaps": found[False], "reason": None}


def _drops(
    port: Mapping[str, Any], interfaces: Sequence[str], chains: Mapping[str, Chain]
) -> list[Drop]:
    """What drops packets to the port; it is only sure where that is so whichever way they come in."""
    by_interface = [
        [
            drop
            for drop in drops(Packet(port["protocol"], port["port"], interface), chains)
            if not drop.by.startswith(_OWN)
        ]
        for interface in interfaces
    ]
    sure = all(any(drop.sure for drop in found) for found in by_interface)
    by_place: dict[Place, Drop] = {}
    for drop in (drop for found in by_interface for drop in found):
        if drop.sure or not sure:
            by_place.setdefault(drop.place, drop._replace(sure=sure))
    return list(by_place.values())


def _unknown(reason: str) -> dict[str, Any]:
    return {"closed": None, "perhaps": None, "reason": reason}


def _chains(tool: str, printed: str | None) -> dict[str, Chain] | None:
    if printed is None:
        return None
    if printed == "":
        return {}
    # Read only where there are rules, since it takes a while.
    if tool == "nftables":
        from . import nftables

        return nftables.parse(printed)
    from . import iptables

    return iptables.parse(printed)


def _tool(place: Place, chains: Mapping[str, Chain]) -> str:
    """Who writes these rules: to change them below such a tool does not last."""
    if place.table == "firewalld":
        return "firewalld"
    if place[1:3] == _TABLE_OF_IPTABLES:
        names = [key.rpartition(" ")[2] for key in chains]
        for beginning, tool in (("ufw-", "ufw"), ("IN_public", "firewalld")):
            if any(name.startswith(beginning) for name in names):
                return tool
    return place.tool


def _interfaces(routes: str) -> list[str]:
    """The interfaces in /proc/net/route that lead to other hosts; one without a name where there are none."""
    found = dict.fromkeys(words[0] for words in map(str.split, routes.splitlines()[1:]) if words)
    return [name for name in found if not _INSIDE.match(name)] or [""]
