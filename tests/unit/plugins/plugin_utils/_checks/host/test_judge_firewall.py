# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host import firewall
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    Host,
    Skipped,
    Unknown,
)


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


PLACES = {
    "ufw": ("ip", "filter", "INPUT"),
    "firewalld": ("inet", "firewalld", "filter_INPUT"),
    "iptables": ("ip", "filter", "INPUT"),
    "nftables": ("inet", "own", "in-filter"),
}


def entries(tool, *closed, **more):
    place = dict(zip(("family", "table", "chain"), PLACES[tool], strict=True))
    return [
        {"port": number, "protocol": protocol, "by": BY, "tool": tool, **place, **more}
        for number, protocol in closed
    ]


def judged(*closed, host=HOST):
    return list(firewall.judge({"closed": list(closed), "perhaps": [], "reason": None}, host))


def test_open():
    assert judged() == []
    # Only the host itself connects to that one, and nobody to the other.
    assert judged(*entries("ufw", (10257, "tcp"), (80, "tcp"))) == []


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
            "Run on the host: iptables -I INPUT -p tcp -m multiport --dports 6443,10250 -j ACCEPT && "
            "iptables -I INPUT -p udp -m multiport --dports 4789 -j ACCEPT; and keep the rules over a reboot, as with "
            "netfilter-persistent save.",
        ),
        (
            "nftables",
            "Run on the host: nft insert rule inet own in-filter tcp dport { 6443, 10250 } accept && "
            "nft insert rule inet own in-filter udp dport { 4789 } accept; and write the rules into "
            "/etc/nftables.conf too, which a reboot loads.",
        ),
    ],
)
def test_closed(tool, fix):
    assert judged(*entries(tool, *ALL)) == [
        block(
            "firewall_active",
            f"{tool} on this host closes ports that other hosts of the cluster need: 6443/tcp (Kubernetes API), "
            f"10250/tcp (kubelet), 4789/udp (VXLAN of calico). They are dropped by {BY}.",
            fix,
        )
    ]


def test_each_tool_that_closes_ports_is_a_finding():
    found = judged(
        *entries("iptables", (6443, "tcp")),
        *entries("nftables", (6443, "tcp"), by="chain in-filter of nftables' table inet own"),
    )

    assert [problem["message"].partition(" on this")[0] for problem in found] == [
        "iptables",
        "nftables",
    ]
    assert "by chain in-filter of nftables' table inet own." in found[1]["message"]
    assert found[1]["fix"].startswith("Run on the host: nft insert rule inet own in-filter tcp")


@pytest.mark.parametrize("chain", ["x; reboot", "", None, "$(reboot)"])
def test_no_command_is_made_of_what_is_no_name(chain):
    (problem,) = judged(*entries("nftables", (6443, "tcp"), chain=chain))

    assert problem["message"].startswith("A firewall on this host closes ports")
    assert problem["fix"] == "Let the host's firewall accept packets to these ports."


def test_not_known_and_not_wanted():
    found = {"closed": None, "perhaps": None, "reason": "only root may read the rules"}

    assert list(firewall.judge(found, HOST)) == [
        Unknown(
            "firewall_active", "The firewall's rules are not known: only root may read the rules."
        )
    ]
    assert list(firewall.judge(found, Host("n1", frozenset()))) == [
        Skipped("firewall_active", "No port is known that Kubernetes needs on this host.")
    ]


def with_network(**network):
    settings = {**SETTINGS, "network": network}
    return Host("n1", frozenset({"k8s_cluster"}), settings=settings)


def test_a_cluster_of_ipv6_alone():
    assert judged(host=with_network(ipv4=False, ipv6=True)) == [
        Unknown(
            "firewall_active",
            "Only the rules for IPv4 are looked at, which this cluster does not use.",
        )
    ]


def test_a_cluster_of_both_does_not_pass_on_ipv4_alone():
    host = with_network(ipv4=True, ipv6=True)

    assert judged(host=host) == [
        Unknown(
            "firewall_active",
            "The rules for IPv4 close nothing; those for IPv6, which this cluster uses too, are not looked at.",
        )
    ]
    assert [each["id"] for each in judged(*entries("ufw", (6443, "tcp")), host=host)] == [
        "firewall_active"
    ]
    assert judged(host=with_network(ipv4=True, ipv6=False)) == []
