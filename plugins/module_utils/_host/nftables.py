# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""nftables' rules, from `nft -j list ruleset`."""

from __future__ import annotations

import fnmatch
import json
from typing import Any, Mapping, NamedTuple, Sequence

from .ruleset import (
    ACCEPT,
    ANYTHING,
    DROP,
    GOTO,
    JUMP,
    NOTHING,
    RETURN,
    Action,
    Chain,
    Packet,
    Place,
    Rule,
)

_VERDICTS = {"accept": ACCEPT, "drop": DROP, "reject": DROP, "return": RETURN, "continue": NOTHING}
# Statements that neither choose a packet nor decide on it.
_ASIDE = frozenset({"counter", "log", "mangle", "comment", "notrack"})
_FAMILIES = ("ip", "inet")


class _Never:
    """The value of what the packet does not have: no comparison with it fits."""


_NEVER = _Never()


class _Table(NamedTuple):
    """sets by name: their elements, None where these come and go by themselves."""

    key: str
    sets: Mapping[str, Sequence[Any] | None]


def parse(text: str) -> dict[str, Chain] | None:
    """The chains for incoming IPv4, None if text is no ruleset."""
    try:
        items = json.loads(text)["nftables"]
    except (ValueError, KeyError, TypeError):
        return None
    if not isinstance(items, list):
        return None
    tables: dict[str, dict[str, Sequence[Any] | None]] = {}
    for item in [*_named(items, "set"), *_named(items, "map")]:
        tables.setdefault(_table_key(item), {})[str(item.get("name"))] = _elements(item)
    rules: dict[tuple[str, Any], list[list[Any]]] = {}
    for item in _named(items, "rule"):
        if isinstance(item.get("expr"), list):
            rules.setdefault((_table_key(item), item.get("chain")), []).append(item["expr"])
    found = {}
    for chain in _named(items, "chain"):
        table = _table_key(chain)
        own = _Table(table, tables.get(table, {}))
        found[f"{table} {chain.get('name')}"] = Chain(
            f"chain {chain.get('name')} of nftables' table {table}",
            Place("nftables", *(str(chain.get(key)) for key in ("family", "table", "name"))),
            [_rule(rule, own) for rule in rules.get((table, chain.get("name")), ())],
            str(chain.get("policy", "accept"))
            if chain.get("hook") == "input" and chain.get("type") == "filter"
            else None,
        )
    return found


def _named(items: list[Any], kind: str) -> list[dict[str, Any]]:
    found = (item.get(kind) for item in items if isinstance(item, dict))
    return [item for item in found if isinstance(item, dict) and item.get("family") in _FAMILIES]


def _table_key(item: Mapping[str, Any]) -> str:
    return f"{item.get('family')} {item.get('table')}"


def _elements(item: Mapping[str, Any]) -> Sequence[Any] | None:
    if {"dynamic", "timeout"}.intersection(item.get("flags") or ()):
        return None
    return item.get("elem") or []


def _rule(statements: list[Any], table: _Table) -> Rule:
    def act(packet: Packet) -> Action:
        fits: bool | None = True
        for statement in statements:
            kind, value = next(iter(statement.items()))
            if kind in _ASIDE:
                continue
            if kind == "match":
                one = _match(value, packet, table)
                if one is False:
                    return Action(False, NOTHING)
                fits = fits and one
            elif kind == "vmap":
                return _vmap(value, packet, table, fits)
            elif kind in ("jump", "goto", *_VERDICTS):
                return _decided(kind, value, fits, table)
            else:
                # Such as a limit, a queue or an extension of iptables, which nft does not spell out.
                fits = None
        return Action(fits, NOTHING if fits else ANYTHING)

    return act


def _decided(kind: str, value: Any, fits: bool | None, table: _Table) -> Action:
    if kind in ("jump", "goto"):
        verdict = JUMP if kind == "jump" else GOTO
        return Action(fits, verdict, f"{table.key} {value.get('target')}")
    return Action(fits, _VERDICTS[kind])


def _vmap(value: Mapping[str, Any], packet: Packet, table: _Table, fits: bool | None) -> Action:
    data = value["data"]
    pairs = table.sets.get(data[1:]) if isinstance(data, str) else data.get("set")
    left = _left(value["key"], packet)
    if pairs is None or left is None:
        return Action(None, ANYTHING)
    for key, verdict in pairs:
        if _equal(left, key, table):
            kind, target = next(iter(verdict.items()))
            return _decided(kind, target, fits, table)
    return Action(False, NOTHING)


def _match(value: Mapping[str, Any], packet: Packet, table: _Table) -> bool | None:
    left = _left(value["left"], packet)
    if left is _NEVER:
        return False
    if left is None or value["op"] not in ("==", "!=", "in"):
        return None
    equal = _equal(left, value["right"], table)
    return equal if equal is None or value["op"] != "!=" else not equal


def _left(left: Any, packet: Packet) -> Any:
    """The packet's value of what a rule looks at: None where unknown, _NEVER where it has no such thing."""
    kind, value = next(iter(left.items())) if isinstance(left, dict) and left else ("", {})
    if kind == "meta":
        return {
            "iifname": packet.interface,
            "iif": packet.interface,
            "l4proto": packet.protocol,
            "nfproto": "ipv4",
            "protocol": "ip",
            "pkttype": "host",
        }.get(str(value.get("key")))
    if kind == "payload":
        return _payload(value, packet)
    if kind == "ct":
        # The first packet, sent to the host itself.
        return {"state": "new", "status": _NEVER}.get(str(value.get("key")))
    if kind == "fib" and value.get("result") == "type":
        return "local" if value.get("flags") == ["daddr"] else None
    return None


def _payload(value: Mapping[str, Any], packet: Packet) -> Any:
    protocol, field = value.get("protocol"), value.get("field")
    if protocol == "ip":
        return packet.protocol if field == "protocol" else None
    if protocol in (packet.protocol, "th"):
        return packet.port if field == "dport" else None
    # Of another protocol, or of IPv6. "raw" has neither name.
    return None if protocol is None else _NEVER


def _equal(left: Any, right: Any, table: _Table) -> bool | None:
    """Whether a value is the right side of a comparison, or one of those there."""
    if isinstance(right, str) and right.startswith("@"):
        right = table.sets.get(right[1:])
        if right is None:
            return None
    if isinstance(right, dict) and "elem" in right:
        right = right["elem"].get("val")
    if isinstance(right, dict):
        if "set" in right:
            right = right["set"]
        elif "range" in right:
            low, high = right["range"]
            numbers = all(isinstance(number, int) for number in (left, low, high))
            return low <= left <= high if numbers else None
        else:
            return None
    if isinstance(right, list):
        each = [_equal(left, item, table) for item in right]
        return True if True in each else (None if None in each else False)
    if isinstance(left, str) and isinstance(right, str):
        return fnmatch.fnmatchcase(left, right)
    return bool(left == right)
