# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All settings of the Kubesprays that are on this machine, and of one of a few files."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible_collections.k8n.cluster.plugins.plugin_utils import _kubespray
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_settings import collect, files
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_settings.values import (
    Values,
    stack,
)
from packaging.specifiers import SpecifierSet

FOLDER = "ansible_collections/kubernetes_sigs/kubespray"
HOME = Path.home() / ".ansible"
INSTALLED = {path.parents[2].name: path for path in sorted(HOME.glob(f"kubespray/*/{FOLDER}"))}
if (HOME / "collections" / FOLDER).is_dir():
    INSTALLED["installed"] = HOME / "collections" / FOLDER


def read(root: Path, **inventory: Any) -> dict[str, Any]:
    values = Values(stack(files.read(root), {"groups": {}, **inventory}, {}), DataLoader())
    return collect.settings(_kubespray.read(root), collect.Cluster(values, values))


def nulls(value: Any, path: str = "") -> list[str]:
    """Where in a result nothing is known."""
    if isinstance(value, dict):
        return [found for key, part in value.items() for found in nulls(part, f"{path}.{key}")]
    return [path.strip(".")] if value is None else []


@pytest.mark.skipif(not INSTALLED, reason="there is no Kubespray in ~/.ansible")
@pytest.mark.parametrize("root", INSTALLED.values(), ids=INSTALLED.keys())
def test_everything_is_known_of_a_real_kubespray(root: Path) -> None:
    started = time.perf_counter()
    found = read(root)
    seconds = time.perf_counter() - started
    assert tuple(found) == collect.KEYS
    # calico finds its own MTU out, and asks for no kernel.
    assert nulls(found) == ["network.mtu", "kernel.minimum"]
    assert {"x86_64", "aarch64"} <= set(found["architectures"])
    assert {"Debian", "Ubuntu", "Rocky"} <= set(found["os"]["distributions"])
    modules = {module["name"] for module in found["kernel"]["modules"]}
    assert {"br_netfilter", "ip_vs", "dummy", "nf_conntrack", "vxlan"} <= modules
    assert {(port["port"], port["on"]) for port in found["ports"]} >= {
        (6443, "kube_control_plane"), (2379, "etcd"), (2380, "etcd"), (10250, "k8s_cluster"),
        (10256, "k8s_cluster"), (9254, "k8s_cluster"), (4789, "k8s_cluster"),
    }  # fmt: skip
    (proxy,) = [port for port in found["ports"] if "nginx" in port["process"]]
    assert (proxy["port"], proxy["not_on"]) == (6443, "kube_control_plane")
    urls, of_arm = (
        {
            each["what"]: each["url"]
            for each in found["downloads"]["urls"]
            if machine in each["machines"]
        }
        for machine in ("x86_64", "aarch64")
    )
    assert {"kubelet", "kubeadm", "kubectl", "etcd", "cni", "containerd", "calicoctl"} <= set(urls)
    assert urls["kubelet"] == (
        f"https://dl.k8s.io/release/v{found['kube_version']}/bin/linux/amd64/kubelet"
    )
    assert {what: url.replace("arm64", "amd64") for what, url in of_arm.items()} == urls
    assert {"quay.io", "registry.k8s.io", "docker.io"} == {
        each["host"] for each in found["downloads"]["registries"]
    }
    # Far more than it takes on an idle machine.
    assert seconds < 3


@pytest.mark.skipif(not INSTALLED, reason="there is no Kubespray in ~/.ansible")
def test_the_inventory_changes_what_a_real_kubespray_asks_for() -> None:
    root = list(INSTALLED.values())[-1]
    found = read(
        root,
        kube_network_plugin="cilium",
        kube_proxy_mode="nftables",
        container_manager="crio",
        etcd_deployment_type="kubeadm",
        kubelet_fail_swap_on=False,
        kubelet_fail_cgroup_v1=False,
        etcd_heartbeat_interval="500",
        minimal_master_memory_mb=4096,
        ipv6_stack=True,
    )
    assert found["network"]["encapsulation"] == "vxlan"
    assert len(found["network"]["pods"]) == len(found["network"]["node_prefixes"]) == 2
    assert found["kernel"]["minimum"] == "5.13"
    modules = {module["name"] for module in found["kernel"]["modules"]}
    assert "nf_tables" in modules and "ip_vs" not in modules
    assert found["directories"]["containerd"] == "/var/lib/containers/storage"
    assert (found["swap"], found["cgroup"]) == ({"fail": False}, {"fail_v1": False})
    assert found["etcd"] == {"deployment": "kubeadm", "heartbeat_ms": 500, "election_ms": 5000}
    assert found["memory"]["control_plane_mb"] == 4096
    assert found["selinux_state"] == "permissive"
    assert {"crio", "skopeo"} <= {each["what"] for each in found["downloads"]["urls"]}


def test_of_a_kubespray_with_nothing_in_it_nothing_is_known(write: Callable[..., Path]) -> None:
    root = write(**{"kubespray_defaults/defaults/main/main.yml": {"kube_version": "{{ nowhere }}"}})
    values = Values(stack(files.read(root), {}, {}), DataLoader())
    kubespray = _kubespray.Kubespray(root, "9.9.9", SpecifierSet(">=2.17"))
    found = collect.settings(kubespray, collect.Cluster(values, values))
    assert found["kubespray"] == {"version": "9.9.9", "path": str(root)}
    assert found["kube_version"] is None and found["architectures"] is None
    assert found["cgroup"] == {"fail_v1": None}
    assert found["memory"] == {"control_plane_mb": None, "node_mb": None}
    assert found["downloads"]["urls"] == [] and found["network"]["pods"] is None
    assert set(collect.NOTHING) == set(found)
    assert not any(value is not None for value in collect.NOTHING.values())
