# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The names of images: which registry they are from, and what Kubespray would hand on though it is no name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .values import Values

# Where a name without a registry comes from.
_DEFAULT_REGISTRY = "docker.io"
_PREFIX = re.compile(
    # host[:port], in brackets where it is an IPv6 address
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?"
    # what comes after it, or the path of a name of Docker Hub's
    r"(?:/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*"
)
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")
_OF_IMAGES = re.compile(r"registry_host|\w+_image_repo")
_MIRRORS = "containerd_registries_mirrors"


class Wrong(NamedTuple):
    """A variable whose value is no name of a registry or an image, with a value that would be one; "" for none."""

    variable: str
    value: str
    name: str


def is_name(image: object) -> bool:
    """Whether it can begin an image's name: host[:port][/path]."""
    return _PREFIX.fullmatch(str(image)) is not None


def registry(image: Any) -> str | None:
    """The registry of an image's name, with its port if it has one; a name alone is one of Docker Hub's.

    None where it is no name: then nobody can be asked.
    """
    name = str(image or "").strip()
    if not is_name(name):
        return None
    first, slash, _path = name.partition("/")
    is_host = first == "localhost" or "." in first or ":" in first
    # A variable may hold the registry alone.
    return first if is_host or not slash else _DEFAULT_REGISTRY


def wrong(values: Values) -> list[Wrong]:
    """Each variable that is to hold a registry, or the begin of an image's name, and does not.

    One that only takes over the value of another is not named.
    """
    found = {}
    for name in values.names():
        if _OF_IMAGES.fullmatch(name):
            value = values.text(name)
            if value is not None and not is_name(value):
                found[name] = value
    own = [
        name
        for name in found
        if not any(other in _mentioned(values.raw(name)) for other in found if other != name)
    ]
    return [Wrong(name, shown(found[name]), suggested(found[name])) for name in own] + [
        Wrong(f"{_MIRRORS} (prefix)", shown(prefix), suggested(prefix))
        for prefix in _prefixes(values)
    ]


def misshapen(values: Values) -> str:
    """What is wrong with the form of the list of mirrors, in words; "" where nothing is."""
    if values.text("container_manager") != "containerd" or _MIRRORS not in values.names():
        return ""
    listed = values.get(_MIRRORS)
    if listed is None:
        return ""
    if not isinstance(listed, list):
        return f"{_MIRRORS} is {_kind(listed)}"
    for number, entry in enumerate(listed):
        place = f"{_MIRRORS}[{number}]"
        if not isinstance(entry, Mapping) or not isinstance(entry.get("prefix"), str):
            return f"{place} has no prefix"
        mirrors = entry.get("mirrors")
        if not isinstance(mirrors, list) or not all(
            isinstance(each, Mapping) and each.get("host") for each in mirrors
        ):
            return f"{place} has no list of mirrors, each with a host"
    return ""


def _kind(value: object) -> str:
    return (
        "a mapping"
        if isinstance(value, Mapping)
        else "a text"
        if isinstance(value, str)
        else "no list"
    )


def _prefixes(values: Values) -> Iterator[str]:
    listed = values.get(_MIRRORS)
    for entry in listed if isinstance(listed, list) else ():
        prefix = entry.get("prefix") if isinstance(entry, dict) else None
        # _default stands for all that have no entry of their own.
        if isinstance(prefix, str) and prefix != "_default" and not is_name(prefix):
            yield prefix


def _mentioned(text: object) -> set[str]:
    return set(re.findall(r"\w+", text)) if isinstance(text, str) and "{" in text else set()


def shown(value: str) -> str:
    """A value without a login or a query in it, which may be secret."""
    scheme = _SCHEME.match(value)
    start = scheme[0] if scheme else ""
    first, slash, path = value[len(start) :].partition("?")[0].partition("/")
    return start + first.rpartition("@")[2] + slash + path


def suggested(value: str) -> str:
    """The name that was probably meant; "" where nobody can tell."""
    bare = _SCHEME.sub("", shown(value.strip()))
    name = re.sub(r"/+", "/", bare).strip("/")
    host, slash, path = name.partition("/")
    name = host + slash + path.lower()
    return name if is_name(name) else ""
