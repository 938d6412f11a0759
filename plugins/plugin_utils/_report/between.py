# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""How much was measured between hosts: of many workers it is a sample, and the report says of which size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_KEPT = ("sample", "ports", "clock")


def measured(between: Iterable[object]) -> dict[str, Any] | None:
    """What peer_probe returned of sample, ports and clocks, and the same as text; None where it did not run."""
    for result in between:
        if isinstance(result, Mapping) and all(
            isinstance(result.get(key), Mapping) for key in _KEPT
        ):
            kept = {key: result[key] for key in _KEPT}
            return {**kept, "text": _text(**kept)}
    return None


def _text(
    sample: Mapping[str, int], ports: Mapping[str, Any], clock: Mapping[str, Mapping[str, float]]
) -> dict[str, str]:
    offsets = [each["offset_s"] for each in clock.values()]
    apart = max(offsets) - min(offsets) if len(offsets) > 1 else None
    return {
        "ports": f"{_tried(ports)} {_pairs(sample)}." if sample["possible_pairs"] else "",
        "clock": "" if apart is None else f"The clocks are at most {_seconds(apart)} apart.",
    }


def _tried(ports: Mapping[str, Any]) -> str:
    if not ports["tried"]:
        return "No port was tried, on"
    return f"{ports['open']:,} of {ports['tried']:,} tried ports are open, on"


def _pairs(sample: Mapping[str, int]) -> str:
    pairs, possible = sample["pairs"], sample["possible_pairs"]
    hubs, workers, each = sample["hubs"], sample["workers"], sample["neighbours"]
    text = f"all {pairs:,} pairs of hosts"
    if pairs < possible:
        text = f"{pairs:,} of {possible:,} pairs of hosts"
    # Else pairs are missing only since hosts are, which are unknown themselves.
    if not workers or (hubs <= each and workers - 1 <= each):
        return text
    return (
        f"{text}: control plane and etcd in full, each of {workers} workers with {min(each, hubs)} of those and "
        f"{min(each, workers - 1)} workers"
    )


def _seconds(value: float) -> str:
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.1f} s"
