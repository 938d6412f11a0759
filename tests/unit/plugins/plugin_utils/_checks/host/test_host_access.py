# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host.access import judge, renames
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.listed import OF_ACCESS

LATENCY = {"local": False, "connect_seconds": 0.2, "method": "channel"}
WELL = {
    "latency": LATENCY,
    "sudo": {"status": "passwordless"},
    "hostname": {"kernel": "n1", "resolved": "n1"},
}
ALL = [check.id for check in OF_ACCESS]


def named(prefix):
    return [name for name in ALL if name.startswith(prefix)]


def test_a_host_on_which_all_is_well():
    judged = judge(WELL, [])

    assert judged.passed == ALL
    assert (judged.problems, judged.unknown, judged.skipped) == ([], [], [])


def test_problems_are_handed_on_and_did_not_pass():
    problem = warn("sudo_slow", "One sudo takes 3 s.", "Fix it.")

    judged = judge(WELL, [problem])

    assert judged.problems == [problem]
    assert judged.passed == [name for name in ALL if name != "sudo_slow"]


@pytest.mark.parametrize("status", ["password_required", "requires_tty", "timed_out"])
def test_what_is_not_known_of_a_sudo_that_does_not_work(status):
    judged = judge({**WELL, "sudo": {"status": status}}, [block("sudo_" + status, "No.", "Fix.")])

    assert {each.reason for each in judged.unknown} == {"sudo does not work for the login."}
    assert [each.id for each in judged.unknown] == [
        name for name in named("sudo_") if name != f"sudo_{status}"
    ]


def test_root_needs_no_sudo():
    judged = judge({**WELL, "sudo": {"status": "root"}}, [])

    assert judged.skipped == [(name, "The login is root.") for name in named("sudo_")]


def test_a_login_is_only_judged_where_there_was_one():
    judged = judge({**WELL, "latency": {**LATENCY, "connect_seconds": None}}, [])

    assert judged.skipped == [
        ("ssh_slow_connect", "The connection was open already."),
        ("ssh_timeout_short", "The connection was open already."),
    ]
    assert "ssh_high_rtt" in judged.passed


def test_whole_commands_do_not_tell_the_round_trip():
    judged = judge({**WELL, "latency": {**LATENCY, "method": "command"}}, [])

    assert judged.unknown == [
        (
            "ssh_high_rtt",
            "Round trips can only be measured through an open SSH connection.",
        )
    ]


def test_the_controller_itself_has_no_connection():
    latency = {"local": True, "connect_seconds": None, "method": None}

    judged = judge({**WELL, "latency": latency}, [])

    assert judged.skipped == [
        (name, "The host is the control node itself.") for name in named("ssh_")
    ]


@pytest.mark.parametrize(
    ("lost", "passed"),
    [
        ("unreachable", []),
        ("python_missing", ["unreachable"]),
        ("probe_failed", ["unreachable"]),
    ],
)
def test_of_a_host_on_which_nothing_ran_hardly_anything_passes(lost, passed):
    values = {"latency": None, "sudo": None, "hostname": None}

    judged = judge(values, [block(lost, "No.", "Fix it.")])

    assert judged.passed == passed
    assert [each.id for each in judged.unknown] == [
        name for name in ALL if name not in (lost, *passed)
    ]


def test_a_host_that_does_not_find_its_full_name():
    judged = judge({**WELL, "hostname": {"kernel": "n1", "resolved": None}}, [])
    assert judged.unknown == [("hostname_fqdn_differs", "The host finds no full name for its own.")]


def test_a_host_that_keeps_its_name_is_not_measured_by_the_inventorys():
    # Also where the host says that it found it.
    mismatch = block("hostname_mismatch", "No.", "Rename it.")

    judged = judge(WELL, [mismatch], renamed=False)

    assert judged.problems == []
    assert judged.skipped == [
        (
            "hostname_mismatch",
            "Kubespray leaves the host the name that it has (override_system_hostname is false).",
        )
    ]
    assert "hostname_mismatch" not in judged.passed


@pytest.mark.parametrize(
    ("value", "renamed"), [(True, True), (False, False), ("no", False), ("yes", True), ("0", False)]
)
def test_whether_kubespray_renames(value, renamed):
    assert renames(value) is renamed
