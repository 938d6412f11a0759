# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Whether another or an earlier cluster is in the way of this one."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn

from ..model import Check, Finding, Host, Skipped, Stage, Unknown

CHECKS: tuple[Check, ...] = (
    Check(
        "remains_of_cluster",
        "nothing of an earlier or another cluster is there",
        "warn",
        Stage.REMAINS,
    ),
    Check(
        "container_engine_replaced",
        "no other container engine runs than the chosen one",
        "warn",
        Stage.REMAINS,
    ),
)
THRESHOLDS: dict[str, float] = {}


class _Product(NamedTuple):
    """Another Kubernetes: its units and folders, and how it is removed."""

    name: str
    units: tuple[str, ...]
    paths: tuple[str, ...]
    remove: str


_PRODUCTS = (
    _Product(
        "k3s",
        ("k3s.service", "k3s-agent.service"),
        ("/var/lib/rancher/k3s", "/etc/rancher/k3s"),
        "k3s-uninstall.sh (on an agent k3s-agent-uninstall.sh)",
    ),
    _Product(
        "RKE2",
        ("rke2-server.service", "rke2-agent.service"),
        ("/var/lib/rancher/rke2", "/etc/rancher/rke2"),
        "rke2-uninstall.sh",
    ),
    _Product(
        "MicroK8s",
        ("snap.microk8s.daemon-kubelite.service",),
        ("/var/snap/microk8s",),
        "snap remove --purge microk8s",
    ),
    _Product(
        "k0s",
        ("k0scontroller.service", "k0sworker.service"),
        ("/var/lib/k0s", "/etc/k0s"),
        "k0s stop && k0s reset",
    ),
)
_OTHERS = frozenset(path for product in _PRODUCTS for path in product.paths)
_KUBELET, _ETCD = "kubelet.service", "etcd.service"
# Kubespray writes these, kubeadm by itself does not.
_OF_KUBESPRAY = ("/etc/kubernetes/kubelet.env", "/etc/kubernetes/ssl/ca.crt")
_JOINED = "/etc/kubernetes/kubelet.conf"
_ENGINES = {"docker.service": "docker", "crio.service": "crio", "containerd.service": "containerd"}


def wants(host: Host) -> dict[str, Any]:
    """What the collector is told: also a host that is to be no member may have been one."""
    return {"etcd_data_dir": (host.settings.get("directories") or {}).get("etcd")}


def judge(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    """The findings for what module_utils/_host/remains.py collected."""
    units, paths = found["units"], found["paths"]
    if units is None:
        for check in CHECKS:
            yield Unknown(check.id, "Without systemd it is not known what runs on the host.")
        return
    others = list(_products(units, paths))
    findings = [*others, *_kubernetes(found, host, bool(others))]
    yield from findings
    if not findings and not found["root"]:
        yield Unknown(
            "remains_of_cluster", "Nothing was seen, but only root may look into all folders."
        )
    yield from _engine(units, host.settings.get("container_manager"))


def _products(units: Sequence[str], paths: Sequence[str]) -> Iterator[Finding]:
    for product in _PRODUCTS:
        active = [unit for unit in product.units if unit in units]
        there = [path for path in product.paths if path in paths]
        if active:
            yield block(
                "remains_of_cluster",
                f"{product.name} runs on this host ({', '.join(active)}); "
                "two Kubernetes on one host take each other's ports and network.",
                f"Remove it, with all that it runs, or use another host; on the host: {product.remove}.",
            )
        elif there:
            yield warn(
                "remains_of_cluster",
                f"{product.name} does not run, but was here and left {', '.join(there)}.",
                f"If it is no longer needed, run on the host: {product.remove}.",
            )


def _kubernetes(found: Mapping[str, Any], host: Host, others: bool) -> Iterator[Finding]:
    """others: whether another product is or was there, which has some of the same files and takes them with it."""
    active = [unit for unit in (_KUBELET, _ETCD) if unit in found["units"]]
    paths = [path for path in found["paths"] if path not in _OTHERS]
    if not paths or (others and not _is_kubernetes(paths)):
        return
    if not active:
        data = shlex.quote(f"{wants(host)['etcd_data_dir'] or '/var/lib/etcd'}/member")
        yield warn(
            "remains_of_cluster",
            f"Neither kubelet nor etcd runs here, but a cluster was here and left {', '.join(paths)}: "
            "its certificates and data do not fit a new cluster.",
            # Not the reset with --limit: Kubespray wants the facts of all other hosts for that.
            "If that cluster is no longer needed, run on the host: rm -rf --one-file-system /etc/kubernetes "
            f"/etc/cni/net.d /var/lib/kubelet {data}; or remove it from all hosts of the inventory: "
            "ansible-playbook -b k8n.cluster.kubespray -e k8n_playbook=reset.",
        )
    elif _KUBELET in active and _JOINED in paths and not set(paths).intersection(_OF_KUBESPRAY):
        yield block(
            "remains_of_cluster",
            "kubelet runs on this host as a node of a cluster that Kubespray did not make.",
            "Take the node out of that cluster (kubectl drain, kubectl delete node), "
            "then run on the host: kubeadm reset.",
        )
    elif found["node_name"] not in (None, host.name):
        yield warn(
            "remains_of_cluster",
            f"kubelet runs on this host as the node {found['node_name']}, not as {host.name}: "
            "it is a node of another cluster, or the inventory has given it another name.",
            f"Give the host its old name in the inventory, or first remove the node {found['node_name']}.",
        )
    else:
        yield Skipped(
            "remains_of_cluster",
            f"A cluster that Kubespray made runs here already ({', '.join(active)}).",
        )


def _is_kubernetes(paths: Sequence[str]) -> bool:
    return any(path.startswith("/etc/kubernetes/") for path in paths)


def _engine(units: Sequence[str], chosen: str | None) -> Iterator[Finding]:
    if chosen is None:
        yield Skipped(
            "container_engine_replaced", "It is not known which one Kubespray is to install."
        )
        return
    for unit, engine in _ENGINES.items():
        # Docker brings containerd with it.
        of_docker = engine == "containerd" and "docker.service" in units
        if unit in units and engine != chosen and not of_docker:
            yield warn(
                "container_engine_replaced",
                f"{engine} runs on this host, and container_manager is {chosen}: "
                f"Kubespray uninstalls {engine} with the containers that it runs.",
                f"Move these containers elsewhere, or set container_manager: {engine}.",
            )
