# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""localhost among the hosts of an inventory, which Kubespray does not notice."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, block

from ..._inventory import groups as _groups


def problem(groups: Mapping[str, Collection[str]]) -> Problem | None:
    """What is wrong with groups of an inventory that name localhost; None where they do not.

    The localhost that Ansible makes up by itself is in no group.
    """
    if "localhost" not in groups.get("all", ()):
        return None
    inside = [name for name in _groups.CLUSTER_GROUPS if "localhost" in groups.get(name, ())]
    where = f"in the groups {', '.join(inside)}" if inside else "though in no group of Kubespray"
    return block(
        "localhost_in_inventory",
        f"localhost is a host of the inventory, {where}: Kubespray's checks that run once, for all, may run there with "
        "its variables instead of the cluster's, and pass what fails there.",
        "Give the machine its own name and address in the inventory."
        if inside
        else "Take localhost out of the inventory; Ansible knows it without that.",
    )
