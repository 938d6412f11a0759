# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory import deployed
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.mistakes import IpListError
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.model import Cluster

Build = Callable[..., Cluster]
# As in a cluster that was measured: the members were .1.11, .1.12 and .2.11 until an address was added.
FIRST = ["10.0.1.11", "10.0.1.12", "10.0.2.11"]
GROWN = [*FIRST, "10.0.1.13", "10.0.0.5"]


def record(folder: Path, cluster: Cluster) -> None:
    """Write what a deploy of this inventory has made."""
    addresses = {host.name: str(host.variables["ip"]) for host in cluster.hosts}
    path = folder / deployed.FILE
    path.parent.mkdir(exist_ok=True)
    path.write_text(deployed.of_groups(cluster.groups, addresses).text(), encoding="utf-8")


def refusal(build: Build, **options: Any) -> tuple[str, ...]:
    with pytest.raises(IpListError) as caught:
        build(**options)
    return caught.value.mistakes


def roles(cluster: Cluster) -> list[list[str]]:
    return [cluster.groups[group] for group in ("kube_control_plane", "etcd")]


@pytest.mark.parametrize("nodes", [GROWN, sorted(GROWN), GROWN[::-1]], ids=["end", "sort", "turn"])
@pytest.mark.parametrize("layout", ["stacked", "auto"])
def test_a_list_that_grows_or_is_sorted_moves_nothing(
    build: Build, tmp_path: Path, nodes: list[str], layout: str
) -> None:
    options = {"layout": layout, "control_plane": 2, "dedicated_etcd_from": 5}
    first = build(nodes=FIRST, **options)
    moved = build(nodes=nodes, **options)
    assert roles(moved) != roles(first)
    record(tmp_path, first)

    grown = build(nodes=nodes, folder=tmp_path, **options)

    assert roles(grown) == roles(first)
    assert sorted(grown.groups["kube_node"]) == sorted(host.name for host in grown.hosts)
    assert "k8n_etcd_pin" not in grown.variables


def test_the_third_host_of_a_list_makes_no_etcd_members(build: Build, tmp_path: Path) -> None:
    record(tmp_path, build(nodes=FIRST[:1]))

    assert build(nodes=FIRST, folder=tmp_path).groups["etcd"] == ["node-10-0-1-11"]


def test_who_names_hosts_has_said_so(build: Build, tmp_path: Path) -> None:
    record(tmp_path, build(nodes=FIRST))

    cluster = build(
        nodes=GROWN,
        folder=tmp_path,
        control_plane=["10.0.1.11", "10.0.1.12", "10.0.1.13"],
        etcd=["10.0.1.12", "10.0.1.11", "10.0.0.5"],
    )

    assert roles(cluster) == [
        ["node-10-0-1-11", "node-10-0-1-12", "node-10-0-1-13"],
        ["node-10-0-1-12", "node-10-0-1-11", "node-10-0-0-5"],
    ]


def test_another_count_does_not_say_which(build: Build, tmp_path: Path) -> None:
    record(tmp_path, build(nodes=FIRST, control_plane=1))

    assert refusal(build, nodes=GROWN, folder=tmp_path, control_plane=3, etcd=5) == (
        "control_plane: 3 hosts are wanted, and the cluster was deployed with 1 (.k8n/deployed.json); to change that, "
        "name the hosts: those that stay, in this order, are control_plane: [10.0.1.11]",
        "etcd: 5 hosts are wanted, and the cluster was deployed with 3 (.k8n/deployed.json); to change that, name the "
        "hosts: those that stay, in this order, are etcd: [10.0.1.11, 10.0.1.12, 10.0.2.11]",
    )


def test_a_member_that_leaves_the_list(build: Build, tmp_path: Path) -> None:
    record(tmp_path, build(nodes=FIRST))

    assert refusal(build, nodes=GROWN, exclude="10.0.1.12", folder=tmp_path) == (
        "nodes: 10.0.1.12 is an etcd member of the deployed cluster (.k8n/deployed.json) and no longer in the list; "
        "write it back. Once it is removed from the cluster, name those that are left: etcd: [10.0.1.11, 10.0.2.11]; "
        "if the whole cluster is gone, delete .k8n/deployed.json",
    )


def test_a_deployed_host_keeps_its_name(build: Build, tmp_path: Path) -> None:
    record(tmp_path, build(nodes=FIRST, naming="k{octet3}-{octet4}"))

    mistakes = refusal(build, nodes=GROWN, folder=tmp_path)

    assert mistakes[0] == (
        "nodes, item 1: 10.0.1.11 is k1-11 in the deployed cluster (.k8n/deployed.json) and would be called "
        "node-10-0-1-11; write k1-11,10.0.1.11"
    )
    assert len(mistakes) == len(FIRST)


@pytest.mark.parametrize(
    "workers", ["all", "exclude_control_plane", "exclude_etcd", "exclude_both"]
)
def test_who_works_stays(build: Build, tmp_path: Path, workers: str) -> None:
    first = build(nodes=GROWN, workers=workers, layout="auto")
    record(tmp_path, first)

    again = build(nodes=GROWN, layout="auto", folder=tmp_path)

    assert again.groups["kube_node"] == first.groups["kube_node"]


def test_workers_that_are_listed_are_no_choice(build: Build, tmp_path: Path) -> None:
    record(tmp_path, build(nodes=GROWN, workers=["10.0.0.5"]))

    assert build(nodes=GROWN, folder=tmp_path, workers="10.0.0.5 10.0.1.13").groups[
        "kube_node"
    ] == ["node-10-0-0-5", "node-10-0-1-13"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "JSONDecodeError: Expecting property name enclosed in double quotes"),
        ("[]", "TypeError: list indices must be integers"),
        ("{}", "KeyError: 'version'"),
        ('{"version": 2}', "ValueError: its version is 2, wanted 1"),
        ('{"version": 1, "control_plane": [], "etcd": []}', "ValueError: control_plane is []"),
        ('{"version": 1, "control_plane": [{"name": "a", "address": 1}]}', "TypeError: 1 is not"),
        (
            '{"version": 1, "control_plane": [{"name": "a", "address": "b"}], "etcd": [{"name": "a", "address": "b"}], '
            '"workers": "none"}',
            "ValueError: workers is 'none', wanted one of all, exclude_control_plane, exclude_etcd, exclude_both",
        ),
    ],
)
def test_a_damaged_record_moves_nothing(build: Build, tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / deployed.FILE
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")

    (mistake,) = refusal(build, nodes=FIRST, folder=tmp_path)

    assert mistake.startswith(f".k8n/deployed.json: it cannot be read ({why}")
    assert mistake.endswith(
        "; take it from your version control, or name control_plane and etcd as they are deployed and delete it"
    )


def test_a_pipe_is_no_record(build: Build, tmp_path: Path) -> None:
    (tmp_path / ".k8n").mkdir()
    os.mkfifo(tmp_path / deployed.FILE)

    (mistake,) = refusal(build, nodes=FIRST, folder=tmp_path)

    assert "it is a device or a pipe, not a regular file" in mistake
