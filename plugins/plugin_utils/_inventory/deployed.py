# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The control plane and the etcd members of a deployed cluster, in .k8n/deployed.json of its directory.

Where a list of addresses grows or is sorted, what is counted out of it would move. A cluster holds its data there, so
that the inventory keeps to what was deployed until somebody names other hosts.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from .._text.outside import OutsideError, check_file, show
from .mistakes import Mistakes
from .node import Node
from .options import WORKERS, Entries, Options
from .roles import CONTROL_PLANE, ETCD

FILE = Path(".k8n") / "deployed.json"
_VERSION = 1
_GROUPS = {"control_plane": "a control plane host", "etcd": "an etcd member"}


class Member(NamedTuple):
    """A host with a part of the cluster's data: its name in the inventory, and the address it is in the list by."""

    name: str
    address: str


class Deployed(NamedTuple):
    """Each group in its order. workers is one of WORKERS, None where it is none of them."""

    control_plane: tuple[Member, ...]
    etcd: tuple[Member, ...]
    workers: str | None

    def text(self) -> str:
        """What is kept of it on disk."""
        data = {
            "version": _VERSION,
            "control_plane": [member._asdict() for member in self.control_plane],
            "etcd": [member._asdict() for member in self.etcd],
            "workers": self.workers,
        }
        return json.dumps(data, indent=1) + "\n"


def of_groups(groups: Mapping[str, Sequence[str]], addresses: Mapping[str, str]) -> Deployed:
    """What is deployed, by the inventory's groups and the address of each of their hosts."""

    def members(group: str) -> tuple[Member, ...]:
        return tuple(Member(name, addresses[name]) for name in groups.get(group, ()))

    control_plane, etcd = members(CONTROL_PLANE), members(ETCD)
    workers = set(groups.get("kube_node", ()))
    heads, data = ({member.name for member in each} for each in (control_plane, etcd))
    every = workers | heads | data
    choices = {
        "all": every,
        "exclude_control_plane": every - heads,
        "exclude_etcd": every - data,
        "exclude_both": every - heads - data,
    }
    choice = next((name for name in WORKERS if choices[name] == workers), None)
    return Deployed(control_plane, etcd, choice)


def read(folder: Path, mistakes: Mistakes) -> Deployed | None:
    """What was deployed from this folder; None where nothing is known of it, or after a mistake."""
    path = folder / FILE
    try:
        check_file(path)
        return _deployed(json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, OutsideError, ValueError, TypeError, KeyError, AttributeError) as exc:
        mistakes.add(
            str(FILE),
            f"it cannot be read ({type(exc).__name__}: {exc}); take it from your version control, or name "
            "control_plane and etcd as they are deployed and delete it",
        )
        return None


def _deployed(data: Mapping[str, object]) -> Deployed:
    if data["version"] != _VERSION:
        raise ValueError(f"its version is {show(data['version'])}, wanted {_VERSION}")

    def members(key: str) -> tuple[Member, ...]:
        found = data[key]
        if not isinstance(found, list) or not found:
            raise ValueError(f"{key} is {show(found)}, wanted a list of hosts")
        return tuple(Member(_word(each["name"]), _word(each["address"])) for each in found)

    control_plane, etcd, workers = members("control_plane"), members("etcd"), data["workers"]
    if workers is not None and workers not in WORKERS:
        raise ValueError(f"workers is {show(workers)}, wanted one of {', '.join(WORKERS)}")
    return Deployed(control_plane, etcd, workers and str(workers))


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{show(value)} is not a text")
    return value


def settle(
    options: Options,
    written: Collection[str],
    deployed: Deployed,
    nodes: Sequence[Node],
    mistakes: Mistakes,
) -> Options:
    """The options with the deployed hosts in place of what is counted; written are those that the source file gives.

    Hosts that the file names count: somebody has said so.
    """
    known = {str(address) for node in nodes for address in node.addresses}
    kept: dict[str, Entries] = {}
    for option, what in _GROUPS.items():
        value, members = getattr(options, option), getattr(deployed, option)
        if isinstance(value, Entries):
            continue
        addresses = [member.address for member in members]
        if option in written and value is not None and value != len(members):
            mistakes.add(
                option,
                f"{value} hosts are wanted, and the cluster was deployed with {len(members)} ({FILE}); to change that, "
                f"name the hosts: those that stay, in this order, are {option}: [{', '.join(addresses)}]",
            )
            continue
        missing = [address for address in addresses if address not in known]
        for address in missing:
            mistakes.add(
                "nodes",
                f"{address} is {what} of the deployed cluster ({FILE}) and no longer in the list; write it back. Once "
                f"it is removed from the cluster, name those that are left: {option}: "
                f"[{', '.join(each for each in addresses if each in known)}]; if the whole cluster is gone, delete "
                f"{FILE}",
            )
        if not missing:
            kept[option] = Entries(addresses)
    return options._replace(
        control_plane=kept.get("control_plane", options.control_plane),
        etcd=kept.get("etcd", options.etcd),
        workers=options.workers if "workers" in written else deployed.workers,
    )


def check_names(
    deployed: Deployed, nodes: Sequence[Node], names: Sequence[str], mistakes: Mistakes
) -> None:
    """A deployed host keeps its name: Kubernetes and etcd know it by that."""
    known = {member.address: member.name for member in (*deployed.control_plane, *deployed.etcd)}
    for node, name in zip(nodes, names, strict=True):
        for address in map(str, node.addresses):
            if name and known.get(address, name) != name:
                mistakes.add(
                    node.place,
                    f"{address} is {known[address]} in the deployed cluster ({FILE}) and would be called {name}; write "
                    f"{known[address]},{address}",
                )
