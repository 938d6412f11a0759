# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.mistakes import IpListError
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.model import Cluster

Build = Callable[..., Cluster]

EIGHT = [
    "10.10.1.2",
    "10.10.1.3",
    "10.20.1.2",
    "10.20.1.3",
    "10.20.1.4",
    "10.11.1.2",
    "10.11.1.3",
    "10.40.1.2",
]
ACCEPTANCE = {
    "nodes": EIGHT,
    "control_plane": ["10.20.1.3"],
    "naming": "{role}{octet2}-{octet4}",
    "role_names": {"control_plane": "master", "worker": "node"},
}


def names(cluster: Cluster) -> list[str]:
    return [host.name for host in cluster.hosts]


def refusal(build: Build, **options: object) -> tuple[str, ...]:
    with pytest.raises(IpListError) as caught:
        build(**options)
    return caught.value.mistakes


def test_the_inventory_that_was_typed_by_hand(build: Build) -> None:
    cluster = build(**ACCEPTANCE)
    hosts = [
        "node10-2",
        "node10-3",
        "node20-2",
        "master20-3",
        "node20-4",
        "node11-2",
        "node11-3",
        "node40-2",
    ]
    assert names(cluster) == hosts
    assert [host.variables for host in cluster.hosts] == [
        {
            "ansible_host": address,
            "ip": address,
            "access_ip": address,
            "k8n_zone": f"{address.rpartition('.')[0]}.0/24",
        }
        for address in EIGHT
    ]
    assert list(cluster.groups.items()) == [
        ("kube_control_plane", ["master20-3"]),
        ("kube_node", hosts),
        ("etcd", ["node20-2", "master20-3", "node20-4"]),
        ("k8s_cluster", ["kube_control_plane", "kube_node"]),
        ("calico_rr", []),
    ]
    assert cluster.variables == {}


def test_the_first_four_of_the_eight_are_not_settled(build: Build) -> None:
    cluster = build(**{**ACCEPTANCE, "nodes": EIGHT[:4]})
    assert cluster.groups["etcd"] == ["node10-2", "node20-2", "master20-3"]
    pin = "etcd: [10.10.1.2, 10.20.1.2, 10.20.1.3]"
    assert cluster.variables == {"k8n_etcd_pin": pin}
    pinned = build(**{**ACCEPTANCE, "etcd": ["10.10.1.2", "10.20.1.2", "10.20.1.3"]})
    assert pinned.groups["etcd"] == ["node10-2", "node20-2", "master20-3"]
    assert pinned.variables == {}


def test_only_nodes(build: Build) -> None:
    cluster = build(nodes="10.1.1.1")
    assert names(cluster) == ["node-10-1-1-1"]
    assert cluster.groups == {
        "kube_control_plane": ["node-10-1-1-1"],
        "kube_node": ["node-10-1-1-1"],
        "etcd": ["node-10-1-1-1"],
        "k8s_cluster": ["kube_control_plane", "kube_node"],
        "calico_rr": [],
    }


def test_the_access_address_is_where_ansible_connects(build: Build) -> None:
    cluster = build(
        nodes=[
            "10.1.1.1,192.168.1.1",
            {"ip": "10.1.1.2", "access_ip": "192.168.1.2", "ansible_host": "h2.example.com"},
        ]
    )
    first, second = (host.variables for host in cluster.hosts)
    assert (first["ansible_host"], first["ip"], first["access_ip"]) == (
        "192.168.1.1",
        "10.1.1.1",
        "192.168.1.1",
    )
    assert (second["ansible_host"], second["access_ip"]) == ("h2.example.com", "192.168.1.2")


def test_variables_of_an_entry(build: Build) -> None:
    given = {"ansible_port": 2222, "x": "{{ y }}"}
    (host,) = build(nodes=[{"ip": "10.1.1.1", "vars": given}]).hosts
    assert host.given == given


def test_ipv6_only(build: Build) -> None:
    cluster = build(nodes=["2001:db8::1", "2001:db8::2,2001:db8:1::2"])
    assert [host.variables for host in cluster.hosts] == [
        {
            "ansible_host": "2001:db8::1",
            "ip6": "2001:db8::1",
            "access_ip6": "2001:db8::1",
            "k8n_zone": "2001:db8::/64",
        },
        {
            "ansible_host": "2001:db8:1::2",
            "ip6": "2001:db8::2",
            "access_ip6": "2001:db8:1::2",
            "k8n_zone": "2001:db8::/64",
        },
    ]
    assert cluster.variables == {"ipv4_stack": False, "ipv6_stack": True}


def test_dual_stack(build: Build) -> None:
    dual = {"ip": "10.1.1.1", "ip6": "2001:db8::1"}
    cluster = build(nodes=[dual])
    assert cluster.hosts[0].variables == {
        "ansible_host": "10.1.1.1",
        "ip": "10.1.1.1",
        "access_ip": "10.1.1.1",
        "ip6": "2001:db8::1",
        "access_ip6": "2001:db8::1",
        "k8n_zone": "10.1.1.0/24",
    }
    assert cluster.variables == {"ipv6_stack": True}
    assert build(nodes=[dual, "10.1.1.2"]).variables == {}


def test_a_family_in_common(build: Build) -> None:
    dual = {"ip": "10.1.1.2", "ip6": "2001:db8::2"}
    assert refusal(build, nodes=["10.1.1.1", dual, "2001:db8::1"]) == (
        "nodes, item 3: 2001:db8::1 is the address of a host with IPv6 only, but 10.1.1.1 (nodes,"
        " item 1) is one of a host with IPv4 only; give all of them one family in common",
    )
    assert build(nodes=["10.1.1.1", dual]).hosts
    assert build(nodes=[dual, "2001:db8::1"]).hosts
    assert build(nodes=["10.1.1.1", dual, "2001:db8::1"], exclude=["2001:db8::1"]).hosts


def test_a_long_name_is_a_mistake_with_its_place(build: Build) -> None:
    name = "x" * 64
    wrong = "has 64 characters, but the name of a node has at most 63; write a shorter one"
    assert refusal(build, nodes=["10.1.1.1", f"{name},10.1.1.2"]) == (
        f"nodes, item 2: '{'x' * 59}... {wrong}",
    )
    assert refusal(build, nodes=[{"ip": "10.1.1.1", "name": name}]) == (
        f"nodes, item 1, name: '{'x' * 59}... {wrong}",
    )
    assert names(build(nodes=[f"{name[1:]},10.1.1.1"])) == [name[1:]]


@pytest.mark.parametrize("option", ["exclude", "control_plane", "etcd", "workers"])
def test_a_comma_between_two_hosts(build: Build, option: str) -> None:
    assert refusal(build, nodes="10.1.1.1-3", **{option: "10.1.1.1,10.1.1.2"}) == (
        f"{option}, word 1: '10.1.1.1,10.1.1.2': a comma binds name and addresses of one host; use a"
        " blank between two hosts",
    )


@pytest.mark.parametrize(
    ("options", "pin"),
    [
        ({}, "control_plane: [10.1.1.1]\netcd: [10.1.1.1, 10.1.1.2, 10.1.1.3]\nworkers: all"),
        (
            {"control_plane": 2, "etcd": ["10.1.1.4"]},
            "control_plane: [10.1.1.1, 10.1.1.2]\nworkers: all",
        ),
        (
            {"control_plane": ["10.1.1.4"], "etcd_placement": "first"},
            "etcd: [10.1.1.1, 10.1.1.2, 10.1.1.3]\nworkers: all",
        ),
        (
            {"workers": "exclude_etcd"},
            "control_plane: [10.1.1.1]\netcd: [10.1.1.1, 10.1.1.2, 10.1.1.3]",
        ),
        (
            {"etcd": 1, "dedicated_control_plane_from": 4},
            "control_plane: [10.1.1.1]\netcd: [10.1.1.1]\nworkers: exclude_control_plane",
        ),
        # Only etcd can change: as with the stacked layout.
        (
            {"control_plane": ["10.1.1.1"], "workers": "all"},
            "etcd: [10.1.1.1, 10.1.1.2, 10.1.1.3]",
        ),
        (
            {"control_plane": ["10.1.1.4"], "workers": "all", "etcd_placement": "first"},
            None,
        ),
        ({"control_plane": ["10.1.1.1"], "etcd": ["10.1.1.1"]}, None),
        ({"dedicated_etcd_from": 4}, None),
        ({"layout": "stacked"}, None),
    ],
)
def test_the_pin_of_a_layout_that_will_change(
    build: Build, options: dict[str, object], pin: str | None
) -> None:
    cluster = build(**{"nodes": "10.1.1.1-4", "layout": "auto", **options})
    assert cluster.variables.get("k8n_etcd_pin") == pin


def test_exclude_by_address_range_and_name(build: Build) -> None:
    cluster = build(
        nodes="10.1.1.1-9", exclude="10.1.1.1 10.1.1.3-5 n7 10.1.1.8/31", naming="n{index}"
    )
    assert names(cluster) == ["n2", "n6"]


def test_hosts_named_by_the_name_that_their_role_gives_them(build: Build) -> None:
    cluster = build(
        nodes="10.1.1.1-5",
        naming="{role}{octet4}",
        control_plane=["cp3"],
        etcd=["node5", "cp3", "node1"],
        workers=["node1", "node2"],
    )
    assert names(cluster) == ["node1", "node2", "cp3", "node4", "node5"]
    assert cluster.groups["kube_control_plane"] == ["cp3"]
    assert cluster.groups["etcd"] == ["node5", "cp3", "node1"]
    assert cluster.groups["kube_node"] == ["node1", "node2"]


def test_auto_names_the_dedicated_etcd_hosts(build: Build) -> None:
    cluster = build(nodes="10.1.1.1-60", layout="auto", control_plane=2, naming="{role}{index}")
    assert names(cluster)[:6] == ["etcd1", "etcd2", "etcd3", "cp4", "cp5", "node6"]
    assert cluster.groups["etcd"] == ["etcd1", "etcd2", "etcd3"]
    assert cluster.groups["calico_rr"] == ["etcd1", "etcd2", "etcd3"]
    assert cluster.groups["kube_node"][:3] == ["cp4", "cp5", "node6"]


def test_auto_at_200(build: Build) -> None:
    cluster = build(nodes="10.1.1.1-200", layout="auto", control_plane=2)
    assert len(cluster.groups["kube_node"]) == 195
    assert build(nodes="10.1.1.1-199", layout="auto").groups["kube_node"][0] == "node-10-1-1-4"


def test_zones_place_etcd(build: Build) -> None:
    cluster = build(
        nodes="10.1.1.1-3 10.1.2.1-3 10.1.3.1-3",
        zones={"a": ["10.1.1.0/24", "10.1.2.0/24"], "b": "10.1.3.0/24"},
        control_plane=["10.1.3.2"],
        naming="{zone}{octet3}{octet4}",
    )
    assert cluster.groups["etcd"] == ["b31", "b32", "b33"]
    assert cluster.hosts[3].variables["k8n_zone"] == "a"


def test_local_connection(build: Build) -> None:
    def is_local(address: str) -> bool:
        return address == "10.1.1.2"

    cluster = build(nodes="10.1.1.1-3", local_connection="auto", is_local=is_local)
    assert [host.variables.get("ansible_connection") for host in cluster.hosts] == [
        None,
        "local",
        None,
    ]
    never = build(nodes="10.1.1.1-3", is_local=is_local)
    assert all("ansible_connection" not in host.variables for host in never.hosts)


def test_one_machine_is_one_host(build: Build) -> None:
    assert refusal(
        build,
        nodes=["10.1.1.1-2", "10.2.1.1"],
        local_connection="auto",
        is_local=lambda address: address != "10.1.1.2",
    ) == (
        "nodes, item 2: 10.2.1.1 is an address of this machine, like 10.1.1.1 (nodes, item 1); one"
        " machine is one host, keep one of the two or write local_connection: never",
    )


def test_nodes_file_and_environment(build: Build, tmp_path: Path) -> None:
    (tmp_path / "nodes.txt").write_text("10.1.1.1\n10.1.1.2 # second\n", encoding="utf-8")
    from_file = build(nodes_file="nodes.txt", folder=tmp_path, environment="10.9.9.9")
    assert from_file == build(environment="10.1.1.1, 10.1.1.2")
    assert from_file == build(nodes=["10.1.1.1", "10.1.1.2"], environment="10.9.9.9")


@pytest.mark.parametrize("options", [{}, {"nodes": []}, {"nodes": ""}, {"nodes": None}])
def test_no_nodes(build: Build, options: dict[str, object]) -> None:
    assert refusal(build, **options) == (
        "nodes: no nodes are given; write nodes: with a list of addresses, or nodes_file: with the"
        " name of a file of them, or set the environment variable K8N_NODES",
    )


def test_mistakes_in_the_environment_name_it(build: Build) -> None:
    expected = ("K8N_NODES, word 2: '10.1.1' is not an IP address (Expected 4 octets in '10.1.1')",)
    assert refusal(build, environment="10.1.1.1 10.1.1") == expected
    assert refusal(build, environment="10.1.1.1 10.1.1", nodes=None) == expected


def test_all_excluded(build: Build) -> None:
    assert refusal(build, nodes="10.1.1.1-4", exclude="10.0.0.0/8") == (
        "exclude: all 4 nodes are left out; leave at least one",
    )


def test_ipv6_without_octets(build: Build) -> None:
    assert refusal(build, nodes="2001:db8::1-2001:db8::3", naming="n{octet4}") == (
        "nodes, word 1: 2001:db8::1 is IPv6, which has no octets for naming; use {ip} there or give"
        " the host a name (2 more of this entry likewise)",
    )


def test_every_kind_of_mistake_at_once(build: Build, tmp_path: Path) -> None:
    (tmp_path / "nodes.txt").write_text(
        "10.1.1.1 10.1.1.300\n10.1.1.9-2\n10.1.1.255\n10.1.1.1\nNode1,10.1.1.5\n"
        "n,10.1.1.6 n,10.1.1.7\n",
        encoding="utf-8",
    )
    assert refusal(
        build,
        folder=tmp_path,
        nodes_file="nodes.txt",
        exclude=["10.1.1.77"],
        control_plane=["10.1.1.99"],
        etcd=4,
        etcd_placement="far",
        naming="{ip}",
        colour="red",
        strict="no",
    ) == (
        "colour: there is no such option; the options are allow_even_etcd, bastion, compose, control_plane,"
        " dedicated_control_plane_from, dedicated_etcd_from, etcd, etcd_placement, exclude, groups,"
        " keyed_groups, layout, leading_separator, local_connection, naming, nodes, nodes_file,"
        " plugin, role_names, strict, use_extra_vars, vars, workers, zones",
        "strict: this is a text ('no'); wanted true or false",
        "etcd_placement: 'far' is not a choice; wanted near_control_plane or spread or first",
        "nodes.txt, line 1, word 2: '10.1.1.300' is not an IP address"
        " (Octet 300 (> 255) not permitted in '10.1.1.300')",
        "nodes.txt, line 2: '10.1.1.9-2' runs backwards; write 10.1.1.2-10.1.1.9",
        "nodes.txt, line 5: 'Node1' is not a valid host name; write node1 (RFC 1123 in lower case:"
        " labels of letters, digits and '-', with no '-' at either end; at most 63 characters in"
        " all)",
        "exclude, item 1: no host of the list has the address or name '10.1.1.77'; did you mean"
        " 10.1.1.7?",
        "nodes.txt, line 4: 10.1.1.1 is the address of the host at nodes.txt, line 1, word 1"
        " already; keep one of the two",
        "nodes.txt, line 3: 10.1.1.255 is the broadcast address of 10.1.1.0/24, which no host can"
        " have; leave it out or, if the subnet is larger than that, write for example zones:"
        " {site: [10.1.0.0/16]}",
        "control_plane, item 1: no host of the list has the address or name '10.1.1.99'; did you"
        " mean 10.1.1.7?",
        "etcd: 4 etcd members are an even number: the majority is 3, so they survive the loss of 1;"
        " 3 with a majority of 2 survive the loss of 1 just as well. The extra member adds no safety, "
        "and a network split into two halves of 2 stops both; write etcd: 3 or etcd: 5, or"
        " allow_even_etcd: true (or a waiver of even_etcd in k8n_waivers) if you must",
        "nodes.txt, line 6, word 2: 10.1.1.7 gets the name 'n', which 10.1.1.6 (nodes.txt, line 6,"
        " word 1) has too; give one a name of its own, or put {ip} or more octets into naming",
    )


def test_counts_are_not_judged_by_an_incomplete_list(build: Build) -> None:
    assert refusal(build, nodes="10.1.1.1 10.1.1.2 10.1.1", etcd=3, control_plane=3) == (
        "nodes, word 3: '10.1.1' is not an IP address (Expected 4 octets in '10.1.1')",
    )
    assert len(refusal(build, nodes="10.1.1.1 10.1.1.2", etcd=3, control_plane=3)) == 2


def test_an_even_etcd_may_be_allowed(build: Build) -> None:
    cluster = build(nodes="10.1.1.1-4", etcd=2, allow_even_etcd=True)
    assert cluster.groups["etcd"] == ["node-10-1-1-1", "node-10-1-1-2"]
    assert len(refusal(build, nodes="10.1.1.1-4", etcd=["10.1.1.1", "10.1.1.2"])) == 1


def test_duplicate_names_by_a_pattern(build: Build) -> None:
    assert refusal(build, nodes="10.1.1.5 10.2.1.5", naming="n{octet4}") == (
        "nodes, word 2: 10.2.1.5 gets the name 'n5', which 10.1.1.5 (nodes, word 1) has too; give"
        " one a name of its own, or put {ip} or more octets into naming",
    )


@pytest.mark.parametrize("total", [2, 3, 49, 50, 199, 200, 250])
def test_the_sizes_of_inventory_builder(build: Build, total: int) -> None:
    cluster = build(
        nodes=[f"10.1.{number // 200}.{number % 200 + 1}" for number in range(total)],
        control_plane=2,
        etcd_placement="first",
        layout="auto",
        naming="node{index}",
    )
    everyone = [f"node{number}" for number in range(1, total + 1)]
    etcd = everyone[: 3 if total >= 3 else 1]
    control_plane = everyone[3:5] if total >= 50 else everyone[:2]
    left_out = {*(etcd if total >= 50 else []), *(control_plane if total >= 200 else [])}
    assert names(cluster) == everyone
    assert cluster.groups == {
        "kube_control_plane": control_plane,
        "kube_node": [name for name in everyone if name not in left_out],
        "etcd": etcd,
        "k8s_cluster": ["kube_control_plane", "kube_node"],
        "calico_rr": etcd if total >= 50 else [],
    }


def test_a_mistaken_permission_allows_nothing(build: Build) -> None:
    found = refusal(build, nodes="10.1.1.1-4", etcd=2, allow_even_etcd="yes")
    assert [mistake.partition(":")[0] for mistake in found] == ["allow_even_etcd", "etcd"]
