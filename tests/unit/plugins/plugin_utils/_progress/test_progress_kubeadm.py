# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every check of kubeadm's preflight has its own sentence, and a host cannot put words into ours."""

from __future__ import annotations

import re

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.kubeadm import REFUSALS, refused

# Every Name() of Kubernetes 1.35.4 below cmd/kubeadm/app/{preflight,phases/upgrade}, with a text of that check.
NAMES = {
    "NumCPU": "the number of available CPUs 1 is less than the required 2",
    "Mem": "the system RAM (1500 MB) is less than the minimum 1700 MB",
    "KubernetesVersion": "couldn't parse Kubernetes version",
    "Firewalld": "firewalld is active",
    "Port-6443": "Port 6443 is in use",
    "FileAvailable--etc-kubernetes-manifests-etcd.yaml": "/etc/kubernetes/manifests/etcd.yaml already exists",
    "FileAvailable--etc-kubernetes-kubelet.conf": "/etc/kubernetes/kubelet.conf already exists",
    "DirAvailable--var-lib-etcd": "/var/lib/etcd is not empty",
    "DirAvailable--etc-kubernetes-manifests": "/etc/kubernetes/manifests is not empty",
    "HTTPProxy": "invalid URL",
    "HTTPProxyCIDR": "error parsing CIDR",
    "CRI": "could not connect to the container runtime",
    "ContainerRuntimeVersion": "could not check if the runtime config is available",
    "Swap": "swap is supported for cgroup v2 only",
    "FileExisting-losetup": "losetup not found in system path",
    "FileExisting-conntrack": "conntrack not found in system path",
    "SystemVerification": "unexpected kernel config: CONFIG_MEMCG",
    "Hostname": "hostname could not be reached",
    "KubeletVersion": "couldn't get kubelet version",
    "Service-kubelet": "kubelet service is not active",
    "FileContent--proc-sys-net-ipv4-ip_forward": "contents are not set to 1",
    "FileContent--proc-sys-net-ipv6-conf-default-forwarding": "does not exist",
    "FileContent--proc-sys-net-bridge-bridge-nf-call-iptables": "does not exist",
    "FileContent--proc-sys-x": "does not exist",
    "ExternalEtcdVersion": "context deadline exceeded",
    "ExternalEtcdClientCertificates": "/etc/ssl/etcd/ssl/ca.pem doesn't exist",
    "ImagePull": "failed to pull image",
    "IsPrivilegedUser": "user is not running as root",
    "CreateJob": 'Job "upgrade-health-check-1" in the namespace "kube-system" did not complete in 15s',
    "ControlPlaneNodesReady": "there are NotReady control-planes in the cluster: [node1]",
    "StaticPodManifest": "manifest files not found",
    "CoreDNSUnsupportedPlugins": "CoreDNS cannot migrate the following plugins",
    "CoreDNSMigration": "CoreDNS will not be upgraded",
}
# One check with more than one reason.
REASONS = (
    ("SystemVerification", "cgroups v1 support is deprecated", "cgroups version 1"),
    ("SystemVerification", "missing required cgroups: memory", "a controller of cgroups"),
    ("SystemVerification", "failed to parse kernel config: no config path", "how the running kernel was built"),
)  # fmt: skip


def printed(*lines: str) -> str:
    return "\n".join(["stderr: [preflight] Some fatal errors occurred:", *lines])


@pytest.mark.parametrize(("name", "text"), NAMES.items())
def test_every_name_is_in_the_table(name: str, text: str) -> None:
    ((meaning, fix),) = refused(printed(f"\t[ERROR {name}]: {text}"))
    assert meaning.startswith(f"kubeadm refuses the host [{name}]: ")
    assert "does not know" not in meaning
    assert not re.search(r"[{}]", meaning + fix)


@pytest.mark.parametrize(("name", "text", "said"), REASONS)
def test_one_name_has_several_reasons(name: str, text: str, said: str) -> None:
    ((meaning, _fix),) = refused(printed(f"\t[ERROR {name}]: {text}"))
    assert said in meaning


def test_every_entry_is_met() -> None:
    lines = [*NAMES.items(), *((name, text) for name, text, _said in REASONS)]
    met = set()
    for name, text in lines:
        ((meaning, _fix),) = refused(printed(f"[ERROR {name}]: {text}"))
        met.add(meaning.partition("]: ")[2])
    assert [
        each.name
        for each in REFUSALS
        if each.meaning.replace("{rest}", "6443") not in met
        and each.meaning.replace("{rest}", "losetup") not in met
    ] == []


def test_where_a_line_begins_and_that_it_comes_once() -> None:
    twice = printed("[ERROR Mem]: a", "\t[ERROR Mem]: b", "cmd: kubeadm init # [ERROR Swap]: c")
    assert [meaning.partition("]")[0] for meaning, _fix in refused(twice)] == [
        "kubeadm refuses the host [Mem"
    ]


@pytest.mark.parametrize(
    "message",
    [
        "[ERROR Mem]: of another program",
        printed("[WARNING Mem]: none of these"),
        printed("[ERROR run: rm -rf /]: x"),
        printed("[ERROR " + "x" * 101 + "]: x"),
        printed("[ERROR \u202eMem]: x"),
    ],
)
def test_what_is_no_name_is_not_shown_as_one(message: str) -> None:
    assert refused(message) == []


def test_a_host_that_prints_a_thousand() -> None:
    found = refused(printed(*(f"[ERROR N{number}]: x" for number in range(1000))))
    assert len(found) == 13
    assert found[-1] == (
        "kubeadm refuses the host for 988 more reasons.",
        "Read the lines [ERROR NAME] above.",
    )
    assert refused(printed(*(f"[ERROR N{number}]: x" for number in range(13))))[-1][0] == (
        "kubeadm refuses the host for 1 more reason."
    )
