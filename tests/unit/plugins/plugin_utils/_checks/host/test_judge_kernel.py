# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host import kernel
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Host, Judged

MODULES = [
    {"name": "br_netfilter", "why": "Kubespray: Enable br_netfilter module", "required": True},
    {"name": "ip_vs", "why": "Kubespray: Modprobe Kernel Module for IPVS", "required": True},
    {"name": "ip_vs_rr", "why": "Kubespray: Modprobe Kernel Module for IPVS", "required": True},
    {"name": "nf_conntrack", "why": "Kubespray: Modprobe conntrack module", "required": False},
]
HOST = Host("n1", frozenset({"kube_node"}), settings={"kernel": {"modules": MODULES}})
NOTHING = {"br_netfilter": "loaded", "ip_vs": None, "ip_vs_rr": None}


BUILT = dict.fromkeys(kernel.wants(HOST)["options"], "y")


def judged(host=HOST, **found):
    all_found = {
        **{"modules": NOTHING, "loads": True, "tree": True, "container": None},
        **{"config": "/proc/config.gz", "options": BUILT, "kubeadm": None},
        **found,
    }
    result = Judged()
    result.add(kernel.CHECKS, kernel.judge(all_found, host))
    return result


def test_the_modules_without_which_kubespray_ends_are_looked_for():
    assert kernel.wants(HOST)["modules"] == ["br_netfilter", "ip_vs", "ip_vs_rr", "configs"]
    assert kernel.wants(Host("n1", frozenset())) == {"modules": [], "options": []}


def test_all_of_them_are_there():
    found = {"br_netfilter": "loaded", "ip_vs": "loadable", "ip_vs_rr": "builtin"}

    assert judged(modules=found).passed == ["kernel_module_missing", "kernel_option_missing"]


def test_a_module_that_the_kernel_has_not():
    assert judged().problems == [
        block(
            "kernel_module_missing",
            "The running kernel has no module ip_vs, ip_vs_rr, which this cluster needs "
            "(Kubespray: Modprobe Kernel Module for IPVS).",
            "Install the package with all of the kernel's modules (Debian: linux-image-amd64 instead of a cloud "
            "kernel; Ubuntu: linux-modules-extra-$(uname -r); RHEL: kernel-modules-extra) and reboot if that brings a "
            "newer kernel.",
        )
    ]


def test_a_kernel_whose_modules_an_upgrade_has_removed():
    assert judged(tree=False).problems == [
        block(
            "kernel_module_missing",
            "There are no modules for the running kernel in /lib/modules, so ip_vs, ip_vs_rr cannot be loaded. That is "
            "so after an upgrade of the kernel without a reboot.",
            "Reboot the host.",
        )
    ]


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (
            {"loads": False, "tree": False},
            "This kernel loads no modules, and does not show whether it has ip_vs, ip_vs_rr built in.",
        ),
        (
            {"tree": False, "container": "lxc"},
            "A container does not show whether its machine can load ip_vs, ip_vs_rr.",
        ),
    ],
)
def test_where_it_cannot_be_seen(found, reason):
    assert judged(**found).unknown == [("kernel_module_missing", reason)]


@pytest.mark.parametrize("settings", [{}, {"kernel": None}, {"kernel": {"modules": None}}])
def test_without_kubespray(settings):
    host = Host("n1", frozenset(), settings=settings)

    assert judged(host).unknown == [
        ("kernel_module_missing", "What this Kubespray configuration wants is not known.")
    ]


ALL = {"br_netfilter": "loaded", "ip_vs": "loaded", "ip_vs_rr": "loaded"}


def test_options_that_the_kernel_has_not():
    options = {**BUILT, "MEMCG": None, "OVERLAY_FS": "m", "NETFILTER_XT_TARGET_REDIRECT": None}

    assert judged(modules=ALL, options=options).problems == [
        warn(
            "kernel_option_missing",
            "The running kernel was built without CONFIG_MEMCG (kubeadm), says /proc/config.gz.",
            "Boot the host with a kernel that has these options, as those of the distributions do (Debian: apt-get "
            "install linux-image-amd64, then reboot).",
        )
    ]
    options["IP_NF_TARGET_REDIRECT"] = "n"
    (problem,) = judged(modules=ALL, options=options).problems
    assert (
        "CONFIG_NETFILTER_XT_TARGET_REDIRECT or CONFIG_IP_NF_TARGET_REDIRECT (kubeadm)"
        in (problem["message"])
    )


def test_options_of_the_network_plugin():
    settings = {**HOST.settings, "network": {"plugin": "cilium"}}
    host = Host("n1", frozenset({"kube_node"}), settings=settings)

    assert {"BPF_SYSCALL", "NET_CLS_BPF"} <= set(kernel.wants(host)["options"]) - set(BUILT)
    (problem,) = judged(host, modules=ALL).problems
    assert "CONFIG_BPF_SYSCALL (cilium)" in problem["message"]


def test_options_that_are_not_known_or_not_wanted():
    assert judged(modules=ALL, config=None).unknown == [
        (
            "kernel_option_missing",
            "There is neither a /proc/config.gz nor a /boot/config-* for the running kernel to read them in.",
        )
    ]
    etcd = Host("n1", frozenset({"etcd"}), settings=HOST.settings)
    assert judged(etcd, modules=ALL).skipped == [
        ("kernel_option_missing", "The host is neither control plane nor node.")
    ]


KUBEADM = {"refuses_v1": True, "ignored": [], "cert_dir": "/etc/kubernetes/ssl"}
FRESH = Host("n1", frozenset({"kube_node"}), settings={**HOST.settings, "kubeadm": KUBEADM})


def test_an_option_without_which_kubeadm_refuses_the_host():
    options = {**BUILT, "MEMCG": None}

    (problem,) = judged(FRESH, modules=ALL, options=options).problems
    assert problem["severity"] == "block"
    assert problem["message"] == (
        "The running kernel was built without CONFIG_MEMCG (kubeadm), says /proc/config.gz; kubeadm refuses the host "
        "(SystemVerification)."
    )
    # What kubeadm only warns of, a host that has joined, and one on which nobody asks kubeadm.
    ignored = {"kubeadm": {**KUBEADM, "ignored": ["systemverification"]}}
    for host, more in (
        (FRESH, {"options": {**BUILT, "OVERLAY_FS": None}}),
        (FRESH, {"options": options, "kubeadm": {"joined": True}}),
        (Host("n1", frozenset({"kube_node"}), settings={**HOST.settings, **ignored}), {"options": options}),
    ):  # fmt: skip
        (problem,) = judged(host, modules=ALL, **more).problems
        assert problem["severity"] == "warn"


def test_a_kernel_of_which_nobody_says_how_it_was_built():
    assert judged(FRESH, modules=ALL, config=None).problems == [
        block(
            "kernel_option_missing",
            "There is neither a /proc/config.gz nor a /boot/config-* nor another file that says how the running kernel "
            "was built, without which kubeadm refuses the host (SystemVerification).",
            "Install the package of the running kernel with its /boot/config-VERSION, or set "
            "kubeadm_ignore_preflight_errors: [SystemVerification].",
        )
    ]
    # kubeadm loads that module, and then the kernel says so.
    loadable = {**ALL, "configs": "loadable"}
    assert judged(FRESH, modules=loadable, config=None).problems == []
    assert judged(FRESH, modules=ALL, config=None, kubeadm={"joined": True}).problems == []
