# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All settings of the Kubesprays that are on this machine, and of one of a few files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import collection, versions
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.settings import (
    collect,
    downloads,
    images,
)
from ansible_collections.k8n.cluster.tests.unit.plugins.plugin_utils._kubespray.settings.host_variables import (
    host_values,
)
from packaging.specifiers import SpecifierSet

FOLDER = "ansible_collections/kubernetes_sigs/kubespray"
HOME = Path.home() / ".ansible"
INSTALLED = {path.parents[2].name: path for path in sorted(HOME.glob(f"kubespray/*/{FOLDER}"))}
if (HOME / "collections" / FOLDER).is_dir():
    INSTALLED["installed"] = HOME / "collections" / FOLDER
needs_kubespray = pytest.mark.skipif(
    not INSTALLED,
    reason="there is no Kubespray in ~/.ansible: ansible-galaxy collection install --no-deps "
    "git+https://github.com/kubernetes-sigs/kubespray.git,v2.31.0",
)


def read(root: Path, hostvars: Any = (), groups: Any = (), **inventory: Any) -> dict[str, Any]:
    values = host_values(root, inventory, groups=groups or {})
    return collect.settings(collection.read(root), collect.Cluster(values, values, hostvars or {}))


def made(root: Path, **inventory: Any) -> dict[str, Any]:
    """Of a Kubespray that has only what a test has written."""
    values = host_values(root, inventory)
    kubespray = collection.Kubespray(root, "9.9.9", SpecifierSet(">=2.17"))
    return collect.settings(kubespray, collect.Cluster(values, values, {}))


def nulls(value: Any, path: str = "") -> list[str]:
    """Where in a result nothing is known."""
    if isinstance(value, dict):
        return [found for key, part in value.items() for found in nulls(part, f"{path}.{key}")]
    return [path.strip(".")] if value is None else []


@needs_kubespray
@pytest.mark.parametrize("root", INSTALLED.values(), ids=INSTALLED.keys())
def test_everything_is_known_of_a_real_kubespray(root: Path) -> None:
    found = read(root)
    assert tuple(found) == collect.KEYS
    # calico finds its own MTU out, and asks for no kernel; there is no proxy.
    assert nulls(found) == ["network.mtu", "kernel.minimum", "no_proxy"]
    values = host_values(root, {})
    assert (images.wrong(values), downloads.wrong(values)) == ([], {})
    assert found["kube_version"] in versions.read("", None, values.raw).known
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


@needs_kubespray
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
    assert found["kubeadm"]["ignored"] == []
    assert found["kubeadm"]["cert_dir"] == "/etc/kubernetes/ssl"
    assert found["etcd"] == {"deployment": "kubeadm", "heartbeat_ms": 500, "election_ms": 5000}
    assert found["memory"]["control_plane_mb"] == 4096
    assert found["selinux_state"] == "permissive"
    assert {"crio", "skopeo"} <= {each["what"] for each in found["downloads"]["urls"]}


@pytest.mark.parametrize(
    ("given", "fails", "refuses"),
    [
        ({}, True, True),
        ({"kube_version": "1.34.9"}, False, False),
        ({"kubelet_fail_cgroup_v1": "false"}, False, True),
        ({"kubelet_config_extra_args": {"failCgroupV1": False}}, False, True),
        ({"kubelet_config_extra_args": {"failCgroupV1": "{{ 1 == 2 }}"}}, False, True),
        ({"kubelet_config_extra_args": {"maxPods": 9}}, True, True),
        # The last one counts.
        ({"kubelet_fail_cgroup_v1": False, "kubelet_config_extra_args": {"failCgroupV1": True}}, True, True),
    ],
)  # fmt: skip
def test_who_refuses_version_1_of_cgroups(
    write: Callable[..., Path], given: dict[str, Any], fails: bool, refuses: bool
) -> None:
    defaults = {"kube_version": "1.35.4", "kubelet_fail_cgroup_v1": True, **given}
    found = made(write(**{"kubespray_defaults/defaults/main/main.yml": defaults}))
    assert found["cgroup"] == {"fail_v1": fails}
    assert found["kubeadm"]["refuses_v1"] is refuses


@pytest.mark.parametrize(
    ("given", "ignored"),
    [
        (["SystemVerification", " NumCPU "], ["systemverification", "numcpu"]),
        (["{{ 'a' ~ 'll' }}"], ["all"]),
        ("SystemVerification", []),
        (None, []),
    ],
)
def test_which_of_kubeadms_checks_do_not_count(
    write: Callable[..., Path], given: Any, ignored: list[str]
) -> None:
    defaults = {"kubeadm_ignore_preflight_errors": given}
    root = write(**{"kubernetes/kubeadm_common/defaults/main.yml": defaults})
    assert made(root)["kubeadm"]["ignored"] == ignored


HOSTVARS = {
    "m1": {"ip": "10.0.0.1", "access_ip": "192.0.2.1", "ansible_hostname": "m1"},
    "e1": {"ansible_default_ipv4": {"address": "10.0.0.2"}, "ansible_host": "198.51.100.2"},
    "w1.example.org": {"ansible_host": "10.0.0.3"},
    "w2": {"ansible_host": "w2.example.org"},
}
GROUPS = {
    "all": list(HOSTVARS),
    "kube_control_plane": ["m1"],
    "etcd": ["e1"],
    "kube_node": ["w1.example.org", "w2"],
}


@needs_kubespray
@pytest.mark.parametrize("root", INSTALLED.values(), ids=INSTALLED.keys())
def test_what_a_real_kubespray_does_not_ask_for_through_the_proxy(root: Path) -> None:
    given: dict[str, Any] = {
        "hostvars": HOSTVARS,
        "groups": GROUPS,
        "https_proxy": "http://me:secret@proxy.example.org",
        "additional_no_proxy": "mirror.example.org,.corp.example.org",
        "loadbalancer_apiserver": {"address": "192.0.2.9", "port": 6443},
        "apiserver_loadbalancer_domain_name": "api.example.org",
    }
    found = read(root, **given)["no_proxy"].split(",")
    assert "" not in found and len(set(found)) == len(found)
    assert set(found) >= {
        "192.0.2.1", "10.0.0.2", "10.0.0.3", "m1", "e1", "w1.example.org", "w1", "w2", "m1.cluster.local",
        "w1.cluster.local", "192.0.2.9", "api.example.org", "mirror.example.org", ".corp.example.org", "127.0.0.1",
        "localhost", "10.233.0.0/18", "10.233.64.0/18", "svc", "svc.cluster.local",
    }  # fmt: skip
    assert not {"10.0.0.1", "198.51.100.2", "w2.example.org"} & set(found)
    without = read(root, **given, no_proxy_exclude_workers=True)["no_proxy"].split(",")
    assert "10.0.0.1" not in without and "10.0.0.3" not in without and "192.0.2.1" in without
    assert read(root, **given, no_proxy="")["no_proxy"] is None
    assert read(root, **{**given, "https_proxy": None})["no_proxy"] is None


def test_of_a_kubespray_with_nothing_in_it_nothing_is_known(write: Callable[..., Path]) -> None:
    root = write(**{"kubespray_defaults/defaults/main/main.yml": {"kube_version": "{{ nowhere }}"}})
    found = made(root)
    assert found["kubespray"] == {"version": "9.9.9", "path": str(root)}
    assert found["kube_version"] is None and found["architectures"] is None
    assert found["cgroup"] == {"fail_v1": None}
    assert found["kubeadm"] == {"refuses_v1": None, "ignored": [], "cert_dir": None}
    assert found["memory"] == {"control_plane_mb": None, "node_mb": None}
    assert found["downloads"]["urls"] == [] and found["network"]["pods"] is None
    assert set(collect.NOTHING) == set(found)
    assert not any(value is not None for value in collect.NOTHING.values())
