# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Skipped, Unknown
from ansible_collections.k8n.cluster.plugins.plugin_utils._report import model
from preflight_sample import DNS, SLOW, probed


def rows(report: model.Report) -> list[tuple[str, str, str]]:
    return [(row.host, row.severity, row.problem["id"]) for row in report.rows]


def test_what_prepare_fixes_does_not_block_but_only_where_it_does() -> None:
    report = model.build(
        {"a": probed(SLOW), "b": probed(SLOW)}, {"a": ["own_name_lookup"], "b": []}
    )
    assert rows(report) == [("b", "block", "sudo_slow"), ("a", "prepare", "sudo_slow")]
    assert report.count(model.BLOCK) == 1


def test_a_warning_stays_a_warning_though_prepare_fixes_it() -> None:
    report = model.build({"a": probed(DNS)}, {"a": ["hosts_line"]})
    assert rows(report) == [("a", "warn", "hostname_not_in_hosts")]


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (
            {"unreachable": True, "msg": "Host key\nverification failed."},
            "Host key verification failed.",
        ),
        ({}, "it returned nothing"),
        (None, "it returned nothing"),
        ("text", "it returned nothing"),
        ({"problems": None, "msg": 5}, "5"),
        ({"problems": [{"id": "a"}]}, "it returned nothing"),
        ({"problems": [{**SLOW, "severity": "error"}]}, "it returned nothing"),
    ],
)
def test_what_is_no_probe_is_a_row_that_blocks(result: object, said: str) -> None:
    report = model.build({"a": result}, {"a": None})
    assert [row.problem for row in report.rows] == [
        block(
            "probe_failed",
            f"The check did not run: {said}",
            "Fix what the failed task of this host says above, or run it again with -vvv on this host.",
        )
    ]


def test_problems_of_the_inventory_are_rows_without_a_host() -> None:
    report = model.build({"a": probed()}, {}, probed(DNS))
    assert rows(report) == [("(inventory)", "warn", "hostname_not_in_hosts")]
    assert report.ready == ["a"]


def test_what_lies_between_goes_to_its_hosts_and_the_rest_to_the_cluster() -> None:
    between = {
        "hosts": {
            "a": {"problems": [SLOW], "unknown": [{"id": "mtu_path", "reason": "no answer"}]},
            "stranger": {"problems": [DNS]},
            "b": "nonsense",
        },
        "cluster": {"problems": [DNS], "passed": ["pod_network_small"]},
    }
    report = model.build({"a": probed(), "b": probed(passed=["x"])}, {}, between=[between])
    assert rows(report) == [
        ("a", "block", "sudo_slow"),
        ("(cluster)", "warn", "hostname_not_in_hosts"),
        ("(cluster)", "warn", "hostname_not_in_hosts"),
    ]
    assert report.hosts[0].judged.unknown == [Unknown("mtu_path", "no answer")]
    assert report.others[0].judged.passed == ["pod_network_small"]


@pytest.mark.parametrize(("result", "failed"), [({"skipped": True}, False), ({"msg": "no"}, True)])
def test_a_check_between_hosts_that_did_not_run(result: dict[str, Any], failed: bool) -> None:
    report = model.build({"a": probed()}, {}, between=[result])
    wanted = warn(
        "between_failed",
        "A check between the hosts did not run: no",
        "Fix what its failed task says above, or run it again with -vvv.",
    )
    assert [row.problem for row in report.rows] == ([wanted] if failed else [])


def test_levels_count_everywhere() -> None:
    run = model.Run(levels={"sudo_slow": "warn", "hostname_not_in_hosts": "off"})
    report = model.build({"a": probed(SLOW, DNS)}, {}, probed(SLOW), probed(DNS), run=run)
    assert rows(report) == [("(inventory)", "warn", "sudo_slow"), ("a", "warn", "sudo_slow")]


def test_a_hosts_own_levels_count_for_it_and_the_first_ones_for_all_that_is_of_no_host() -> None:
    run = model.Run(
        levels={"sudo_slow": "off"},
        host_levels={
            "a": {"sudo_slow": "off"},
            "b": {},
            "c": {"sudo_slow": "warn"},
            "d": {"sudo_slow": "warn"},
        },
    )
    # a's own were applied by node_probe; of c the check between hosts says more.
    probes = {
        "a": probed(not_applicable=[{"id": "sudo_slow", "reason": "switched off by k8n_checks"}]),
        "b": probed(SLOW),
        "c": probed(),
        "d": probed(),
    }
    said = {name: probed(SLOW) for name in ("a", "c")}
    between = [{"hosts": said, "cluster": probed(SLOW)}]
    report = model.build(probes, {}, probed(SLOW), probed(SLOW), between, run=run)
    assert rows(report) == [("b", "block", "sudo_slow"), ("c", "warn", "sudo_slow")]
    for place in (*report.others, report.hosts[0]):
        assert place.judged.skipped == [Skipped("sudo_slow", "switched off by k8n_checks")]
    assert report.own_levels == [({}, ["b"]), ({"sudo_slow": "warn"}, ["c", "d"])]


def test_what_passed_and_is_unknown_of_no_host_counts_too() -> None:
    unknown = [{"id": "sshd_max_sessions", "reason": "no root"}]
    controller = probed(passed=["forks_low"], unknown=unknown, not_applicable=[{"id": "x"}])
    report = model.build({}, {}, probed(passed=["even_etcd"]), controller)
    assert [(place.name, place.judged.passed) for place in report.others] == [
        ("(controller)", ["forks_low"]),
        ("(inventory)", ["even_etcd"]),
    ]
    assert report.others[0].judged.unknown == [Unknown("sshd_max_sessions", "no root")]
    assert report.others[0].judged.skipped == [Skipped("x", "")]


def test_a_check_of_the_controller_or_the_inventory_that_did_not_run() -> None:
    failed = {"failed": True, "msg": "The etcd members are none."}
    report = model.build({}, {}, failed, {})
    assert [row.problem for row in report.rows] == [
        block(
            "etcd_members",
            "The etcd members are none.",
            "Put an odd number of hosts of the inventory into the group etcd.",
        ),
        warn(
            "controller_unknown",
            "The check of the control node did not run: it returned nothing",
            "Fix what its failed task says above.",
        ),
    ]


def test_only_what_was_measured_is_kept() -> None:
    probe = probed(SLOW, host={"memory": 5}, invocation={"proxies": "secret"}, sudo=None)
    report = model.build({"a": probe}, {})
    assert report.hosts[0].measured == {"host": {"memory": 5}}
