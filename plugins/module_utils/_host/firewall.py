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

from ansible_collections.k8n.cluster.plugins.module_utils._host.files import text
from ansible_collections.k8n.cluster.plugins.module_utils._host.output import output
from ansible_collections.k8n.cluster.plugins.module_utils._host.ruleset import (
    Chain,
    Packet,
    dropped_by,
)

_TIMEOUT_SECONDS = 3.0
_MAX_RULES = 4 << 20
_MAX_PORTS = 64
# What Kubernetes' own rules drop is not meant for other nodes.
_OWN = tuple(f"chain {name}" for name in ("KUBE-", "cali-", "CILIUM_", "FLANNEL-"))
# To containers of this host, and through tunnels.
_INSIDE = re.compile(
    r"(lo$|docker|br-|cni|cali|flannel|vxlan|tunl|kube-|virbr|veth|lxc|cilium|podman)"
)


def collect(wants: Mapping[str, Any], root: Path = Path("/")) -> dict[str, Any]:
    """See closed(). Rules are read only where the kernel has some, since to ask loads its modules."""
    if os.geteuid() != 0:
        return {"tool": None, "closed": None, "reason": "only root may read the rules"}
    modules = text(root / "proc/modules") or ""
    # A kernel that lists no modules has everything built in.
    nft = not modules or "\nnf_tables " in f"\n{modules}"
    legacy = bool(text(root / "proc/net/ip_tables_names"))
    if not nft and not legacy:
        return {"tool": None, "closed": [], "reason": None}
    rulesets = {
        "nftables": _printed(["nft", "-j", "list", "ruleset"]) if nft else "",
        "iptables": _printed(["iptables-save"]),
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
    """closed: {port, protocol, by} for the ports that are sure to be closed to other hosts, over IPv4.

    rulesets: what nft and iptables-save printed, by tool; "" where there is no such program, None where
    it did not answer. interfaces: those by which other hosts may come in. tool: whose rules close them
    (ufw, firewalld, nftables, iptables). closed is None where the rules are not known; reason says why.
    """
    found: list[dict[str, Any]] = []
    tool = None
    if all(printed == "" for printed in rulesets.values()):
        return _unknown(
            "there may be rules, but neither nft nor iptables-save is there to show them"
        )
    for name, printed in rulesets.items():
        chains = _chains(name, printed)
        if chains is None:
            return _unknown(f"those of {name} could not be read in time")
        for port in list(ports)[:_MAX_PORTS]:
            by = _dropped_by(port, interfaces, chains)
            if by is not None:
                found.append({"port": port["port"], "protocol": port["protocol"], "by": by})
        if found and tool is None:
            tool = _tool(name, chains)
    return {"tool": tool, "closed": found, "reason": None}


def _dropped_by(
    port: Mapping[str, Any], interfaces: Sequence[str], chains: Mapping[str, Chain]
) -> str | None:
    """What drops packets to the port whichever way they come in; None where some may get through."""
    dropped = [
        dropped_by(Packet(port["protocol"], port["port"], interface), chains)
        for interface in interfaces
    ]
    by = dropped[0]
    return None if None in dropped or by is None or by.startswith(_OWN) else by


def _unknown(reason: str) -> dict[str, Any]:
    return {"tool": None, "closed": None, "reason": reason}


def _chains(tool: str, printed: str | None) -> dict[str, Chain] | None:
    if printed is None:
        return None
    if printed == "":
        return {}
    # Read only where there are rules, since it takes a while.
    if tool == "nftables":
        from ansible_collections.k8n.cluster.plugins.module_utils._host import nftables

        return nftables.parse(printed)
    from ansible_collections.k8n.cluster.plugins.module_utils._host import iptables

    return iptables.parse(printed)


def _tool(name: str, chains: Mapping[str, Chain]) -> str:
    """Who writes these rules: to change them below such a tool does not last."""
    if any(chain.startswith("ufw-") or " ufw-" in chain for chain in chains):
        return "ufw"
    if any(chain.startswith(("inet firewalld ", "ip firewalld ", "IN_public")) for chain in chains):
        return "firewalld"
    return name


def _interfaces(routes: str) -> list[str]:
    """The interfaces in /proc/net/route that lead to other hosts; one without a name where there are none."""
    found = dict.fromkeys(words[0] for words in map(str.split, routes.splitlines()[1:]) if words)
    return [name for name in found if not _INSIDE.match(name)] or [""]
