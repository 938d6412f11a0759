# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""No certificate ends soon."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    DEPLOYED,
    Check,
    Finding,
    Unknown,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._verify.model import Cluster, listed

HOST_CHECKS = (
    Check("certificate_expires", "no certificate on the host ends soon", "warn", DEPLOYED),
)
CLUSTER_CHECKS: tuple[Check, ...] = ()
CHECKS = HOST_CHECKS
THRESHOLDS = {"certificate_days": 30.0}

_DAY_SECONDS = 86400
_ID = HOST_CHECKS[0].id
_RENEW = (
    "Run Kubespray's k8s-certs-renew.sh (in bin_dir, by default /usr/local/bin) as root on each control plane host, or "
    "set auto_renew_certificates: true, and run k8n.cluster.deploy again for those of etcd."
)


def hosts(cluster: Cluster) -> list[str]:
    """The hosts that HOST_CHECKS are about."""
    return list(cluster.hosts)


def judge(cluster: Cluster) -> Iterator[tuple[str, Finding]]:
    """Each finding with its host."""
    for host in cluster.hosts:
        part = cluster.part(host, "certificates")
        if part is None:
            yield host, Unknown(_ID, cluster.unseen.get(host, "nothing was asked on this host."))
        elif not part["count"]:
            yield host, Unknown(_ID, "no certificate of etcd or Kubernetes is on this host.")
        else:
            for finding in _dates(cluster, part):
                yield host, finding


def _dates(cluster: Cluster, part: Mapping[str, Any]) -> Iterator[Finding]:
    limit = cluster.thresholds["certificate_days"]
    over = [each for each in part["first"] if each["not_after"] < cluster.now]
    soon = [
        each
        for each in part["first"]
        if cluster.now <= each["not_after"] < cluster.now + limit * _DAY_SECONDS
    ]
    if over:
        yield block(_ID, f"Certificates have ended: {listed(map(_end, over))}.", _RENEW)
    if soon:
        yield warn(
            _ID, f"Certificates end within {limit:g} days: {listed(map(_end, soon))}.", _RENEW
        )
    if part["unreadable"] and not over and not soon:
        yield Unknown(
            _ID, f"these hold no certificate that can be read: {listed(part['unreadable'])}."
        )


def _end(certificate: Mapping[str, Any]) -> str:
    return f"{certificate['path']} on {time.strftime('%Y-%m-%d', time.gmtime(certificate['not_after']))}"
