# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The commands that make a host's firewall let others in, in the words of the tool that has its rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._host.ruleset import Place

UFW, FIREWALLD, IPTABLES, NFTABLES = "ufw", "firewalld", "iptables", "nftables"
# What nft takes for a name. The host has said it, and a person is going to type it.
_NAME = re.compile(r"[A-Za-z][\w./-]{0,127}")


def covers(where: Place, addresses: Sequence[str]) -> bool:
    """Whether packets from these addresses come to the rules there at all."""
    versions = {"ip6" if ":" in each else "ip" for each in addresses}
    return where.tool in (UFW, FIREWALLD) or where.family == "inet" or versions == {where.family}


def place(entry: Mapping[str, Any]) -> Place | None:
    """The place of an entry that module_utils/_host/firewall.py collected; None where it can be none."""
    words = [str(entry.get(key) or "") for key in Place._fields]
    known = words[0] in _COMMANDS and all(map(_NAME.fullmatch, words))
    return Place(*words) if known else None


def commands(
    where: Place, ports: Iterable[tuple[str, int]], sources: Sequence[str] = ()
) -> list[str]:
    """Ports are pairs of protocol and number; sources are addresses or networks, none for whoever comes."""
    numbers: dict[str, list[int]] = {}
    for protocol, number in sorted(set(ports)):
        numbers.setdefault(protocol, []).append(number)
    return list(_COMMANDS[where.tool](where, numbers, sources))


def _ufw(_where: Place, ports: Mapping[str, list[int]], sources: Sequence[str]) -> Iterator[str]:
    for protocol, numbers in ports.items():
        for source in sources or [""]:
            origin = f"from {source} " if source else ""
            yield f"ufw allow proto {protocol} {origin}to any port {_listed(numbers)}"


def _firewalld(
    _where: Place, ports: Mapping[str, list[int]], _sources: Sequence[str]
) -> Iterator[str]:
    added = [
        f"--add-port={number}/{protocol}"
        for protocol, numbers in ports.items()
        for number in numbers
    ]
    yield f"firewall-cmd --permanent {' '.join(added)}"
    yield "firewall-cmd --reload"


def _iptables(
    where: Place, ports: Mapping[str, list[int]], sources: Sequence[str]
) -> Iterator[str]:
    origin = f"-s {','.join(sources)} " if sources else ""
    for protocol, numbers in ports.items():
        yield (
            f"iptables -I {where.chain} {origin}-p {protocol} -m multiport --dports {_listed(numbers)} -j ACCEPT"
        )


def _nft(where: Place, ports: Mapping[str, list[int]], sources: Sequence[str]) -> Iterator[str]:
    # With blanks, so that no shell takes the braces for its own.
    family = "ip6" if sources and ":" in sources[0] else "ip"
    origin = f"{family} saddr {{ {', '.join(sources)} }} " if sources else ""
    for protocol, numbers in ports.items():
        yield (
            f"nft insert rule {where.family} {where.table} {where.chain} {origin}{protocol} dport "
            f"{{ {_listed(numbers, ', ')} }} accept"
        )


def _listed(numbers: Iterable[int], separator: str = ",") -> str:
    return separator.join(map(str, numbers))


_COMMANDS = {UFW: _ufw, FIREWALLD: _firewalld, IPTABLES: _iptables, NFTABLES: _nft}
# How the rules outlive a reboot, where the commands do not see to it.
KEEP = {
    IPTABLES: "and keep the rules over a reboot, as with netfilter-persistent save",
    NFTABLES: "and write the rules into /etc/nftables.conf too, which a reboot loads",
}
