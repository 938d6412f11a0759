# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From three addresses in two subnets to Ready nodes, by the real Kubespray; then again, and then with losses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from _cluster import DEPLOY, ETCDCTL, LabCluster, Ran, assert_etcd_healthy, assert_hosts
from _kubernetes import assert_ready, assert_web, items, settles, start_web

AUDIT = """\
- import_playbook: k8n.cluster.audit
- hosts: k8s_cluster
  gather_facts: false
  become: false
  tasks:
    - ansible.builtin.copy:
        content: "{{ __k8n_audit.gates | to_json }}"
        dest: "{{ playbook_dir }}/audit.json"
        mode: "0600"
      delegate_to: localhost
      run_once: true
"""


@pytest.fixture(scope="module")
def cluster(closed: Callable[..., LabCluster]) -> LabCluster:
    """The control plane is the last address, in a subnet of its own."""
    addresses = ["10.107.1.11", "10.107.1.12", "10.107.2.11"]
    return closed("e2e-three", addresses, control_plane=["10.107.2.11"])


@pytest.fixture(scope="module")
def audit(cluster: LabCluster) -> list[dict[str, Any]]:
    """What the audit says before anything has been done to the hosts."""
    (cluster.directory / "audit.yml").write_text(AUDIT)
    ran = cluster.run("ansible-playbook", "audit.yml", "-b")
    assert ran.code == 0, ran.output
    read: list[dict[str, Any]] = json.loads((cluster.directory / "audit.json").read_text())
    return read


@pytest.fixture(scope="module")
def first(cluster: LabCluster, audit: list[dict[str, Any]]) -> Ran:
    """The run by which new hosts become a cluster."""
    return cluster.run(*DEPLOY)


def test_one_command_ends_with_ready_nodes(cluster: LabCluster, first: Ran) -> None:
    assert first.code == 0, first.output[-5000:]
    assert cluster.groups()["kube_control_plane"] == ["node-10-107-2-11"]
    assert len(cluster.groups()["etcd"]) == 3
    assert_hosts(cluster)
    assert_ready(cluster)
    assert "VERIFY: 3 of 3 hosts with nothing wrong." in first.output


def test_pods_reach_pods_on_every_node_by_address_and_by_name(
    cluster: LabCluster, first: Ran
) -> None:
    start_web(cluster, cluster.image)
    assert_web(cluster)


def test_kubespray_passed_every_check_that_the_audit_passed(
    kubespray: Path, audit: list[dict[str, Any]], first: Ran
) -> None:
    passed = {
        f"{gate['file']}:{gate['line']}": gate["id"] for gate in audit if gate["state"] == "passes"
    }
    met: dict[str, set[str]] = {}
    for result in first.results:
        gate = passed.get(result.place.removeprefix(f"{kubespray}/"))
        if gate:
            met.setdefault(gate, set()).add(result.state)
    assert {gate for gate, states in met.items() if "fails" in states} == set()
    # Each of them was come to.
    assert set(passed.values()) - set(met) == set()


def test_a_second_run_restarts_nothing_and_changes_only_what_kubespray_always_does(
    cluster: LabCluster, first: Ran
) -> None:
    began, pods = since(cluster, "etcd", "containerd"), started(cluster)
    again = cluster.run(*DEPLOY)
    assert again.code == 0, again.output[-5000:]
    assert {result.task for result in again.results if result.ours and result.changed} == set()
    assert since(cluster, "etcd", "containerd") == began
    assert started(cluster) == pods
    assert "VERIFY: 3 of 3 hosts with nothing wrong." in again.output
    assert_hosts(cluster)
    assert_web(cluster)


def since(cluster: LabCluster, *services: str) -> list[str]:
    """When each of the services was started, on each host."""
    return [
        cluster.said(host, f"systemctl show -P ActiveEnterTimestampMonotonic {service}")
        for host in cluster.hosts
        for service in services
    ]


def started(cluster: LabCluster) -> dict[str, int]:
    """Every pod, and how often its containers were started again."""
    return {
        f"{pod['metadata']['namespace']}/{pod['metadata']['name']} {pod['metadata']['uid']}": sum(
            each["restartCount"] for each in pod["status"]["containerStatuses"]
        )
        for pod in items(cluster, "pods --all-namespaces")
    }


def test_a_host_that_reboots_is_ready_again_and_verify_says_nothing_false(
    cluster: LabCluster, first: Ran
) -> None:
    host = "node-10-107-1-12"
    cluster.lab("off", host)
    cluster.lab("on", host)
    assert_ready(cluster)
    assert settles(lambda: verified(cluster).code == 0)
    assert "VERIFY: 3 of 3 hosts with nothing wrong." in verified(cluster).output
    assert_web(cluster)


def verified(cluster: LabCluster) -> Ran:
    return cluster.run("ansible-playbook", "k8n.cluster.verify", "-b")


def test_etcd_survives_what_the_report_said_and_no_more(cluster: LabCluster, first: Ran) -> None:
    said = "survives the loss of 1. The loss of the zone 10.107.1.0/24 stops it."
    assert f"etcd: 3 members, majority 2, {said}" in first.output
    zone, last = ["node-10-107-1-11", "node-10-107-1-12"], "node-10-107-2-11"
    assert writes(cluster, last)
    cluster.said(zone[0], "sudo systemctl stop etcd")
    assert writes(cluster, last)
    cluster.said(zone[1], "sudo systemctl stop etcd")
    assert not writes(cluster, last)
    for member in zone:
        cluster.said(member, "sudo systemctl start etcd")
    assert_etcd_healthy(cluster, [*zone, last])


def writes(cluster: LabCluster, member: str) -> bool:
    """Whether etcd, asked at one member, takes a value."""
    done = cluster.on_host(member, f"{ETCDCTL} --command-timeout 10s put k8n-e2e x")
    assert done.stdout.strip() == "OK" or done.returncode, done.stderr
    return done.returncode == 0
