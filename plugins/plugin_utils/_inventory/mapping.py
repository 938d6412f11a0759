# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv6Address

from .._text.outside import OutsideError, bounded, show
from .._text.words import describe, did_you_mean
from .entries import Address, EntryError, is_address_like, parse_address
from .mistakes import Mistakes
from .names import name_mistake
from .node import Node, check_usable

_KEYS = ("ip", "name", "access_ip", "ip6", "access_ip6", "ansible_host", "vars")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DNS_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")


def read_mapping(
    data: Mapping[object, object], place: str, number: int, mistakes: Mistakes
) -> Node | None:
    """The node that a mapping describes; None after a mistake."""
    before = len(mistakes)
    for key in data:
        if key not in _KEYS:
            mistakes.add(place, _unknown_key(key, data[key]))
    ip = _mapping_address(data, "ip", place, mistakes)
    ip6 = _mapping_address(data, "ip6", place, mistakes)
    access = _mapping_address(data, "access_ip", place, mistakes)
    access6 = _mapping_address(data, "access_ip6", place, mistakes)
    name = _mapping_name(data.get("name"), place, mistakes)
    target = _mapping_target(data.get("ansible_host"), place, mistakes)
    variables = read_variables(data.get("vars"), f"{place}, vars", mistakes)
    if len(mistakes) > before:
        return None
    if isinstance(ip, IPv6Address) and ip6 is None:
        ip, ip6 = None, ip
        if isinstance(access, IPv6Address) and access6 is None:
            access, access6 = None, access
    if ip is None and ip6 is None:
        mistakes.add(place, "this mapping has no address; write ip: (or ip6:) with the host's own")
    for key, found, family, own in (
        ("ip", ip, 4, ip), ("access_ip", access, 4, ip),
        ("ip6", ip6, 6, ip6), ("access_ip6", access6, 6, ip6),
    ):  # fmt: skip
        if found is not None and found.version != family:
            mistakes.add(
                f"{place}, {key}",
                f"'{found}' is not IPv{family}; IPv4 goes into ip and"
                " access_ip, IPv6 into ip6 and access_ip6",
            )
        elif found is not None and own is None:
            mistakes.add(
                f"{place}, {key}",
                f"'{found}' is given without {key[7:]}; add the host's own address as {key[7:]}",
            )
    if len(mistakes) > before:
        return None
    return Node(number, place, name, ip, access or ip, ip6, access6 or ip6, target, variables)


def _unknown_key(key: object, value: object) -> str:
    hint = did_you_mean(key, _KEYS)
    if not hint and isinstance(value, str) and is_address_like(value):
        hint = f"; for a host with this name write {{name: {key}, ip: {value}}}"
    return (
        f"{show(key)} is not a key of an entry; wanted {', '.join(_KEYS)} (host variables go under"
        f" vars){hint}"
    )


def _mapping_address(
    data: Mapping[object, object], key: str, place: str, mistakes: Mistakes
) -> Address | None:
    value = data.get(key)
    if value is None:
        return None
    try:
        if not isinstance(value, str):
            raise EntryError(f"this is {describe(value)}; wanted one address")
        address = parse_address(value)
        check_usable(address, address)
    except EntryError as e:
        mistakes.add(f"{place}, {key}", str(e))
        return None
    return address


def _mapping_name(value: object, place: str, mistakes: Mistakes) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        mistakes.add(f"{place}, name", f"this is {describe(value)}; wanted a text")
    elif mistake := name_mistake(value):
        mistakes.add(f"{place}, name", mistake)
    else:
        return str(value)
    return None


def _mapping_target(value: object, place: str, mistakes: Mistakes) -> str | None:
    if value is None:
        return None
    try:
        if isinstance(value, str) and is_address_like(value):
            return str(parse_address(value))
        if isinstance(value, str) and is_dns_name(value):
            return str(value)
        raise EntryError(f"{show(value)} is not an address or a name to connect to")
    except EntryError as e:
        mistakes.add(f"{place}, ansible_host", str(e))
    return None


def is_dns_name(text: str) -> bool:
    """Whether the name resolver would be asked for it."""
    return _DNS_NAME.fullmatch(text) is not None


def read_variables(
    value: object, place: str, mistakes: Mistakes, of_many: bool = False
) -> Mapping[str, object]:
    """Variables that are given for a host, or for many: in the way of what is written beside them they are none."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        mistakes.add(place, f"this is {describe(value)}; wanted a mapping name: value")
        return {}
    try:
        bounded(value)
    except OutsideError as e:
        mistakes.add(place, f"{e}; wanted values that a host can be given")
    for key in value:
        if not isinstance(key, str) or not _VARIABLE.fullmatch(key):
            mistakes.add(place, f"{show(key)} is not a variable name; wanted letters, digits and _")
        elif key in _KEYS and key not in ("name", "vars"):
            mistakes.add(
                place,
                f"{key} is of one host; write it in the host's entry in nodes"
                if of_many
                else f"write {key} beside vars, not inside it",
            )
    return value
