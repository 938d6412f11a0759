# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Variables that are given for many hosts at a time: all, those of a zone, a network, a range or a list."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from .._text.outside import show
from .._text.words import describe, did_you_mean
from .entries import EntryError, is_address_like, parse_address
from .mapping import is_dns_name, read_variables
from .mistakes import Mistakes
from .names import is_login
from .node import Node
from .references import Directory, find_all
from .sources import Item

EVERYBODY = "all"
# Kubespray's name for the host that all others are reached through.
BASTION = "bastion"
_BASTION_FORMS = "wanted user@address or user@address:port"
HIGHEST_PORT = 65535


class Given(NamedTuple):
    """Variables for the group all, and those of each host, in the order of the hosts."""

    of_all: Mapping[str, object]
    of_hosts: Sequence[Mapping[str, object]]


class Hosts(NamedTuple):
    """The hosts that are kept, as what is written can mean them.

    kept are the positions of these hosts in the directory, excluded the others with the place that says so.
    """

    nodes: Sequence[Node]
    zones: Sequence[str]
    directory: Directory
    kept: Sequence[int]
    excluded: Mapping[int, str]


def read_given(
    value: object, hosts: Hosts, known_zones: Collection[str], mistakes: Mistakes
) -> Given:
    """The option vars. What comes later in it wins, and a host's own entry wins over all of it."""
    found: list[dict[str, object]] = [{} for _node in hosts.nodes]
    of_all: Mapping[str, object] = {}
    if not isinstance(value, Mapping):
        mistakes.add(
            "vars",
            f"this is {describe(value)}; wanted a mapping such as {{10.10.1.2-9: {{ansible_port: 2222}}}}",
        )
        return Given(of_all, found)
    for key, written in value.items():
        place = f"vars, {key if isinstance(key, str) else show(key)}"
        variables = read_variables(written, place, mistakes, of_many=True)
        if key == EVERYBODY:
            of_all = variables
            continue
        for number in _numbers(key, place, hosts, known_zones, mistakes):
            found[number].update(variables)
    own = [node.variables for node in hosts.nodes]
    return Given(of_all, [{**many, **one} for many, one in zip(found, own, strict=True)])


def _numbers(
    key: object, place: str, hosts: Hosts, known_zones: Collection[str], mistakes: Mistakes
) -> Sequence[int]:
    """The hosts that a key means, as their places among the hosts."""
    if not isinstance(key, str):
        mistakes.add(
            place,
            f"{show(key)} is {describe(key)}; wanted all, a zone, or addresses, ranges, networks or names, as a text",
        )
        return ()
    if key in known_zones or key in hosts.zones:
        numbers = [number for number, zone in enumerate(hosts.zones) if zone == key]
        if not numbers:
            mistakes.add(place, f"no host of the list is in the zone {show(key)}; take it out")
        return numbers
    hint = did_you_mean(key, known_zones)
    if hint and not _known(key, hosts.directory):
        mistakes.add(place, f"{show(key)} is no zone, and no host has this name{hint}")
        return ()
    number_of = {position: number for number, position in enumerate(hosts.kept)}
    return [
        number_of[position]
        for position in find_all(key, place, hosts.directory, mistakes, hosts.excluded)
    ]


def _known(word: str, directory: Directory) -> bool:
    try:
        return bool(directory.find(Item("", word)))
    except EntryError:
        return False


def read_bastion(value: object, mistakes: Mistakes) -> Mapping[str, object]:
    """The variables of the host that all others are reached through; empty where there is none."""
    if value is None:
        return {}
    user, at, rest = value.rpartition("@") if isinstance(value, str) else ("", "", "")
    if not at or not user or not rest or any(each.isspace() for each in str(value)):
        mistakes.add("bastion", f"this is {describe(value)}; {_BASTION_FORMS}")
        return {}
    address, port = _address_and_port(rest)
    # The port of all hosts, where that is a variable of theirs, is not this one's.
    variables: dict[str, object] = {
        "ansible_host": address,
        "ansible_user": user,
        "ansible_port": 22,
    }
    try:
        if port is not None:
            if not port.isascii() or not port.isdigit() or not 0 < int(port) <= HIGHEST_PORT:
                raise EntryError(f"{show(port)} is not a port; wanted 1 to {HIGHEST_PORT}")
            variables["ansible_port"] = int(port)
        if is_address_like(address):
            parse_address(address)
        elif not is_dns_name(address):
            raise EntryError(f"{show(address)} is not an address or a name to connect to")
        if not is_login(user):
            raise EntryError(f"{show(user)} is not a login; {_BASTION_FORMS}")
    except EntryError as e:
        mistakes.add("bastion", str(e))
    return variables


def _address_and_port(text: str) -> tuple[str, str | None]:
    """An IPv6 address with a port is in brackets, as everywhere."""
    if text.startswith("["):
        address, _bracket, rest = text[1:].partition("]")
        return address, rest[1:] if rest.startswith(":") else (rest or None)
    if text.count(":") == 1:
        address, _colon, port = text.partition(":")
        return address, port
    return text, None
