# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host import downloads
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    Host,
    Skipped,
    Unknown,
)

REACH = (
    "Let the host reach it (route, firewall, name server), set http_proxy and https_proxy, "
    "or mirror it with files_repo and registry_host as in Kubespray's offline.yml."
)
ETCD, CNI, KUBELET = (
    "https://github.com/etcd-io/etcd.tar.gz",
    "https://github.com/containernetworking/plugins.tgz",
    "https://dl.k8s.io/release/kubelet",
)


ETCD_ARM, KUBELET_ARM = f"{ETCD}.arm", f"{KUBELET}.arm"
BOTH = ["x86_64", "aarch64"]


def settings(**more):
    return {
        "downloads": {
            "urls": [
                {"url": ETCD, "what": "etcd", "on": ["etcd"], "machines": ["x86_64"]},
                {"url": ETCD_ARM, "what": "etcd", "on": ["etcd"], "machines": ["aarch64"]},
                {"url": CNI, "what": "cni", "variable": "cni_download_url", "on": ["k8s_cluster"], "machines": BOTH},
                {"url": KUBELET, "what": "kubelet", "on": [], "machines": ["x86_64"]},
                {"url": KUBELET_ARM, "what": "kubelet", "on": [], "machines": ["aarch64"]},
            ],
            "registries": [
                {"host": "quay.io", "what": "calico_node, calico_cni", "on": ["k8s_cluster"], "mirrors": ["http://m"]},
                {"host": "docker.io", "what": "nginx", "on": ["kube_node"]},
            ],
            "offline": False,
            "once": False,
            "localhost": False,
            **more,
        }
    }  # fmt: skip


def host(*groups, **more):
    return Host("n1", frozenset(groups), settings=settings(**more))


def found(failed=(), registries=(), proxies=(), machine="x86_64"):
    return {
        **{"failed": list(failed), "failed_registries": list(registries)},
        **{"proxies": list(proxies), "machine": machine},
    }


def failed(url, status=None, error=None):
    return {"url": url, "status": status, "error": error}


NOTHING = {"urls": [], "verify_certificates": True, "registries": []}
NODE = host("kube_node", "k8s_cluster")


def urls(host, machine):
    """Those that a host which is such a machine asks for."""
    return [each["url"] for each in downloads.wants(host)["urls"] if machine in each["machines"]]


def test_a_machine_of_which_nothing_is_known_does_not_pass():
    assert list(downloads.judge(found(machine="aarch64"), NODE)) == []
    assert list(downloads.judge(found(machine="riscv64"), NODE)) == [
        Unknown("download_unreachable", "It is not known what Kubespray downloads for a riscv64.")
    ]


def test_one_url_of_each_public_origin():
    assert downloads.wants(NODE) == {
        "urls": [
            {"url": CNI, "machines": BOTH},
            {"url": KUBELET, "machines": ["x86_64"]},
            {"url": KUBELET_ARM, "machines": ["aarch64"]},
        ],
        "verify_certificates": True,
        "registries": [
            {"host": "quay.io", "mirrors": ["http://m"]},
            {"host": "docker.io", "mirrors": []},
        ],
    }
    assert urls(host("etcd", "k8s_cluster"), "x86_64") == [ETCD, KUBELET]
    assert urls(host("etcd", "k8s_cluster"), "aarch64") == [ETCD_ARM, KUBELET_ARM]
    assert downloads.wants(host("etcd"))["registries"] == []


def test_every_url_of_a_mirror():
    mirror = host("etcd", "k8s_cluster", offline=True)

    assert urls(mirror, "x86_64") == [ETCD, CNI, KUBELET]
    assert urls(mirror, "aarch64") == [ETCD_ARM, CNI, KUBELET_ARM]


def test_certificates_that_kubespray_does_not_verify_either():
    assert downloads.wants(host("etcd", validate_certs=False))["verify_certificates"] is False


def test_nothing_known():
    nobody = Host("n1", frozenset({"kube_node"}), settings={"downloads": None})

    assert downloads.wants(nobody) == NOTHING
    assert list(downloads.judge(found(), nobody)) == [
        Skipped("download_unreachable", "It is not known what Kubespray downloads on this host."),
        Skipped("registry_unreachable", "It is not known which images this host needs."),
    ]


def test_all_reached():
    assert list(downloads.judge(found(), NODE)) == []


@pytest.mark.parametrize(
    ("groups", "more", "reason"),
    [
        (
            ("kube_control_plane", "k8s_cluster"),
            {"localhost": True, "once": True},
            "Kubespray downloads on the control node (download_localhost).",
        ),
        (
            ("kube_node", "k8s_cluster"),
            {"once": True},
            "Kubespray downloads on a host of the control plane (download_run_once).",
        ),
    ],
)
def test_downloads_made_elsewhere(groups, more, reason):
    elsewhere = host(*groups, **more)

    assert downloads.wants(elsewhere) == NOTHING
    assert list(downloads.judge(found(), elsewhere)) == [
        Skipped("download_unreachable", reason),
        Skipped("registry_unreachable", reason),
    ]


def test_downloads_made_once_are_made_on_the_control_plane():
    assert urls(host("kube_control_plane", "k8s_cluster", once=True), "x86_64") == [CNI, KUBELET]


def test_one_finding_for_an_origin():
    entries = [failed(ETCD, error="timed out"), failed(CNI, error="timed out")]

    assert list(downloads.judge(found(entries, proxies=["http://proxy:3128"]), NODE)) == [
        block(
            "download_unreachable",
            "https://github.com, from where Kubespray downloads, cannot be reached through http://proxy:3128: "
            "timed out.",
            REACH,
        )
    ]


def test_an_origin_that_answers_otherwise():
    (problem,) = downloads.judge(found([failed(KUBELET, 403)]), NODE)

    assert problem == block(
        "download_unreachable",
        f"https://dl.k8s.io answers, but does not give what Kubespray downloads: {KUBELET} (status 403).",
        "Let the proxy or firewall in between pass https://dl.k8s.io, or mirror what Kubespray downloads from there.",
    )


def test_a_mirror_that_is_not_there():
    offline = host("k8s_cluster", offline=True)

    assert list(downloads.judge(found([failed(CNI, error="Connection refused")]), offline)) == [
        block(
            "download_unreachable",
            "https://github.com, from where Kubespray downloads, cannot be reached: Connection refused.",
            "Let the host reach this mirror, or correct the variables that name https://github.com: cni_download_url.",
        )
    ]


def test_a_mirror_without_a_file():
    urls = [f"http://mirror/{number}" for number in range(7)]
    named = [
        {"url": url, "what": "x", "variable": f"v{number}", "on": [], "machines": BOTH}
        for number, url in enumerate(urls)
    ]
    (problem,) = downloads.judge(
        found([failed(url, 404) for url in urls]), host("k8s_cluster", offline=True, urls=named)
    )

    listed = ", ".join(f"{url} (status 404)" for url in urls[:5])
    assert problem == block(
        "download_unreachable",
        f"http://mirror answers, but does not give what Kubespray downloads: {listed} and 2 more.",
        "Put these files onto http://mirror, or correct the variables that name them: "
        "v0, v1, v2, v3, v4 and 2 more.",
    )


def test_images_without_a_name_are_not_asked_for():
    assert list(downloads.judge(found(), host("k8s_cluster", registries=[]))) == [
        Skipped("registry_unreachable", "No image has a name that a host could ask for.")
    ]


def test_a_registry():
    entry = {"host": "quay.io", "status": None, "error": "Network is unreachable"}

    assert list(downloads.judge(found(registries=[entry]), NODE)) == [
        block(
            "registry_unreachable",
            "The registry quay.io cannot be reached: Network is unreachable. "
            "Images from there: calico_node, calico_cni.",
            REACH,
        )
    ]
