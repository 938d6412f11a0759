# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host import remains
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    Host,
    Skipped,
    Unknown,
)

OF_KUBESPRAY = [
    "/etc/kubernetes/kubelet.conf",
    "/etc/kubernetes/kubelet.env",
    "/etc/kubernetes/ssl/ca.crt",
]


def judged(paths=(), units=(), node_name=None, engine="containerd", root=True):
    host = Host("n1", frozenset(), settings={"container_manager": engine} if engine else {})
    found = {
        "paths": list(paths),
        "units": None if units is None else list(units),
        "node_name": node_name,
        "root": root,
    }
    return list(remains.judge(found, host))


def test_a_fresh_host():
    assert judged() == []
    # Kubespray replaces a containerd of the distribution by its own.
    assert judged(units=["containerd.service"]) == []


def test_a_login_may_not_see_all():
    assert judged(root=False) == [
        Unknown("remains_of_cluster", "Nothing was seen, but only root may look into all folders.")
    ]
    assert [problem["id"] for problem in judged(["/var/lib/k0s"], root=False)] == [
        "remains_of_cluster"
    ]


def test_what_the_host_is_asked():
    directories = {"etcd": "/srv/etcd"}
    host = Host("n1", frozenset(), settings={"directories": directories})

    assert remains.wants(host) == {"etcd_data_dir": "/srv/etcd"}
    assert remains.wants(Host("n1", frozenset())) == {"etcd_data_dir": None}


@pytest.mark.parametrize(
    ("unit", "name", "remove"),
    [
        ("k3s.service", "k3s", "k3s-uninstall.sh (on an agent k3s-agent-uninstall.sh)"),
        ("k3s-agent.service", "k3s", "k3s-uninstall.sh (on an agent k3s-agent-uninstall.sh)"),
        ("rke2-server.service", "RKE2", "rke2-uninstall.sh"),
        ("rke2-agent.service", "RKE2", "rke2-uninstall.sh"),
        ("snap.microk8s.daemon-kubelite.service", "MicroK8s", "snap remove --purge microk8s"),
        ("k0scontroller.service", "k0s", "k0s stop && k0s reset"),
        ("k0sworker.service", "k0s", "k0s stop && k0s reset"),
    ],
)
def test_another_kubernetes_at_work(unit, name, remove):
    # What it has brought with it goes with it.
    paths = ["/var/lib/kubelet/pki", "/etc/cni/net.d/10-flannel.conflist"]

    assert judged(paths, [unit]) == [
        block(
            "remains_of_cluster",
            f"{name} runs on this host ({unit}); two Kubernetes on one host take each other's ports and network.",
            f"Remove it, with all that it runs, or use another host; on the host: {remove}.",
        )
    ]


def test_what_another_kubernetes_has_left():
    assert judged(
        ["/var/lib/rancher/rke2", "/etc/rancher/rke2", "/etc/cni/net.d/10-canal.conflist"]
    ) == [
        warn(
            "remains_of_cluster",
            "RKE2 does not run, but was here and left /var/lib/rancher/rke2, /etc/rancher/rke2.",
            "If it is no longer needed, run on the host: rke2-uninstall.sh.",
        )
    ]


def test_what_an_earlier_cluster_has_left():
    assert judged(["/etc/kubernetes/ssl/ca.crt", "/var/lib/etcd/member"]) == [
        warn(
            "remains_of_cluster",
            "Neither kubelet nor etcd runs here, but a cluster was here and left "
            "/etc/kubernetes/ssl/ca.crt, /var/lib/etcd/member: its certificates and data do not fit a new cluster.",
            "If that cluster is no longer needed, run on the host: rm -rf --one-file-system /etc/kubernetes "
            "/etc/cni/net.d /var/lib/kubelet /var/lib/etcd/member; or remove it from all hosts of the inventory: "
            "ansible-playbook -b k8n.cluster.kubespray -e k8n_playbook=reset.",
        )
    ]


def test_of_both():
    found = judged(["/var/lib/k0s", "/etc/kubernetes/pki/ca.crt"])

    assert [problem["message"].split()[0] for problem in found] == ["k0s", "Neither"]


@pytest.mark.parametrize("name", ["n1", None])
def test_the_cluster_of_this_inventory_is_state(name):
    assert judged(
        OF_KUBESPRAY, ["containerd.service", "etcd.service", "kubelet.service"], name
    ) == [
        Skipped(
            "remains_of_cluster",
            "A cluster that Kubespray made runs here already (kubelet.service, etcd.service).",
        )
    ]


def test_an_etcd_member_without_kubelet_is_state():
    assert judged(["/etc/kubernetes/ssl/ca.crt", "/var/lib/etcd/member"], ["etcd.service"]) == [
        Skipped(
            "remains_of_cluster", "A cluster that Kubespray made runs here already (etcd.service)."
        )
    ]


def test_a_node_by_another_name():
    assert judged(OF_KUBESPRAY, ["kubelet.service"], "old-7") == [
        warn(
            "remains_of_cluster",
            "kubelet runs on this host as the node old-7, not as n1: "
            "it is a node of another cluster, or the inventory has given it another name.",
            "Give the host its old name in the inventory, or first remove the node old-7.",
        )
    ]


def test_a_node_of_kubeadm():
    paths = ["/etc/kubernetes/kubelet.conf", "/etc/kubernetes/pki/ca.crt", "/var/lib/kubelet/pki"]

    assert judged(paths, ["kubelet.service"]) == [
        block(
            "remains_of_cluster",
            "kubelet runs on this host as a node of a cluster that Kubespray did not make.",
            "Take the node out of that cluster (kubectl drain, kubectl delete node), "
            "then run on the host: kubeadm reset.",
        )
    ]


def test_without_systemd():
    assert judged(OF_KUBESPRAY, None) == [
        Unknown(id_, "Without systemd it is not known what runs on the host.")
        for id_ in ("remains_of_cluster", "container_engine_replaced")
    ]


def test_another_engine():
    assert judged(units=["containerd.service", "docker.service"]) == [
        warn(
            "container_engine_replaced",
            "docker runs on this host, and container_manager is containerd: "
            "Kubespray uninstalls docker with the containers that it runs.",
            "Move these containers elsewhere, or set container_manager: docker.",
        )
    ]
    assert judged(units=["containerd.service"], engine="crio")[0]["message"].startswith(
        "containerd runs"
    )
    assert judged(units=["containerd.service", "docker.service"], engine="docker") == []
    assert judged(units=["docker.service"], engine=None) == [
        Skipped("container_engine_replaced", "It is not known which one Kubespray is to install.")
    ]
