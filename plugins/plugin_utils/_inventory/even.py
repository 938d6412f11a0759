# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

from __future__ import annotations

from .quorum import losses, majority


def explain_even(members: int, total: int, listed: bool) -> str:
    """Why an even number of etcd members is refused, in numbers, and what to write.

    total is the number of hosts there are, listed whether the members are given by name.
    """
    fewer, more = members - 1, members + 1
    counts = [fewer, more] if more <= total else [fewer]
    if listed:
        remedy = f"name {' or '.join(map(str, counts))} of them"
    else:
        remedy = "write " + " or ".join(f"etcd: {count}" for count in counts)
    return (
        f"{members} etcd members are an even number: the majority is {majority(members)}, so they"
        f" survive the loss of {losses(members)}; {fewer} with a majority of {majority(fewer)}"
        f" {'survives' if fewer == 1 else 'survive'} the loss of {losses(fewer)} just as well."
        " The extra member adds no safety, and a network split into two halves of"
        f" {members // 2} stops both; {remedy}, or allow_even_etcd: true (or a"
        " waiver of even_etcd in k8n_waivers) if you must"
    )
