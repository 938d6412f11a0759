# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What the person at the terminal is asked of a new inventory, where it is not given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import wishes
from .mistakes import InitError

_QUESTIONS = {
    "user": "The login on the hosts [the one that ansible-playbook is called with]:",
    "port": "The port of their sshd [22]:",
    "jump_host": "A host to go through, as user@address [none]:",
    "control_plane": "The control plane: how many hosts, or which addresses [1]:",
    "etcd": "The members of etcd: how many, an odd number, or which addresses [3 from three hosts on]:",
    "naming": "The names of hosts [node-{ip}]:",
    "zones": "Zones, as rack1=10.10.1.0/24,rack2=10.10.2.0/24 [one for each /24]:",
}
Ask = Callable[[str], "str | None"]
Agreed = Callable[[str, bool], "bool | None"]


def open_ones(given: Mapping[str, Any]) -> list[str]:
    """The wishes that nothing is said of."""
    return [name for name in _QUESTIONS if name not in given]


def first(names: list[str]) -> str:
    """One question for all of them."""
    what = {
        "user": "login",
        "port": "port",
        "jump_host": "jump host",
        "control_plane": "control plane",
        "etcd": "etcd",
        "naming": "names",
        "zones": "zones",
    }
    return f"Is it well to take the defaults for {', '.join(what[name] for name in names)}?"


def answers(
    given: Mapping[str, Any], ask: Ask, agreed: Agreed, say: Callable[[str], None]
) -> dict[str, Any]:
    """The wishes with those that a person has answered; as they are where there is nobody, or the defaults will do."""
    names = open_ones(given)
    found = dict(given)
    if not names or agreed(first(names), True) is not False:
        return found
    for name in names:
        while answer := ask(_QUESTIONS[name]):
            try:
                wishes.options({name: answer})
            except InitError as exc:
                say(str(exc))
                continue
            found[name] = answer
            break
    return found
