# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What was measured between hosts, as matrices that a person can look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .model import Known, Matrix

# So many hosts are still seen at a glance; of more only those that etcd and the control plane are on.
_AT_A_GLANCE = 16
_CORE = {"control plane", "etcd"}


def matrices(between: Iterable[object], known: Mapping[str, Known]) -> tuple[Matrix, ...]:
    """The round trips and the ports of the results that have any."""
    return tuple(
        matrix
        for result in between
        if isinstance(result, Mapping)
        for matrix in (
            *_matrix("Round trip", "ms", result.get("rtt_ms"), known),
            *_matrix("Ports tried and not open", "", _closed(result.get("ports")), known),
        )
    )


def _closed(ports: object) -> dict[str, dict[str, int]]:
    """From each host to each other how many of the ports that were tried were not open."""
    pairs = ports.get("pairs", {}) if isinstance(ports, Mapping) else {}
    return {
        source: {target: found["tried"] - found["open"] for target, found in targets.items()}
        for source, targets in pairs.items()
    }


def _matrix(
    title: str, unit: str, values_of: object, known: Mapping[str, Known]
) -> Iterable[Matrix]:
    if not isinstance(values_of, Mapping):
        return
    measured = {*values_of, *(target for targets in values_of.values() for target in targets)}
    names = tuple(name for name in known if name in measured)
    if len(names) > _AT_A_GLANCE:
        names = tuple(name for name in names if _CORE & set(known[name].roles))
    if len(names) > 1:
        values = tuple(
            tuple(_value(values_of.get(source, {}).get(target)) for target in names)
            for source in names
        )
        yield Matrix(title, unit, names, names, values)


def _value(found: object) -> float | None:
    return round(found, 2) if isinstance(found, (int, float)) else None
