# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Hosts that are given by their names alone: their addresses are asked for once, and written down."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import Any

from .._inventory.entries import EntryError, parse_entry
from .._inventory.mapping import is_dns_name
from .._inventory.sources import split_words
from .mistakes import InitError

VARIABLE = "k8n_nodes"
LookUp = Callable[[str], "list[str]"]


def is_name(word: str) -> bool:
    """Whether a word is a host's name alone."""
    try:
        return parse_entry(word).first is None and is_dns_name(word)
    except EntryError:
        return False


def look_up(name: str) -> list[str]:
    """The addresses that this machine knows for a name, IPv4 before IPv6. Raises OSError."""
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    addresses = dict.fromkeys(str(each[4][0]).partition("%")[0] for each in found)
    return sorted(addresses, key=lambda address: (":" in address, ipaddress.ip_address(address)))


def resolved(entries: Sequence[Any], ask: LookUp = look_up) -> list[Any]:
    """The entries, with those that are a name alone as mappings; raises InitError with every name that is not known.

    A host that is reached by its name is still in a cluster by an address, which must not change when DNS does.
    """
    found: list[Any] = []
    mistakes: list[str] = []
    for entry in entries:
        words = split_words(entry) if isinstance(entry, str) and "{{" not in entry else []
        if not any(is_name(word) for word in words):
            found.append(entry)
            continue
        for word in words:
            try:
                found.append(_host(word, ask) if is_name(word) else word)
            except InitError as exc:
                mistakes += exc.mistakes
    if mistakes:
        raise InitError(mistakes)
    return found


def _host(name: str, ask: LookUp) -> dict[str, str]:
    item = f"""-e '{{"{VARIABLE}": ["{name},10.10.1.2"]}}'"""
    try:
        addresses = ask(name)
    except OSError as exc:
        raise InitError(
            [
                f"{VARIABLE}: {name!r} is no address, and this machine cannot look the name up: "
                f"{exc.strerror or exc}. Give the address with it, as an item of a list, {item}."
            ]
        ) from exc
    first = [address for address in addresses if (":" in address) == (":" in addresses[0])]
    if len(first) != 1:
        raise InitError(
            [
                f"{VARIABLE}: the name {name!r} has the addresses {', '.join(first)}. Say which one the host has, as "
                f"an item of a list, {item}."
            ]
        )
    key = "ip6" if ":" in first[0] else "ip"
    return {"name": name.lower(), key: first[0], "ansible_host": name}
