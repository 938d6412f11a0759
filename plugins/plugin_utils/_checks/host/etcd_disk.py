# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Whether the disk of an etcd member is fast enough for etcd."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn

from ..model import Check, Finding, Host, Skipped, Stage, Unknown

CHECKS: tuple[Check, ...] = (
    Check("etcd_disk_slow", "the disk under etcd's data is fast enough", "warn", Stage.ETCD),
)
# https://etcd.io/docs/latest/faq/#what-does-the-etcd-warning-failed-to-send-out-heartbeat-on-time-mean
# So many times the first one, members lose their leader again and again.
THRESHOLDS: dict[str, float] = {"etcd_fsync_p99_ms": 10.0, "etcd_fsync_block_times": 20.0}


def wants(host: Host) -> dict[str, Any]:
    """What the collector is told, beside etcd_member and the folder."""
    return {"fsync_enough_ms": host.thresholds["etcd_fsync_p99_ms"]}


def judge(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    """The findings for what module_utils/_host/etcd_disk.py collected."""
    if not host.is_etcd_member:
        yield Skipped("etcd_disk_slow", "The host is not an etcd member.")
        return
    if found["p99_ms"] is None:
        yield Unknown(
            "etcd_disk_slow",
            f"The disk was not measured: {found['reason'] or 'it was not asked for'}.",
        )
        return
    limit = host.thresholds["etcd_fsync_p99_ms"]
    if found["p99_ms"] <= limit:
        return
    unusable = found["p99_ms"] > limit * host.thresholds["etcd_fsync_block_times"]
    yield (block if unusable else warn)(
        "etcd_disk_slow",
        f"The disk of {found['folder']} takes {found['p99_ms']:g} ms (99th percentile; median {found['p50_ms']:g} ms) "
        f"for one lasting write in the best of {found['rounds']} rounds with {found['writes']} writes; "
        f"etcd wants at most {limit:g} ms"
        + (", and would lose its leader again and again." if unusable else "."),
        "Put etcd's data on a faster disk, an SSD of its own, with etcd_data_dir.",
    )
