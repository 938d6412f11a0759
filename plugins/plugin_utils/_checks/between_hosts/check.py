# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""All checks that compare hosts with each other by what their own probes said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..model import Judged, by_place
from . import clones, sizes, subnets


def known(probes: Mapping[str, object]) -> dict[str, Mapping[str, Any]]:
    """What was found on each host, without those that said nothing: they have a row of their own.

    probes maps each host to the result of its node_probe.
    """
    return {
        host: probe["host"]
        for host, probe in probes.items()
        if isinstance(probe, Mapping) and isinstance(probe.get("host"), Mapping) and probe["host"]
    }


def check(
    found: Mapping[str, Mapping[str, Any]],
    settings: Mapping[str, Any],
    nodes: int,
    others: Iterable[str] = (),
) -> dict[str, Any]:
    """What between_check returns.

    found is what known() returned, settings the result of kubespray_settings; nodes is the number of hosts that get a
    part of the pod network, others are the addresses of the cluster's hosts that are not in found.
    """
    network = settings.get("network")
    judged = {host: Judged() for host in found}
    identities = {host: said.get("identity") for host, said in found.items()}
    networks = {host: said.get("network") for host, said in found.items()}
    by_clones = by_place(clones.judge(identities))
    by_subnets = by_place(subnets.judge(networks, network, others))
    for host, of_host in judged.items():
        of_host.add(clones.CHECKS, by_clones.get(host, ()))
        of_host.add(subnets.CHECKS, by_subnets.get(host, ()))
    cluster = Judged()
    cluster.add(sizes.CHECKS, sizes.judge(network, nodes))
    return {
        "hosts": {host: of_host.as_dict() for host, of_host in judged.items()},
        "cluster": cluster.as_dict(),
    }
