# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What was measured between hosts, as matrices that a person can look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ansible_collections.k8n.cluster.plugins.plugin_utils._preflight.model import Known, Matrix

# So many hosts are still seen at a glance; of more only those that etcd and the control plane are on.
_AT_A_GLANCE = 16
_CORE = {"control plane", "etcd"}


def matrices(between: Iterable[object], known: Mapping[str, Known]) -> tuple[Matrix, ...]:
    """The round trips of the results that have any, in milliseconds."""
    return tuple(
        matrix
        for result in between
        if isinstance(result, Mapping) and isinstance(result.get("rtt_ms"), Mapping)
        for matrix in _round_trips(result["rtt_ms"], known)
    )


def _round_trips(
    rtt_ms: Mapping[str, Mapping[str, float]], known: Mapping[str, Known]
) -> Iterable[Matrix]:
    measured = {*rtt_ms, *(target for targets in rtt_ms.values() for target in targets)}
    names = tuple(name for name in known if name in measured)
    if len(names) > _AT_A_GLANCE:
        names = tuple(name for name in names if _CORE & set(known[name].roles))
    if len(names) > 1:
        values = tuple(
            tuple(_value(rtt_ms.get(source, {}).get(target)) for target in names)
            for source in names
        )
        yield Matrix("Round trip", "ms", names, names, values)


def _value(found: object) -> float | None:
    return round(found, 2) if isinstance(found, (int, float)) else None
