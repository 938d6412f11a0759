# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""No certificate ends soon."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn

from ..model import DEPLOYED, Check, Finding, Stage, Unknown
from .model import Cluster, listed

HOST_CHECKS = (
    Check(
        "certificate_expires", "no certificate on the host ends soon", "warn", Stage.NODES, DEPLOYED
    ),
)
CLUSTER_CHECKS: tuple[Check, ...] = ()
CHECKS = HOST_CHECKS
THRESHOLDS = {"certificate_days": 30.0}

_DAY_SECONDS = 86400
_ID = HOST_CHECKS[0].id


@dataclass(frozen=True)
class _Kind:
    """Certificates that one fix renews; harmless where the cluster works on when they have ended."""

    fix: str
    harmless: bool = False


# Self-signed for a year. The kubelet makes it where it is missing, and no part of Kubernetes verifies it.
_KUBELET_SERVER = _Kind(
    "On this host run 'rm /var/lib/kubelet/pki/kubelet.crt /var/lib/kubelet/pki/kubelet.key && systemctl restart "
    "kubelet': the kubelet makes a new one when it starts.",
    harmless=True,
)
# The kubelet's, which renews them long before their end.
_KUBELET_ROTATED = _Kind(
    "The kubelet should have renewed it: fix what 'journalctl -u kubelet | grep -i certificate' says on this host, "
    "approve what waits in 'kubectl get csr', and run 'systemctl restart kubelet'."
)
# Neither kubeadm nor Kubespray renews an authority: all that it has signed must follow.
_AUTHORITY = _Kind(
    "Replace the authority as https://kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates says: 'kubeadm "
    "certs renew' leaves it as it is."
)
_ETCD = _Kind(
    "Run k8n.cluster.deploy again: Kubespray makes new certificates for etcd in each run, unless "
    "force_etcd_cert_refresh is false."
)
# Not Kubespray's k8s-certs-renew.sh: it ends without a word where everything lasts beyond its next turn.
_KUBEADM = _Kind(
    "On each control plane host run as root 'kubeadm certs renew all && crictl pods --namespace kube-system --name "
    '"kube-scheduler-|kube-controller-manager-|kube-apiserver-|etcd-" -q | xargs crictl rmp -f\', which renews them '
    "and restarts what reads them only at its start, and copy /etc/kubernetes/admin.conf to wherever you use it, such "
    "as /root/.kube/config."
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
    over: dict[_Kind, list[str]] = {}
    soon: dict[_Kind, list[str]] = {}
    for each in part["first"]:
        if each["not_after"] < cluster.now + limit * _DAY_SECONDS:
            ended = each["not_after"] < cluster.now
            (over if ended else soon).setdefault(_kind(each["path"]), []).append(_end(each))
    for kind, ends in over.items():
        make = warn if kind.harmless else block
        yield make(_ID, f"Certificates have ended: {listed(ends)}.", kind.fix)
    for kind, ends in soon.items():
        yield warn(_ID, f"Certificates end within {limit:g} days: {listed(ends)}.", kind.fix)
    if part["unreadable"] and not over and not soon:
        yield Unknown(
            _ID, f"these hold no certificate that can be read: {listed(part['unreadable'])}."
        )


def _kind(path: str) -> _Kind:
    name = path.rpartition("/")[2]
    if name == "kubelet.crt":
        return _KUBELET_SERVER
    if name.endswith("-current.pem"):
        return _KUBELET_ROTATED
    if name in ("ca.crt", "ca.pem", "front-proxy-ca.crt"):
        return _AUTHORITY
    return _ETCD if name.endswith(".pem") else _KUBEADM


def _end(certificate: Mapping[str, Any]) -> str:
    return f"{certificate['path']} on {time.strftime('%Y-%m-%d', time.gmtime(certificate['not_after']))}"
