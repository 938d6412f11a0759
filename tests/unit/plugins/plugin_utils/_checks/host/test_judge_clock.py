# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host import clock
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Host, Judged


def judged(synchronised, services=(), container=None, settings=None):
    found = {"synchronised": synchronised, "services": list(services), "container": container}
    result = Judged()
    result.add(clock.CHECKS, clock.judge(found, Host("n1", frozenset(), settings=settings or {})))
    return result


@pytest.mark.parametrize("container", [None, "lxc"])
def test_a_clock_that_is_kept(container):
    # By whom does not matter: a virtual machine may have its time from its hypervisor.
    assert judged(True, container=container).passed == ["time_not_synchronised"]


def test_nobody_keeps_it():
    assert judged(False).problems == [
        warn(
            "time_not_synchronised",
            "The clock is not synchronised, and no time service runs. etcd and certificates want all hosts to have the "
            "same time.",
            "Run the playbook k8n.cluster.prepare, which switches a time service on.",
        )
    ]


def test_a_service_that_reaches_no_server():
    assert judged(False, ["chrony"]).problems == [
        warn(
            "time_not_synchronised",
            "The clock is not synchronised, although chrony runs. etcd and certificates want all hosts to have the "
            "same time.",
            "See on the host with 'timedatectl' and 'chronyc sources' or 'timedatectl timesync-status' which servers "
            "it asks, and let it reach UDP port 123 of one of them.",
        )
    ]


@pytest.mark.parametrize(
    ("container", "reason"),
    [
        (None, "The host does not say."),
        ("lxc", "The host is a container, which has this from the machine around it."),
    ],
)
def test_what_is_not_known_does_not_pass(container, reason):
    assert judged(None, container=container).unknown == [("time_not_synchronised", reason)]


def test_kubespray_keeps_it_itself():
    assert judged(False, settings={"ntp": True}).skipped == [
        ("time_not_synchronised", "Kubespray installs a time service (ntp_enabled).")
    ]
    assert judged(False, settings={"ntp": False}).problems != []
