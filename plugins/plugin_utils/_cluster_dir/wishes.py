# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What else is given of an inventory beside its nodes, as the options of the inventory plugin ip_list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from .._inventory.given import EVERYBODY, HIGHEST_PORT
from .._inventory.names import is_login
from .._text.outside import OutsideError, bounded, show
from .mistakes import InitError

# The wish -> the variable of the playbooks.
VARIABLES = {
    "control_plane": "k8n_control_plane",
    "etcd": "k8n_etcd",
    "naming": "k8n_naming",
    "zones": "k8n_zones",
    "user": "k8n_user",
    "port": "k8n_port",
    "jump_host": "k8n_jump_host",
}
_OPTIONS = ("control_plane", "etcd", "naming", "zones", "bastion", "vars")
_SEPARATOR = re.compile(r"[,\s]+")


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those wishes that say something."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def options(wishes: Mapping[str, Any]) -> dict[str, Any]:
    """The options of ip_list; raises InitError with every mistake of form. What they mean ip_list says itself."""
    mistakes: list[str] = []
    found: dict[str, Any] = {}
    variables: dict[str, Any] = {}
    for name, value in wishes.items():
        try:
            bounded(value)
            if name == "user":
                variables["ansible_user"] = _login(value)
            elif name == "port":
                variables["ansible_port"] = _port(value)
            elif name == "jump_host":
                found["bastion"] = value
            elif name == "zones":
                found["zones"] = _zones(value)
            elif name == "naming":
                found["naming"] = value
            else:
                found[name] = _count_or_list(value)
        except (ValueError, OutsideError) as exc:
            mistakes.append(f"{VARIABLES[name]}: {exc}")
    if mistakes:
        raise InitError(mistakes)
    if variables:
        found["vars"] = {EVERYBODY: variables}
    return found


def _login(value: object) -> str:
    text = str(value)
    if not is_login(text):
        raise ValueError(
            f"{show(text)} is no login; wanted the name of a user on the hosts, such as admin."
        )
    return text


def _port(value: object) -> int:
    text = str(value)
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 0 < int(text) <= HIGHEST_PORT:
        raise ValueError(f"{show(text)} is no port; wanted 1 to {HIGHEST_PORT}.")
    return int(text)


def _count_or_list(value: object) -> object:
    """A text of one number is a count; one of addresses or names is a list of them."""
    if not isinstance(value, str):
        return value
    words = [word for word in _SEPARATOR.split(value) if word]
    return int(words[0]) if len(words) == 1 and re.fullmatch(r"[0-9]{1,9}", words[0]) else words


def _zones(value: object) -> object:
    """A mapping, or a text such as rack1=10.10.1.0/24,rack2=10.10.2.0/24 in which a name may come again."""
    if not isinstance(value, str):
        return value
    zones: dict[str, list[str]] = {}
    for word in filter(None, _SEPARATOR.split(value)):
        name, equals, network = word.partition("=")
        if not name or not equals or not network:
            raise ValueError(
                f"{show(word)} is no zone; wanted NAME=NETWORK, such as rack1=10.10.1.0/24."
            )
        zones.setdefault(name, []).append(network)
    return zones


def kept(text: str) -> dict[str, Any]:
    """The options in an inventory that init itself has written, which a new list of nodes does not take away."""
    try:
        data = yaml.safe_load(text)
        bounded(data)
    except (yaml.YAMLError, OutsideError, ValueError, RecursionError):
        return {}
    return {name: data[name] for name in _OPTIONS if name in data} if isinstance(data, dict) else {}


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The old options with the new ones; of the variables for all each counts by itself."""
    both = {**old, **new}
    if "vars" in old and "vars" in new:
        of_all = {**old["vars"].get(EVERYBODY, {}), **new["vars"][EVERYBODY]}
        both["vars"] = {**old["vars"], EVERYBODY: of_all}
    return {name: both[name] for name in _OPTIONS if name in both}


def renamed(mistakes: Iterable[str]) -> list[str]:
    """What ip_list says of its options, with the names of the playbooks' variables."""
    names = {
        "nodes": "k8n_nodes",
        "bastion": VARIABLES["jump_host"],
        **{option: VARIABLES[option] for option in ("control_plane", "etcd", "naming", "zones")},
    }
    pattern = re.compile(rf"^({'|'.join(names)})\b")
    return [pattern.sub(lambda found: names[found[1]], mistake) for mistake in mistakes]
