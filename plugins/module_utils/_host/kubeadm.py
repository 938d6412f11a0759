# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""How far kubeadm has come on this host, and what its own preflight would look at beside files and ports."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Mapping

from .._commands import run
from .files import line, names, text

# Kubespray's own sign that kubeadm has run on a host of the control plane.
_RAN = "var/lib/kubelet/config.yaml"
_CONFIG = "/etc/kubernetes"
_BIN = "/usr/local/bin"
# kubeadm init makes this near its end; nobody can join without it.
_MADE_LAST = "/api/v1/namespaces/kube-public/configmaps/cluster-info"
_KUBECTL_SECONDS = 4.0
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
_SERVER = "manifests/kube-apiserver.yaml"
_IMAGE = re.compile(r"^\s*(?:- )?image: \S*:v?([0-9]+\.[0-9]+\.[0-9]+)\b", re.MULTILINE)
_UNIFIED = "sys/fs/cgroup/cgroup.controllers"


def collect(wants: Mapping[str, Any], root: Path = Path("/")) -> dict[str, Any]:
    """state() and: forwarding of ipv4 and ipv6, each with its value (None without one), and whether nobody can set it.

    missing: the programs that are nowhere; controllers: those of cgroups, None where they cannot be read; server: the
    version of the API server that kubelet is told to run, None where there is none.
    wants may have Kubespray's kube_config_dir, kube_cert_dir and bin_dir; root is where the host's files lie.
    """
    return {
        **state(wants, root),
        "forwarding": {
            name: {"value": line(root / path), "read_only": _read_only(root / path)}
            for name, path in _FORWARDING.items()
        },
        "missing": [
            name
            for name in _PROGRAMS
            if not any(os.access(str(root / folder / name), os.X_OK) for folder in _FOLDERS)
        ],
        "controllers": _controllers(root),
        "server": _server(root / (wants.get("kube_config_dir") or _CONFIG).lstrip("/")),
    }


def state(wants: Mapping[str, Any], root: Path = Path("/")) -> dict[str, Any]:
    """How far kubeadm has come; wants and root as for collect().

    ran: whether Kubespray takes it for having run; joined and joining: whether kubelet has its own kubeconfig, or the
    one to get it with; ca: whether the cluster's certificate is there; networks: the names of the network plugins'
    files, of which one is enough; without_network: whether kubeadm has run and there is none; initialized: then,
    whether kubeadm init came to its end, None where that is not known.
    """
    config = wants.get("kube_config_dir") or _CONFIG
    certificates = wants.get("kube_cert_dir") or f"{config}/ssl"
    folder = root / config.lstrip("/")
    ran = _there(root / _RAN)
    networks = [name[:100] for name in names(root / _NETWORKS) if name.endswith(_OF_NETWORKS)]
    without = ran and not networks
    admin = folder / "admin.conf"
    asked = without and _there(admin)
    return {
        "ran": ran,
        "joined": _there(folder / "kubelet.conf"),
        "joining": _there(folder / "bootstrap-kubelet.conf"),
        "ca": _there(root / certificates.lstrip("/") / "ca.crt"),
        "networks": networks[:_MOST_NETWORKS],
        "without_network": without,
        "initialized": _initialized(root, wants.get("bin_dir") or _BIN, admin) if asked else None,
    }


def _initialized(root: Path, bin_dir: str, admin: Path) -> bool | None:
    kubectl = str(root / bin_dir.lstrip("/") / "kubectl")
    # Proxies would lead elsewhere; --raw leaves no cache behind.
    argv = ["/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"]
    argv += [kubectl, f"--kubeconfig={admin}", "--request-timeout=3s", "get", "--raw", _MADE_LAST]
    done = run({"kind": "command", "argv": argv}, _KUBECTL_SECONDS)
    if done["rc"] == 0:
        return True
    # The server itself says so; one that does not answer, or refuses, tells nothing.
    return False if "(NotFound)" in done["stderr"] else None


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        # Below a folder that only root may enter.
        return False


def _read_only(path: Path) -> bool:
    try:
        return bool(os.statvfs(str(path)).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def _server(config: Path) -> str | None:
    found = _IMAGE.search(text(config / _SERVER) or "")
    return found.group(1) if found else None


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
