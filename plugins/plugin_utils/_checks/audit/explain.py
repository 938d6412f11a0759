# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What the checks that users meet most mean, in a sentence, and how to fix what fails them.

Only words: which checks there are, and whether they fail, is read from Kubespray. A check that is not named here is
explained by its own expression.
"""

from __future__ import annotations

from typing import NamedTuple

from ..model import ASSERTION, Check, Stage

# The variables that hold a network, each with an example.
_NETWORKS = {
    "kube_service_addresses": "10.233.0.0/18",
    "kube_pods_subnet": "10.233.64.0/18",
    "kube_service_addresses_ipv6": "fd85:ee78:d8a6:8607::1000/116",
    "kube_pods_subnet_ipv6": "fd85:ee78:d8a6:8607::1:0000/112",
}


class Words(NamedTuple):
    """For one assertion: what it is for, and what to do when it fails."""

    meaning: str
    fix: str


_VERSION = "stop_if_unsupported_version_of_kubernetes"
_VERSION_KNOWN = "download_file_check_if_requested_kubernetes_are_supported"
_EXTERNAL_CA = (
    "stop_if_auto_renew_certificates_is_enabled_when_certificates_are_managed_externally_"
    "kube_external_ca_mode_is_true"
)

_WORDS = {
    "fail_if_removed_variables_are_used": Words(
        "Kubespray no longer has these variables, and does not run where one is set.",
        "Take them out of group_vars, host_vars, the inventory and -e; Kubespray's release notes say what came in "
        "their place.",
    ),
    "stop_if_unsupported_options_selected": Words(
        "This Kubespray does not know the choice.",
        "Set the variable to one that the expression above names.",
    ),
    "stop_if_download_localhost_is_enabled_but_download_run_once_is_not": Words(
        "What is downloaded on the control node is downloaded once.",
        "Set download_run_once: true as well, or download_localhost: false.",
    ),
    _VERSION_KNOWN: Words(
        "This Kubespray has no such Kubernetes.",
        "Set kube_version to one that it has, or take it out.",
    ),
    "stop_if_kata_containers_enabled_is_enabled_when_container_manager_is_docker": Words(
        "Kata containers run with containerd and CRI-O only.",
        "Set container_manager: containerd, or kata_containers_enabled: false.",
    ),
    "stop_if_gvisor_enabled_is_enabled_when_container_manager_is_not_containerd": Words(
        "gVisor runs with containerd only.",
        "Set container_manager: containerd, or gvisor_enabled: false.",
    ),
    "ensure_minimum_containerd_version": Words(
        "This Kubespray no longer configures a containerd as old as that.",
        "Take containerd_version out, or set it to containerd_min_version_required or later.",
    ),
    **{
        f"check_that_{name}_is_a_network_range": Words(
            "The address of the network is not one of its hosts'.",
            f"Set {name} to a network whose host bits are 0, such as {example}.",
        )
        for name, example in _NETWORKS.items()
    },
    "stop_if_kube_control_plane_group_is_empty": Words(
        "Without a host in kube_control_plane there is nothing to run the API server on.",
        "Put at least one host into the group kube_control_plane.",
    ),
    "stop_if_etcd_group_is_empty_in_external_etcd_mode": Words(
        "etcd runs outside of kubeadm, so that its hosts must be named.",
        "Put an odd number of hosts into the group etcd, or set etcd_deployment_type: kubeadm.",
    ),
    _VERSION: Words(
        "This Kubespray no longer installs a Kubernetes as old as kube_version.",
        "Set kube_version to kube_version_min_required or later, or take it out, or use an older Kubespray.",
    ),
    "stop_if_known_booleans_are_set_as_strings_use_json_format_on_cli_e_key_true": Words(
        "A variable that is true or false was given as a text, and any text that is not empty counts as true.",
        "Give it as JSON, such as -e '{\"download_run_once\": false}', or without quotes in a variables file.",
    ),
    "stop_if_even_number_of_etcd_hosts": Words(
        "An even number of etcd members survives no more losses than one member fewer, and a network split into "
        "halves stops them all.",
        "Name one member more or one fewer in the group etcd.",
    ),
    "guarantee_that_enough_network_address_space_is_available_for_all_pods": Words(
        "A node's share of the pod network has fewer addresses than the pods that it may run.",
        "Lower kubelet_max_pods or kube_network_node_prefix (a smaller prefix is a larger share).",
    ),
    "stop_if_rbac_is_not_enabled_when_dashboard_is_enabled": Words(
        "The dashboard needs RBAC.",
        "Set rbac_enabled: true, or dashboard_enabled: false.",
    ),
    "check_cloud_provider_value": Words(
        "Kubernetes no longer has cloud providers of its own.",
        "Set cloud_provider: external and external_cloud_provider, or take cloud_provider out.",
    ),
    "check_external_cloud_provider_value": Words(
        "Kubespray does not know this cloud provider.",
        "Set external_cloud_provider to one that the expression above names.",
    ),
    _EXTERNAL_CA: Words(
        "Certificates of an external authority cannot be renewed by kubeadm.",
        "Set auto_renew_certificates: false, or kube_external_ca_mode: false.",
    ),
    "stop_if_any_host_not_in_limit_does_not_have_a_fact_cache": Words(
        "With --limit Kubespray takes the facts of the other hosts from a fact cache, and they are not there.",
        "Leave --limit out, or set a fact cache (fact_caching in ansible.cfg) and run kubernetes_sigs.kubespray.facts "
        "without --limit first.",
    ),
    "stop_if_non_systemd_os_type": Words(
        "Kubespray starts every service through systemd.",
        "Use an operating system whose init is systemd.",
    ),
    "stop_if_the_os_does_not_support": Words(
        "This Kubespray is not made for the host's distribution.",
        "Use one of supported_os_distributions, or set allow_unsupported_distribution_setup: true.",
    ),
    "stop_if_memory_is_too_small_for_control_plane_nodes": Words(
        "A control plane host with less memory is likely to be stopped by the kernel under load.",
        "Give the host more memory, or lower minimal_master_memory_mb knowing that.",
    ),
    "stop_if_memory_is_too_small_for_nodes": Words(
        "A node with less memory is likely to be stopped by the kernel under load.",
        "Give the host more memory, or lower minimal_node_memory_mb knowing that.",
    ),
    "stop_if_cgroups_are_not_enabled_on_nodes": Words(
        "Container runtime and kubelet need control groups at /sys/fs/cgroup.",
        "Mount the cgroup file system; in a container or a small VM that is the host's or the kernel's setting.",
    ),
    "stop_if_ip_var_does_not_match_local_ips": Words(
        "The variable ip must be an address of the host itself; services listen on it.",
        "Set ip to an address that `ip addr` shows on the host; an address by which others reach it is access_ip.",
    ),
    "stop_if_access_ip_is_not_pingable": Words(
        "The host gets no answer to a ping of the address by which the others are to reach it.",
        "Fix access_ip or the network; set ping_access_ip: false where ICMP is filtered on purpose.",
    ),
    "stop_if_kernel_version_is_too_low_for_cilium": Words(
        "Cilium needs a newer kernel than the host runs.",
        "Upgrade the host's kernel, or choose another kube_network_plugin.",
    ),
    "stop_if_kernel_version_is_too_low_for_nftables": Words(
        "kube-proxy's nftables mode needs a newer kernel than the host runs.",
        "Upgrade the host's kernel, or set kube_proxy_mode: ipvs or iptables.",
    ),
    "stop_if_bad_hostname": Words(
        "A node's name is a DNS name in lower case.",
        "Rename the host in the inventory to lower-case letters, digits, '-' and '.'.",
    ),
    "stop_if_kernel_version_is_too_low_for_cilium_wireguard_encryption": Words(
        "WireGuard is in the kernel from 5.6 on.",
        "Upgrade the host's kernel, or set cilium_encryption_type: ipsec.",
    ),
    "flannel_stop_if_kernel_version_is_too_low_for_flannel_wireguard_encryption": Words(
        "WireGuard is in the kernel from 5.6 on.",
        "Upgrade the host's kernel, or choose another flannel_backend_type.",
    ),
}

# Those that no check of ours stands for, with the names that we give them. Others that a Kubespray has go by the names
# of their tasks.
CHECKS = tuple(
    Check(name, title, "block", Stage.INVENTORY, ASSERTION, kubespray=(assertion,))
    for name, title, assertion in (
        ("removed_variables", "no variable is set that Kubespray no longer has",
         "fail_if_removed_variables_are_used"),
        ("options", "Kubespray knows every choice", "stop_if_unsupported_options_selected"),
        ("download_localhost", "what the controller downloads is downloaded once",
         "stop_if_download_localhost_is_enabled_but_download_run_once_is_not"),
        ("kata_engine", "the container engine runs Kata containers",
         "stop_if_kata_containers_enabled_is_enabled_when_container_manager_is_docker"),
        ("gvisor_engine", "the container engine runs gVisor",
         "stop_if_gvisor_enabled_is_enabled_when_container_manager_is_not_containerd"),
        ("containerd_version", "Kubespray configures this containerd", "ensure_minimum_containerd_version"),
        *((f"{name}_range", f"{name} is a network", f"check_that_{name}_is_a_network_range") for name in _NETWORKS),
        ("no_control_plane", "a host is in kube_control_plane", "stop_if_kube_control_plane_group_is_empty"),
        ("no_etcd", "a host is in etcd", "stop_if_etcd_group_is_empty_in_external_etcd_mode"),
        ("kube_version", "Kubespray still installs this Kubernetes", _VERSION),
        ("string_booleans", "what is true or false is no text",
         "stop_if_known_booleans_are_set_as_strings_use_json_format_on_cli_e_key_true"),
        ("pod_addresses", "a node's share of the pod network has an address for each pod",
         "guarantee_that_enough_network_address_space_is_available_for_all_pods"),
        ("dashboard_rbac", "RBAC is on where the dashboard is",
         "stop_if_rbac_is_not_enabled_when_dashboard_is_enabled"),
        ("cloud_provider", "no cloud provider inside of Kubernetes is wanted", "check_cloud_provider_value"),
        ("external_cloud_provider", "Kubespray knows the cloud provider", "check_external_cloud_provider_value"),
        ("external_ca_renewal", "kubeadm renews no certificates of an external authority", _EXTERNAL_CA),
        ("cgroups", "control groups are mounted", "stop_if_cgroups_are_not_enabled_on_nodes"),
        ("access_ip_ping", "the host's access_ip answers it", "stop_if_access_ip_is_not_pingable"),
        ("cilium_wireguard_kernel", "the kernel has WireGuard where Cilium wants it",
         "stop_if_kernel_version_is_too_low_for_cilium_wireguard_encryption"),
        ("flannel_wireguard_kernel", "the kernel has WireGuard where flannel wants it",
         "flannel_stop_if_kernel_version_is_too_low_for_flannel_wireguard_encryption"),
    )
)  # fmt: skip


def words(gate_id: str) -> Words:
    """The words for an assertion; those for any where it has none of its own."""
    return _WORDS.get(gate_id) or Words(
        "Kubespray stops unless what is wanted above holds.",
        "Change the variables above, or the host, so that it holds.",
    )
