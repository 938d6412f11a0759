# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks import levels
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    Judged,
    Skipped,
    Unknown,
)


@pytest.fixture(autouse=True)
def _thresholds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two thresholds that no judge changes."""
    monkeypatch.setattr(levels, "THRESHOLDS", {"wait_ms": 10.0, "memory_mb": 1500.0})


def mistakes(checks: object, thresholds: object = None) -> list[str]:
    with pytest.raises(levels.LevelsError) as caught:
        levels.read(checks, thresholds)
    return list(caught.value.mistakes)


def test_nothing_wanted_is_every_default() -> None:
    assert levels.read(None, None) == levels.Wishes({}, {"wait_ms": 10.0, "memory_mb": 1500.0})


def test_yamls_off_is_false_and_a_templates_number_is_a_text() -> None:
    wishes = levels.read(
        {"sudo_slow": False, "zone_loss": "off", "even_etcd": "warn"}, {"wait_ms": "20"}
    )
    assert wishes.levels == {"sudo_slow": "off", "zone_loss": "off", "even_etcd": "warn"}
    assert wishes.thresholds == {"wait_ms": 20.0, "memory_mb": 1500.0}


def test_all_mistakes_are_said_at_once() -> None:
    found = mistakes(
        {
            "sudo_slwo": "off",
            "sudo_slow": True,
            "zone_loss": ["warn"],
            "unreachable": "off",
            5: "off",
        },
        {"wait_m": 5, "wait_ms": 0, "memory_mb": "much"},
    )
    assert found == [
        "k8n_checks: there is no check 'sudo_slwo'; did you mean sudo_slow?",
        "k8n_checks: sudo_slow is True; it must be off, warn or block.",
        "k8n_checks: zone_loss is ['warn']; it must be off, warn or block.",
        "k8n_checks: unreachable cannot be off, since without it nothing is known of a host; "
        "leave such a host out with --limit.",
        "k8n_checks: there is no check '5'; docs/preflight.md lists them.",
        "k8n_thresholds: there is no threshold 'wait_m'; did you mean wait_ms?",
        "k8n_thresholds: wait_ms is 0; it must be a number above 0, such as 10.",
        "k8n_thresholds: memory_mb is 'much'; it must be a number above 0, such as 1500.",
    ]


@pytest.mark.parametrize(
    "value", [True, float("nan"), float("inf"), -1, None, [], "1e999", 10**400]
)
def test_what_is_no_threshold(value: object) -> None:
    assert len(mistakes(None, {"wait_ms": value})) == 1


@pytest.mark.parametrize("value", ["off", ["swap_on"], 5, False])
def test_what_is_no_dictionary(value: object) -> None:
    assert mistakes(value, value) == [
        f"k8n_checks is {value!r}; it must be a dictionary, such as k8n_checks: {{swap_on: warn}}.",
        f"k8n_thresholds is {value!r}; it must be a dictionary, such as k8n_thresholds: {{etcd_fsync_p99_ms: 20}}.",
    ]


def test_levels_change_severities_and_what_is_off_is_skipped() -> None:
    judged = Judged(
        [block("a", "A.", "Fix A."), warn("b", "B.", "Fix B."), block("c", "C.", "Fix C.")],
        ["d", "e"],
        [Unknown("f", "no f"), Unknown("g", "no g")],
        [Skipped("h", "no h"), Skipped("i", "no i")],
    )
    applied = levels.apply(
        judged,
        {"a": "warn", "b": "block", "c": "off", "d": "off", "f": "off", "h": "off", "z": "off"},
    )
    assert applied == Judged(
        [warn("a", "A.", "Fix A."), block("b", "B.", "Fix B.")],
        ["e"],
        [Unknown("g", "no g")],
        [Skipped("i", "no i"), *(Skipped(name, levels.SWITCHED_OFF) for name in "cdfh")],
    )
    again = levels.apply(applied, {"a": "warn", "b": "block", "c": "off"})
    assert set(again.skipped) == set(applied.skipped)
    assert (again.problems, again.passed) == (applied.problems, applied.passed)


def test_an_earlier_name_and_kubesprays_own_are_the_check() -> None:
    assert levels.read(
        {"node_memory": "warn", "stop_if_bad_hostname": "warn", "ip_not_local": False}, None
    ).levels == {"memory_low": "warn", "hostname_invalid": "warn", "ip_not_on_interface": "off"}
    assert levels.read({"node_memory": "warn", "memory_low": "warn"}, None).levels == {
        "memory_low": "warn"
    }
    assert mistakes({"node_memory": "warn", "memory_low": "block"}) == [
        "k8n_checks: node_memory and memory_low are one check and have two levels; keep memory_low."
    ]


def test_an_assertion_of_kubespray_has_a_level_too() -> None:
    assert levels.read({"string_booleans": "warn"}, None).levels == {"string_booleans": "warn"}


def test_a_waiver_is_the_level_warn() -> None:
    wishes = levels.read({"sudo_slow": "off", "zone_loss": "block", "swap_on": "warn"}, None)
    assert levels.with_waivers(wishes, ["memory_low", "sudo_slow", "swap_on", "stop_if_new"]) == (
        {**wishes.levels, "memory_low": "warn"},
        [],
    )
    assert levels.with_waivers(wishes, ["zone_loss"])[1] == [
        "k8n_checks: zone_loss is block, and k8n_waivers waives it; keep one of the two."
    ]
