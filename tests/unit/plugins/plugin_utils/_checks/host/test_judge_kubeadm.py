# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host import kubeadm
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Host, Judged

SETTINGS: dict[str, Any] = {
    "directories": {"bin": "/usr/local/bin", "config": "/etc/kubernetes"},
    "network": {"ipv4": True, "ipv6": False},
    "kubeadm": {"refuses_v1": True, "ignored": [], "cert_dir": "/etc/kubernetes/ssl"},
}
WELL: dict[str, Any] = {
    "ran": False,
    "joined": False,
    "joining": False,
    "ca": False,
    "networks": [],
    "without_network": False,
    "initialized": None,
    "forwarding": {
        "ipv4": {"value": "0", "read_only": False},
        "ipv6": {"value": None, "read_only": False},
    },
    "missing": [],
    "controllers": ["cpu", "cpuset", "devices", "freezer", "memory", "pids"],
    "server": None,
    "root": True,
    "container": None,
}
RUNS = {"ran": True, "joined": True, "ca": True, "networks": ["10-flannel.conflist"]}
UNFINISHED = {**RUNS, "networks": [], "without_network": True}
PLANE, NODE = frozenset({"kube_control_plane", "etcd"}), frozenset({"kube_node"})
ALL = [check.id for check in kubeadm.CHECKS]
RESET = "/usr/local/bin/kubeadm reset -f --cert-dir /etc/kubernetes/ssl"


def judged(found=None, groups=PLANE, ignored=(), **settings):
    own = {**SETTINGS, "kubeadm": {**SETTINGS["kubeadm"], "ignored": list(ignored)}, **settings}
    host = Host("n1", groups, settings=own)
    result = Judged()
    result.add(kubeadm.CHECKS, kubeadm.judge({**WELL, **(found or {})}, host))
    return result


def test_what_the_host_is_asked():
    assert kubeadm.wants(Host("n1", PLANE, settings=SETTINGS)) == {
        "bin_dir": "/usr/local/bin",
        "kube_config_dir": "/etc/kubernetes",
        "kube_cert_dir": "/etc/kubernetes/ssl",
    }
    assert set(kubeadm.wants(Host("n1", PLANE)).values()) == {None}


def test_a_fresh_host():
    plane = judged()
    assert plane.passed == [name for name in ALL if name != "kubeadm_join_unfinished"]
    assert plane.skipped == [
        (
            "kubeadm_join_unfinished",
            "Kubespray itself resets a host of the control plane before it joins again.",
        )
    ]
    node = judged(groups=NODE)
    assert (node.problems, node.unknown) == ([], [])
    assert [each.id for each in node.skipped] == [
        "kubeadm_init_unfinished",
        "network_plugin_unfinished",
        "kubernetes_version_differs",
    ]


@pytest.mark.parametrize("groups", [PLANE, NODE, PLANE | NODE])
def test_a_host_at_work_is_not_looked_at_with_the_eyes_of_kubeadm(groups):
    """It need not be as kubeadm wants a fresh one, and nothing of its own is in its way."""
    forwarding = {"ipv4": {"value": "0", "read_only": True}}
    strange = {"missing": ["cp"], "controllers": [], "forwarding": forwarding}

    result = judged({**RUNS, **strange}, groups)

    assert (result.problems, result.unknown) == ([], [])
    assert {each.reason for each in result.skipped if each.id in ALL[4:]} == {
        "kubeadm has run on this host already, and does not look again."
    }


def test_a_host_of_etcd_alone():
    assert [each.id for each in judged(groups=frozenset({"etcd"})).skipped] == ALL


@pytest.mark.parametrize("initialized", [True, None])
def test_a_run_that_ended_before_the_network_plugin(initialized):
    assert judged({**UNFINISHED, "initialized": initialized}).problems == [
        warn(
            "network_plugin_unfinished",
            "An earlier run ended after kubeadm and before the network plugin: there is nothing in /etc/cni/net.d yet. "
            "Kubespray by itself would first wait for Ready nodes, which only the plugin makes.",
            "Nothing to do: k8n.cluster.deploy and k8n.cluster.kubespray go on without that wait.",
        )
    ]


def test_a_run_that_ended_within_kubeadm_init():
    assert judged({**UNFINISHED, "initialized": False}).problems == [
        block(
            "kubeadm_init_unfinished",
            "An earlier run ended within kubeadm init, and Kubespray does not run that again: "
            "/var/lib/kubelet/config.yaml is there already, but no host can join (the API server has no ConfigMap "
            "cluster-info).",
            f"Run on the host: {RESET}; then the same command again.",
        )
    ]


def test_a_control_plane_of_another_version():
    assert judged({**RUNS, "server": "1.34.3"}, kube_version="1.35.4").problems == [
        block(
            "kubernetes_version_differs",
            "The control plane on this host is Kubernetes 1.34.3, and this Kubespray installs 1.35.4. Its playbook "
            "cluster.yml, which deploy runs, does not upgrade: it would put other kubelets beside this control plane.",
            "To keep the cluster at 1.34.3, set kube_version: 1.34.3, or use the Kubespray that installed it. To "
            "upgrade it, one minor release at a time: ansible-playbook k8n.cluster.kubespray -b -e "
            "k8n_playbook=upgrade_cluster.",
        )
    ]
    same = judged({**RUNS, "server": "1.35.4"}, kube_version="1.35.4")
    assert "kubernetes_version_differs" in same.passed
    assert "kubernetes_version_differs" in {
        each.id for each in judged({**RUNS, "server": "1.35.4"}).unknown
    }
    other = judged({**RUNS, "server": "1.34.3"}, NODE, kube_version="1.35.4")
    assert other.problems == []


@pytest.mark.parametrize(
    ("groups", "found", "left"),
    [
        (NODE, {"ca": True}, "/etc/kubernetes/ssl/ca.crt"),
        (NODE, {"joining": True, "ca": True, "ran": True},
         "/etc/kubernetes/bootstrap-kubelet.conf and /etc/kubernetes/ssl/ca.crt"),
        (NODE, {"joining": True}, "/etc/kubernetes/bootstrap-kubelet.conf"),
    ],
)  # fmt: skip
def test_a_run_that_ended_within_kubeadm_join(groups, found, left):
    assert judged(found, groups).problems == [
        block(
            "kubeadm_join_unfinished",
            f"An earlier run ended within kubeadm join and left {left}: kubeadm would refuse to join the host once "
            "more (FileAvailable).",
            "Look again in a minute, since a kubelet that runs may still join by itself. If it stays like this, run "
            "on the "
            f"host: {RESET}; then the same command again.",
        )
    ]


@pytest.mark.parametrize(
    ("groups", "found", "ignored"),
    [
        # kubelet has its own by now.
        (NODE, {"joining": True, "ca": True, "joined": True}, []),
        (PLANE, {"joining": True, "ran": True, "networks": ["x.conf"]}, []),
        (PLANE, {"joining": True, "ca": True}, []),
        (NODE, {"ca": True}, ["fileavailable--etc-kubernetes-ssl-ca.crt"]),
        (NODE, {"joining": True, "ca": True}, ["all"]),
    ],
)
def test_nothing_of_a_join_is_in_the_way(groups, found, ignored):
    assert judged(found, groups, ignored).problems == []


def forwards(ipv4=None, ipv6=None, ignored=()):
    given = {"ipv4": ipv4, "ipv6": ipv6}
    forwarding = {**WELL["forwarding"], **{name: own for name, own in given.items() if own}}
    network = {"ipv4": True, "ipv6": ipv6 is not None}
    return judged({"forwarding": forwarding}, ignored=ignored, network=network).problems


OFF = {"value": "0", "read_only": True}


def test_a_kernel_that_does_not_forward():
    assert forwards(ipv4=OFF) == [
        block(
            "kernel_forwarding_off",
            "/proc/sys/net/ipv4/ip_forward is 0, kubeadm wants 1 (FileContent), and it cannot be set on this host: "
            "/proc/sys is read-only.",
            "Set it where the host's kernel is, with: sysctl -w net.ipv4.ip_forward=1; a container needs --privileged, "
            "or --sysctl net.ipv4.ip_forward=1.",
        )
    ]
    assert forwards(ipv6={"value": None, "read_only": False}) == [
        block(
            "kernel_forwarding_off",
            "The kernel has no /proc/sys/net/ipv6/conf/default/forwarding, which kubeadm wants to be 1 (FileContent): "
            "IPv6 is switched off on this host.",
            "Switch it on (look for ipv6.disable=1 on the kernel's command line), or set ipv6_stack: false.",
        )
    ]
    # Kubespray sets what can be set.
    assert forwards(ipv4={"value": "0", "read_only": False}) == []
    assert forwards(ipv4={"value": "1", "read_only": True}) == []
    assert forwards(ipv4=OFF, ignored=["filecontent--proc-sys-net-ipv4-ip_forward"]) == []


def test_programs_that_are_missing():
    assert judged({"missing": ["losetup", "cp"]}).problems == [
        block(
            "kubeadm_program_missing",
            "The host has no losetup, cp, without which kubeadm refuses it (FileExisting).",
            "Install them again: apt-get install --reinstall mount util-linux coreutils, or dnf reinstall util-linux "
            "util-linux-core coreutils.",
        )
    ]
    assert judged({"missing": ["cp"]}, ignored=["fileexisting-cp"]).problems == []


def test_controllers_of_cgroups_that_are_missing():
    less = [name for name in WELL["controllers"] if name not in ("memory", "pids")]
    assert judged({"controllers": less}).problems == [
        block(
            "cgroup_controller_missing",
            "The kernel has no controller memory, pids of cgroups, without which kubeadm refuses the host "
            "(SystemVerification) and pods have no limits.",
            "Take cgroup_disable=... off the kernel's command line (on a Raspberry Pi add cgroup_enable=memory) and "
            "reboot the host.",
        )
    ]
    assert judged({"controllers": less}, ignored=["systemverification"]).skipped[-1] == (
        "cgroup_controller_missing",
        "kubeadm_ignore_preflight_errors has SystemVerification.",
    )
    assert judged({"controllers": None}).unknown == [
        ("cgroup_controller_missing", "The host does not say.")
    ]


def test_what_is_not_known_does_not_pass():
    assert [each.id for each in judged({"root": False}).unknown] == ALL[:4]
    unknown = judged(kubeadm=None).unknown
    assert [each.id for each in unknown] == ALL[4:]
    assert {each.reason for each in unknown} == {
        "What this Kubespray configuration wants is not known."
    }


def test_other_folders_are_in_the_command():
    settings = {"bin": "/opt/my bin", "config": "/srv/k"}
    own = {"kubeadm": {"ignored": [], "cert_dir": None}, "directories": settings}
    (problem,) = judged({"joining": True}, NODE, **own).problems
    assert "left /srv/k/bootstrap-kubelet.conf:" in problem["message"]
    assert "'/opt/my bin/kubeadm' reset -f --cert-dir /srv/k/ssl;" in problem["fix"]
