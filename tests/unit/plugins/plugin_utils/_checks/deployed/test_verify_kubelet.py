# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The judges of each host as a node: kubelet, engine, login, pod range, clock, registries."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.deployed import (
    clock,
    kubelet,
    registries,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Skipped, Unknown
from whole_cluster import ADDRESSES, NOW, lose


def judged(judge, cluster) -> list[tuple[str, Any]]:
    return list(judge.judge(cluster))


@pytest.mark.parametrize("judge", [kubelet, clock, registries])
def test_a_whole_cluster_and_a_host_that_could_not_be_asked(cluster, judge):
    assert judged(judge, cluster) == []
    lose(cluster, "n3")
    assert judged(judge, cluster) == [
        ("n3", Unknown(check.id, "the host could not be asked.")) for check in judge.HOST_CHECKS
    ]


@pytest.mark.parametrize(
    ("changes", "message", "fix"),
    [
        ({"service": "inactive"},
         "kubelet.service is inactive: somebody has stopped it, and the node's pods are left to themselves.",
         "On this host run 'systemctl start kubelet'."),
        ({"service": "masked"},
         "kubelet.service is masked: nothing may start it, and the node's pods are left to themselves.",
         "On this host run 'systemctl unmask kubelet && systemctl start kubelet'."),
        ({"service": "activating", "said": "E1130 no such flag"},
         "kubelet.service does not stay up (it is activating). Its last error: E1130 no such flag",
         "Fix what 'journalctl -u kubelet -n 50' says on this host (its settings are in "
         "/etc/kubernetes/kubelet-config.yaml and /etc/kubernetes/kubelet.env), then run 'systemctl restart kubelet' "
         "there."),
        ({"health": "no answer within 3 s"},
         "kubelet.service is active, but it does not say that it is well (127.0.0.1, /healthz): no answer within "
         "3 s.",
         "On this host run 'systemctl restart kubelet', and fix what 'journalctl -u kubelet -n 50' says if that does "
         "not help."),
    ],
)  # fmt: skip
def test_a_kubelet_that_does_not_run(cluster, changes, message, fix):
    cluster.found["n2"]["kubelet"].update(changes)

    assert judged(kubelet, cluster) == [("n2", block("kubelet_not_running", message, fix))]


def test_no_kubelet_at_all(cluster):
    cluster.found["n2"]["kubelet"].update(service=None, login=None, engine=[])

    why = "there is no kubelet.conf on this host, with which a kubelet logs in."
    assert judged(kubelet, cluster) == [
        ("n2", Unknown("container_engine_not_running", "no service of a container engine is known on this host.")),
        ("n2", Unknown("kubelet_not_running", "no kubelet.service is installed on this host.")),
        ("n2", Unknown("kubelet_without_api_server", why)),
        ("n2", Unknown("kubelet_refused", why)),
    ]  # fmt: skip


def test_a_container_engine_that_is_down(cluster):
    cluster.found["n2"]["kubelet"]["engine"] = [
        {"unit": "docker.service", "state": "active"},
        {"unit": "cri-dockerd.service", "state": "failed"},
    ]

    assert judged(kubelet, cluster) == [
        (
            "n2",
            block(
                "container_engine_not_running",
                "No container can be started or stopped here: cri-dockerd.service is failed.",
                "On this host run 'systemctl start cri-dockerd.service', and fix what 'journalctl -u "
                "cri-dockerd.service -n 50' says if it does not stay.",
            ),
        )
    ]


def test_a_kubelet_that_the_api_server_does_not_know(cluster):
    cluster.found["n2"]["kubelet"]["login"].update(status=401, known=False)

    assert judged(kubelet, cluster) == [
        (
            "n2",
            block(
                "kubelet_refused",
                "The API server at https://localhost:6443 does not know who comes with the kubelet.conf of this host "
                "(HTTP 401): its token or certificate is wrong, has ended or was revoked.",
                "On n1 run as root 'kubeadm kubeconfig user --org system:nodes --client-name system:node:n2 | sed "
                '"s,server: .*,server: https://localhost:6443,"\', write what it prints (it holds a key) to '
                "/etc/kubernetes/kubelet.conf on this host, and run 'systemctl restart kubelet' here.",
            ),
        )
    ]


def test_a_kubelet_that_reaches_no_api_server(cluster):
    cluster.found["n2"]["kubelet"]["login"].update(
        status=None, known=False, error="Connection refused"
    )

    (place, found), unknown = judged(kubelet, cluster)

    assert (place, found["id"], found["severity"]) == ("n2", "kubelet_without_api_server", "block")
    assert found["message"] == (
        "With its kubelet.conf the kubelet does not reach an API server at https://localhost:6443: Connection refused."
    )
    assert unknown == ("n2", Unknown("kubelet_refused", "the kubelet reaches no API server."))


def test_a_node_that_was_registered_anew_has_another_range_than_its_pods(cluster):
    cluster.found["n1"]["kubernetes"]["nodes"][1]["pod_ranges"] = ["10.233.67.0/24", "fd00::/64"]

    assert judged(kubelet, cluster) == [
        (
            "n2",
            block(
                "pod_range_differs",
                "The pods of this host have addresses of another range (cni0 says 10.233.62.1/24) than its node, "
                "10.233.67.0/24, fd00::/64: the node was registered again. Pods here cannot be reached, and new ones "
                "do "
                "not start.",
                "On this host run as root 'ip link delete cni0; crictl rmp -fa': the pods are made again, with "
                "addresses of the node's range.",
            ),
        )
    ]
    # Before there is a pod that needs a bridge.
    cluster.found["n2"]["kubelet"]["ranges"] = [
        {"name": "/run/flannel/subnet.env", "address": "10.233.62.1/24"}
    ]
    ((_place, found),) = judged(kubelet, cluster)
    assert found["fix"].startswith("On this host run as root 'crictl rmp -fa': ")


@pytest.mark.parametrize(
    ("ranges", "bridges"),
    [
        # A plugin with blocks of its own gives the node no range, or has no such bridge.
        ([], ["10.233.62.1/24"]),
        (["10.233.67.0/24"], []),
        (["fd00::/64"], ["10.233.62.1/24"]),
        (["10.233.62.0/24"], ["what", "10.233.62.1/24"]),
        (["what"], ["10.233.62.1/24"]),
    ],
)
def test_ranges_that_say_nothing(cluster, ranges, bridges):
    cluster.found["n1"]["kubernetes"]["nodes"][1]["pod_ranges"] = ranges
    cluster.found["n2"]["kubelet"]["ranges"] = [
        {"name": "cni0", "address": address} for address in bridges
    ]

    assert judged(kubelet, cluster) == []


def off(cluster, **seconds):
    for host, by in seconds.items():
        cluster.found[host]["clock"] += by
    return [(place, found["message"].split(":")[0]) for place, found in judged(clock, cluster)]


def test_a_clock_ten_minutes_off(cluster):
    assert off(cluster, n2=600) == [
        ("n2", "Its clock is about 10 minutes ahead of the other hosts and the control node")
    ]
    assert judged(clock, cluster)[0][1]["severity"] == "block"


def test_a_wrong_clock_of_the_controller_is_no_hosts(cluster):
    assert off(cluster, n1=-600, n2=-600, n3=-600) == []


def test_one_host_and_the_controller(cluster):
    for host in ("n2", "n3"):
        del cluster.hosts[host]
    assert off(cluster, n1=-600) == [
        ("n1", "Its clock is about 10 minutes behind the other hosts and the control node")
    ]


def test_what_the_run_itself_took_is_no_difference(cluster):
    slow = type(cluster)(
        cluster.hosts, cluster.found, cluster.unseen, NOW - 700, NOW, cluster.thresholds
    )
    assert off(slow, n2=-600) == []


def test_a_registry_that_is_gone(cluster):
    for host in ADDRESSES:
        cluster.found[host]["registries"] = [
            {"registry": "r:5000", "servers": [{"url": "http://r:5000/v2/", "error": "Connection refused"}]},
            {"registry": "example.org", "servers": [{"url": "https://mirror/v2/", "error": "HTTP 503"},
                                                    {"url": "https://example.org/v2/", "error": None}]},
        ]  # fmt: skip
    cluster.found["n3"]["registries"] = None

    problem = warn(
        "image_registry_silent",
        "This host has images of r:5000, and nothing answers there now: http://r:5000/v2/ (Connection refused). "
        "Running containers go on; a pod whose image is not on its host does not start.",
        "Start the registry, or open the way to it from this host; or write one that answers into "
        "containerd_registries_mirrors and run k8n.cluster.deploy.",
    )
    skipped = Skipped(
        "image_registry_silent",
        "containerd has no registry in its certs.d from which the host has an image.",
    )
    assert judged(registries, cluster) == [("n1", problem), ("n2", problem), ("n3", skipped)]
