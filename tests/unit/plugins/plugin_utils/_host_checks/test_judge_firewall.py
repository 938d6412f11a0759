# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    Host,
    Skipped,
    Unknown,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._host_checks import firewall


def port(number, source, why, protocol="tcp"):
    return {
        "port": number, "protocol": protocol, "on": "k8s_cluster", "from": source, "why": why, "process": [],
    }  # fmt: skip


SETTINGS = {
    "ports": [
        port(6443, "k8s_cluster", "Kubernetes API"),
        port(10250, "kube_control_plane", "kubelet"),
        port(10257, None, "health of the manager"),
        port(4789, "k8s_cluster", "VXLAN of calico", "udp"),
    ]
}
HOST = Host("n1", frozenset({"k8s_cluster"}), settings=SETTINGS)
BY = "chain INPUT of iptables, whose policy is drop"
ALL = (6443, "tcp"), (10250, "tcp"), (10257, "tcp"), (4789, "udp"), (80, "tcp")


def judged(tool, *closed):
    entries = [{"port": number, "protocol": protocol, "by": BY} for number, protocol in closed]
    return list(firewall.judge({"tool": tool, "closed": entries, "reason": None}, HOST))


def test_open():
    assert judged(None) == []
    # Only the host itself connects to that one, and nobody to the other.
    assert judged("ufw", (10257, "tcp"), (80, "tcp")) == []


@pytest.mark.parametrize(
    ("tool", "fix"),
    [
        (
            "ufw",
            "Run on the host: ufw allow proto tcp to any port 6443,10250 && ufw allow proto udp to any port 4789.",
        ),
        (
            "firewalld",
            "Run on the host: firewall-cmd --permanent --add-port=6443/tcp --add-port=10250/tcp --add-port=4789/udp "
            "&& firewall-cmd --reload.",
        ),
        (
            "iptables",
            "Run on the host, and keep it over a reboot: "
            "iptables -I INPUT -p tcp -m multiport --dports 6443,10250 -j ACCEPT && "
            "iptables -I INPUT -p udp -m multiport --dports 4789 -j ACCEPT.",
        ),
        (
            "nftables",
            "Put in front of the other rules of that chain, in /etc/nftables.conf: "
            "tcp dport {6443,10250} accept; udp dport {4789} accept.",
        ),
    ],
)
def test_closed(tool, fix):
    assert judged(tool, *ALL) == [
        block(
            "firewall_active",
            f"{tool} on this host closes ports that other hosts of the cluster need: 6443/tcp (Kubernetes API), "
            f"10250/tcp (kubelet), 4789/udp (VXLAN of calico). They are dropped by {BY}.",
            fix,
        )
    ]


def test_not_known_and_not_wanted():
    found = {"tool": None, "closed": None, "reason": "only root may read the rules"}

    assert list(firewall.judge(found, HOST)) == [
        Unknown(
            "firewall_active", "The firewall's rules are not known: only root may read the rules."
        )
    ]
    assert list(firewall.judge(found, Host("n1", frozenset()))) == [
        Skipped("firewall_active", "No port is known that Kubernetes needs on this host.")
    ]


def test_a_cluster_of_ipv6_alone():
    settings = {**SETTINGS, "network": {"ipv4": False, "ipv6": True}}
    found: dict[str, object] = {"tool": None, "closed": [], "reason": None}

    assert list(
        firewall.judge(found, Host("n1", frozenset({"k8s_cluster"}), settings=settings))
    ) == [
        Unknown(
            "firewall_active",
            "Only the rules for IPv4 are looked at, which this cluster does not use.",
        )
    ]
