# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run that is killed in preflight, in prepare and in etcd, and the same command again, to the same end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from _cluster import DEPLOY, LabCluster, Watch, assert_first_placeholder, assert_hosts, kill


@pytest.fixture(scope="module")
def cluster(closed: Callable[..., LabCluster]) -> LabCluster:
    return closed("e2e-killed", ["10.107.4.11", "10.107.4.12", "10.107.5.11"])


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ("preflight", '"task": "Look at the host"'),
        # The line in /etc/hosts is written on one of them, and the others are at it.
        ("prepare", "/roles/prepare/tasks/hosts_line.yml:"),
        # The first member is told to start, and waits for others.
        ("etcd", 'Configure | reload systemd"'),
    ],
    ids=["preflight", "prepare", "etcd"],
)
def test_it_is_killed(cluster: LabCluster, part: str, what: str) -> None:
    ran = cluster.run(*DEPLOY, watch=Watch(what, kill))
    assert ran.code == -9
    assert {result.state for result in ran.results} <= {"passes", "not_run"}
    assert ran.kubespray_began() == (part == "etcd")


def test_the_same_command_then_comes_to_the_same_end(cluster: LabCluster) -> None:
    ran = cluster.run(*DEPLOY)
    assert_first_placeholder(ran, cluster)
    assert_hosts(cluster)
