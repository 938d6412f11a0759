# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What an earlier or another cluster has left on the host, and what of it runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Mapping

from .files import names, text
from .processes import running

# Files that only a cluster makes: Kubespray's first steps make the folders themselves.
_PATHS = (
    "/etc/kubernetes/kubelet.conf",
    "/etc/kubernetes/kubelet.env",
    "/etc/kubernetes/admin.conf",
    "/etc/kubernetes/ssl/ca.crt",
    "/etc/kubernetes/pki/ca.crt",
    "/var/lib/kubelet/pki",
    "/var/lib/rancher/k3s",
    "/etc/rancher/k3s",
    "/var/lib/rancher/rke2",
    "/etc/rancher/rke2",
    "/var/snap/microk8s",
    "/var/lib/k0s",
    "/etc/k0s",
)
_NETWORKS = "/etc/cni/net.d"
# Podman and CRI-O bring theirs with them, and no cluster.
_OF_CLUSTERS = re.compile(r"(?!.*(?:podman|crio|loopback)).*\.(?:conf|conflist|json)$")
_MAX_NETWORKS = 5
_UNITS = frozenset(
    f"{name}.service"
    for name in (
        *("kubelet", "etcd", "k3s", "k3s-agent", "rke2-server", "rke2-agent"),
        *("snap.microk8s.daemon-kubelite", "k0scontroller", "k0sworker"),
        *("docker", "crio", "containerd"),
    )
)
_NODE_NAME = re.compile(r"--hostname-override=([^\s\"']+)")
_ETCD = "/var/lib/etcd"


def collect(wants: Mapping[str, Any], root: Path = Path("/")) -> dict[str, Any]:
    """paths: what there is of a cluster; units: what runs (of Kubernetes, its kin and container engines).

    units is None where there is no systemd to tell; node_name is what Kubespray's kubelet was told to
    be called, None without it. root is where the host's files lie.
    """
    etcd = wants.get("etcd_data_dir") or _ETCD
    paths = [path for path in (*_PATHS, f"{etcd}/member") if _there(root / path[1:])]
    networks = [name for name in names(root / _NETWORKS[1:]) if _OF_CLUSTERS.match(name)]
    env = text(root / "etc/kubernetes/kubelet.env") or ""
    name = _NODE_NAME.search(env)
    return {
        "paths": paths + [f"{_NETWORKS}/{network}" for network in networks[:_MAX_NETWORKS]],
        "units": running(_UNITS, root),
        "node_name": name and name.group(1)[:253],
    }


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        # Below a folder that only root may enter.
        return False
