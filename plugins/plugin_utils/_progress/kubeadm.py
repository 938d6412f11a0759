# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What kubeadm's own preflight refuses, by the names that it prints: one table.

The names are those of Kubernetes 1.35: cmd/kubeadm/app/preflight/checks.go, and of an upgrade
cmd/kubeadm/app/phases/upgrade/{health,preflight}.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# As RunChecks prints them. A name is shown, so it is no more than a name can be.
_LINE = re.compile(
    r"^\s*(?:\w+: )?\[ERROR (?P<name>[A-Za-z][\w.-]{0,99})\]:(?P<text>.{0,2000})", re.MULTILINE
)
_PREFLIGHT = "[preflight]"
# A host may print as many as it likes.
_MOST = 12

_RESET = (
    "If this host is not to keep anything of Kubernetes, run on it:"
    " /usr/local/bin/kubeadm reset -f --cert-dir /etc/kubernetes/ssl (the folders are Kubespray's bin_dir and"
    " kube_cert_dir), then go on."
)
# Of programs without which a system does not start: they are gone from packages that are installed.
REINSTALL = (
    "apt-get install --reinstall mount util-linux coreutils, "
    "or dnf reinstall util-linux util-linux-core coreutils"
)
_IGNORE = "set kubeadm_ignore_preflight_errors: [{name}]"


class Refusal(NamedTuple):
    """One check of kubeadm's: its name as a regular expression, what it means that it refuses, and the cure.

    text, if it is not empty, is what must be found in what the check says. {name} is the name that was printed, {rest}
    what it has behind its first part.
    """

    name: str
    meaning: str
    fix: str
    text: str = ""


# From the special to the general.
REFUSALS = (
    Refusal(
        "SystemVerification",
        "The host has cgroups version 1, with which neither kubeadm nor kubelet starts from Kubernetes 1.35 on.",
        "Boot the host with systemd.unified_cgroup_hierarchy=1 on the kernel's command line. To stay with version 1"
        f" set kubelet_fail_cgroup_v1: false and {_IGNORE}.",
        text=r"cgroups v1 support",
    ),
    Refusal(
        "SystemVerification",
        "The kernel leaves out a controller of cgroups that Kubernetes needs.",
        "Take cgroup_disable=... off the kernel's command line (on a Raspberry Pi add cgroup_enable=memory) and reboot"
        " the host.",
        text=r"missing required cgroups",
    ),
    Refusal(
        "SystemVerification",
        "kubeadm finds no file that says how the running kernel was built.",
        "Install the kernel's own package with its /boot/config-VERSION, and reboot where another kernel runs; or"
        f" {_IGNORE}.",
        text=r"failed to parse kernel config",
    ),
    Refusal(
        "SystemVerification",
        "The kernel, or the system, lacks something that Kubernetes needs; kubeadm's list above marks it as missing.",
        f"Boot the host with a kernel of its distribution, or {_IGNORE}.",
    ),
    Refusal(
        "NumCPU",
        "The host has fewer CPUs than the two that kubeadm wants of a control plane.",
        f"Give the host more CPUs, or {_IGNORE}.",
    ),
    Refusal(
        "Mem",
        "The host has less memory than the 1700 MB that kubeadm wants of a control plane.",
        f"Give the host more memory, or {_IGNORE}.",
    ),
    Refusal(
        r"Port-\d+",
        "Port {rest} of the host is taken.",
        "See by whom: ss -lntp 'sport = :{rest}'. End that program if it is none of Kubernetes; else an earlier"
        f" kubeadm has started it. {_RESET}",
    ),
    Refusal(
        r"FileAvailable-.*-manifests-.*",
        "Static pods of an earlier control plane are on the host.",
        _RESET,
    ),
    Refusal(
        r"FileAvailable-.*",
        "A join that was broken off, or another cluster, has left a file on the host that kubeadm would write.",
        _RESET,
    ),
    Refusal(
        r"DirAvailable-.*etcd.*",
        "The folder for etcd's data is not empty: an earlier cluster has left it.",
        "If it is no longer needed, move it away on the host, or run the playbook k8n.cluster.kubespray with"
        " -e k8n_playbook=reset, then go on.",
    ),
    Refusal(
        r"DirAvailable-.*",
        "A folder that must be empty is not: an earlier cluster has left it.",
        _RESET,
    ),
    Refusal(
        r"FileContent-.*ipv4.*ip_forward",
        "The host does not forward packets of IPv4 (net.ipv4.ip_forward).",
        "Run on the host: sysctl -w net.ipv4.ip_forward=1. Where it comes back as 0, grep -r ip_forward /etc/sysctl.d"
        " /etc/sysctl.conf finds who sets it.",
    ),
    Refusal(
        r"FileContent-.*ipv6.*forwarding",
        "The host does not forward packets of IPv6 (net.ipv6.conf.default.forwarding), or has no IPv6.",
        "Run on the host: sysctl -w net.ipv6.conf.all.forwarding=1. Without IPv6 on the host set ipv6_stack: false.",
    ),
    Refusal(
        r"FileContent-.*bridge-nf-call.*",
        "The kernel's module br_netfilter is not loaded, or its setting is off.",
        "Run on the host: modprobe br_netfilter; sysctl -w net.bridge.bridge-nf-call-iptables=1.",
    ),
    Refusal(
        r"FileContent-.*",
        "A setting of the kernel is not as Kubernetes needs it.",
        "Set the file that the line names to what it names, with sysctl -w on the host.",
    ),
    Refusal(
        r"FileExisting-(losetup|mount|cp|touch)",
        "The program {rest} is not where kubeadm looks for it (PATH).",
        f"Install it again on the host: {REINSTALL}.",
    ),
    Refusal(
        r"FileExisting-.*",
        "A program or a file that kubeadm needs is not on the host.",
        "Install the host's package that has it, then go on.",
    ),
    Refusal(
        "ExternalEtcdVersion",
        "kubeadm reached no etcd member, or one whose version is too old for this Kubernetes.",
        "On each member: systemctl status etcd, journalctl -u etcd, etcd --version; look for a firewall on port 2379,"
        " and run the whole playbook, which upgrades etcd first.",
    ),
    Refusal(
        "ExternalEtcdClientCertificates",
        "The certificates with which the API server asks etcd are not on the host.",
        "Run the whole playbook, without --tags and --limit: its etcd plays hand them out.",
    ),
    Refusal(
        "CRI",
        "The container runtime does not answer on its socket.",
        "On the host: systemctl status containerd (or crio, cri-dockerd), crictl info, journalctl -u containerd.",
    ),
    Refusal(
        "ContainerRuntimeVersion",
        "The container runtime is too old for this kubelet.",
        "Let Kubespray install its own: run the whole playbook, without containerd_version (or crio_version) of an"
        " older one.",
    ),
    Refusal(
        r"Service-.*",
        "A service that kubeadm needs does not run.",
        "On the host: systemctl status, then journalctl -u, of the service that the line names.",
    ),
    Refusal(
        "IsPrivilegedUser",
        "kubeadm ran as an ordinary login: become is off.",
        "Run the same command with -b, or set ansible_become: true in the inventory.",
    ),
    Refusal(
        "Swap",
        "Swap is on.",
        "Run on the host: swapoff -a, and take the swap out of /etc/fstab; or set kubelet_fail_swap_on: false.",
    ),
    Refusal(
        "Hostname",
        "The node's name is not one that Kubernetes accepts, or it cannot be resolved.",
        "Give the host a valid name in the inventory and run the playbook k8n.cluster.prepare, which writes its line"
        " into /etc/hosts.",
    ),
    Refusal(
        "KubernetesVersion",
        "kubeadm is older than the Kubernetes that it should install.",
        "Look with kubeadm version on the host; set kube_version to that of this Kubespray and run the whole playbook,"
        " which downloads the kubeadm that belongs to it.",
    ),
    Refusal(
        "KubeletVersion",
        "kubelet and the control plane are too many versions apart.",
        "Look with kubelet --version on the host; upgrade one minor version of Kubernetes at a time, the control plane"
        " first.",
    ),
    Refusal(
        "ImagePull",
        "An image of the control plane cannot be pulled.",
        "Try it on the host: crictl pull IMAGE. Behind a proxy set http_proxy and https_proxy; without internet set"
        " the registries (Kubespray's docs/operations/offline-environment.md).",
    ),
    Refusal(
        "HTTPProxy(CIDR)?",
        "kubeadm cannot make out whether the cluster's addresses go through the proxy.",
        "Look at http_proxy, https_proxy, no_proxy, kube_service_addresses and kube_pods_subnet: one of them is no"
        " valid URL or network.",
    ),
    Refusal(
        "Firewalld",
        "firewalld is active on the host.",
        "Open the ports that the line names, or run on the host: systemctl disable --now firewalld.",
    ),
    Refusal(
        "CreateJob",
        "The pod with which kubeadm tries the cluster before an upgrade did not run to its end in time.",
        "kubectl -n kube-system get pods,events and kubectl get nodes say why: no node that takes pods (an upgrade that"
        " failed leaves its node cordoned: kubectl uncordon NODE), an image pause that cannot be pulled, a webhook that"
        " refuses it.",
    ),
    Refusal(
        "ControlPlaneNodesReady",
        "A node of the control plane is not Ready.",
        "kubectl describe node NODE says why; on that host: systemctl status kubelet, journalctl -u kubelet.",
    ),
    Refusal(
        "StaticPodManifest",
        "Static pods of the control plane are not on the host, so there is nothing to upgrade.",
        "Look into /etc/kubernetes/manifests; if it is empty, install the cluster (k8n.cluster.deploy) before the"
        " upgrade.",
    ),
    Refusal(
        "CoreDNSUnsupportedPlugins|CoreDNSMigration",
        "kubeadm cannot carry CoreDNS's configuration over to the new version.",
        "Compare kubectl -n kube-system get configmap coredns -o yaml with the notes of the new CoreDNS, and"
        f" {_IGNORE} once it fits.",
    ),
)  # fmt: skip
# Of a check that is none of the table, as a later Kubernetes may have it.
_UNKNOWN = (
    "This collection does not know the check; what kubeadm says of it stands above.",
    f"Change on the host what it names. If you know that it does not matter, {_IGNORE}.",
)


def refused(message: str) -> list[tuple[str, str]]:
    """Of each check that kubeadm's preflight has failed, once, what it means and the cure; none without such lines."""
    if _PREFLIGHT not in message:
        return []
    found = list(dict.fromkeys(_explained(message)))
    more = len(found) - _MOST
    if more > 0:
        rest = f"kubeadm refuses the host for {more} more reason{'' if more == 1 else 's'}."
        return [*found[:_MOST], (rest, "Read the lines [ERROR NAME] above.")]
    return found


def _explained(message: str) -> Iterator[tuple[str, str]]:
    for line in _LINE.finditer(message):
        name = line["name"]
        values = {"name": name, "rest": name.partition("-")[2]}
        meaning, fix = _of(name, line["text"])
        yield f"kubeadm refuses the host [{name}]: {_filled(meaning, values)}", _filled(fix, values)


def _of(name: str, text: str) -> tuple[str, str]:
    for each in REFUSALS:
        if re.fullmatch(each.name, name) and re.search(each.text, text):
            return each.meaning, each.fix
    return _UNKNOWN


def _filled(sentence: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        sentence = sentence.replace(f"{{{name}}}", value)
    return sentence
