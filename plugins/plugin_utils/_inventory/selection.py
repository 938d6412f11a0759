# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from .even import explain_even
from .mistakes import Mistakes

DEFAULT_ETCD = 3

# Where a host stands in the race for etcd membership: lowest first, ties by place in the list.
_Rank = tuple[int, int]


class Wishes(NamedTuple):
    """What is asked for. Lists hold the numbers of hosts, counting from 0 in list order."""

    control_plane: int | list[int]
    etcd: int | list[int] | None
    etcd_placement: str
    workers: str | list[int] | None
    # From how many hosts on the layout leaves etcd, or the control plane, to hosts of their
    # own; None if it never does.
    dedicated_etcd_from: int | None
    dedicated_control_plane_from: int | None


class Roles(NamedTuple):
    """Which host does what, as numbers of hosts, each list in the order of its group."""

    control_plane: list[int]
    etcd: list[int]
    workers: list[int]
    calico_rr: list[int]
    # Whether hosts added later at the end of the list leave the etcd members as they are.
    etcd_settled: bool
    # The options to write out so that growing to dedicated_etcd_from moves no host.
    loose: tuple[str, ...] = ()


def check_counts(
    control_plane: int | None, etcd: int | None, total: int, mistakes: Mistakes
) -> None:
    """No count may be above the number of hosts. None stands for no count."""
    if control_plane is not None and control_plane > total:
        mistakes.add(
            "control_plane",
            _too_many(control_plane, "control plane hosts", "control_plane", total, total),
        )
    if etcd is not None and etcd > total:
        odd = total if total % 2 else total - 1
        mistakes.add("etcd", _too_many(etcd, "etcd members", "etcd", total, odd))


def check_even(
    etcd: int | list[int], total: int, waived: Callable[[], bool], mistakes: Mistakes
) -> None:
    """An even number of etcd members is a mistake unless it is waived."""
    members = len(etcd) if isinstance(etcd, list) else etcd
    if members % 2 == 0 and not waived():
        mistakes.add("etcd", explain_even(members, total, isinstance(etcd, list)))


def choose_roles(wishes: Wishes, zones: Sequence[str], mistakes: Mistakes) -> Roles | None:
    """Give roles to the hosts whose zones are given in list order; None after a mistake.

    The counts must have passed check_counts.
    """
    before = len(mistakes)
    total = len(zones)
    dedicated = _reached(wishes.dedicated_etcd_from, total)
    if dedicated:
        _check_room(wishes, total, mistakes)
    if len(mistakes) > before:
        return None
    etcd, settled = _choose_etcd(wishes, zones, dedicated)
    if isinstance(wishes.control_plane, list):
        control_plane = wishes.control_plane
    else:
        taken = set(etcd) if dedicated else set()
        control_plane = [host for host in range(total) if host not in taken]
        control_plane = control_plane[: wishes.control_plane]
    workers = _choose_workers(wishes, total, control_plane, etcd)
    if not workers:
        mistakes.add(
            "workers",
            f"{wishes.workers or 'layout: auto'} leaves no worker among"
            f" {total} {'host' if total == 1 else 'hosts'}; add nodes or write workers: all",
        )
        return None
    busy = {*control_plane, *workers}
    reflectors = [host for host in etcd if host not in busy] if dedicated else []
    return Roles(control_plane, etcd, workers, reflectors, settled, _find_loose(wishes, dedicated))


def _reached(threshold: int | None, total: int) -> bool:
    return threshold is not None and total >= threshold


def _find_loose(wishes: Wishes, dedicated: bool) -> tuple[str, ...]:
    if dedicated or wishes.dedicated_etcd_from is None:
        return ()
    counted = {
        "control_plane": not isinstance(wishes.control_plane, list),
        "etcd": not isinstance(wishes.etcd, list),
        "workers": wishes.workers is None,
    }
    loose = tuple(option for option, is_loose in counted.items() if is_loose)
    # Where only etcd is counted, it need not change: that is etcd_settled. Where both are listed,
    # the members stay, and workers follow the layout as asked for.
    return () if loose in (("etcd",), ("workers",)) else loose


def _etcd_count(wishes: Wishes, total: int) -> int:
    if isinstance(wishes.etcd, list):
        return len(wishes.etcd)
    if wishes.etcd is not None:
        return wishes.etcd
    return DEFAULT_ETCD if total >= DEFAULT_ETCD else 1


def _too_many(wanted: int, what: str, option: str, total: int, fits: int) -> str:
    nodes = "1 node" if total == 1 else f"{total} nodes"
    return (
        f"{wanted} {what} are wanted, but the list has only {nodes}; add nodes or write"
        f" {option}: {fits}"
    )


def _check_room(wishes: Wishes, total: int, mistakes: Mistakes) -> None:
    """Whether a dedicated etcd leaves room for the control plane."""
    control_plane = wishes.control_plane
    if isinstance(control_plane, list) and isinstance(wishes.etcd, list):
        return
    count = len(control_plane) if isinstance(control_plane, list) else control_plane
    members = _etcd_count(wishes, total)
    if members + count > total:
        mistakes.add(
            "layout",
            f"auto gives etcd ({members}) and the control plane ({count}) hosts of their own from"
            f" dedicated_etcd_from: {wishes.dedicated_etcd_from} hosts on, but there are only"
            f" {total}; add nodes, raise dedicated_etcd_from or write layout: stacked",
        )


def _choose_etcd(wishes: Wishes, zones: Sequence[str], dedicated: bool) -> tuple[list[int], bool]:
    """The members in group order, and whether later hosts leave them as they are."""
    if isinstance(wishes.etcd, list):
        return wishes.etcd, True
    count = _etcd_count(wishes, len(zones))
    members, settled = _pick(wishes, zones, count, dedicated)
    if settled and not dedicated and wishes.dedicated_etcd_from is not None:
        # The list may grow to the size where the layout changes.
        settled = _pick(wishes, zones, count, True)[0] == members
    return members, settled


def _pick(
    wishes: Wishes, zones: Sequence[str], count: int, dedicated: bool
) -> tuple[list[int], bool]:
    listed = wishes.control_plane if isinstance(wishes.control_plane, list) else []
    first = listed[0] if listed else 0
    barred = set(listed) if dedicated else set()
    hosts = [host for host in range(len(zones)) if host not in barred]
    if wishes.etcd_placement == "near_control_plane":
        ranks, later = _rank_near(hosts, zones, first)
    elif wishes.etcd_placement == "spread":
        ranks, later = _rank_spread(hosts, zones)
    else:
        ranks, later = [(0, host) for host in hosts], []
    chosen = heapq.nsmallest(count, zip(ranks, hosts, strict=True))
    if not chosen:
        return [], False
    settled = all(rank > chosen[-1][0] for rank in later)
    return sorted(host for _rank, host in chosen), settled


def _rank_near(
    hosts: Sequence[int], zones: Sequence[str], first: int
) -> tuple[list[_Rank], Iterable[_Rank]]:
    home = zones[first]
    ranks = [(0 if host == first else 1 if zones[host] == home else 2, host) for host in hosts]
    return ranks, [(1, len(zones))]


def _rank_spread(hosts: Sequence[int], zones: Sequence[str]) -> tuple[list[_Rank], Iterable[_Rank]]:
    order: dict[str, int] = {}
    held: list[int] = []
    ranks: list[_Rank] = []
    for host in hosts:
        zone = order.setdefault(zones[host], len(order))
        if zone == len(held):
            held.append(0)
        ranks.append((held[zone], zone))
        held[zone] += 1
    # A later host queues behind those of its zone, or opens a zone of its own.
    return ranks, [*zip(held, range(len(held)), strict=True), (0, len(held))]


def _choose_workers(
    wishes: Wishes, total: int, control_plane: Sequence[int], etcd: Sequence[int]
) -> list[int]:
    if isinstance(wishes.workers, list):
        return wishes.workers
    left_out: set[int] = set()
    if wishes.workers in ("exclude_control_plane", "exclude_both") or (
        wishes.workers is None and _reached(wishes.dedicated_control_plane_from, total)
    ):
        left_out.update(control_plane)
    if wishes.workers in ("exclude_etcd", "exclude_both") or (
        wishes.workers is None and _reached(wishes.dedicated_etcd_from, total)
    ):
        left_out.update(etcd)
    return [host for host in range(total) if host not in left_out]
