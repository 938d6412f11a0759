# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What a preflight says of the etcd members."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn

from ..._inventory.quorum import UNKNOWN, Quorum, explain_even, line
from ..audit.waivers import Waiver
from ..listed import EVEN_ETCD
from ..model import Finding, Unknown

_NODES_DOCUMENT = "docs/operations/nodes.md"


def check(
    quorum: Quorum,
    best: Quorum | None,
    cure: str | None,
    explained: bool,
    wrong: Sequence[str],
    pin: str | None = None,
    by_list: bool = False,
) -> list[Finding]:
    """The findings; by_list tells whether ip_list makes the inventory.

    cure says how to get the best placement; wrong is why k8n_waivers explains nothing, where it tries to; pin is what
    would keep the members in the inventory, where nothing does yet.
    """
    found: list[Finding] = []
    if quorum.even and not explained:
        tried = "".join(f" {text}" for text in wrong)
        found.append(
            block(
                EVEN_ETCD,
                explain_even(len(quorum.members)) + tried,
                f"{cure} or, if the even number is meant, say so once: "
                f"{'allow_even_etcd: true in the inventory, or ' if by_list else ''}{EVEN_ETCD} in the list "
                f"k8n_waivers. {_change(best)}",
            )
        )
    if quorum.fatal_zones and best is not None and not best.fatal_zones:
        listed = " or ".join(
            f"{zone} ({len(found.members)} of {len(quorum.members)} members)"
            for zone, found in quorum.fatal_zones.items()
        )
        found.append(
            warn(
                "zone_loss",
                f"The loss of the zone {listed} stops etcd, because {quorum.majority} members must be left. These "
                f"hosts could survive the loss of any zone.",
                f"{cure}{_other_zones(quorum, by_list)}. {_change(best)}",
            )
        )
    elif UNKNOWN in quorum.zones:
        members = ", ".join(quorum.zones[UNKNOWN].members)
        found.append(Unknown("zone_loss", f"The zone of {members} is not known."))
    if pin:
        found.append(
            warn(
                "etcd_not_pinned",
                "A node added later could change which hosts are etcd members or control plane.",
                "Once the cluster is deployed, set in the inventory: "
                f"{' and '.join(f'`{line}`' for line in pin.splitlines())}.",
            )
        )
    return found


def placed(option: str, members: Sequence[str], group: str | None) -> str:
    """How the inventory gets these members: by an option of ip_list, or as the hosts of a group where that is given."""
    if group is None:
        return f"Set `{line(option, members)}` in the inventory"
    hosts = f"{', '.join(members[:-1])} and {members[-1]}" if len(members) > 1 else members[0]
    return f"Make {hosts}, and no other host, the group {group} of the inventory"


def _other_zones(quorum: Quorum, by_list: bool) -> str:
    """The other way, where it is one: of members that may lose none, no zone may be lost, whatever it is called."""
    if not quorum.losses:
        return ""
    return f", or name zones that really fail apart ({'the option zones' if by_list else 'the variable k8n_zone'})"


def _change(best: Quorum | None) -> str:
    """The warning that goes with each line to paste."""
    return (
        f"In a cluster that runs, change members only one by one and as Kubespray's {_NODES_DOCUMENT} says."
        if best
        else ""
    )


def summary(quorum: Quorum, explained_by: Waiver | None) -> str:
    """What is worth knowing in a run where nothing is wrong, in one line or two."""
    count = len(quorum.members)
    text = (
        f"etcd: {count} {'member' if count == 1 else 'members'}, majority {quorum.majority}, survives "
        f"{f'the loss of {quorum.losses}' if quorum.losses else 'no loss'}."
    )
    if quorum.fatal_zones:
        text += f" The loss of the zone {' or '.join(quorum.fatal_zones)} stops it."
    elif UNKNOWN not in quorum.zones:
        text += " It survives the loss of any zone."
    if quorum.even and explained_by is not None:
        until = f" until {explained_by.until}" if explained_by.until else ""
        reason = f": {explained_by.reason}" if explained_by.reason else ""
        text += f"\nIts even number is accepted by {explained_by.source}{until}{reason}"
    return text
