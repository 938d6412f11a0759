# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.k8n.cluster.plugins.module_utils._problems import warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host import names
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    Host,
    Skipped,
    Unknown,
)

HOST = Host("n1", frozenset(), thresholds={"name_server_ms": 300.0})
WHERE = "in the host's network configuration or /etc/systemd/resolved.conf"


def server(address, ms=1.0, error=None):
    return {"address": address, "ms": ms, "error": error}


def judged(*servers):
    return list(names.judge({"servers": list(servers)}, HOST))


def test_well():
    assert judged(server("10.0.0.1", 300.0), server("10.0.0.2")) == []


def test_none():
    assert judged() == [
        warn(
            "name_server_missing",
            "/etc/resolv.conf names no name server: nothing can be looked up or downloaded by name, "
            "and CoreDNS has no server to ask.",
            f"Set a name server {WHERE}.",
        ),
        Skipped("name_server_silent", "No name server is configured."),
        Skipped("name_server_slow", "No name server is configured."),
    ]


def test_not_known():
    assert list(names.judge({"servers": None}, HOST)) == [
        Unknown(id_, "/etc/resolv.conf on the host could not be read.")
        for id_ in ("name_server_missing", "name_server_silent", "name_server_slow")
    ]


def test_one_of_two_is_silent():
    assert judged(server("10.0.0.1", None, "no answer after 2 s"), server("10.0.0.2")) == [
        warn(
            "name_server_silent",
            "1 of 2 name servers did not answer: 10.0.0.1 (no answer after 2 s). "
            "Lookups wait for them before they ask the next one.",
            f"Start or replace these name servers: set ones that answer {WHERE}.",
        )
    ]


def test_all_are_silent():
    problem, unknown = judged(server("10.0.0.1", None, "Connection refused"))

    assert problem["message"] == (
        "1 of 1 name servers did not answer: 10.0.0.1 (Connection refused). "
        "Every lookup fails, after it has waited for them."
    )
    assert unknown == Unknown("name_server_slow", "No name server answered.")


def test_the_clusters_own_dns_is_nothing_to_replace():
    """On a deployed host resolv.conf names it; before the cluster is whole it does not answer."""
    host = Host(
        "n1",
        frozenset(),
        settings={"network": {"dns": ["10.233.0.3"]}},
        thresholds={"name_server_ms": 300.0},
    )
    own, other = (
        server("10.233.0.3", None, "no answer after 2 s"),
        server("10.0.0.1", None, "no answer after 2 s"),
    )
    says = (
        "10.233.0.3 is the cluster's own DNS, which Kubespray writes there: k8n.cluster.verify says why it does not "
        "answer, and where the cluster is not whole yet, k8n.cluster.deploy goes on without it."
    )

    def fix(*servers):
        finding = next(names.judge({"servers": list(servers)}, host))
        assert isinstance(finding, dict)
        return finding["fix"]

    assert fix(own, server("10.0.0.2")) == says
    assert fix(own, other) == f"{says} Start or replace the others: set ones that answer {WHERE}."
    assert fix(other) == f"Start or replace these name servers: set ones that answer {WHERE}."


def test_slow():
    assert judged(server("10.0.0.1", 300.4), server("10.0.0.2", 1500.0), server("10.0.0.3")) == [
        warn(
            "name_server_slow",
            "A name server took longer than 300 ms for one answer: 10.0.0.1 (300 ms), 10.0.0.2 (1500 ms).",
            f"Set nearer name servers {WHERE}, or raise name_server_ms in k8n_thresholds.",
        )
    ]
