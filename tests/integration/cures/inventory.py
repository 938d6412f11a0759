# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts, groups and the members of etcd."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from .cluster import (
    HOSTS,
    Cluster,
    Found,
    to_the_letter,
)
from .scene import Scene, hosts


def bad_inventory(folder: Path) -> Cluster:
    cluster = Cluster(folder, hosts(4))
    everything = cluster.hosts["all"]
    everything["hosts"] |= {
        "localhost": {"k8n_zone": "here"},
        "spare": {"ansible_host": "192.0.2.99"},
    }
    everything["children"]["kube_node"]["hosts"]["localhost"] = None
    everything["children"]["etcd"]["hosts"] = {"node1": None, "node2": None}
    return cluster


@to_the_letter("Give the machine its own name and address in the inventory.")
def named(cluster: Cluster, found: Found) -> None:
    everything = cluster.hosts["all"]
    everything["hosts"]["node9"] = {
        **everything["hosts"].pop("localhost"),
        "ansible_host": "192.0.2.9",
    }
    nodes = everything["children"]["kube_node"]["hosts"]
    nodes["node9"] = nodes.pop("localhost")


@to_the_letter("Put it into kube_node, kube_control_plane or etcd")
def in_a_group(cluster: Cluster, found: Found) -> None:
    cluster.hosts["all"]["children"]["kube_node"]["hosts"]["spare"] = None


@to_the_letter("or into a group of your own if the cluster is not to have it.")
def in_a_group_of_its_own(cluster: Cluster, found: Found) -> None:
    cluster.hosts["all"]["children"]["others"] = {"hosts": {"spare": None}}


def members(cluster: Cluster, found: Found) -> None:
    made = re.match(r"Make (.+), and no other host, the group (\w+) of the inventory", found.fix)
    assert made, found.fix
    names = re.split(r", | and ", made[1])
    cluster.hosts["all"]["children"][made[2]]["hosts"] = dict.fromkeys(names)


def by_kubeadm(folder: Path) -> Cluster:
    cluster = Cluster(folder, hosts(3))
    cluster.variables["etcd_deployment_type"] = "kubeadm"
    everything = cluster.hosts["all"]
    everything["hosts"]["localhost"] = {}
    everything["children"]["kube_control_plane"]["hosts"] = {"node1": None, "node2": None}
    return cluster


@to_the_letter("Take localhost out of the inventory")
def without_localhost(cluster: Cluster, found: Found) -> None:
    del cluster.hosts["all"]["hosts"]["localhost"]


def even_members(folder: Path) -> Cluster:
    cluster = Cluster(folder, hosts(2))
    everything = cluster.hosts["all"]
    everything["children"]["etcd"]["hosts"] = {"node1": None, "node2": None}
    everything["hosts"]["spare"] = {"ansible_host": "192.0.2.99"}
    return cluster


@to_the_letter("say so once: even_etcd in the list k8n_waivers.")
def waived(cluster: Cluster, found: Found) -> None:
    cluster.variables["k8n_waivers"] = ["even_etcd"]


def one_zone_of_three(folder: Path) -> Cluster:
    cluster = Cluster(folder, hosts(5))
    everything = cluster.hosts["all"]
    for name in ("node1", "node2", "node3"):
        everything["hosts"][name]["k8n_zone"] = "rack"
    everything["children"]["etcd"]["hosts"] = {"node1": None, "node2": None, "node3": None}
    return cluster


@to_the_letter("or name zones that really fail apart (the variable k8n_zone).")
def zones(cluster: Cluster, found: Found) -> None:
    for name, host in cluster.hosts["all"]["hosts"].items():
        host["k8n_zone"] = name


def of_a_list(folder: Path) -> Cluster:
    listed = {
        "plugin": "k8n.cluster.ip_list",
        "nodes": "192.0.2.2-6",
        "control_plane": 2,
        "vars": {"all": {**HOSTS, "etcd_deployment_type": "kubeadm"}},
    }
    return Cluster(folder, listed, inventory="nodes.k8n.yml")


def set_options(cluster: Cluster, found: Found) -> None:
    options = re.findall(r"`(\w+: .+?)`", found.fix)
    assert options, found.fix
    for each in options:
        cluster.hosts |= yaml.safe_load(each)


@to_the_letter("say so once: allow_even_etcd: true in the inventory")
def allowed(cluster: Cluster, found: Found) -> None:
    cluster.hosts["allow_even_etcd"] = True


def not_pinned(folder: Path) -> Cluster:
    cluster = of_a_list(folder)
    cluster.hosts |= {"control_plane": 1, "layout": "auto", "vars": {"all": dict(HOSTS)}}
    return cluster


SCENES: dict[str, Scene] = {
    "bad_inventory": Scene(
        bad_inventory,
        (
            {
                "localhost_in_inventory": named,
                "host_in_no_group": in_a_group,
                "even_etcd": members,
                "zone_loss": members,
            },
        ),
    ),
    "by_kubeadm": Scene(
        by_kubeadm,
        (
            {
                "localhost_in_inventory": without_localhost,
                "even_etcd": members,
                "zone_loss": members,
            },
        ),
    ),
    "even_members": Scene(
        even_members, ({"even_etcd": waived, "host_in_no_group": in_a_group_of_its_own},)
    ),
    "one_zone_of_three": Scene(one_zone_of_three, ({"zone_loss": zones}, {"zone_loss": members})),
    "of_a_list": Scene(of_a_list, ({"even_etcd": set_options}, {"even_etcd": allowed})),
    "not_pinned": Scene(not_pinned, ({"etcd_not_pinned": set_options},)),
}
