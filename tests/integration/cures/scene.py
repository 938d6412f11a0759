# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is played: faults that do not disturb each other, and the cure of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .cluster import (
    HOSTS,
    Cluster,
    Cure,
)


class Scene(NamedTuple):
    """make brings the faults; each of ways is the cure of every check that finds one, as another user chooses it."""

    make: Callable[[Path], Cluster]
    ways: tuple[Mapping[str, Cure], ...]
    # What the same fault may bring as well, by the size of the machine.
    more: frozenset[str] = frozenset()


def hosts(count: int = 3) -> dict[str, Any]:
    """A sound inventory, with each host in a zone of its own."""
    names = [f"node{number}" for number in range(1, count + 1)]
    first, every = {names[0]: None}, dict.fromkeys(names)
    return {
        "all": {
            "vars": dict(HOSTS),
            "hosts": {
                name: {"ansible_host": f"192.0.{number // 250}.{number % 250}", "k8n_zone": name}
                for number, name in enumerate(names, 2)
            },
            "children": {
                "kube_control_plane": {"hosts": dict(first)},
                "kube_node": {"hosts": dict(every)},
                "etcd": {"hosts": dict(first)},
            },
        }
    }
