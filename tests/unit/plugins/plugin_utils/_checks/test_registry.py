# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each check is declared once, and what else knows of checks fits the declarations."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import ansible_collections.k8n.cluster
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks import declared
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.assertions import (
    asserted,
    current,
    formerly,
    renamed,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.audit import explain
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    ASSERTION,
    CONTROLLER,
    INVENTORY,
    Stage,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.registry import (
    REGISTRY,
    fixed_by,
    stage,
)

ROOT = Path(next(iter(ansible_collections.k8n.cluster.__path__)))
DECLARED = [check for module in declared.modules() for check in module.CHECKS]


def repeated(names: list[str]) -> list[str]:
    return [name for name, number in Counter(names).items() if number > 1]


def test_every_check_is_declared_once() -> None:
    assert repeated([check.id for check in DECLARED]) == []
    assert sorted(REGISTRY) == sorted(check.id for check in DECLARED)


def test_an_assertion_has_one_check_and_a_name_one_meaning() -> None:
    assert repeated([name for check in DECLARED for name in check.kubespray]) == []
    names = [*REGISTRY, *asserted(), *(name for check in DECLARED for name in check.formerly)]
    assert repeated(names) == []


def test_an_audit_knows_all_that_the_registry_knows_of_assertions() -> None:
    assert {name: check.id for name, check in asserted().items()} == {
        name: check.id for check in DECLARED for name in check.kubespray
    }
    assert {name: check.id for check in DECLARED for name in check.formerly} == formerly()


def test_every_assertion_that_has_words_has_a_check() -> None:
    assert set(explain._WORDS) - set(asserted()) == set()


def test_what_a_user_may_call_a_check() -> None:
    assert current("node_memory") == "memory_low"
    assert current("stop_if_memory_is_too_small_for_nodes") == "memory_low"
    assert current("memory_low") == "memory_low"
    assert current("stop_if_something_new") == "stop_if_something_new"


def test_an_earlier_name_is_said_with_the_present_one() -> None:
    assert renamed("k8n_waivers", ["os", "swap_on", "os", "fact_cache"]) == [
        "k8n_waivers: os is deprecated, and the next release does not know it any more. The check is called "
        "os_unsupported now; write that.",
        "k8n_waivers: fact_cache is deprecated, and the next release does not know it any more. The check is called "
        "limit_without_fact_cache now; write that.",
    ]


def test_controller_and_inventory_come_first_and_a_host_that_is_starting_before_what_is_on_it() -> (
    None
):
    first = {CONTROLLER: Stage.CONTROLLER, INVENTORY: Stage.INVENTORY, ASSERTION: Stage.INVENTORY}
    for check in REGISTRY.values():
        assert first.get(check.place, check.stage) == check.stage and (check.place in first) is (
            check.stage in first.values()
        ), check.id
    assert stage("unreachable") < stage("host_not_ready") < stage("sudo_missing")
    assert stage("none_of_ours") == Stage.LAST


def test_the_parts_of_prepare_are_those_that_its_role_names() -> None:
    text = (ROOT / "roles" / "prepare" / "tasks" / "fixes.yml").read_text(encoding="utf-8")
    named = set(re.findall(r"'(\w+)': _?prepare_", text))
    assert named == {check.fixed_by_prepare for check in DECLARED} - {None}


def test_what_a_part_of_prepare_fixes() -> None:
    assert fixed_by(frozenset()) == frozenset()
    assert fixed_by(frozenset({"own_name_lookup", "python"})) == {
        "sudo_slow",
        "sudo_timed_out",
        "python_missing",
    }
