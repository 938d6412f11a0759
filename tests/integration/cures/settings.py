# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables of Kubespray."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from .cluster import (
    Cluster,
    Found,
    assignment,
    parts,
)
from .scene import Scene, hosts


def bad_settings(folder: Path) -> Cluster:
    cluster = Cluster(folder, hosts(3))
    cluster.variables |= {
        "kube_version": "v9.9.9",
        "registry_host": "http://127.0.0.1:5000/home/",
        "kube_image_repo": "{{ registry_host }}",
        "containerd_registries_mirrors": {"docker.io": "http://127.0.0.1:5000"},
        "etcd_download_url": "mirror.example.com/etcd.tar.gz",
        "files_repo": "files.example.com",
        "runc_download_url": "{{ files_repo }}/runc",
        "kube_netwrk_plugin": "calico",
        "calico_zzz_of_mine": "x",
        "kube_pods_subnet": "10.233.0.0/26",
        "kube_service_addresses": "10.233.0.0/29",
    }
    return cluster


def registry(cluster: Cluster, found: Found) -> None:
    form = re.search(r"Write a list of this form: (\[.+\])\.$", found.fix)
    if form:
        cluster.variables["containerd_registries_mirrors"] = yaml.safe_load(form[1])
    else:
        assignment(cluster, found)


def address(cluster: Cluster, found: Found) -> None:
    begins = re.fullmatch(
        r"Begin it with http:// or https://, also in files_repo where (\w+) is made of that\.",
        found.fix,
    )
    assert begins
    name = "files_repo" if "files_repo" in str(cluster.variables[begins[1]]) else begins[1]
    cluster.variables[name] = f"https://{cluster.variables[name]}"


def meant(cluster: Cluster, found: Found) -> None:
    name = found.message.split()[0]
    value = cluster.variables.pop(name)
    if right := re.match(r"Write (\w+), if that is what is meant; else remove it\.", found.fix):
        cluster.variables[right[1]] = value
    else:
        assert found.fix.startswith("Remove it, or look for its new name")


def unread_off(cluster: Cluster, found: Found) -> None:
    named = re.search(r"of your own plays: (.+)\.$", found.fix)
    assert named, found.fix
    cluster.variables |= yaml.safe_load(named[1])


def another_network(cluster: Cluster, found: Found) -> None:
    names = re.fullmatch(r"Set (\w+) or (\w+) to another network\.", found.fix)
    assert names, found.fix
    cluster.variables[names[2]] = cluster.variables[names[2]].replace("10.233", "10.234")


def larger_network(cluster: Cluster, found: Found) -> None:
    name, prefix = parts(re.compile(r"Set (\w+) to a network of (/\d+) or larger"), found.fix)
    cluster.variables[name] = cluster.variables[name].partition("/")[0] + prefix


SCENES: dict[str, Scene] = {
    "bad_settings": Scene(
        bad_settings,
        (
            {
                "registry_invalid": registry,
                "download_url_invalid": address,
                "kube_version_unknown": assignment,
                "variable_unread": meant,
                "pod_service_overlap": another_network,
                "service_network_small": larger_network,
                "pod_network_small": larger_network,
            },
        ),
    ),
}
