# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address
from string import Formatter

from .._text.outside import show
from .._text.words import describe, did_you_mean
from .mistakes import Mistakes
from .names import name_mistake, nearest_name
from .node import Node

PLACEHOLDERS = ("role", "index", "ip", "octet1", "octet2", "octet3", "octet4", "zone")
ROLES = ("control_plane", "etcd", "worker")

_ALLOWED = "allowed are " + ", ".join(f"{{{field}}}" for field in PLACEHOLDERS)
_LITERAL = re.compile(r"[a-z0-9.-]*")
_UNSAFE = re.compile(r"[^a-z0-9]+")


class Naming:
    """Makes host names from a pattern; the pattern is taken apart once."""

    def __init__(self, parts: Sequence[tuple[str, str | None]], roles: Mapping[str, str]) -> None:
        self._parts = parts
        self._roles = roles
        self._fields = {field for _literal, field in parts if field is not None}
        self._octets = any(field.startswith("octet") for field in self._fields)
        self._slugs: dict[str, str] = {}

    @property
    def uses_role(self) -> bool:
        return "role" in self._fields

    def fits(self, node: Node) -> bool:
        """Whether the pattern has a value for this node: IPv6 has no octets."""
        return node.name is not None or node.ip is not None or not self._octets

    def name(self, node: Node, role: str, zone: str) -> str:
        """The given name, or one from the pattern. role is one of ROLES."""
        if node.name is not None:
            return node.name
        return "".join(
            literal if field is None else literal + self._value(field, node, role, zone)
            for literal, field in self._parts
        )

    def _value(self, field: str, node: Node, role: str, zone: str) -> str:
        if field == "ip":
            address = node.primary
            if isinstance(address, IPv4Address):
                return str(address).replace(".", "-")
            return address.exploded.replace(":", "-")
        if field == "index":
            return str(node.number)
        if field == "role":
            return self._roles[role]
        if field == "zone":
            if zone not in self._slugs:
                self._slugs[zone] = _UNSAFE.sub("-", zone.lower()).strip("-")
            return self._slugs[zone]
        return str(node.primary.packed[int(field[-1]) - 1])


def read_naming(pattern: object, role_names: object, mistakes: Mistakes) -> Naming | None:
    """The options naming and role_names; None if there is a mistake in them."""
    before = len(mistakes)
    roles = _read_role_names(role_names, mistakes)
    if not isinstance(pattern, str):
        mistakes.add("naming", f"this is {describe(pattern)}; wanted a text")
        return None
    parts: list[tuple[str, str | None]] = []
    try:
        for literal, field, spec, conversion in Formatter().parse(pattern):
            if spec or conversion:
                raise ValueError("placeholders take no format")
            parts.append((literal, field))
    except ValueError as e:
        mistakes.add("naming", f"{show(pattern)} is not a pattern ({e}); {_ALLOWED}")
        return None
    _check_parts(parts, mistakes)
    return Naming(parts, roles) if len(mistakes) == before else None


def _check_parts(parts: Sequence[tuple[str, str | None]], mistakes: Mistakes) -> None:
    for literal, field in parts:
        if not _LITERAL.fullmatch(literal):
            better = re.sub(r"[^a-z0-9.-]", "-", literal.lower())
            mistakes.add(
                "naming",
                f"{show(literal)} cannot stand in a host name; write {better!r}"
                " (RFC 1123 in lower case: letters, digits, '-' and '.')",
            )
        if field is not None and field not in PLACEHOLDERS:
            mistakes.add(
                "naming",
                f"{{{field}}} is not a placeholder; {_ALLOWED}{did_you_mean(field, PLACEHOLDERS)}",
            )
    if all(field is None for _literal, field in parts):
        mistakes.add("naming", f"without a placeholder all hosts get one name; {_ALLOWED}")


def _read_role_names(value: object, mistakes: Mistakes) -> dict[str, str]:
    roles: dict[str, str] = {}
    if not isinstance(value, Mapping):
        mistakes.add(
            "role_names",
            f"this is {describe(value)}; wanted a mapping such as"
            " {control_plane: master, worker: node}",
        )
        return roles
    for role, text in value.items():
        if role not in ROLES:
            mistakes.add(
                "role_names",
                f"{show(role)} is not a role; wanted {', '.join(ROLES)}"
                f"{did_you_mean(str(role), ROLES)}",
            )
        elif not isinstance(text, str):
            mistakes.add(f"role_names, {role}", f"this is {describe(text)}; wanted a text")
        elif not _LITERAL.fullmatch(text) or not text:
            better = nearest_name(text) or "node"
            mistakes.add(
                f"role_names, {role}",
                f"{show(text)} cannot stand in a host name; write for example {better}",
            )
        else:
            roles[role] = str(text)
    return roles


class Names:
    """Checks the final names: each valid, no two alike."""

    def __init__(self, mistakes: Mistakes) -> None:
        self._mistakes = mistakes
        self._owner: dict[str, Node] = {}
        self._invalid: list[str] = []

    def add(self, name: str, node: Node) -> None:
        other = self._owner.setdefault(name, node)
        if other is not node:
            self._mistakes.add(
                node.place,
                f"{node.primary} gets the name '{name}', which {other.primary} ({other.place}) has"
                " too; give one a name of its own, or put {ip} or more octets into naming",
            )
        elif node.name is None and (mistake := name_mistake(name)):
            self._invalid.append(mistake)

    def finish(self) -> None:
        """Report the pattern's invalid names once, however many hosts they hit."""
        if self._invalid:
            count = len(self._invalid) - 1
            more = f" ({count} more likewise)" if count else ""
            self._mistakes.add("naming", f"{self._invalid[0]}{more}")
