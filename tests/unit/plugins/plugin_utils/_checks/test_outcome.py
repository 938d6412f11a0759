# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.outcome import (
    joined_fix,
    outcome,
    summary,
)

ONE = block("one", "One is broken.", "Fix it.")
TWO = warn("two", "Two is bent.", "Straighten it.")
THREE = block("three", "Three is broken.", "Fix it.")


def test_fixes_are_joined_in_order_and_once():
    assert joined_fix([ONE, TWO, THREE]) == "Fix it. Straighten it."
    assert joined_fix([]) == ""


def test_summary():
    assert summary([ONE, TWO]) == ("One is broken. Fix: Fix it. Two is bent. Fix: Straighten it.")


def test_no_problem():
    assert outcome("n1", {"status": "root"}, [], fail=True) == {
        "status": "root",
        "changed": False,
        "problems": [],
        "fix": "",
    }


def test_problems_fail_and_warn():
    assert outcome("n1", {"warnings": ["from the module"]}, [ONE, TWO, THREE], fail=True) == {
        "changed": False,
        "problems": [ONE, TWO, THREE],
        "fix": "Fix it. Straighten it.",
        "warnings": ["from the module", "n1: Two is bent. Fix: Straighten it."],
        "failed": True,
        "msg": "One is broken. Fix: Fix it. Three is broken. Fix: Fix it.",
    }


def test_a_warning_alone_does_not_fail():
    result = outcome("n1", {}, [TWO], fail=True)

    assert "failed" not in result
    assert result["warnings"] == ["n1: Two is bent. Fix: Straighten it."]


def test_without_fail_they_are_only_returned():
    assert outcome("n1", {}, [ONE, TWO], fail=False) == {
        "changed": False,
        "problems": [ONE, TWO],
        "fix": "Fix it. Straighten it.",
    }
