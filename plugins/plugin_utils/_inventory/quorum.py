# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What a set of etcd members survives, and where its members would stand better.

Raft, which etcd uses, writes nothing unless more than half of all members agree. So two sides of a split network can
never both write, and a side without a majority stops.
"""

from __future__ import annotations

import ipaddress
import math
from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import yaml

from .._text.outside import address

# The zone of a host of which nothing tells the zone. That it can be lost as a whole is not known either.
UNKNOWN = "unknown"

KEEPS, LOSES = "keeps quorum", "loses quorum"
REST, CUT_OFF, NO_SIDE = (
    "the rest has the majority",
    "the cut-off side has the majority",
    "no side has a majority",
)

# etcd's own advice: more members make each write slower.
_MOST = 7


def majority(members: int) -> int:
    """How many of the etcd members must agree before anything is written."""
    return members // 2 + 1


def losses(members: int) -> int:
    """How many etcd members may fail while the others still are a majority."""
    return members - majority(members)


def even_splits(members: int) -> int:
    """In how many ways a network can split the members into two halves, neither of which is a majority."""
    return 0 if members % 2 else math.comb(members, members // 2) // 2


def explain_even(members: int) -> str:
    """What the last of an even number of members costs and gains, in sentences."""
    fewer, half, splits = members - 1, members // 2, even_splits(members)
    survive = "survives" if fewer == 1 else "survive"
    ways = "way" if splits == 1 else "ways"
    return (
        f"{members} etcd members are an even number: the majority is {majority(members)}, so they survive the loss "
        f"of {losses(members)}; {fewer} with a majority of {majority(fewer)} {survive} the loss of {losses(fewer)} "
        f"just as well. The extra member adds one copy of the data and no tolerance. It costs one more vote for each "
        f"write, and {splits} {ways} to split the network into halves of {half}, where no side has a majority and "
        f"etcd stops (no split brain: nothing is written then)."
    )


def address_of(variables: Mapping[str, Any]) -> str:
    """The host's own address, else the one it is reached at; empty where neither is an address yet."""
    for name in ("ip", "ansible_host"):
        # Else made of facts that nobody has gathered, or a name.
        if known := address(variables.get(name)):
            return known
    return ""


def zone_of(variables: Mapping[str, Any]) -> str:
    """A host's zone: what the inventory says, else the subnet of its address."""
    if variables.get("k8n_zone"):
        return str(variables["k8n_zone"])
    own = address_of(variables)
    if not own:
        return UNKNOWN
    prefix = 24 if ipaddress.ip_address(own).version == 4 else 64
    return str(ipaddress.ip_network(f"{own}/{prefix}", strict=False))


@dataclass(frozen=True)
class Outcome:
    """What becomes of etcd when these members are lost, or cut off from the others by the network."""

    members: tuple[str, ...]
    if_lost: str
    if_cut_off: str


def outcome(away: Sequence[str], members: int) -> Outcome:
    """away are those of the members (their number) that are lost or cut off."""
    rest = members - len(away)
    if rest >= majority(members):
        return Outcome(tuple(away), KEEPS, REST)
    return Outcome(tuple(away), LOSES, CUT_OFF if len(away) >= majority(members) else NO_SIDE)


@dataclass(frozen=True)
class Quorum:
    """The etcd members, in order, and the zone of each."""

    members: tuple[str, ...]
    zone_of: Mapping[str, str]

    @property
    def majority(self) -> int:
        return majority(len(self.members))

    @property
    def losses(self) -> int:
        return losses(len(self.members))

    @property
    def even(self) -> bool:
        return len(self.members) % 2 == 0

    @cached_property
    def zones(self) -> dict[str, Outcome]:
        """Each zone that holds a member. The loss of any other zone leaves all members as they are."""
        held: dict[str, list[str]] = {}
        for member in self.members:
            held.setdefault(self.zone_of[member], []).append(member)
        return {zone: outcome(there, len(self.members)) for zone, there in held.items()}

    @property
    def pairs(self) -> list[Outcome]:
        """Each pair of members."""
        return [outcome(pair, len(self.members)) for pair in combinations(self.members, 2)]

    @property
    def fatal_zones(self) -> dict[str, Outcome]:
        """The zones whose loss stops etcd."""
        return {
            zone: found
            for zone, found in self.zones.items()
            if zone != UNKNOWN and found.if_lost == LOSES
        }

    @property
    def doubtful(self) -> bool:
        """Whether other members, or another number of them, could survive more."""
        return self.even or bool(self.fatal_zones)


def propose(
    quorum: Quorum, zones: Mapping[str, str], control_plane: Collection[str]
) -> Quorum | None:
    """The best placement on the same hosts, or None if the present one is as good.

    zones tells the zone of each host, in the order of the inventory.

    An odd number stays. Of an even number both odd neighbours are looked at: one less survives as much, one more
    survives one loss more (if there is a host for it, and up to 7, etcd's own limit). The one that survives the loss of
    any zone is taken, and one more rather than one less, because who wrote an even number wanted to survive more.

    No zone gets more members than may be lost, if the zones allow that. If not, no odd number does better than the
    present one: one zone holds the majority in any case. Then present members stay, then control plane hosts come
    first, then the zone with the fewest members, then the order of the inventory.
    """
    present = len(quorum.members)
    counts = [present]
    if quorum.even:
        counts = [present + 1] if present + 1 <= min(len(zones), _MOST) else []
        counts.append(present - 1)
    sizes = Counter(zones.values())
    safe = [count for count in counts if _fits(count, sizes)]
    if not safe and not quorum.even:
        return None
    count = (safe or counts)[0]
    most = losses(count) if safe else count
    chosen = _place(count, most, quorum.members, zones, control_plane)
    if chosen == list(quorum.members):
        return None
    return Quorum(tuple(chosen), zones)


def _fits(count: int, sizes: Mapping[str, int]) -> bool:
    """Whether so many members have room where no zone holds more than may be lost."""
    return sum(min(size, losses(count)) for size in sizes.values()) >= count


def _place(
    count: int,
    most: int,
    members: Sequence[str],
    zones: Mapping[str, str],
    control_plane: Collection[str],
) -> list[str]:
    """So many hosts, with at most so many in one zone; the present members among them first, in their order."""
    present, heads = set(members), set(control_plane)
    others = [host for host in zones if host not in present]
    classes = (
        [host for host in members if host in heads],
        [host for host in members if host not in heads],
        [host for host in others if host in heads],
        [host for host in others if host not in heads],
    )
    held: Counter[str] = Counter()
    chosen: list[str] = []
    for hosts in classes:
        queues: dict[str, deque[str]] = {}
        for host in hosts:
            queues.setdefault(zones[host], deque()).append(host)
        while len(chosen) < count:
            free = [zone for zone, queue in queues.items() if queue and held[zone] < most]
            if not free:
                break
            zone = min(free, key=held.__getitem__)
            chosen.append(queues[zone].popleft())
            held[zone] += 1
    kept = set(chosen) & present
    return [host for host in members if host in kept] + [
        host for host in chosen if host not in kept
    ]


def line(option: str, members: Iterable[str]) -> str:
    """The line of an ip_list inventory that names these hosts."""
    listed = yaml.safe_dump([*map(str, members)], default_flow_style=True, width=math.inf)
    return f"{option}: {listed.strip()}"


def by_kubeadm(members: Sequence[str], group: Sequence[str]) -> str:
    """Where the members come from that are no group's, and what the group of that name is good for."""
    text = (
        "kubeadm makes a member of each host of kube_control_plane (etcd_deployment_type: kubeadm)."
    )
    if set(group) in (set(), set(members)):
        return text
    return f"{text} The group etcd, which has {', '.join(group)}, has no effect; give it the same hosts, or none."
