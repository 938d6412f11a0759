# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Variables that are meant for Kubespray and that nothing in it reads: misspelt, or of another release."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..._text.outside import OutsideError, bounded
from .. import variable_names

# Products that Kubespray installs: who begins a variable's name with one means that, or uses it in values of his own.
_PRODUCTS = (
    "calico_", "cilium_", "containerd_", "coredns_", "crio_", "docker_", "etcd_", "flannel_", "kube_", "kubeadm_",
    "kubelet_", "metallb_", "multus_", "nodelocaldns_",
)  # fmt: skip
# Ansible's own, which hold all others once more.
_WHOLE = ("hostvars", "groups", "vars")
_NOTHING: tuple[Any, ...] = (None, False, "", [], {})
_OURS = ("ansible_", "k8n_", "prepare_", "init_", "controller_", "inventory_")
# What else is near one of Kubespray's names is that one, misspelt.
_NEAR = 0.92
_LIKELY = 0.8
_SHORTEST = 8
_WORD = re.compile(r"\w+")


class Unread(NamedTuple):
    """A variable, the one that is probably meant, or "", and the lines that set it, as far as they are found."""

    name: str
    meant: str
    places: tuple[str, ...]


def find(
    given: Mapping[str, Any], kubespray: variable_names.Known, directory: Path | None
) -> list[Unread]:
    """given are the variables of the inventory and the command line; directory is the inventory's."""
    strange = [
        name
        for name in given
        if name not in kubespray.words
        and name not in kubespray.names
        and not name.startswith(_OURS)
        and _WORD.fullmatch(name)
    ]
    if not strange:
        return []
    used = set(_words_of_templates(given))
    found = {
        name: meant
        for name in strange
        if name not in used
        and (meant := _meant(name, kubespray.names)) is not None
        # Nothing is what comes of it, and nothing is what is wanted: Kubespray's own sample has such a one.
        and (meant or given[name] not in _NOTHING)
    }
    places = _places(directory, found)
    return [Unread(name, meant, tuple(places.get(name, ()))) for name, meant in found.items()]


def _meant(name: str, names: Collection[str]) -> str | None:
    """The name that is meant, "" where none is near; None where it may well be a variable of the user's own."""
    product = next((each for each in _PRODUCTS if name.startswith(each)), "")
    near = difflib.get_close_matches(
        name,
        [each for each in names if each.startswith(product)],
        n=1,
        cutoff=_LIKELY if product else _NEAR,
    )
    if near and len(name) >= _SHORTEST:
        return near[0]
    return "" if product else None


def _words_of_templates(given: Mapping[str, Any]) -> Iterator[str]:
    """The words of values that hold a template, in which a variable of the user's own is used."""
    for name, value in given.items():
        if name in _WHOLE:
            continue
        try:
            bounded(value)
        except OutsideError:
            continue
        for text in _texts(value):
            if "{{" in text or "{%" in text:
                yield from _WORD.findall(text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)


def _places(directory: Path | None, names: Iterable[str]) -> dict[str, list[str]]:
    if directory is None or not directory.is_dir():
        return {}
    try:
        uses, _encrypted = variable_names.uses(variable_names.texts(directory), set(names))
    except OSError:
        return {}
    places: dict[str, list[str]] = {}
    for use in uses:
        places.setdefault(use.name, []).append(f"{use.file}:{use.line}")
    return places
