# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks, kernel, ports and downloads, each from the variables that they come from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.templates import trusted
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.settings import wrong
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import versions
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.settings import (
    downloads,
    images,
    kernel,
    network,
    ports,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.settings.values import Values

Make = Callable[..., Values]
MODPROBE = "community.general.modprobe"


@pytest.mark.parametrize(
    ("plugin", "variables", "encapsulation"),
    [
        ("calico", {"calico_vxlan_mode": "Always"}, "vxlan"),
        ("calico", {"calico_vxlan_mode": "Never", "calico_ipip_mode": "CrossSubnet"}, "ipip"),
        ("calico", {"calico_vxlan_mode": "Never", "calico_vxlan_mode_ipv6": "Always"}, None),
        ("calico", {"calico_vxlan_mode": "Always", "calico_wireguard_enabled": True}, "wireguard"),
        ("cilium", {"cilium_tunnel_mode": "geneve"}, "geneve"),
        ("cilium", {"cilium_tunnel_mode": "disabled"}, None),
        (
            "cilium",
            {
                "cilium_encryption_enabled": True,
                "cilium_encryption_type": "wireguard",
                "cilium_tunnel_mode": "vxlan",
            },
            "wireguard",
        ),
        ("flannel", {"flannel_backend_type": "host-gw"}, None),
        ("flannel", {"flannel_backend_type": "vxlan"}, "vxlan"),
        ("kube-ovn", {"kube_ovn_tunnel_type": "geneve"}, "geneve"),
        ("kube-router", {}, "ipip"),
        ("cni", {}, None),
    ],
)
def test_what_packets_are_put_into(
    values: Make, plugin: str, variables: dict[str, Any], encapsulation: str | None
) -> None:
    found = values(ipv4_stack=True, ipv6_stack=False, **variables)
    assert network.encapsulation(found, plugin) == encapsulation


def test_two_stacks_have_two_networks_each_with_its_prefix(values: Make) -> None:
    found = network.read(
        values(
            kube_network_plugin="cilium", kube_proxy_mode="nftables", ipv4_stack="yes", ipv6_stack=True,
            kube_pods_subnets="10.0.0.0/16,fd00::/48", kube_service_subnets="10.1.0.0/16,fd01::/112",
            kube_network_node_prefix="24", kube_network_node_prefix_ipv6=64, cilium_mtu="1400",
            skydns_server="10.1.0.3", skydns_server_secondary="10.1.0.4", nodelocaldns_ip="169.254.25.10",
        )
    )  # fmt: skip
    assert found == {
        "plugin": "cilium",
        "proxy_mode": "nftables",
        "kube_proxy": None,
        "ipv4": True,
        "ipv6": True,
        "pods": ["10.0.0.0/16", "fd00::/48"],
        "services": ["10.1.0.0/16", "fd01::/112"],
        "dns": ["10.1.0.3", "10.1.0.4", "169.254.25.10"],
        "node_prefixes": [24, 64],
        "encapsulation": None,
        "mtu": 1400,
    }


def test_a_node_of_calico_gets_blocks_unless_kubernetes_shares_out(values: Make) -> None:
    sizes = {"kube_network_node_prefix": 24, "calico_pool_blocksize": 26}
    given = {"kube_network_plugin": "calico", "ipv4_stack": True, "calico_mtu": "", **sizes}
    assert network.read(values(**given))["node_prefixes"] == [26]
    assert network.read(values(**given, calico_ipam_host_local=True))["node_prefixes"] == [24]
    assert network.read(values(**given))["mtu"] is None


def test_the_modules_are_those_of_the_tasks_that_run(
    write: Callable[..., Path], values: Make
) -> None:
    root = write(
        **{
            "kubernetes/node/tasks/main.yml": [
                {"name": "Bridge", MODPROBE: {"name": "br"}, "when": "seen.rc == 0"},
                {
                    "name": "Proxy",
                    MODPROBE: {"name": "{{ item }}"},
                    "loop": "{{ ipvs }}",
                    "when": "mode == 'ipvs'",
                },
                {"name": "Tables", MODPROBE: {"name": "nft"}, "when": "mode == 'nftables'"},
                {
                    "name": "Try",
                    MODPROBE: {"name": "{{ item }}"},
                    "with_items": ["new", "old"],
                    "ignore_errors": True,
                },
                {"name": "Other", "copy": {"dest": "/br"}},
            ],
            "network_plugin/flannel/tasks/main.yml": [{"name": "Net", "modprobe": {"name": "fl"}}],
            "network_plugin/calico/tasks/main.yml": [
                {"name": "Other net", "modprobe": {"name": "ca"}}
            ],
            "container-engine/tasks/main.yml": [
                {"loop": [{"role": "on", "enabled": "{{ x }}"}, {"role": "off", "enabled": False}]}
            ],
            "container-engine/on/tasks/main.yml": [{"name": "Runtime", MODPROBE: {"name": "vh"}}],
            "container-engine/off/tasks/main.yml": [{"name": "No", MODPROBE: {"name": "no"}}],
        }
    )
    found = values(mode="ipvs", ipvs=["ip_vs", "ip_vs_rr"], kube_network_plugin="flannel", x=True)
    assert kernel.read(root, found, "vxlan", "flannel") == {
        "modules": [
            {"name": "br", "why": "Kubespray: Bridge", "required": True},
            {"name": "ip_vs", "why": "Kubespray: Proxy", "required": True},
            {"name": "ip_vs_rr", "why": "Kubespray: Proxy", "required": True},
            {"name": "new", "why": "Kubespray: Try", "required": False},
            {"name": "fl", "why": "Kubespray: Net", "required": True},
            {"name": "vh", "why": "Kubespray: Runtime", "required": True},
            {"name": "vxlan", "why": "flannel puts packets into vxlan", "required": True},
        ],
        "builtin_ok": True,
        "minimum": None,
    }


@pytest.mark.parametrize(
    ("variables", "least"),
    [({}, None), ({"x": True}, "4.9.17"), ({"x": True, "y": True}, "5.13"), ({"y": True}, "5.13")],
)
def test_the_lowest_kernel_is_the_highest_that_a_check_asks_for(
    write: Callable[..., Path], values: Make, variables: dict[str, Any], least: str | None
) -> None:
    root = write(
        **{
            "kubernetes/preinstall/tasks/0040-verify-settings.yml": [
                {
                    "assert": {"that": "ansible_kernel.split('-')[0] is version('4.9.17', '>=')"},
                    "when": ["x | default(false)", "not ignore_assert_errors"],
                },
                {
                    "assert": {
                        "that": ["ansible_facts['kernel'].split('-')[0] is version('5.13', '>=')"]
                    },
                    "when": "y | default(false)",
                },
            ]
        }
    )
    assert kernel.read(root, values(**variables), None, None)["minimum"] == least


def listening(found: list[dict[str, Any]], **wanted: object) -> dict[tuple[object, object], object]:
    """The ports with these properties, each with the group that connects."""
    return {
        (port["port"], port["on"]): port["from"]
        for port in found
        if all(port[key] == value for key, value in wanted.items())
    }


NO_TASKS = Path("/nowhere")
ETCD = {
    "etcd_client_url": "https://{{ anything }}:2379",
    "etcd_peer_url": "https://{{ anything }}:2380",
    "etcd_events_client_url": "https://{{ anything }}:2383",
    "etcd_events_peer_url": "https://{{ anything }}:2382",
}


def test_ports_of_etcd_are_those_of_its_urls(values: Make) -> None:
    found = values(
        **ETCD, etcd_deployment_type="host", calico_datastore="kdd", etcd_metrics_port=2381
    )
    assert listening(ports.read(NO_TASKS, found, found), process=["etcd"]) == {
        (2379, "etcd"): "kube_control_plane",
        (2380, "etcd"): "etcd",
        (2381, "etcd"): None,
    }
    inside = values(
        **ETCD,
        etcd_deployment_type="kubeadm",
        calico_datastore="etcd",
        etcd_events_cluster_enabled=True,
    )
    assert listening(ports.read(NO_TASKS, inside, inside), process=["etcd"]) == {
        (2379, "kube_control_plane"): "k8s_cluster",
        (2380, "kube_control_plane"): "kube_control_plane",
        (2383, "kube_control_plane"): "k8s_cluster",
        (2382, "kube_control_plane"): "kube_control_plane",
    }


def test_ports_of_the_control_plane_and_of_nodes(values: Make) -> None:
    found = values(
        kube_apiserver_port=8443, kubelet_healthz_port=10248, kube_read_only_port=0, kube_proxy_deployed=True,
        kube_proxy_healthz_bind_address="0.0.0.0:10256", kube_proxy_metrics_bind_address="[::1]:10249",
        enable_nodelocaldns=True, nodelocaldns_health_port=9254,
    )  # fmt: skip
    assert listening(ports.read(NO_TASKS, found, found)) == {
        (8443, "kube_control_plane"): "k8s_cluster",
        (10257, "kube_control_plane"): None,
        (10259, "kube_control_plane"): None,
        (10250, "k8s_cluster"): "kube_control_plane",
        (10248, "k8s_cluster"): None,
        (10256, "k8s_cluster"): None,
        (10249, "k8s_cluster"): None,
        (9254, "k8s_cluster"): None,
    }


@pytest.mark.parametrize(
    ("variables", "process", "not_on"),
    [
        ({}, "nginx", "kube_control_plane"),
        ({"bind": "10.0.0.1"}, "nginx", None),
        ({"kind": "haproxy"}, "haproxy", "kube_control_plane"),
        ({"localhost": False}, None, None),
    ],
)
def test_the_local_proxy_is_where_kubespray_installs_it(
    write: Callable[..., Path],
    values: Make,
    variables: dict[str, Any],
    process: str | None,
    not_on: str | None,
) -> None:
    where = ["('kube_control_plane' not in group_names) or (bind != '::')", "localhost"]
    root = write(
        **{
            "kubernetes/node/tasks/main.yml": [
                {"import_tasks": "loadbalancer/kube-vip.yml"},
                {
                    "import_tasks": "loadbalancer/nginx-proxy.yml",
                    "when": [*where, "kind == 'nginx'"],
                },
                {"import_tasks": "loadbalancer/haproxy.yml", "when": [*where, "kind == 'haproxy'"]},
            ]
        }
    )
    found = values(
        **{
            **{"bind": "::", "localhost": True, "kind": "nginx", "kube_apiserver_port": 8443},
            **{"loadbalancer_apiserver_healthcheck_port": 8081},
            **variables,
        }
    )

    proxies = [port for port in ports.read(root, found, found) if "proxy" in port["why"]]

    assert [(port["port"], port["on"], port["not_on"], port["process"]) for port in proxies] == (
        [
            (8443, "k8s_cluster", not_on, [process, "kube-apiserver"]),
            (8081, "k8s_cluster", not_on, [process]),
        ]
        if process
        else []
    )


@pytest.mark.parametrize(
    ("plugin", "variables", "wanted"),
    [
        ("calico", {"calico_vxlan_mode": "Always", "calico_vxlan_port": 4789}, {4789: "udp"}),
        (
            "calico",
            {
                "calico_vxlan_mode": "Never", "calico_network_backend": "bird", "calico_bgp_listen_port": 179,
                "typha_enabled": True, "calico_wireguard_enabled": True,
            },
            {179: "tcp", 5473: "tcp", 51820: "udp"},
        ),
        ("cilium", {"cilium_tunnel_mode": "vxlan"}, {8472: "udp", 4240: "tcp"}),
        (
            "cilium",
            {"cilium_tunnel_mode": "geneve", "cilium_encryption_enabled": True, "cilium_encryption_type": "wireguard"},
            {6081: "udp", 51871: "udp", 4240: "tcp"},
        ),
        ("flannel", {"flannel_backend_type": "vxlan", "flannel_vxlan_port": 8472}, {8472: "udp"}),
        ("flannel", {"flannel_backend_type": "wireguard"}, {51820: "udp"}),
        ("flannel", {"flannel_backend_type": "host-gw"}, {}),
        ("kube-router", {}, {179: "tcp"}),
        ("kube-ovn", {"kube_ovn_tunnel_type": "geneve"}, {6081: "udp", 6641: "tcp", 6642: "tcp", 6643: "tcp"}),
        ("macvlan", {}, {}),
    ],
)  # fmt: skip
def test_ports_between_hosts_of_each_network_plugin(
    values: Make, plugin: str, variables: dict[str, Any], wanted: dict[int, str]
) -> None:
    found = values(kube_network_plugin=plugin, ipv4_stack=True, ipv6_stack=False, **variables)
    between = {
        port["port"]: port["protocol"]
        for port in ports.read(NO_TASKS, found, found)
        if port["from"] == "k8s_cluster" and port["port"] is not None
    }
    assert between == wanted


DOWNLOADS = {
    "kubelet": {"enabled": True, "file": True, "url": "{{ base }}/kubelet", "groups": ["k8s_cluster"]},
    "etcd": {
        "enabled": True, "file": "{{ deployment == 'host' }}", "container": "{{ deployment != 'host' }}",
        "url": "{{ base }}/etcd", "repo": "quay.io/coreos/etcd", "groups": ["etcd"],
    },
    "off": {"enabled": "{{ no }}", "file": True, "url": "{{ base }}/off", "groups": ["k8s_cluster"]},
    "broken": {"enabled": True, "file": True, "url": "{{ nowhere }}", "groups": ["k8s_cluster"]},
    "dns": {"enabled": True, "container": True, "repo": "reg.example.com:5000/dns", "groups": ["k8s_cluster"]},
    "proxy": {"enabled": True, "container": True, "repo": "reg.example.com:5000/proxy", "groups": ["etcd"]},
}  # fmt: skip


def test_downloads_are_those_that_are_enabled(write: Callable[..., Path], values: Make) -> None:
    write(**{"kubespray_defaults/defaults/main/download.yml": {"downloads": DOWNLOADS}})
    found = downloads.read(
        values(
            deployment="docker", no=False, base="https://me:secret@files.example.com",
            files_repo="https://me:secret@files.example.com", kubeadm_image_repo="registry.k8s.io",
            download_run_once=True, download_localhost=False, download_validate_certs=False,
            container_manager="containerd",
            containerd_registries_mirrors=[
                {
                    "prefix": "quay.io",
                    "mirrors": [{"host": "https://a:b@mirror.example.com/v2"}, {"host": "10.0.0.9:5000"}],
                }
            ],
        ),
        None,
    )  # fmt: skip
    assert found == {
        "urls": [
            {
                "url": "https://files.example.com/kubelet",
                "what": "kubelet",
                "variable": "",
                "on": ["k8s_cluster"],
                # That of the variables, where nobody knows which ones there may be.
                "machines": ["x86_64"],
            }
        ],
        "registries": [
            {
                "host": "quay.io",
                "what": "etcd",
                "on": ["etcd"],
                # One without http:// is asked with TLS.
                "mirrors": ["https://mirror.example.com/v2", "https://10.0.0.9:5000"],
            },
            {
                "host": "reg.example.com:5000",
                "what": "dns, proxy",
                "on": ["k8s_cluster", "etcd"],
                "mirrors": [],
            },
            {
                "host": "registry.k8s.io",
                "what": "kube-apiserver",
                "on": ["kube_control_plane"],
                "mirrors": [],
            },
        ],
        "offline": True,
        "once": True,
        "localhost": False,
        "validate_certs": False,
    }


def test_nothing_is_downloaded_where_that_is_skipped(
    write: Callable[..., Path], values: Make
) -> None:
    write(**{"kubespray_defaults/defaults/main/download.yml": {"downloads": DOWNLOADS}})
    assert downloads.read(values(base="https://a"), None)["urls"] != []
    assert downloads.read(values(base="https://a", skip_downloads=True), None)["urls"] == []


def test_each_machine_has_its_own_files(write: Callable[..., Path], values: Make) -> None:
    listed = {
        "kubelet": {"enabled": True, "file": True, "url": "https://a/{{ arch }}/kubelet"},
        "crds": {"enabled": True, "file": True, "url": "https://a/crds"},
    }
    arch = "{% if ansible_architecture == 'aarch64' %}arm64{% else %}{{ ansible_facts.architecture }}{% endif %}"
    defaults = {"downloads": listed, "arch": arch}
    write(**{"kubespray_defaults/defaults/main/download.yml": defaults})
    # Facts of one host say nothing of the others.
    known = values(facts={"architecture": "s390x"})

    found = downloads.read(known, ["x86_64", "aarch64"])["urls"]

    assert [(each["url"], each["machines"]) for each in found] == [
        ("https://a/x86_64/kubelet", ["x86_64"]),
        ("https://a/arm64/kubelet", ["aarch64"]),
        ("https://a/crds", ["x86_64", "aarch64"]),
    ]
    # Kubespray takes what the user has set, too, whatever the host is.
    own = downloads.read(values(arch="riscv"), ["x86_64", "aarch64"])["urls"][0]
    assert own["machines"] == ["x86_64", "aarch64"]


@pytest.mark.parametrize(
    ("image", "host"),
    [
        ("quay.io/calico/node", "quay.io"),
        ("localhost:5000/a", "localhost:5000"),
        ("library/nginx", "docker.io"),
        ("registry.k8s.io", "registry.k8s.io"),
        ("myregistry", "myregistry"),
        ("[fd00::1]:5000/a", "[fd00::1]:5000"),
        # What Kubespray would hand on as it is written is asked for as it is written, or not at all.
        ("https://reg.example.com/a", None),
        ("me:secret@reg.example.com/a", None),
        ("reg.example.com/a/", None),
        ("reg.example.com/Team", None),
        ("", None),
        (None, None),
    ],
)
def test_the_registry_of_an_image(image: object, host: str | None) -> None:
    assert images.registry(image) == host


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:pass@example.com:8443/a?b=c#d", "https://example.com:8443/a?b=c"),
        ("https://example.com/a?access_token=abc", "https://example.com/a"),
        ("ftp://example.com/a", None),
        ("https://[::1/a", None),
        (None, None),
    ],
)
def test_no_login_is_shown(url: object, shown: str | None) -> None:
    assert downloads.without_login(url) == shown


def test_registries_that_are_no_names(values: Make) -> None:
    found = images.wrong(
        values(
            registry_host="http://127.0.0.1:5000/home/",
            # Made of the first, which alone is to be corrected.
            kube_image_repo=trusted("{{ registry_host }}"),
            quay_image_repo=trusted("{{ registry_host }}/quay"),
            gcr_image_repo="gcr.io/Team",
            docker_image_repo="https://me:secret@docker.example.com?token=secret",
            github_image_repo="ghcr.io",
            other_repo="http://is/none/of/ours",
            dns_image_repo=trusted("{{ nowhere }}/dns"),
            containerd_registries_mirrors=[
                {"prefix": "https://quay.io", "mirrors": []},
                {"prefix": "quay.io", "mirrors": []},
                {"prefix": "_default", "mirrors": []},
                "no entry",
            ],
        )
    )

    assert found == [
        ("registry_host", "http://127.0.0.1:5000/home/", "127.0.0.1:5000/home"),
        ("gcr_image_repo", "gcr.io/Team", "gcr.io/team"),
        ("docker_image_repo", "https://docker.example.com", "docker.example.com"),
        ("containerd_registries_mirrors (prefix)", "https://quay.io", "quay.io"),
    ]


def test_no_name_is_made_up_for_what_cannot_be_one() -> None:
    assert images.suggested("http:// a b") == ""
    assert images.suggested("") == ""


def test_downloads_without_an_address(write: Callable[..., Path], values: Make) -> None:
    listed = {
        "kubelet": {"enabled": True, "file": True, "url": "{{ kubelet_download_url }}"},
        "etcd": {"enabled": True, "file": True, "url": "{{ base }}/etcd"},
        "cni": {"enabled": True, "file": True, "url": "file:///opt/cni.tgz"},
        "runc": {"enabled": True, "file": True, "url": "ftp://example.com/runc"},
        "dns": {"enabled": True, "container": True, "url": "nothing"},
        "off": {"enabled": False, "file": True, "url": "nothing"},
    }
    write(**{"kubespray_defaults/defaults/main/download.yml": {"downloads": listed}})

    assert downloads.wrong(
        values(base="files.example.com", kubelet_download_url="a.b/kubelet")
    ) == {
        "kubelet_download_url": "a.b/kubelet",
        "downloads.etcd.url": "files.example.com/etcd",
    }
    assert downloads.read(values(base="https://a", kubelet_download_url="https://a/k"), None)[
        "urls"
    ][0] == {
        "url": "https://a/k",
        "what": "kubelet",
        "variable": "kubelet_download_url",
        "on": [],
        "machines": ["x86_64"],
    }


KNOWN = ("1.33.0", "1.33.1", "1.34.10", "1.35.4")
GOOD = versions.Kubernetes("2.31.0", "1.35.4", KNOWN)


@pytest.mark.parametrize(
    ("wanted", "fix"),
    [
        ("v1.33.1", "Write kube_version: 1.33.1, without anything before or after the numbers."),
        ("1.34.9", "Set kube_version: 1.34.10, or take a Kubespray that has 1.34.9."),
        (
            "1.36.9",
            "Set kube_version: 1.35.4, or take it out (each Kubespray has its own), or take a Kubespray that has "
            "1.36.9.",
        ),
        (
            "latest",
            "Set kube_version: 1.35.4, or take it out (each Kubespray has its own), or take a Kubespray that has "
            "latest.",
        ),
    ],
)
def test_a_kubernetes_that_kubespray_has_not(wanted: str, fix: str) -> None:
    assert wrong.judge([], {}, GOOD._replace(wanted=wanted)).problems == [
        block(
            "kube_version_unknown",
            f"kube_version is {wanted!r}, and Kubespray 2.31.0 has no kubeadm, kubelet and kubectl of it; it has "
            "1.33.0 to 1.35.4.",
            fix,
        )
    ]


@pytest.mark.parametrize("found", [GOOD._replace(wanted=None), GOOD._replace(known=())])
def test_a_kubernetes_of_which_nothing_is_known_does_not_pass(found: versions.Kubernetes) -> None:
    judged = wrong.judge([], {}, found)

    assert [each.id for each in judged.unknown] == ["kube_version_unknown"]
    assert judged.problems == []


def test_the_versions_that_all_three_programs_have(values: Make) -> None:
    found = values(
        kube_version="1.35.4",
        kubeadm_checksums={"amd64": {"1.35.4": "a", "1.9.0": "b"}, "arm64": {"1.34.10": "c"}},
        kubelet_checksums={"amd64": {"1.35.4": "a", "1.9.0": "b"}, "arm64": {"1.34.10": "c"}},
        kubectl_checksums={"amd64": {"1.35.4": "a"}, "arm64": {"1.34.10": "c"}},
    )

    assert versions.read("2.31.0", "1.35.4", found.raw) == (
        "2.31.0",
        "1.35.4",
        ("1.34.10", "1.35.4"),
    )


def test_what_is_said_of_wrong_settings() -> None:
    judged = wrong.judge([images.Wrong("registry_host", "http://r/", "r")], {"a_url": "b/c"}, GOOD)

    assert judged.problems == [
        block(
            "registry_invalid",
            "registry_host is 'http://r/', with which an image's name begins; such a name is no URL and has no slash "
            "at its end.",
            "Write host[:port][/path], without http:// and in small letters, here registry_host: r. A registry without "
            "TLS goes into containerd_registries_mirrors, whose mirrors have a host with http://.",
        ),
        block(
            "download_url_invalid",
            "a_url is 'b/c', which is not an address to download from.",
            "Begin it with http:// or https://, also in files_repo where a_url is made of that.",
        ),
    ]
    assert wrong.judge([], {}, GOOD).passed == [check.id for check in wrong.CHECKS]
    assert [each.id for each in wrong.unknown("Why.").unknown] == [
        check.id for check in wrong.CHECKS
    ]


GOOD_MIRROR = {"prefix": "docker.io", "mirrors": [{"host": "http://10.0.0.1:5000"}]}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([GOOD_MIRROR], ""),
        ([], ""),
        ({"repo:5000": "http://repo:5000"}, "containerd_registries_mirrors is a mapping"),
        ("repo:5000", "containerd_registries_mirrors is a text"),
        ([GOOD_MIRROR, {"mirrors": []}], "containerd_registries_mirrors[1] has no prefix"),
        (
            [{"prefix": "docker.io", "mirrors": ["http://10.0.0.1"]}],
            "containerd_registries_mirrors[0] has no list of mirrors, each with a host",
        ),
        (
            [{"prefix": "docker.io"}],
            "containerd_registries_mirrors[0] has no list of mirrors, each with a host",
        ),
    ],
)
def test_mirrors_of_another_form(values: Make, given: object, said: str) -> None:
    found = values(container_manager="containerd", containerd_registries_mirrors=given)

    assert images.misshapen(found) == said
    problems = wrong.judge([], {}, GOOD, said).problems
    assert [problem["id"] for problem in problems] == (["registry_invalid"] if said else [])
    assert (
        images.misshapen(values(container_manager="crio", containerd_registries_mirrors=given))
        == ""
    )
