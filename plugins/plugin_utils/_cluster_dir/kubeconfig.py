# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The administrator's kubeconfig, made anew from what a host's has.

kubectl runs commands that a kubeconfig names, and reads files and asks proxies. So nothing of the host's text is kept:
only values of which it is known what they are.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import yaml

from .._text.outside import OutsideError, bounded, printable, show

# One of kubeadm has 6 KiB.
_MOST_BYTES = 2**18
_NAME = re.compile(r"[A-Za-z0-9][\w.@:-]{0,252}", re.ASCII)
# For each place in it the keys that kubeadm writes, and whether there has to be something.
_KEYS = {
    "": {"apiVersion": True, "kind": True, "clusters": True, "contexts": True, "users": True,
         "current-context": True, "preferences": False},
    "clusters[0]": {"name": True, "cluster": True},
    "clusters[0].cluster": {"server": True, "certificate-authority-data": True},
    "contexts[0]": {"name": True, "context": True},
    "contexts[0].context": {"cluster": True, "user": True},
    "users[0]": {"name": True, "user": True},
    "users[0].user": {"client-certificate-data": True, "client-key-data": True},
}  # fmt: skip
_NAMES = (
    "clusters[0].name", "contexts[0].name", "contexts[0].context.cluster", "contexts[0].context.user",
    "users[0].name", "current-context",
)  # fmt: skip
_DATA = (
    "clusters[0].cluster.certificate-authority-data", "users[0].user.client-certificate-data",
    "users[0].user.client-key-data",
)  # fmt: skip
_SERVER = "clusters[0].cluster.server"


class KubeconfigError(Exception):
    """It is none of kubeadm; mistakes says all that is wrong, without any value that may be a secret."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = mistakes


def remade(content: str, address: str, known: Collection[str] = ()) -> str:
    """The kubeconfig with the values of this one; content is the host's in base64. Raises KubeconfigError.

    address is where others reach the API server; known are further ones that the inventory has for it, which stay.
    """
    data = _load(content)
    mistakes = [*_wrong_keys(data)] or [*_wrong_values(data)]
    if mistakes:
        raise KubeconfigError(mistakes)
    server = urlsplit(_at(data, _SERVER))
    host = server.hostname if server.hostname in known else address.strip("[]")
    made: dict[str, Any] = {"apiVersion": "v1", "kind": "Config"}
    for each in ("cluster", "context", "user"):
        within = f"{each}s[0].{each}"
        values = {key: str(_at(data, f"{within}.{key}")) for key in _KEYS[within]}
        made[f"{each}s"] = [{"name": _at(data, f"{each}s[0].name"), each: values}]
    made["clusters"][0]["cluster"]["server"] = f"https://{_bracketed(str(host))}:{server.port}"
    made["current-context"] = _at(data, "current-context")
    return yaml.safe_dump(made, sort_keys=False, width=float("inf"))


def _load(content: str) -> object:
    try:
        raw = base64.b64decode(content, validate=True)
        if len(raw) > _MOST_BYTES:
            raise OutsideError(f"it has more than {_MOST_BYTES >> 10} KiB")
        data = yaml.safe_load(raw.decode("utf-8"))
        bounded(data)
    except OutsideError as exc:
        raise KubeconfigError([str(exc)]) from exc
    # A ValueError also for a day that is none, such as 2026-13-01.
    except (ValueError, yaml.YAMLError, RecursionError) as exc:
        raise KubeconfigError(["it is not YAML"]) from exc
    return data


def _at(data: object, place: str) -> Any:
    """What is there; None where there is nothing, or more than one where there should be one."""
    for step in filter(None, place.split(".")):
        key, is_list, _rest = step.partition("[0]")
        data = data.get(key) if isinstance(data, Mapping) else None
        if is_list:
            data = data[0] if isinstance(data, list) and len(data) == 1 else None
    return data


def _wrong_keys(data: object) -> Iterator[str]:
    for place, keys in _KEYS.items():
        found = _at(data, place)
        if not isinstance(found, Mapping):
            # Each thing once, whatever would be in it.
            if not place or isinstance(_at(data, place.rpartition(".")[0]), Mapping):
                yield f"{place or 'it'} is not one mapping"
            continue
        dot = f"{place}." if place else ""
        for key in found:
            if key not in keys:
                yield f"{dot}{printable(key, 60)} is none of what kubeadm writes"
        yield from (f"{dot}{key} is missing" for key in keys if keys[key] and key not in found)


def _wrong_values(data: object) -> Iterator[str]:
    if (_at(data, "apiVersion"), _at(data, "kind")) != ("v1", "Config"):
        yield "apiVersion and kind are not v1 and Config"
    if _at(data, "preferences"):
        yield "preferences is not empty"
    for place in _NAMES:
        name = _at(data, place)
        if not (isinstance(name, str) and _NAME.fullmatch(name)):
            yield f"{place} is {show(name)}, which is not a name"
    for place in _DATA:
        if not _is_base64(_at(data, place)):
            yield f"{place} is not base64"
    if not _is_server(_at(data, _SERVER)):
        yield f"{_SERVER} is {show(_at(data, _SERVER))}, not https://ADDRESS:PORT"


def _is_base64(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(base64.b64decode(value, validate=True))
    except ValueError:
        return False


def _is_server(url: object) -> bool:
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    # Nothing beside them, such as a login, a path or a line break that urlsplit leaves out.
    return bool(host and port) and url == f"https://{_bracketed(str(host))}:{port}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
