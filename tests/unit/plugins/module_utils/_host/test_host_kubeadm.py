# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._host import kubeadm

FRESH = {
    "ran": False,
    "joined": False,
    "joining": False,
    "ca": False,
    "networks": [],
    "without_network": False,
    "initialized": None,
}
CONFIG = "/var/lib/kubelet/config.yaml"


def make(root, *paths, text="", mode=0o644):
    for name in paths:
        path = root / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)


def kubectl(root, script):
    make(root, "/usr/local/bin/kubectl", text=f"#!/bin/sh\n{script}\n", mode=0o755)
    make(root, "/etc/kubernetes/admin.conf")


def test_a_fresh_host(tmp_path):
    make(tmp_path, "/etc/cni/net.d/README", "/etc/kubernetes/kubelet.env")

    assert kubeadm.state({}, tmp_path) == FRESH


def test_a_node_at_work(tmp_path):
    kubectl(tmp_path, "touch $0.called")
    make(tmp_path, CONFIG, "/etc/kubernetes/kubelet.conf", "/etc/kubernetes/ssl/ca.crt")
    make(tmp_path, *(f"/etc/cni/net.d/{number}.conflist" for number in range(9)))

    assert kubeadm.state({}, tmp_path) == {
        **FRESH,
        "ran": True,
        "joined": True,
        "ca": True,
        "networks": [f"{number}.conflist" for number in range(5)],
    }
    # Nobody is asked of what is known.
    assert not (tmp_path / "usr/local/bin/kubectl.called").exists()


@pytest.mark.parametrize(
    ("script", "initialized"),
    [
        ("echo '{}'", True),
        (
            "echo 'Error from server (NotFound): configmaps \"cluster-info\" not found' >&2; exit 1",
            False,
        ),
        ("echo 'The connection to the server 10.0.0.1:6443 was refused' >&2; exit 1", None),
        ("echo 'Error from server (Forbidden): no' >&2; exit 1", None),
    ],
)
def test_a_run_that_ended_before_the_network_plugin(tmp_path, script, initialized):
    kubectl(tmp_path, script)
    make(tmp_path, CONFIG, "/etc/kubernetes/kubelet.conf")

    found = kubeadm.state({}, tmp_path)

    assert (found["without_network"], found["initialized"]) == (True, initialized)


def test_what_kubectl_is_asked(tmp_path, monkeypatch):
    monkeypatch.setenv("https_proxy", "http://proxy.example.org")
    kubectl(tmp_path, 'echo "$https_proxy$@" > "$0.asked"')
    make(tmp_path, CONFIG)

    assert kubeadm.state({}, tmp_path)["initialized"] is True
    assert (tmp_path / "usr/local/bin/kubectl.asked").read_text(encoding="utf-8") == (
        f"--kubeconfig={tmp_path}/etc/kubernetes/admin.conf --request-timeout=3s get --raw "
        "/api/v1/namespaces/kube-public/configmaps/cluster-info\n"
    )


def test_without_a_kubeconfig_nobody_is_asked(tmp_path):
    make(tmp_path, CONFIG)

    found = kubeadm.state({}, tmp_path)

    assert (found["without_network"], found["initialized"]) == (True, None)


def test_kubespray_has_other_folders(tmp_path):
    wants = {"kube_config_dir": "/srv/k", "kube_cert_dir": "/srv/c", "bin_dir": "/opt/bin"}
    make(tmp_path, "/srv/k/bootstrap-kubelet.conf", "/srv/c/ca.crt", "/srv/k/admin.conf", CONFIG)
    make(tmp_path, "/opt/bin/kubectl", text="#!/bin/sh\n", mode=0o755)

    assert kubeadm.state(wants, tmp_path) == {
        **FRESH,
        "ran": True,
        "joining": True,
        "ca": True,
        "without_network": True,
        "initialized": True,
    }


def test_what_its_preflight_looks_at(tmp_path):
    make(tmp_path, "/proc/sys/net/ipv4/ip_forward", text="1\n")
    make(tmp_path, "/usr/sbin/losetup", "/bin/mount", mode=0o755)
    make(tmp_path, "/usr/bin/cp")

    found = kubeadm.collect({}, tmp_path)

    assert found["forwarding"] == {
        "ipv4": {"value": "1", "read_only": False},
        "ipv6": {"value": None, "read_only": False},
    }
    assert found["missing"] == ["cp"]
    assert found["controllers"] is None
    assert {name: found[name] for name in FRESH} == FRESH


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ("registry.k8s.io/kube-apiserver:v1.34.3", "1.34.3"),
        ("10.0.0.1:5000/kube-apiserver:v1.34.3-eks", "1.34.3"),
        ("registry.example.org:5000/kube-apiserver:v1.34.3@sha256:0123", "1.34.3"),
        ("registry.example.org/kube-apiserver@sha256:0123", None),
        ("registry.example.org/kube-apiserver:latest", None),
    ],
)
def test_the_version_of_the_api_server(tmp_path, image, version):
    assert kubeadm.collect({}, tmp_path)["server"] is None
    pod = f"kind: Pod\nspec:\n  containers:\n  - command: [kube-apiserver]\n    image: {image}\n"
    make(tmp_path, "/srv/k/manifests/kube-apiserver.yaml", text=pod)

    assert kubeadm.collect({"kube_config_dir": "/srv/k"}, tmp_path)["server"] == version


def test_a_proc_that_nobody_can_write_to(tmp_path, monkeypatch):
    make(tmp_path, "/proc/sys/net/ipv4/ip_forward", text="0\n")
    flags = SimpleNamespace(f_flag=os.ST_RDONLY | os.ST_NOSUID)
    monkeypatch.setattr(os, "statvfs", lambda _path: flags)

    assert kubeadm.collect({}, tmp_path)["forwarding"]["ipv4"] == {"value": "0", "read_only": True}


def test_the_controllers_of_both_versions_of_cgroups(tmp_path):
    heading = "#subsys_name\thierarchy\tnum_cgroups\tenabled\n"
    make(tmp_path, "/proc/cgroups", text=f"{heading}cpu\t1\t1\t1\nmemory\t0\t1\t0\npids\t8\t1\t1\n")

    assert kubeadm.collect({}, tmp_path)["controllers"] == ["cpu", "pids"]
    make(tmp_path, "/sys/fs/cgroup/cgroup.controllers", text="cpuset cpu io memory pids\n")
    assert kubeadm.collect({}, tmp_path)["controllers"] == [
        "cpu", "cpuset", "devices", "freezer", "io", "memory", "pids",
    ]  # fmt: skip
