# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from pathlib import Path

from . import deployed as _deployed
from .address_checks import check_families, find_duplicates, locate
from .given import BASTION, Hosts, read_bastion, read_given
from .local import is_this_machine
from .mistakes import AddressMistakes, Mistakes
from .model import Cluster, assemble
from .naming import ROLES, Names, Naming, read_naming
from .node import Node
from .nodes import read_nodes
from .options import Entries, Options, read_options
from .references import Directory, find_all
from .selection import Roles, Wishes, check_counts, check_even, choose_roles
from .sources import Item, read_items, read_nodes_file
from .zones import Zones, read_zones

_NO_NODES = (
    "no nodes are given; write nodes: with a list of addresses, or nodes_file: with the name of a"
    " file of them, or set the environment variable K8N_NODES"
)
_NO_OCTETS = "is IPv6, which has no octets for naming; use {ip} there or give the host a name"


def build_cluster(
    written: Mapping[str, object],
    defaults: Mapping[str, object],
    folder: Path,
    is_local: Callable[[str], bool] = is_this_machine,
    even_waived: Callable[[], bool] = lambda: False,
) -> Cluster:
    """Make the inventory from what the source file holds.

    defaults holds every option with its value where the file says nothing; folder is where the
    source file lies, and what was deployed from it. even_waived tells whether an even number of etcd
    members is accepted elsewhere; it is asked only where that matters. Raises IpListError with every
    mistake there is.
    """
    mistakes = Mistakes()
    options = read_options(written, defaults, mistakes)
    zones = read_zones(options.zones, mistakes)
    naming = read_naming(options.naming, options.role_names, mistakes)
    before = len(mistakes)
    nodes = read_nodes(
        _items(options, written.get("nodes") is not None, folder, mistakes), mistakes
    )
    if not nodes and len(mistakes) == before:
        mistakes.add("nodes", _NO_NODES)
    complete = len(mistakes) == before
    directory = Directory(nodes, lambda node: _possible_names(node, naming, zones))
    excluded = find_all(options.exclude, "exclude", directory, mistakes) if nodes else {}
    kept = [position for position in range(len(nodes)) if position not in excluded]
    if nodes and not kept:
        mistakes.add("exclude", f"all {len(nodes)} nodes are left out; leave at least one")
    hosts = [nodes[position] for position in kept]
    doubled = find_duplicates(hosts, mistakes)
    check_families(hosts, mistakes)
    zone_names = locate(hosts, zones, mistakes)
    given = read_given(
        options.vars if kept else {},
        Hosts(hosts, zone_names, directory, kept, excluded),
        zones.names,
        mistakes,
    )
    bastion = read_bastion(options.bastion, mistakes)
    deployed = _deployed.read(folder, mistakes)
    if deployed and kept and complete:
        given_options = {key for key, value in written.items() if value is not None}
        options = _deployed.settle(options, given_options, deployed, hosts, mistakes)
    wishes = (
        _read_wishes(options, directory, kept, excluded, even_waived, mistakes) if kept else None
    )
    roles = None
    # With a node missing from the list, a count that does not fit would be a false alarm.
    if complete and kept and _counts_fit(options, len(kept), mistakes) and wishes is not None:
        roles = choose_roles(wishes, zone_names, mistakes)
    names = _name_hosts(hosts, zone_names, roles, naming, doubled, mistakes)
    if deployed and roles is not None:
        _deployed.check_names(deployed, hosts, names, mistakes)
    if bastion and BASTION in names:
        mistakes.add(
            "bastion",
            f"{hosts[names.index(BASTION)].place} has a host with this name; give it another one",
        )
    local = _find_local(hosts, is_local, mistakes) if options.local_connection == "auto" else None
    mistakes.raise_if_any()
    if roles is None:
        raise AssertionError("roles are missing, but no mistake says why")
    hosts = [
        node._replace(variables=variables)
        for node, variables in zip(hosts, given.of_hosts, strict=True)
    ]
    cluster = assemble(hosts, names, zone_names, roles, local)
    cluster = cluster._replace(given=given.of_all, bastion=bastion)
    # With kubeadm's etcd, which a variable of Kubespray decides, the members are the control plane.
    if options.allow_even_etcd and not all(
        len(numbers) % 2 for numbers in (roles.etcd, roles.control_plane)
    ):
        cluster.variables["k8n_allow_even_etcd"] = True
    return cluster


def _items(options: Options, in_file: bool, folder: Path, mistakes: Mistakes) -> Iterable[Item]:
    if options.nodes is not None:
        return read_items(options.nodes, "nodes" if in_file else "K8N_NODES", mistakes)
    if options.nodes_file is not None:
        return read_nodes_file(options.nodes_file, folder, mistakes)
    return ()


def _possible_names(node: Node, naming: Naming | None, zones: Zones) -> Iterable[str]:
    """The names a node has or could get: which role it gets is not known yet."""
    if node.name is not None:
        return (node.name,)
    zone = zones.find(node.primary)
    if naming is None or zone is None or not naming.fits(node):
        return ()
    roles = ROLES if naming.uses_role else ROLES[:1]
    return {naming.name(node, role, zone.name) for role in roles}


def _read_wishes(
    options: Options,
    directory: Directory,
    kept: Sequence[int],
    excluded: Mapping[int, str],
    even_waived: Callable[[], bool],
    mistakes: Mistakes,
) -> Wishes | None:
    """None after a mistake in what is asked for."""
    before = len(mistakes)
    numbers = {position: number for number, position in enumerate(kept)}

    def hosts_of(value: object, option: str) -> list[int] | None:
        if not isinstance(value, Entries):
            return None
        found = find_all(value.value, option, directory, mistakes, excluded)
        return [numbers[position] for position in found]

    control_plane, etcd, workers = options.control_plane, options.etcd, options.workers
    listed_control_plane = hosts_of(control_plane, "control_plane")
    before_etcd = len(mistakes)
    listed_etcd = hosts_of(etcd, "etcd")
    members = etcd if isinstance(etcd, int) else listed_etcd
    if members is not None and not options.allow_even_etcd and len(mistakes) == before_etcd:
        check_even(members, len(kept), even_waived, mistakes)
    listed_workers = hosts_of(workers, "workers")
    heads = control_plane if isinstance(control_plane, int) else listed_control_plane
    if heads is None or len(mistakes) > before:
        return None
    auto = options.layout == "auto"
    return Wishes(
        control_plane=heads,
        etcd=members,
        etcd_placement=options.etcd_placement,
        workers=workers if isinstance(workers, str) else listed_workers,
        dedicated_etcd_from=options.dedicated_etcd_from if auto else None,
        dedicated_control_plane_from=options.dedicated_control_plane_from if auto else None,
    )


def _counts_fit(options: Options, total: int, mistakes: Mistakes) -> bool:
    before = len(mistakes)
    control_plane, etcd = options.control_plane, options.etcd
    check_counts(
        control_plane if isinstance(control_plane, int) else None,
        etcd if isinstance(etcd, int) else None,
        total,
        mistakes,
    )
    return len(mistakes) == before


def _name_hosts(
    hosts: Sequence[Node],
    zone_names: Sequence[str],
    roles: Roles | None,
    naming: Naming | None,
    doubled: Container[int],
    mistakes: Mistakes,
) -> list[str]:
    """The name of each host; without roles only what does not depend on them is checked."""
    if naming is None or (roles is None and naming.uses_role):
        naming = None
    control_plane = set(roles.control_plane) if roles is not None else set()
    etcd_only = set(roles.calico_rr) if roles is not None else set()
    register, misfits = Names(mistakes), AddressMistakes(mistakes)
    names: list[str] = []
    for number, node in enumerate(hosts):
        name = node.name
        if name is None and naming is not None:
            role = "worker"
            if number in control_plane:
                role = "control_plane"
            elif number in etcd_only:
                role = "etcd"
            if naming.fits(node):
                name = naming.name(node, role, zone_names[number])
            else:
                misfits.add(node.place, f"{node.primary} {_NO_OCTETS}")
        if name is not None and number not in doubled:
            register.add(name, node)
        names.append(name or "")
    register.finish()
    misfits.report()
    return names


def _find_local(
    hosts: Sequence[Node], is_local: Callable[[str], bool], mistakes: Mistakes
) -> int | None:
    """The number of the host that is this machine."""
    found: int | None = None
    for number, node in enumerate(hosts):
        if not any(is_local(str(address)) for address in node.own):
            continue
        if found is not None:
            mistakes.add(
                node.place,
                f"{node.primary} is an address of this machine, like {hosts[found].primary}"
                f" ({hosts[found].place}); one machine is one host, keep one of the two or write"
                " local_connection: never",
            )
        else:
            found = number
    return found
