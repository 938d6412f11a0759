# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

from ansible_collections.k8n.cluster.plugins.module_utils._host.network import parse

# ip 6.15 on Debian 13, in a container
ADDRESSES = """[{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP","LOWER_UP"],"mtu":65536,"qdisc":"noqueue",
"operstate":"UNKNOWN","group":"default","txqlen":1000,"link_type":"loopback","address":"00:00:00:00:00:00",
"broadcast":"00:00:00:00:00:00","addr_info":[{"family":"inet","local":"127.0.0.1","prefixlen":8,"scope":"host",
"label":"lo","valid_life_time":4294967295,"preferred_life_time":4294967295},{"family":"inet6","local":"::1",
"prefixlen":128,"scope":"host","protocol":"kernel_lo"}]},{"ifindex":2,"link_index":139,"ifname":"eth0",
"flags":["BROADCAST","MULTICAST","UP","LOWER_UP"],"mtu":1500,"qdisc":"noqueue","operstate":"UP",
"link_type":"ether","address":"a6:15:ed:5f:eb:d1","broadcast":"ff:ff:ff:ff:ff:ff","link_netnsid":0,
"addr_info":[{"family":"inet","local":"10.102.1.11","prefixlen":24,"scope":"global","label":"eth0"},
{"family":"inet6","local":"fe80::a415:edff:fe5f:ebd1","prefixlen":64,"scope":"link","protocol":"kernel_ll"}]}]"""
ROUTES = """[{"dst":"default","gateway":"10.102.1.1","dev":"eth0","flags":[]},{"dst":"10.102.1.0/24","dev":"eth0",
"protocol":"kernel","scope":"link","prefsrc":"10.102.1.11","flags":[]}]"""
ETH0 = {"name": "eth0", "mac": "a6:15:ed:5f:eb:d1", "mtu": 1500, "addresses": ["10.102.1.11/24"]}


def test_what_ip_prints():
    assert parse(ADDRESSES, [ROUTES, "[]"]) == {
        "interfaces": [ETH0],
        "routes": [{"to": "10.102.1.0/24", "via": None, "dev": "eth0"}],
        "default": {"dev": "eth0", "via": "10.102.1.1"},
        "complete": True,
    }


def test_no_route_at_all_is_known():
    found = parse(ADDRESSES, ["", None])

    assert (found["routes"], found["default"]) == ([], None)


def test_nothing_known():
    nothing = {"interfaces": None, "routes": None, "default": None, "complete": True}

    assert parse(None, [None, None]) == nothing
    assert parse("not JSON", ["{}", "["]) == nothing


def test_strange_entries_are_passed_over():
    found = parse(
        '[1, {"ifname": "x", "addr_info": 7}, {"addr_info": [{"local": "so"}, 3]}]', ["[2]"]
    )

    assert (found["interfaces"], found["routes"]) == ([], [])


def test_the_default_route_is_the_one_of_ipv4_with_the_lowest_metric():
    routes = [
        {"dst": "default", "gateway": "10.0.0.9", "dev": "wlan0", "metric": 600},
        {"dst": "default", "gateway": "10.0.0.1", "dev": "eth0", "metric": 100},
    ]
    ipv6 = [{"dst": "default", "gateway": "fe80::1", "dev": "eth1", "metric": 0}]

    found = parse(ADDRESSES, [json.dumps(routes), json.dumps(ipv6)])
    assert found["default"] == {"dev": "eth0", "via": "10.0.0.1"}
    assert parse(ADDRESSES, [None, json.dumps(ipv6)])["default"] == {
        "dev": "eth1",
        "via": "fe80::1",
    }


def test_one_of_several_ways_and_none():
    hops = [{"gateway": "10.0.0.1", "dev": "eth0"}, {"gateway": "10.0.1.1", "dev": "eth1"}]
    routes = [
        {"dst": "default", "nexthops": hops},
        {"type": "unreachable", "dst": "default", "dev": "lo", "metric": 4294967295},
        {"type": "blackhole", "dst": "10.233.64.0/24"},
    ]

    found = parse(ADDRESSES, [json.dumps(routes), None])
    assert found["default"] == {"dev": "eth0", "via": "10.0.0.1"}
    assert found["routes"] == []


def test_the_pods_of_a_live_cluster_are_left_out():
    addresses = [
        {"ifname": "cali1234abcd567", "addr_info": [{"local": "10.233.1.1", "prefixlen": 32}]},
        {"ifname": "kube-ipvs0", "addr_info": [{"local": "10.233.0.1", "prefixlen": 32}] * 900},
        {"ifname": "vxlan.calico", "addr_info": [{"local": "10.233.70.64", "prefixlen": 32}]},
    ]
    routes = [
        {"dst": "10.233.70.65", "dev": "cali1234abcd567", "scope": "link"},
        {"dst": "10.233.90.0/26", "gateway": "10.233.90.0", "dev": "vxlan.calico"},
        {"dst": "fe80::/64", "dev": "eth0"},
    ]

    found = parse(json.dumps(addresses), [json.dumps(routes), None])
    assert [interface["name"] for interface in found["interfaces"]] == ["vxlan.calico"]
    assert found["routes"] == [
        {"to": "10.233.90.0/26", "via": "10.233.90.0", "dev": "vxlan.calico"}
    ]


def test_too_many_to_return():
    many = [{"local": f"10.0.0.{number}", "prefixlen": 24} for number in range(1, 30)]
    found = parse(json.dumps([{"ifname": "eth0", "addr_info": many}]), ["[]"])

    assert len(found["interfaces"][0]["addresses"]) == 16
    assert found["complete"] is False

    routes = [{"dst": f"10.1.{number}.0/24", "dev": "eth0"} for number in range(200)]
    found = parse(ADDRESSES, [json.dumps(routes)])
    assert len(found["routes"]) == 80
    assert found["complete"] is False
