# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The list of nodes as it is given on a command line, as entries of the inventory plugin ip_list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .._inventory.cluster import build_cluster
from .._inventory.mistakes import IpListError
from .._inventory.model import Cluster
from .._inventory.sources import split_words
from .._text.words import some
from . import wishes
from .mistakes import InitError
from .names import is_name

VARIABLE = "k8n_nodes"
PLUGIN = "k8n.cluster.ip_list"
# The inventory of a cluster directory; the plugin reads only names that end so.
FILE = "cluster.k8n.yml"
SSH_PORT = 22
# The variables of a host that say where it is reached. Each older name counts where the newer one is not set.
VARIABLES = (
    "ansible_host",
    "ansible_ssh_host",
    "ansible_port",
    "ansible_ssh_port",
    "ansible_connection",
    "ansible_user",
)
_NAMED = 5

NOTHING_GIVEN = (
    f"{VARIABLE}: nothing is given, and there is no {FILE} yet; list the addresses of the machines, "
    f"such as -e {VARIABLE}=10.10.1.2-4,10.20.1.3."
)


@dataclass(frozen=True)
class Target:
    """A host, and where its sshd answers unless it is this machine itself."""

    name: str
    address: str
    port: int = SSH_PORT
    local: bool = False
    # The host that it is reached through, as ssh takes one, or "".
    jump: str = ""

    @property
    def known_as(self) -> str:
        """The host's name in a known_hosts."""
        return self.address if self.port == SSH_PORT else f"[{self.address}]:{self.port}"

    def as_dict(self) -> dict[str, Any]:
        """For a task's result; Target(**it) is the same target."""
        return asdict(self)


def entries(value: object) -> list[Any]:
    """The nodes as a list of entries, [] where none are given; raises InitError where a text has two readings.

    In a text of the command line a comma separates, as a blank does there: it can hold no blank without quotes. A
    list's items are as ip_list has them, where a comma binds the name and the addresses of one host.
    """
    if value is None or value == "":
        return []
    if not isinstance(value, str):
        return list(value) if isinstance(value, (list, tuple)) else [value]
    words = [part for word in split_words(value) for part in _names_apart(word)]
    bound = next((word for word in words if "," in word), None)
    if bound is None or "{{" in value:
        return words
    parts = [part for part in bound.split(",") if part]
    named = next((part for part in parts if is_name(part)), None)
    item = f"""-e '{{"{VARIABLE}": ["{bound}"]}}'"""
    if named is not None:
        raise InitError(
            [
                f"{VARIABLE}: {named!r} is not an address. In a text a comma separates nodes; a host with its own "
                f"name is "
                f"""an item of a list, name,ip, such as -e '{{"{VARIABLE}": ["db1,10.10.3.3"]}}'."""
            ]
        )
    if len(words) > 1:
        raise InitError(
            [
                f"{VARIABLE}: {bound!r} can mean one host with its access address, or {len(parts)} hosts, since "
                f"blanks separate the nodes here. For one host write a list, {item}; for {len(parts)} write a blank "
                f"after the comma."
            ]
        )
    return parts


def _names_apart(word: str) -> list[str]:
    """The names that a word joins with commas; where it holds an address as well, they belong together."""
    parts = [part for part in word.split(",") if part]
    return parts if all(map(is_name, parts)) else [word]


def cluster(
    given: list[Any], defaults: Mapping[str, object], options: Mapping[str, object]
) -> Cluster:
    """The cluster that the entries make; raises InitError with every mistake that ip_list finds in them.

    defaults holds every option of ip_list with its default; options are those that are given beside the nodes.
    """
    try:
        return build_cluster({"plugin": PLUGIN, "nodes": given, **options}, defaults, Path.cwd())
    except IpListError as exc:
        raise InitError(wishes.renamed(exc.mistakes)) from exc


def jump(variables: Mapping[str, Any]) -> str:
    """The host bastion as ssh takes it, by those of its VARIABLES that have a value; "" where they say too little."""
    user, there = variables.get("ansible_user"), target("", variables)
    if not user or not there.address:
        return ""
    address = f"[{there.address}]" if ":" in there.address else there.address
    return f"ssh://{user}@{address}:{there.port}"


def target(name: str, variables: Mapping[str, Any], through: str = "") -> Target:
    """Where a host answers, by those of its VARIABLES that have a value."""
    port = str(variables.get("ansible_port") or variables.get("ansible_ssh_port") or "")
    return Target(
        name,
        str(variables.get("ansible_host") or variables.get("ansible_ssh_host") or name),
        int(port) if port.isdigit() else SSH_PORT,
        local=variables.get("ansible_connection") == "local",
        jump=through,
    )


def dropped(before: Iterable[Target], after: Iterable[Target]) -> str:
    """A sentence on the hosts of the inventory that it is going to have no more; "" where there are none."""
    left = {host.known_as for host in after}
    names = [host.name for host in before if host.known_as not in left]
    if not names:
        return ""
    return (
        f"{VARIABLE} has fewer machines than {FILE} had: without {some(names, _NAMED)}. Kubespray does not remove a "
        "node that is only taken out of the inventory; where one is in the cluster, put it back and run first: "
        f"ansible-playbook k8n.cluster.kubespray -e k8n_playbook=remove_node -e node={','.join(names[:_NAMED])}"
    )
