# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

from __future__ import annotations

import re
from ipaddress import (
    AddressValueError,
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import NamedTuple, TypeAlias

from .._text.outside import show

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

FORMS = (
    "an address, a range 10.10.1.2-10.10.1.9 or 10.10.1.2-9, a network 10.10.1.0/28,"
    " ip,access_ip, name,ip or name,ip,access_ip"
)
_ADDRESS_LIKE = re.compile(r"[0-9.]+|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(%.*)?")
# The dot or colon tells a range from a name such as 10-1-1-5.
_RANGE = re.compile(r"[0-9A-Fa-f]*[.:][0-9A-Fa-f.:]*-")
_OCTET = re.compile(r"[0-9]{1,3}")
_PORT = re.compile(r"([0-9.]+):[0-9]+")


class EntryError(ValueError):
    """An entry that cannot be read; the text says what was found and what is wanted."""


class Entry(NamedTuple):
    """One entry of the grammar: a name, the addresses from first to last, or both."""

    name: str | None
    first: Address | None
    last: Address | None
    access: Address | None = None
    network: Network | None = None


def parse_entry(word: str) -> Entry:
    """Read one word. A word that is no address comes back as a name, valid or not.

    Raises EntryError if the word is built like addresses but is wrong.
    """
    if "," in word:
        return _parse_comma(word)
    if "/" in word:
        network = parse_network(word)
        return Entry(None, network[0], network[-1], network=network)
    try:
        address = ip_address(word)
    except ValueError:
        return _parse_other(word)
    _check_notation(address, word)
    return Entry(None, address, address)


def parse_address(text: str) -> Address:
    """Raises EntryError."""
    try:
        address = ip_address(text)
    except ValueError:
        raise EntryError(f"{show(text)} is not an IP address{_reason(text)}") from None
    _check_notation(address, text)
    return address


def parse_network(text: str) -> Network:
    """Raises EntryError, also for host bits beyond the prefix."""
    try:
        return ip_network(text)
    except ValueError:
        pass
    try:
        whole = ip_network(text, strict=False)
    except ValueError as e:
        raise EntryError(
            f"{show(text)} is not a network ({e}); wanted for example 10.10.1.0/24"
        ) from None
    host = text.partition("/")[0]
    raise EntryError(
        f"{show(text)} has host bits set; write {whole} for the network, or {host} for the"
        " one address"
    )


def is_address_like(text: str) -> bool:
    """Whether the text was meant as an address, right or wrong."""
    return _ADDRESS_LIKE.fullmatch(text) is not None


def explain_bare_name(word: str) -> str:
    """Why a word without an address is no node, and what to write."""
    if word == "-":
        return "a range is written without blanks: 10.10.1.2-10.10.1.9"
    if word.startswith("-"):
        return f"{show(word)} would remove a host; list {word[1:]} under exclude instead"
    if "@" in word:
        return (
            f"{show(word)} holds a login name; write {word.partition('@')[2]} here and give"
            " ansible_user as a variable"
        )
    if port := _PORT.fullmatch(word):
        return (
            f"{show(word)} holds a port; write a mapping:"
            f" {{ip: {port[1]}, vars: {{ansible_port: ...}}}}"
        )
    if word.startswith("["):
        return f"{show(word)} is in brackets; write the IPv6 address without them"
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*", word):
        return f"{show(word)} is a name without an address; write for example {word},10.10.1.2"
    return f"{show(word)} is not an entry; wanted {FORMS}"


def _check_notation(address: Address, text: str) -> None:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            raise EntryError(f"{show(text)} is IPv4 inside IPv6; write {address.ipv4_mapped}")
        if address.scope_id is not None:
            raise EntryError(
                f"{show(text)} is bound to the interface {address.scope_id}; wanted an address"
                " that every host of the cluster can reach"
            )


def _reason(text: str) -> str:
    """Python's own reason in brackets, where the text looks like an address."""
    if not is_address_like(text):
        return ""
    try:
        IPv6Address(text) if ":" in text else IPv4Address(text)
    except AddressValueError as e:
        return f" ({e})"
    return ""


def _parse_other(word: str) -> Entry:
    if _RANGE.match(word):
        return _parse_range(word)
    # 10.1.1.2:22 looks like IPv6 but is an address with a port: left for the caller to explain.
    if is_address_like(word) and not _PORT.fullmatch(word):
        raise EntryError(f"{show(word)} is not an IP address{_reason(word)}")
    return Entry(word, None, None)


def _parse_range(word: str) -> Entry:
    left, _dash, right = word.partition("-")
    first = parse_address(left)
    if _OCTET.fullmatch(right):
        if isinstance(first, IPv6Address):
            raise EntryError(f"{show(word)}: write the last IPv6 address of the range in full")
        if int(right) > 255:
            raise EntryError(f"{show(word)}: the last octet {right} is above 255")
        last: Address = IPv4Address((int(first) & ~0xFF) | int(right))
    else:
        last = parse_address(right)
    if first.version != last.version:
        raise EntryError(f"{show(word)} mixes IPv4 and IPv6; write two ranges")
    if int(first) > int(last):
        raise EntryError(f"{show(word)} runs backwards; write {last}-{first}")
    return Entry(None, first, last)


def _parse_comma(word: str) -> Entry:
    parts = word.split(",")
    if "" in parts:
        raise EntryError(
            f"{show(word)} has nothing before or after a comma; a comma binds ip,access_ip,"
            " between entries goes a blank"
        )
    addresses = [is_address_like(part) for part in parts]
    if all(addresses) and len(parts) > 2:
        raise EntryError(
            f"{show(word)} joins {len(parts)} addresses with commas, but a comma binds"
            f" ip,access_ip of one host; use blanks: {show(' '.join(parts))}"
        )
    if any("/" in part or _RANGE.match(part) for part in parts):
        raise EntryError(
            f"{show(word)}: a range or network takes no name and no access_ip; write one"
            " entry for each host"
        )
    name = None if addresses[0] else parts.pop(0)
    if not 1 <= len(parts) <= 2 or not all(map(is_address_like, parts)):
        raise EntryError(f"{show(word)} is not an entry; wanted {FORMS}")
    first = parse_address(parts[0])
    access = parse_address(parts[1]) if len(parts) == 2 else None
    if access is not None and access.version != first.version:
        raise EntryError(
            f"{show(word)} mixes IPv4 and IPv6; write a mapping with ip and ip6"
            " (and ansible_host, if Ansible should connect to the other one)"
        )
    return Entry(name, first, first, access)
