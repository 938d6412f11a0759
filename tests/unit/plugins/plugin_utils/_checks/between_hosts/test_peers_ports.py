# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._host.ruleset import Place
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts import ports
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts.answers import (
    Greeting,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts.measure import (
    Measured,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts.plan import (
    Peer,
    Port,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Skipped, Unknown

CLUSTER = "k8s_cluster"
ETCD = Port(2380, "tcp", "etcd", "etcd", "etcd peers")
CLIENTS = Port(2379, "tcp", "etcd", "kube_control_plane", "etcd clients")
KUBELET = Port(10250, "tcp", CLUSTER, "kube_control_plane", "kubelet")
VXLAN = Port(4789, "udp", CLUSTER, CLUSTER, "VXLAN")
PORTS = [ETCD, CLIENTS, KUBELET, VXLAN]


def measured(results, states=None, firewall=None, names="abcdef", drops=()):
    """What was measured with these results by pair, such as "a>b"; every port is offered unless states says else."""
    peers = {name: Peer(name, frozenset(), None, None, None, (), drops) for name in names}
    found = Measured(peers, PORTS)
    for number, name in enumerate(names, 1):
        found.addresses[name] = f"10.1.{number}.1"
        found.greetings[name] = Greeting(None, firewall, False)
        found.listening[name] = states or dict.fromkeys(PORTS, "listening")
    found.results = {tuple(pair.split(">")): each for pair, each in results.items()}
    return found


def judge(name, found):
    return ports.judge(name, found, ports.cut_off(found))


def problems(name, found):
    return [each for each in judge(name, found) if isinstance(each, dict)]


def test_all_is_open():
    found = measured({"a>b": {ETCD: "open"}, "b>a": {ETCD: "open"}})

    assert list(judge("a", found)) == []


def test_one_port_from_one_host():
    found = measured(
        {"b>a": {ETCD: "timeout", VXLAN: "open"}, "c>a": {ETCD: "open"}, "a>b": {ETCD: "open"}}
    )

    assert list(judge("a", found)) == [
        {
            "id": "port_blocked",
            "severity": "block",
            "message": "TCP 2380 (etcd peers) of this host (10.1.1.1) cannot be reached from b: no answer, as when a "
            "firewall drops the packets (wanted: open).",
            # No chain of the host is known that drops it: no command, since that chain need not exist.
            "fix": "Let 2380/tcp from 10.1.2.1 to 10.1.1.1 through wherever it ends: in a security group, a router or "
            "firewall on the way, or a firewall of a.",
        }
    ]
    assert problems("b", found) == []


def test_what_nobody_reaches_is_said_once():
    """As when a firewall drops all: the ports want different sources, and have one cause."""
    dropped = dict.fromkeys(PORTS, "timeout")
    found = measured(
        {
            "b>a": dropped,
            "c>a": {VXLAN: "timeout"},
            "d>a": {VXLAN: "timeout"},
            "e>a": {VXLAN: "timeout"},
        },
        firewall="firewalld",
    )
    found.results["b", "c"] = {VXLAN: "open"}

    (problem,) = problems("a", found)

    assert problem["message"].startswith(
        "TCP 2380 (etcd peers), TCP 2379 (etcd clients), TCP 10250 (kubelet), UDP 4789 (VXLAN) of this host (10.1.1.1) "
        "cannot be reached from b, c, d and 1 more: no answer"
    )
    assert problem["fix"].endswith(
        "on the host with 'firewall-cmd --permanent --add-port=2379/tcp --add-port=2380/tcp --add-port=10250/tcp "
        "--add-port=4789/udp' and 'firewall-cmd --reload'."
    )


def test_different_results_are_different_findings():
    found = measured(
        {"b>a": {ETCD: "refused", KUBELET: "unreachable", VXLAN: "open", CLIENTS: "other"}}
    )

    said = [problem["message"].partition("from b: ")[2] for problem in problems("a", found)]

    assert said == [
        "refused, as when a firewall rejects it (wanted: open).",
        "the network says that there is no way, as firewalls and routers do (wanted: open).",
        "something other than this host answers, such as a proxy or a host with the same address (wanted: open).",
    ]


def test_an_error_without_words():
    (problem,) = problems("a", measured({"b>a": {ETCD: "ENOBUFS", VXLAN: "open"}}))

    assert "from b: the error ENOBUFS (wanted: open)." in problem["message"]


def test_ufw():
    (problem,) = problems(
        "a", measured({"b>a": {ETCD: "timeout", CLIENTS: "timeout", VXLAN: "open"}}, firewall="ufw")
    )

    assert problem["fix"].endswith(
        "on the host with 'ufw allow proto tcp from 10.1.2.1 to any port 2379,2380'."
    )


IPTABLES = Place("iptables", "ip", "filter", "INPUT")
NFT = Place("nftables", "inet", "own", "in")


def test_the_chains_that_may_drop_it_get_a_rule_each():
    drops = ((ETCD.key, IPTABLES), (ETCD.key, NFT), (VXLAN.key, Place("nftables", "ip", "x", "y")))

    (problem,) = problems("a", measured({"b>a": {ETCD: "timeout", VXLAN: "open"}}, drops=drops))

    assert problem["fix"] == (
        "Let the firewall of a and those on the way to it (security groups, routers) accept this, on the host with "
        "'iptables -I INPUT -s 10.1.2.1 -p tcp -m multiport --dports 2380 -j ACCEPT' and "
        "'nft insert rule inet own in ip saddr { 10.1.2.1 } tcp dport { 2380 } accept', "
        "and keep the rules over a reboot, as with netfilter-persistent save, "
        "and write the rules into /etc/nftables.conf too, which a reboot loads."
    )


def test_rules_for_ipv4_have_no_part_in_ipv6():
    found = measured({"b>a": {ETCD: "timeout", VXLAN: "open"}}, drops=((ETCD.key, IPTABLES),))
    found.addresses["b"] = "fd00::2"

    (problem,) = problems("a", found)

    assert problem["fix"].startswith("Let 2380/tcp from fd00::2 to 10.1.1.1 through")


def test_many_hosts_are_named_by_their_networks():
    names = "abcdefg"
    found = measured(
        {f"{name}>a": {VXLAN: "timeout"} for name in names[1:]},
        names=names,
        drops=((VXLAN.key, NFT),),
    )
    for number, name in enumerate(names):
        found.addresses[name] = f"10.1.{number % 2}.{number + 1}"

    (problem,) = problems("a", found)

    assert "ip saddr { 10.1.1.0/24, 10.1.0.0/24 } udp dport { 4789 } accept" in problem["fix"]


def test_ipv6():
    found = measured({"b>a": {ETCD: "timeout", VXLAN: "open"}}, drops=((ETCD.key, NFT),))
    found.addresses["b"] = "fd00::2"

    (problem,) = problems("a", found)

    assert "ip6 saddr { fd00::2 } tcp dport { 2380 } accept" in problem["fix"]


def test_many_ports_are_not_all_named():
    many = [Port(number, "tcp", CLUSTER, CLUSTER, "x") for number in range(1001, 1021)]
    found = measured({"b>a": dict.fromkeys(many, "timeout") | {VXLAN: "open"}})

    (problem,) = problems("a", found)

    assert "TCP 1008 (x) and 12 more of this host" in problem["message"]


def test_a_host_that_reaches_nobody_is_the_one_to_fix():
    blocked = {ETCD: "unreachable", VXLAN: "timeout"}
    fine = {ETCD: "open"}
    found = measured(
        {"a>b": blocked, "a>c": blocked, "b>c": fine, "c>b": fine, "b>a": fine, "c>a": fine},
        names="abc",
    )

    assert problems("b", found) == problems("c", found) == []
    (problem,) = problems("a", found)
    assert problem["message"] == (
        "This host (10.1.1.1) reaches no port of b, c, which others reach: no answer, as when a firewall drops the "
        "packets; the network says that there is no way, as firewalls and routers do (wanted: open)."
    )
    assert problem["fix"].startswith("Fix the routes of a and let its firewall")


def test_a_network_that_is_split_is_nobodys_own_fault():
    blocked = {ETCD: "timeout"}
    found = measured({"a>b": blocked, "b>a": blocked}, names="ab")

    assert [len(problems(name, found)) for name in "ab"] == [1, 1]


def test_what_could_not_be_tried():
    states = {ETCD: "denied", CLIENTS: "EADDRNOTAVAIL", KUBELET: "in_use", VXLAN: "in_use"}
    found = measured({"b>a": {KUBELET: "open"}}, states=states)

    assert list(judge("a", found)) == [
        Unknown(
            "port_blocked",
            "TCP 2380 (etcd peers) could not be tried: only root may listen there, and the login has no sudo without "
            "a password.",
        ),
        Unknown(
            "port_blocked",
            "TCP 2379 (etcd clients) could not be opened on this host: EADDRNOTAVAIL.",
        ),
        Skipped(
            "port_blocked",
            "UDP 4789 (VXLAN) is in use on this host, and nothing answers a test of UDP.",
        ),
    ]


def test_nobody_tried():
    assert list(judge("a", measured({}))) == [
        Unknown("port_blocked", "No other host could try the ports of this one.")
    ]


@pytest.mark.parametrize(
    ("names", "known", "reason"),
    [
        ("ab", [], "The settings name no port: without Kubespray they are not known."),
        ("a", PORTS, "There is no other host."),
    ],
)
def test_what_does_not_apply(names, known, reason):
    found = measured({}, names=names)
    found.ports = known

    assert list(judge("a", found)) == [Skipped("port_blocked", reason)]
