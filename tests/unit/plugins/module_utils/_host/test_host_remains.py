# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._host import remains

ENV = '# ...\nKUBE_LOG_LEVEL="--v=2"\nKUBELET_ADDRESS="--node-ip=10.0.0.1"\nKUBELET_HOSTNAME="--hostname-override=n1"\n'


@pytest.fixture
def host(tmp_path):
    (tmp_path / "proc/1").mkdir(parents=True)
    (tmp_path / "proc/1/cgroup").write_text("0::/init.scope\n", encoding="utf-8")
    (tmp_path / "sys/fs/cgroup/system.slice/ssh.service").mkdir(parents=True)
    return tmp_path


def make(root, *paths, text=""):
    for name in paths:
        path = root / name[1:]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_a_fresh_host(host):
    # The folders that Kubespray's first steps and Podman make.
    for folder in ("etc/kubernetes", "etc/cni/net.d", "var/lib/etcd", "var/lib/calico"):
        (host / folder).mkdir(parents=True)
    make(host, "/etc/cni/net.d/87-podman-bridge.conflist", "/etc/cni/net.d/cni.lock")

    assert remains.collect({}, host) == {"paths": [], "units": [], "node_name": None}


def test_a_live_node(host):
    for unit in ("kubelet", "etcd", "containerd"):
        (host / f"sys/fs/cgroup/system.slice/{unit}.service").mkdir()
    make(host, "/etc/kubernetes/kubelet.env", text=ENV)
    make(
        host,
        "/etc/kubernetes/kubelet.conf",
        "/etc/cni/net.d/10-calico.conflist",
        "/etc/cni/net.d/calico-kubeconfig",
        "/srv/etcd/member/wal",
    )

    assert remains.collect({"etcd_data_dir": "/srv/etcd"}, host) == {
        "paths": [
            "/etc/kubernetes/kubelet.conf",
            "/etc/kubernetes/kubelet.env",
            "/srv/etcd/member",
            "/etc/cni/net.d/10-calico.conflist",
        ],
        "units": ["containerd.service", "etcd.service", "kubelet.service"],
        "node_name": "n1",
    }


def test_others(host):
    (host / "sys/fs/cgroup/system.slice/k3s.service").mkdir()
    make(host, "/etc/rancher/k3s/k3s.yaml", "/var/lib/k0s/x")

    found = remains.collect({"etcd_data_dir": None}, host)
    assert found["paths"] == ["/etc/rancher/k3s", "/var/lib/k0s"]
    assert found["units"] == ["k3s.service"]


def test_without_systemd_what_runs_is_not_known(tmp_path):
    assert remains.collect({}, tmp_path)["units"] is None
