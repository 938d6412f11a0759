# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils import _preflight

SLOW = block("sudo_slow", "One sudo takes 20.0 s.", "Run k8n.cluster.prepare.")
DNS = warn("hostname_not_in_hosts", "Not in /etc/hosts.", "Add it.")


def probed(*problems: Problem) -> dict[str, Any]:
    return {"problems": list(problems)}


def test_the_worst_host_comes_first_and_its_rows_stay_together() -> None:
    report = _preflight.build({"a": probed(DNS), "b": probed(DNS, SLOW), "c": probed()}, {})
    assert _preflight.table(report, 80) == (
        "PREFLIGHT: 1 of 3 hosts with nothing wrong. Found: 1 that blocks, 2 to know of.\n"
        "\n"
        "HOST           FOUND, AND HOW TO MEND IT\n"
        "b     block    sudo_slow: One sudo takes 20.0 s.\n"
        "               fix: Run k8n.cluster.prepare.\n"
        "      warn     hostname_not_in_hosts: Not in /etc/hosts.\n"
        "               fix: Add it.\n"
        "a     warn     hostname_not_in_hosts: Not in /etc/hosts.\n"
        "               fix: Add it.\n"
        "\n"
        "Nothing wrong on: c."
    )


def test_all_well_is_one_line() -> None:
    report = _preflight.build({"a": probed(), "b": probed()}, {})
    assert _preflight.table(report, 80) == "PREFLIGHT: 2 of 2 hosts with nothing wrong."


def test_what_prepare_mends_does_not_block_but_only_where_it_does() -> None:
    report = _preflight.build({"a": probed(SLOW), "b": probed(SLOW)}, {"a": ["sudo_slow"], "b": []})
    assert [(row.host, row.severity) for row in report.rows] == [("b", "block"), ("a", "prepare")]
    assert report.count(_preflight.BLOCK) == 1


def test_a_warning_stays_a_warning_though_prepare_mends_it() -> None:
    report = _preflight.build({"a": probed(DNS)}, {"a": ["hostname_not_in_hosts"]})
    assert [row.severity for row in report.rows] == ["warn"]


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
    report = _preflight.build({"a": result}, {"a": None})
    assert [row.problem for row in report.rows] == [
        block(
            "probe_failed",
            f"The check did not run: {said}",
            "Mend what the failed task of this host says above, or run it again with -vvv on this host.",
        )
    ]


def test_problems_of_the_inventory_are_rows_without_a_host() -> None:
    report = _preflight.build({"a": probed()}, {}, [DNS])
    assert [(row.host, row.severity) for row in report.rows] == [("(inventory)", "warn")]
    assert report.ready == ["a"]


def test_what_a_host_sent_cannot_steer_the_terminal() -> None:
    evil = block("x", "\x1b[2Jgone\r\n\x07", "no\tway")
    text = _preflight.table(_preflight.build({"a": probed(evil)}, {}), 80)
    assert "block    x:  [2Jgone" in text
    assert all(char.isprintable() for line in text.split("\n") for char in line)


def test_no_line_is_wider_than_asked_for_and_long_names_are_whole() -> None:
    name = "a-very-long-name-of-a-host.in.a.long.domain.example.org"
    problem = block("sudo_slow", "word " * 60, "mend " * 40)
    text = _preflight.table(_preflight.build({name: probed(problem)}, {}), 80)
    assert max(len(line) for line in text.split("\n")) <= 80
    assert "".join(line[:24].strip() for line in text.split("\n")[3:]) == name


def test_thousands_of_hosts_with_nothing_wrong_are_counted() -> None:
    probes = {f"n{number}": probed() for number in range(1000)}
    text = _preflight.table(_preflight.build({**probes, "bad": probed(SLOW)}, {}), 100)
    assert text.startswith(
        "PREFLIGHT: 1000 of 1001 hosts with nothing wrong. Found: 1 that blocks."
    )
    assert "n59 and 940 more hosts." in text.replace("\n", " ")


def test_problems_of_the_controller_come_before_the_inventorys() -> None:
    report = _preflight.build({"a": probed()}, {}, [DNS], [DNS])
    assert [row.host for row in report.rows] == ["(controller)", "(inventory)"]
    assert report.ready == ["a"]
