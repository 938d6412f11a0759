# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""How far kubeadm has come on this host, and what its own preflight would look at beside files and ports."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Mapping

from ansible_collections.k8n.cluster.plugins.module_utils._host.files import line, names, text

# Kubespray's own sign that kubeadm has run on a host of the control plane.
_RAN = "var/lib/kubelet/config.yaml"
_CONFIG = "/etc/kubernetes"
_NETWORKS = "etc/cni/net.d"
# What a container runtime reads there; without one of these kubelet's node is not Ready.
_OF_NETWORKS = (".conf", ".conflist", ".json")
_MOST_NETWORKS = 5
_PROGRAMS = ("losetup", "mount", "cp")
_FOLDERS = ("usr/sbin", "usr/bin", "sbin", "bin", "usr/local/sbin", "usr/local/bin")
_FORWARDING = {
    "ipv4": "proc/sys/net/ipv4/ip_forward",
    "ipv6": "proc/sys/net/ipv6/conf/default/forwarding",
}
_UNIFIED = "sys/fs/cgroup/cgroup.controllers"


def collect(wants: Mapping[str, Any], root: Path = Path("/")) -> dict[str, Any]:
    """state() and: forwarding of ipv4 and ipv6, each with its value (None without one) and whether it can be set.

    missing: the programs that are nowhere; controllers: those of cgroups, None where they cannot be read.
    root is where the host's files lie.
    """
    return {
        **state(wants.get("kube_config_dir"), root),
        "forwarding": {
            name: {"value": line(root / path), "settable": os.access(str(root / path), os.W_OK)}
            for name, path in _FORWARDING.items()
        },
        "missing": [
            name
            for name in _PROGRAMS
            if not any(os.access(str(root / folder / name), os.X_OK) for folder in _FOLDERS)
        ],
        "controllers": _controllers(root),
    }


def state(config: str | None = None, root: Path = Path("/")) -> dict[str, Any]:
    """How far kubeadm has come; config is Kubespray's kube_config_dir.

    ran: whether Kubespray takes it for having run; joined and joining: whether kubelet has its own kubeconfig, or the
    one to get it with; networks: the names of the network plugins' files, of which one is enough.
    """
    folder = root / (config or _CONFIG).lstrip("/")
    return {
        "ran": _there(root / _RAN),
        "joined": _there(folder / "kubelet.conf"),
        "joining": _there(folder / "bootstrap-kubelet.conf"),
        "networks": [
            name[:100] for name in names(root / _NETWORKS) if name.endswith(_OF_NETWORKS)
        ][:_MOST_NETWORKS],
    }


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        # Below a folder that only root may enter.
        return False


def _controllers(root: Path) -> list[str] | None:
    unified = text(root / _UNIFIED)
    if unified is not None:
        # These two are always there with version 2, and not listed.
        return sorted({*unified.split(), "devices", "freezer"})
    listed = text(root / "proc/cgroups")
    if listed is None:
        return None
    words = [each.split() for each in listed.splitlines() if not each.startswith("#")]
    return sorted(each[0] for each in words if len(each) > 3 and each[3] != "0")
