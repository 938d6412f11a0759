# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host import ports
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    Host,
    Skipped,
    Unknown,
)


def port(number, on, source, why, *process, protocol="tcp"):
    return {
        "port": number, "protocol": protocol, "on": on, "from": source, "why": why, "process": list(process),
    }  # fmt: skip


SETTINGS = {
    "ports": [
        port(6443, "kube_control_plane", "k8s_cluster", "Kubernetes API", "kube-apiserver"),
        port(10257, "kube_control_plane", None, "health of the manager", "kube-controller-manager"),
        port(6443, "kube_node", None, "the local proxy", "nginx"),
        port(4789, "k8s_cluster", "k8s_cluster", "VXLAN of calico", protocol="udp"),
        port(2379, "etcd", "kube_control_plane", "etcd", "etcd"),
    ]
}
CONTROL_PLANE = frozenset({"kube_control_plane", "kube_node", "k8s_cluster"})


def taken(number, process=None, pid=None, unit=None, protocol="tcp", address="0.0.0.0"):
    return {
        "port": number, "protocol": protocol, "address": address, "process": process, "pid": pid, "unit": unit,
    }  # fmt: skip


def judged(*entries, root=True, groups=CONTROL_PLANE):
    host = Host("n1", groups, settings=SETTINGS)
    return list(ports.judge({"taken": list(entries), "root": root}, host))


def test_free():
    assert judged() == []
    # Taken, but not needed on this host.
    assert judged(taken(2379, "etcd", 7)) == []


def test_a_port_of_workers_only():
    api = port(6443, "k8s_cluster", None, "API", "kube-apiserver")
    health = {**port(8081, "k8s_cluster", None, "health", "nginx"), "not_on": "kube_control_plane"}
    worker, both = (
        Host("n1", groups, settings={"ports": [api, health]})
        for groups in (frozenset({"kube_node", "k8s_cluster"}), CONTROL_PLANE)
    )
    found = {"taken": [taken(8081, "python3", 7)], "root": True}

    assert [type(each) for each in ports.judge(found, worker)] == [dict]
    assert list(ports.judge(found, both)) == []


def test_what_the_host_is_asked():
    assert ports.wants(Host("n1", CONTROL_PLANE, settings=SETTINGS)) == {
        "ports": [
            {"protocol": "tcp", "port": 6443},
            {"protocol": "tcp", "port": 10257},
            {"protocol": "udp", "port": 4789},
        ]
    }
    assert ports.wants(Host("n1", CONTROL_PLANE)) == {"ports": []}


def test_nothing_known_of_kubespray():
    found = {"taken": [taken(6443, "x", 1)], "root": True}

    for settings in ({}, {"ports": None}):
        assert list(ports.judge(found, Host("n1", CONTROL_PLANE, settings=settings))) == [
            Skipped("port_taken", "No port is known that Kubernetes needs on this host.")
        ]


def test_by_a_service():
    assert judged(taken(10257, "haproxy", 257, "haproxy.service")) == [
        block(
            "port_taken",
            "Port 10257/tcp is taken on 0.0.0.0 by haproxy (pid 257, haproxy.service); "
            "it must be free for health of the manager.",
            "Run on the host: systemctl disable --now haproxy.service, or let that service listen elsewhere.",
        )
    ]


def test_by_a_process_of_somebody():
    (problem,) = judged(taken(10257, "python3", 300, "session-2.scope"))
    assert problem["message"].startswith(
        "Port 10257/tcp is taken on 0.0.0.0 by python3 (pid 300, session-2.scope);"
    )
    assert problem["fix"] == "End python3 (pid 300) on the host, or let it listen elsewhere."

    (problem,) = judged(taken(4789, "openvpn", 9, protocol="udp"))
    assert problem["message"].startswith("Port 4789/udp is taken on 0.0.0.0 by openvpn (pid 9);")


def test_by_nobody_to_be_seen():
    assert judged(taken(6443)) == [
        block(
            "port_taken",
            "Port 6443/tcp is taken on 0.0.0.0 by a process that even root does not see, as of another container; "
            "it must be free for Kubernetes API and the local proxy.",
            "Find out who has it (ss -lntup on the host and in its containers), and end that.",
        )
    ]


def test_once_for_both_families():
    assert (
        len(judged(taken(6443, "k3s-server", 9), taken(6443, "k3s-server", 9, address="::"))) == 1
    )


def test_a_live_cluster_is_no_problem():
    assert judged(
        taken(6443, "kube-apiserver", 7),
        taken(6443, "kube-apiserver", 7, address="::"),
        # 15 characters are all that the kernel keeps.
        taken(10257, "kube-controller", 8),
        taken(4789, protocol="udp"),
    ) == [
        Skipped(
            "port_taken",
            "A cluster runs here already and has its ports: kube-apiserver (6443/tcp), "
            "kube-controller (10257/tcp), the kernel (4789/udp).",
        )
    ]


def test_on_a_live_cluster_a_stranger_is_one():
    (problem,) = judged(taken(6443, "kube-apiserver", 7), taken(10257, "haproxy", 8))
    assert problem["message"].startswith("Port 10257/tcp is taken")


def test_without_root_the_owner_is_not_known():
    assert judged(taken(6443), taken(6443, address="::"), root=False) == [
        Unknown(
            "port_taken",
            "Taken, but only root sees by whom, which may be Kubernetes itself: 6443/tcp.",
        )
    ]


def test_tables_that_cannot_be_read():
    host = Host("n1", CONTROL_PLANE, settings=SETTINGS)
    assert list(ports.judge({"taken": None, "root": True}, host)) == [
        Unknown("port_taken", "The host's /proc/net does not show which ports are taken.")
    ]
