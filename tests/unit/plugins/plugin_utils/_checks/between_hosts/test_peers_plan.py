# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts import plan

ETCD = {"port": 2380, "protocol": "tcp", "on": "etcd", "from": "etcd", "why": "etcd peers"}
API = {"port": 6443, "protocol": "tcp", "on": "kube_control_plane", "from": "k8s_cluster"}
VXLAN = {
    "port": 4789,
    "protocol": "udp",
    "on": "k8s_cluster",
    "from": "k8s_cluster",
    "why": "VXLAN",
}


def peer(name, *groups):
    return plan.Peer(name, frozenset(groups), None, None, None, (b"true",))


HUB = peer("m1", "kube_control_plane", "etcd", "k8s_cluster")
WORKER = peer("w1", "kube_node", "k8s_cluster")


def test_ports_are_read():
    own = {"port": 10257, "protocol": "tcp", "on": "kube_control_plane", "from": None}

    ports = plan.read_ports({"ports": [ETCD, own, API]})

    assert ports == [
        plan.Port(2380, "tcp", "etcd", "etcd", "etcd peers"),
        plan.Port(6443, "tcp", "kube_control_plane", "k8s_cluster", "Kubernetes"),
    ]
    assert ports[0].label == "TCP 2380 (etcd peers)"


@pytest.mark.parametrize("settings", [{}, {"ports": None}, {"ports": []}])
def test_no_ports(settings):
    assert plan.read_ports(settings) == []


def test_every_mistake_at_once():
    with pytest.raises(plan.PlanError) as caught:
        plan.read_ports(
            {
                "ports": [
                    "2380",
                    {**ETCD, "port": "2380", "protocol": "sctp"},
                    {**ETCD, "port": 65536, "from": 3},
                    {True: "etcd", "port": True, "protocol": "tcp", "from": "etcd"},
                ]
            }
        )

    assert caught.value.mistakes == [
        "settings.ports[0] is '2380', it must be a dictionary",
        "settings.ports[1].port is '2380', it must be a number from 1 to 65535",
        "settings.ports[1].protocol is 'sctp', it must be tcp or udp",
        "settings.ports[2].port is 65536, it must be a number from 1 to 65535",
        "settings.ports[2].from is 3, it must be the name of a group",
        "settings.ports[3].port is True, it must be a number from 1 to 65535",
        "settings.ports[3].on is nothing, it must be the name of a group",
    ]


def test_ports_that_are_no_list():
    with pytest.raises(
        plan.PlanError, match=r"settings\.ports is '2380', it must be a list of ports"
    ):
        plan.read_ports({"ports": "2380"})


def test_who_offers_what_to_whom():
    ports = plan.read_ports({"ports": [ETCD, API, VXLAN]})
    etcd, api, vxlan = ports

    assert plan.offered(HUB.groups, ports) == [etcd, api, vxlan]
    assert plan.offered(WORKER.groups, ports) == [vxlan]
    assert plan.wanted(WORKER, HUB, ports) == [api, vxlan]
    assert plan.wanted(HUB, WORKER, ports) == [vxlan]
    assert plan.wanted(HUB, HUB, ports) == [etcd, api, vxlan]


def test_a_number_that_two_groups_want_is_opened_once():
    ports = plan.read_ports({"ports": [API, {**API, "from": "etcd"}, {**API, "protocol": "udp"}]})

    assert plan.offered(HUB.groups, ports) == [ports[0], ports[2]]


@pytest.mark.parametrize(
    ("count", "size", "sizes"),
    [(0, 200, [0]), (1, 200, [1]), (200, 200, [200]), (201, 200, [101, 100])],
)
def test_batches(count, size, sizes):
    workers = [f"w{number}" for number in range(count)]

    parts = plan.batches(workers, size)

    assert [len(part) for part in parts] == sizes
    assert sorted(name for part in parts for name in part) == sorted(workers)


def test_hubs_are_tried_all_against_all():
    assert plan.hub_pairs(["a", "b", "c"]) == [
        ("a", "b"), ("a", "c"), ("b", "a"), ("b", "c"), ("c", "a"), ("c", "b"),
    ]  # fmt: skip


def test_workers_are_sampled_evenly():
    workers = [f"w{number}" for number in range(50)]
    hubs = ["a", "b", "c", "d", "e"]

    pairs = plan.worker_pairs(workers, hubs, 3)

    assert len(pairs) == len(set(pairs)) == 50 * (3 + 3 + 3)
    for worker in workers:
        for others in (hubs, workers):
            assert sum(source == worker and target in others for source, target in pairs) == 3
            assert sum(target == worker and source in others for source, target in pairs) == 3
    for hub in hubs:
        assert sum(source == hub for source, _target in pairs) == 30


@pytest.mark.parametrize(
    ("workers", "hubs", "pairs"),
    [
        ([], ["a"], []),
        (["w"], [], []),
        (["w"], ["a"], [("w", "a"), ("a", "w")]),
        (["v", "w"], [], [("v", "w"), ("w", "v")]),
    ],
)
def test_few_hosts(workers, hubs, pairs):
    assert plan.worker_pairs(workers, hubs, 3) == pairs


def test_the_work_grows_with_the_hosts_and_not_with_their_square():
    def work(count):
        return len(plan.worker_pairs([f"w{number}" for number in range(count)], ["a", "b", "c"], 3))

    assert work(3000) == 10 * work(300)
