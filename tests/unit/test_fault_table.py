# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of faults is complete, and docs/faults.md is what it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import ASSERTION, DEPLOYED
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.registry import REGISTRY
from ansible_collections.k8n.cluster.tests.integration.faults import table
from ansible_collections.k8n.cluster.tests.unit import asserted

FAULTS = table.load()
SEAMS = table.seams()
FOUND = {find.id for fault in FAULTS for find in fault.finds}


def test_the_page_is_what_the_table_says() -> None:
    wanted = table.page(FAULTS, SEAMS)
    assert table.PAGE.read_text(encoding="utf-8") == wanted, (
        "run python tests/integration/faults/table.py"
    )


def test_every_fault_of_the_lab_is_in_the_table() -> None:
    assert {fault.script for fault in FAULTS if fault.script} == {
        path.stem for path in table.SCRIPTS.glob("*.sh")
    }


def test_every_check_of_preflight_has_a_fault_or_says_where_else_it_is_tested() -> None:
    checks = {check.id for check in REGISTRY.values() if check.place not in (DEPLOYED, ASSERTION)}
    elsewhere = [seam["check"] for seam in SEAMS]
    assert sorted(checks - FOUND) == sorted(elsewhere)


@pytest.mark.parametrize("seam", SEAMS, ids=lambda seam: seam["check"])
def test_a_seam_is_tested_where_the_table_says(seam: dict[str, str]) -> None:
    source = (table.ROOT / seam["test"]).read_text(encoding="utf-8")
    assert seam["check"] in asserted.findings(source)
    if "recorded" in seam:
        assert (table.ROOT / seam["recorded"]).is_file()


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("def test_it(): assert judge() == [warn('a_check', 'Text.', 'Fix.')]", True),
        ("def test_it(): assert (it['id'], it['severity']) == ('a_check', 'block')", True),
        (
            "FOUND = {'id': 'a_check', 'severity': 'warn'}\ndef test_it(): assert judge() == FOUND",
            True,
        ),
        (
            "def made(): return block('a_check', 'Text.', 'Fix.')\ndef test_it(): assert made()",
            True,
        ),
        ("def test_it(): assert of['a_check']['problems'] == [{'message': 'Text.'}]", True),
        ("def test_it(): assert of['a_check']['status'] == 'passed'", False),
        ("def test_it(): assert judge().passed == ['a_check']", False),
        ("def test_it(): assert judge() == [Unknown('a_check', 'warn')]", False),
        ("FOUND = {'id': 'a_check', 'severity': 'warn'}\ndef test_it(): pass", False),
        ("# a_check is made elsewhere\ndef test_it(): pass", False),
    ],
)
def test_what_counts_as_a_finding_that_a_test_wants(source: str, wanted: bool) -> None:
    assert ("a_check" in asserted.findings(source)) is wanted


def test_hosts_have_names_and_addresses_of_their_own() -> None:
    hosts = [host for fault in FAULTS for host in fault.hosts.items()]
    for values in zip(*hosts, strict=True):
        assert len(set(values)) == len(hosts)


@pytest.mark.parametrize(
    ("wanted", "message", "fits"),
    [
        ("port ... is taken", "port 6443 is taken", True),
        ("port ... is taken", "port is taken", False),
        ("...it", "it", True),
        ("port ... is taken", "port 6443 is taken twice", False),
        ("a (b)", "a (b)", True),
    ],
)
def test_three_dots_stand_for_anything_and_nothing_else_does(
    wanted: str, message: str, fits: bool
) -> None:
    expected = table.Expected("some_check", "warn", wanted, "Fix it.")
    problem = {"severity": "warn", "message": message, "fix": "Fix it."}
    assert (expected.differences(problem) == []) is fits


def test_a_script_may_have_its_row_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "SCRIPTS", tmp_path)
    monkeypatch.setattr(table, "_read", lambda: {"faults": []})
    head = "#!/bin/sh\n# SPDX-License-" + "Identifier: none\n# It is broken.\n"
    (tmp_path / "one.sh").write_text(head + "set -eu\n")
    (tmp_path / "two.sh").write_text(
        f"{head}# finds:\n# - id: a_check\n#   severity: warn\n#   message: >-\n#     It is\n#     broken.\n"
        "#   fix: Fix it.\nset -eu\n# not of it\n"
    )
    (fault,) = table.load()
    assert (fault.name, fault.script, fault.text) == ("two", "two", "It is broken.")
    assert fault.finds == (table.Expected("a_check", "warn", "It is broken.", "Fix it."),)
