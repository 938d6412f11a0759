# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Is the host's clock kept?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._hostname import PREPARE
from ansible_collections.k8n.cluster.plugins.module_utils._problems import warn

from ..model import Check, Finding, Host, Skipped, Stage, Unknown
from ..reasons import IN_CONTAINER, NOT_READ

_ID = "time_not_synchronised"
CHECKS = (
    Check(_ID, "the clock is synchronised", "warn", Stage.NETWORK, fixed_by_prepare="time_sync"),
)
THRESHOLDS: dict[str, float] = {}


def judge(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    """found is what module_utils/_host/clock.py collected."""
    synchronised, services = found["synchronised"], found["services"]
    if synchronised:
        return
    if found["container"]:
        yield Unknown(_ID, IN_CONTAINER)
    elif host.settings.get("ntp"):
        yield Skipped(_ID, "Kubespray installs a time service (ntp_enabled).")
    elif synchronised is None:
        yield Unknown(_ID, NOT_READ)
    elif services:
        yield warn(
            _ID,
            f"The clock is not synchronised, although {services[0]} runs. etcd and certificates want all hosts to have "
            "the same time.",
            "See on the host with 'timedatectl' and 'chronyc sources' or 'timedatectl timesync-status' which servers "
            "it asks, and let it reach UDP port 123 of one of them.",
        )
    else:
        yield warn(
            _ID,
            "The clock is not synchronised, and no time service runs. etcd and certificates want all hosts to have the "
            "same time.",
            f"{PREPARE}, which switches a time service on.",
        )
