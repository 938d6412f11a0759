# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Everything that a cluster's Kubespray configuration means for its hosts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..collection import Kubespray
from . import downloads, kernel, network, ports, proxy
from .values import Values

KEYS = (
    "kubespray", "kube_version", "os", "architectures", "network", "kernel", "cgroup", "kubeadm", "ntp", "swap",
    "memory",
    "selinux_state", "directories", "container_manager", "etcd", "ports", "downloads", "no_proxy",
)  # fmt: skip
# Without Kubespray, or with one that cannot be read.
NOTHING: dict[str, Any] = dict.fromkeys(KEYS)

# Kubespray does not let anybody choose another: https://kubernetes.io/docs/reference/node/kubelet-files/
_KUBELET = "/var/lib/kubelet"
_STORAGE = {
    "containerd": "containerd_storage_dir",
    "docker": "docker_daemon_graph",
    "crio": "crio_root",
}
# Since then kubelet refuses version 1 of cgroups, if not told otherwise.
_REFUSES_CGROUP_V1 = (1, 35)


class Cluster(NamedTuple):
    """The variables of a host of the control plane and of an etcd member, and Ansible's hostvars."""

    control_plane: Values
    etcd: Values
    hostvars: Mapping[str, Any]


def settings(kubespray: Kubespray, cluster: Cluster) -> dict[str, Any]:
    """What kubespray_settings returns; a value that is undefined, or cannot be evaluated, is None."""
    values, etcd = cluster.control_plane, cluster.etcd
    net = network.read(values)
    version = values.text("kube_version")
    architectures = _architectures(values, version)
    return {
        "kubespray": {"version": kubespray.version, "path": str(kubespray.path)},
        "kube_version": version,
        "os": {
            "distributions": values.get("supported_os_distributions"),
            "any": bool(values.flag("allow_unsupported_distribution_setup")),
        },
        "architectures": architectures,
        "network": net,
        "kernel": kernel.read(kubespray.path, values, net["encapsulation"], net["plugin"]),
        "cgroup": {"fail_v1": _fails_cgroup_v1(values, version)},
        "kubeadm": {
            "refuses_v1": _at_least(version, _REFUSES_CGROUP_V1),
            "ignored": _ignored(values),
            "cert_dir": values.text("kube_cert_dir"),
        },
        "ntp": values.flag("ntp_enabled"),
        "swap": {"fail": values.flag("kubelet_fail_swap_on")},
        "memory": {
            "control_plane_mb": values.number("minimal_master_memory_mb"),
            "node_mb": values.number("minimal_node_memory_mb"),
        },
        "selinux_state": values.text("preinstall_selinux_state"),
        "directories": _directories(values, etcd),
        "container_manager": values.text("container_manager"),
        "etcd": {
            "deployment": etcd.text("etcd_deployment_type"),
            "heartbeat_ms": etcd.number("etcd_heartbeat_interval"),
            "election_ms": etcd.number("etcd_election_timeout"),
        },
        "ports": ports.read(kubespray.path, values, etcd),
        "downloads": downloads.read(values, architectures),
        "no_proxy": proxy.no_proxy(kubespray.path, values, cluster.hostvars),
    }


def _architectures(values: Values, version: str | None) -> list[str] | None:
    """The machines, as `uname -m` has them, for which this Kubespray has a kubelet of that version."""
    checksums, names = values.raw("kubelet_checksums"), values.raw("_host_architecture_groups")
    if not isinstance(checksums, Mapping) or version is None:
        return None
    machines = (
        {own: machine for machine, own in names.items()} if isinstance(names, Mapping) else {}
    )
    return [
        str(machines.get(own, own))
        for own, versions in checksums.items()
        if isinstance(versions, Mapping) and versions.get(version)
    ]


def _at_least(version: str | None, wanted: tuple[int, int]) -> bool | None:
    try:
        return tuple(int(part) for part in str(version).split(".")[:2]) >= wanted
    except ValueError:
        return None


def _fails_cgroup_v1(values: Values, version: str | None) -> bool | None:
    # Kubespray hands its variable to no kubelet before that.
    refuses = _at_least(version, _REFUSES_CGROUP_V1)
    if not refuses:
        return refuses
    # They stand behind Kubespray's own in kubelet's configuration, where the last one counts.
    extra = values.get("kubelet_config_extra_args")
    if isinstance(extra, Mapping) and "failCgroupV1" in extra:
        return values.truth(extra["failCgroupV1"]) is not False
    return values.flag("kubelet_fail_cgroup_v1") is not False


def _ignored(values: Values) -> list[str]:
    """The names of kubeadm's checks that shall not count, in lower case as kubeadm compares them."""
    listed = values.get("kubeadm_ignore_preflight_errors")
    return [str(name).strip().lower() for name in listed] if isinstance(listed, list) else []


def _directories(values: Values, etcd: Values) -> dict[str, str | None]:
    engine = values.text("container_manager")
    return {
        "etcd": etcd.text("etcd_data_dir"),
        "etcd_ssl": etcd.text("etcd_cert_dir"),
        "containerd": values.text(_STORAGE.get(engine or "", "")),
        "kubelet": _KUBELET,
        "releases": values.text("local_release_dir"),
        "bin": values.text("bin_dir"),
        "config": values.text("kube_config_dir"),
    }
