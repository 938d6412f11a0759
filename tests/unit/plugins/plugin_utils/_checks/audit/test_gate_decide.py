# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which failing checks are waived, what follows from it, and what a person reads."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.audit import decide, text, waivers
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.audit.waivers import Waiver
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.assertions.verdict import (
    NO_FACTS,
)


def gate(name: str, state: str, alias: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "alias": alias,
        "task": name.capitalize(),
        "file": "roles/x/tasks/main.yml",
        "line": 7,
        "fixed": False,
        "waivable": True,
        "once": False,
        "state": state,
        "failures": [],
        "unknown": [],
        "meaning": "It matters.",
        "fix": "Fix it.",
        **more,
    }


FAILING = gate(
    "stop_if_small",
    "fails",
    "small",
    failures=[
        {
            "hosts": ["n1", "n2"],
            "expression": "memory > 1024",
            "values": {"memory": "512"},
            "message": "Assertion failed",
        }
    ],
)
UNKNOWN = gate("ask_the_cluster", "unknown", unknown=[{"hosts": ["n1"], "reason": "it runs shell"}])
PASSING = gate("stop_if_old", "passes")


def waiver(check: str, source: str = "k8n_waivers") -> Waiver:
    return Waiver(check, None, None, source)


def test_where_nothing_fails_the_checks_stay_on_and_unknown_ones_are_kubesprays() -> None:
    decision = decide.decide([PASSING, UNKNOWN], [])
    assert not decision.ignore_assert_errors
    assert (decision.accepted, decision.blocking, decision.idle) == ([], [], [])


@pytest.mark.parametrize("check", ["small", "stop_if_small"])
def test_a_failure_is_waived_by_its_id_or_short_name(check: str) -> None:
    given = waiver(check)
    decision = decide.decide([FAILING, PASSING], [given])
    assert decision.ignore_assert_errors
    assert decision.accepted == [(FAILING, given)]


def test_one_failure_without_a_waiver_blocks_all() -> None:
    other = gate("stop_if_bad", "fails")
    decision = decide.decide([FAILING, other], [waiver("small")])
    assert not decision.ignore_assert_errors
    assert decision.blocking == [other]


def test_an_unknown_check_blocks_a_waiver_run_unless_it_is_waived_by_name_too() -> None:
    assert decide.decide([FAILING, UNKNOWN], [waiver("small")]).blocking == [UNKNOWN]
    both = [waiver("small"), waiver("ask_the_cluster")]
    assert decide.decide([FAILING, UNKNOWN], both).ignore_assert_errors


def test_a_waiver_that_matches_nothing_any_more_is_named() -> None:
    idle = waiver("stop_if_old")
    assert decide.decide([PASSING, FAILING], [waiver("small"), idle]).idle == [idle]


def test_the_inventorys_word_needs_no_even_count() -> None:
    decision = decide.decide([PASSING], [waivers.BY_INVENTORY])
    assert decision.idle == []
    assert decide.unknown_ids([PASSING], [waivers.BY_INVENTORY], "2.31.0") == []


def test_unknown_ids_are_named_with_what_was_meant() -> None:
    gates = [FAILING, PASSING]
    assert decide.unknown_ids(gates, [waiver("smal"), waiver("small")], "2.31.0") == [
        "k8n_waivers: Kubespray 2.31.0 has no check 'smal'; did you mean small?"
    ]
    assert decide.unknown_ids(gates, [waiver("zzz")], "2.31.0") == [
        "k8n_waivers: Kubespray 2.31.0 has no check 'zzz'; it has: small, stop_if_old."
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            "no",
            "-e ignore_assert_errors=no is the text 'no', not a boolean. Kubespray tests it with "
            "`when: not ignore_assert_errors`, and any text that is not empty is true there: every one of its checks "
            "would be off. Leave it out; nothing fails on this cluster.",
        ),
        (
            True,
            "-e ignore_assert_errors=True would switch off every one of Kubespray's checks, not only those that fail "
            "here. Leave it out; nothing fails on this cluster.",
        ),
        (
            0,
            "-e ignore_assert_errors=0 would beat what k8n_waivers decides. "
            "Leave it out; nothing fails on this cluster.",
        ),
    ],
)
def test_ignore_assert_errors_as_an_extra_variable(given: object, said: str) -> None:
    assert decide.switch_given(given, decide.decide([PASSING], [])) == said


def test_nobody_is_told_that_nothing_fails_where_a_check_is_unknown() -> None:
    assert decide.switch_given(0, decide.decide([PASSING, UNKNOWN], [])).endswith(
        "Leave it out; of the checks that can be made beforehand none fails on this cluster."
    )


def test_the_switch_is_answered_with_the_waivers_of_this_cluster() -> None:
    assert decide.switch_given(True, decide.decide([FAILING], [])).endswith(
        "Leave it out; what accepts the failures of this cluster, and no others, stands above."
    )
    waived = decide.decide([FAILING], [waiver("small")])
    assert decide.switch_given(False, waived) == (
        "-e ignore_assert_errors=False would beat what k8n_waivers decides. "
        "Leave it out; your k8n_waivers accept all that fails on this cluster."
    )


def test_it_is_short_when_all_is_well() -> None:
    assert text.audit([PASSING], decide.decide([PASSING], []), "2.31.0", 200) == (
        "KUBESPRAY'S OWN CHECKS: Kubespray 2.31.0 has 1 that ignore_assert_errors would switch off. "
        "1 pass, 0 do not apply here, 0 fail.\n"
        "\n"
        "Kubespray runs with all of its checks on."
    )


def test_everything_that_stops_is_shown_with_the_waivers_that_would_accept_it() -> None:
    gates = [FAILING, UNKNOWN]
    assert text.audit(gates, decide.decide(gates, []), "2.31.0", 80) == (
        "KUBESPRAY'S OWN CHECKS: Kubespray 2.31.0 has 2 that ignore_assert_errors would\n"
        "switch off. 0 pass, 0 do not apply here, 1 fail, 1 cannot be known before the\n"
        "run (ask_the_cluster).\n"
        "\n"
        "FAILS    small: Stop_if_small\n"
        "         wanted: memory > 1024\n"
        "         on n1, n2: memory is 512\n"
        "         It matters. fix: Fix it.\n"
        "         roles/x/tasks/main.yml:7\n"
        "\n"
        "UNKNOWN  ask_the_cluster: Ask_the_cluster\n"
        "         cannot be known before the run: it runs shell\n"
        "         on n1\n"
        "         roles/x/tasks/main.yml:7\n"
        "\n"
        "Kubespray does not start: 1 of its checks would stop it and 1 cannot be known\n"
        "before the run, and no waiver names them. Correct them as said above, or waive\n"
        "them by name in k8n_waivers.\n"
        "\n"
        "  To accept exactly this, for this run only:  -e "
        '\'{"k8n_waivers": ["small", "ask_the_cluster"]}\''
    )


def test_no_waiver_is_offered_for_what_nobody_has_looked_at() -> None:
    unseen = [{"hosts": ["n3", "n2"], "reason": NO_FACTS}]
    gates = [FAILING, {**UNKNOWN, "unknown": unseen}]
    decision = decide.decide(gates, [])
    assert " ".join(text.audit(gates, decision, "2.31.0", 80).split()).endswith(
        "Kubespray does not start: 1 of its checks would stop it and 1 cannot be known before the run, and no waiver "
        "names them. Fix first what kept the facts of n2, n3 from being gathered; the failed task above says what "
        "that was."
    )
    assert decide.switch_given(True, decision).endswith(
        "Leave it out; fix what the report above names first."
    )


def test_what_is_accepted_is_shown_with_whose_word_it_is() -> None:
    given = Waiver("small", "only a test", datetime.date(2027, 1, 31), "k8n_waivers")
    shown = text.audit([FAILING], decide.decide([FAILING], [given]), "2.31.0", 120)
    assert "WAIVED   small: Stop_if_small\n" in shown
    assert "         accepted by k8n_waivers until 2027-01-31: only a test\n" in shown
    assert " ".join(shown.split()).endswith(
        "Kubespray runs with ignore_assert_errors: true, which switches off all of its checks; "
        "those above are the only ones that it would have stopped at."
    )


@pytest.mark.parametrize("gates", [[FAILING], [PASSING]])
def test_a_run_that_a_mistake_stops_is_not_said_to_start(gates: list[dict[str, Any]]) -> None:
    decision = decide.decide(gates, [waiver("small")])
    shown = text.audit(gates, decision, "2.31.0", 120, refused=True)
    assert shown.endswith("\n\nKubespray does not start; the reason is below.")


def test_nothing_that_a_terminal_would_obey_is_shown() -> None:
    failure = {**FAILING["failures"][0], "values": {"memory": "\x1b[31mred"}}
    gates = [{**FAILING, "failures": [failure]}]
    assert "\x1b" not in text.audit(gates, decide.decide(gates, []), "2.31.0", 80)


FIXED = gate("options", "fails", fixed=True, waivable=False, failures=FAILING["failures"])
# A value with which the check itself cannot be evaluated.
BROKEN = gate("version", "fails", waivable=False, failures=FAILING["failures"])


@pytest.mark.parametrize("failing", [FIXED, BROKEN])
def test_what_no_waiver_helps_against_blocks_and_is_not_offered(failing: dict[str, Any]) -> None:
    decision = decide.decide([failing], [waiver(failing["id"])])
    assert decision.blocking == [failing]
    assert not decision.ignore_assert_errors
    shown = " ".join(text.audit([failing], decide.decide([failing], []), "2.31.0", 80).split())
    assert shown.endswith(
        "Kubespray does not start: 1 of its checks would stop it, and no waiver names it. Correct it as said above; no "
        "waiver can accept it."
    )


def test_the_waivers_offered_leave_out_what_they_do_not_help_against() -> None:
    gates = [FAILING, FIXED]
    shown = text.audit(gates, decide.decide(gates, []), "2.31.0", 200)
    assert shown.endswith("""this run only:  -e '{"k8n_waivers": ["small"]}'""")
    assert "waive them by name in k8n_waivers, except options, which no waiver can accept." in shown
    assert (
        "1 that ignore_assert_errors would switch off. 0 pass, 0 do not apply here, 1 fail. Of the 1 that nothing"
        in shown
    )


def test_an_unknown_one_that_nothing_switches_off_needs_no_waiver() -> None:
    later = gate("at_the_end", "unknown", fixed=True, waivable=False)
    assert decide.decide([FAILING, later], [waiver("small")]).ignore_assert_errors
    shown = text.audit([PASSING, later], decide.decide([PASSING, later], []), "2.31.0", 300)
    assert (
        "Of the 1 that nothing switches off, 0 pass, 0 do not apply here, 0 fail, 1 cannot be known before the run.\n"
        in shown
    )


def test_a_waiver_of_what_nothing_switches_off_is_refused() -> None:
    assert decide.unknown_ids([FAILING, FIXED], [waiver("options")], "2.31.0") == [
        "k8n_waivers: Kubespray 2.31.0 makes the check 'options' whatever ignore_assert_errors is, so that no waiver "
        "helps; correct what fails it."
    ]


def small(kind: str, host: str, expression: str) -> dict[str, Any]:
    """One of the two assertions that the check memory_low stands for."""
    return gate(
        f"stop_if_memory_is_too_small_for_{kind}",
        "fails",
        "memory_low",
        failures=[
            {
                "hosts": [host],
                "expression": expression,
                "values": {"memory": "900"},
                "message": "Assertion failed",
            }
        ],
    )


SMALL = [
    small("nodes", "n1", "memory >= 1024"),
    small("control_plane_nodes", "n1", "memory >= 1500"),
]


@pytest.mark.parametrize(
    "name", ["memory_low", "node_memory", "stop_if_memory_is_too_small_for_nodes"]
)
def test_one_name_accepts_all_assertions_of_a_fault(name: str) -> None:
    decision = decide.decide(SMALL, [waiver(name)])
    assert decision.ignore_assert_errors
    assert decide.unknown_ids(SMALL, [waiver(name)], "2.31.0") == []


def test_a_fault_of_two_assertions_is_one_entry() -> None:
    decision = decide.decide(SMALL, [])
    assert decision.in_the_way == ["memory_low"]
    assert text.audit(SMALL, decision, "2.31.0", 200) == (
        "KUBESPRAY'S OWN CHECKS: Kubespray 2.31.0 has 2 that ignore_assert_errors would switch off. 0 pass, 0 do not "
        "apply here, 2 fail.\n"
        "\n"
        "FAILS    memory_low: Stop_if_memory_is_too_small_for_nodes; "
        "Stop_if_memory_is_too_small_for_control_plane_nodes\n"
        "         wanted: memory >= 1024\n"
        "         on n1: memory is 900\n"
        "         wanted: memory >= 1500\n"
        "         on n1: memory is 900\n"
        "         It matters. fix: Fix it.\n"
        "         roles/x/tasks/main.yml:7\n"
        "         roles/x/tasks/main.yml:7\n"
        "\n"
        "Kubespray does not start: 1 of its checks would stop it, and no waiver names it. Correct it as said above, or "
        "waive it by name in k8n_waivers.\n"
        "\n"
        '  To accept exactly this, for this run only:  -e \'{"k8n_waivers": ["memory_low"]}\''
    )


def test_what_preflight_has_shown_of_a_host_is_not_shown_again() -> None:
    other = small("nodes", "n2", "memory >= 1024")
    decision = decide.decide([SMALL[0], other], [waiver("memory_low")])
    told = frozenset({("n1", "memory_low"), ("n2", "swap_on")})
    shown = text.audit([SMALL[0], other], decision, "2.31.0", 200, told=told)
    assert (
        "WAIVED   memory_low: Stop_if_memory_is_too_small_for_nodes; Stop_if_memory_is_too_small_for_nodes\n"
        "         on n1: as preflight has shown above\n"
        "         wanted: memory >= 1024\n"
        "         on n2: memory is 900\n"
        "         It matters. fix: Fix it.\n"
    ) in shown
    shown = text.audit([SMALL[0]], decide.decide(SMALL[:1], []), "2.31.0", 200, told=told)
    assert "shown above\n         roles/x/tasks/main.yml:7\n\nKubespray does not start" in shown


def test_what_is_made_once_preflight_has_shown_of_any_place() -> None:
    once = {**SMALL[0], "once": True}
    decision = decide.decide([once], [])
    told = frozenset({("(controller)", "memory_low")})
    assert "on the cluster as a whole: as preflight has shown above" in text.audit(
        [once], decision, "2.31.0", 200, told=told
    )


def level(check: str, *hosts: str) -> Waiver:
    return Waiver(check, None, None, "k8n_checks", frozenset(hosts))


def test_a_level_accepts_a_failure_on_the_hosts_that_have_it() -> None:
    assert decide.decide(SMALL, [level("memory_low", "n1", "n3")]).ignore_assert_errors
    assert decide.decide(SMALL, [level("memory_low", "n3")]).in_the_way == ["memory_low"]
    assert decide.decide([FAILING], [level("small", "n1")]).in_the_way == ["small"]
    accepted = decide.decide(SMALL, [level("memory_low", "n1")])
    assert decide.switch_given(False, accepted).endswith(
        "your k8n_checks accept all that fails on this cluster."
    )


def test_a_waiver_is_idle_only_where_preflight_finds_nothing_either() -> None:
    passing = gate("stop_if_memory_is_too_small_for_nodes", "passes", "memory_low")
    given = waiver("memory_low")
    assert decide.decide([passing], [given]).idle == []
    assert decide.decide([passing], [given], frozenset()).idle == [given]
    assert decide.decide([passing], [given], frozenset({("n1", "memory_low")})).idle == []
    assert decide.decide([passing], [level("memory_low", "n1")], frozenset()).idle == []


def test_a_check_that_kubespray_does_not_make_may_be_waived_for_preflight() -> None:
    assert decide.unknown_ids([FAILING], [waiver("swap_on")], "2.31.0") == []
    assert decide.unknown_ids([FAILING], [waiver("swp_on")], "2.31.0") == [
        "k8n_waivers: Kubespray 2.31.0 has no check 'swp_on'; did you mean swap_on?"
    ]
    assert decide.unknown_ids([FAILING], [waiver("string_booleans")], "2.31.0") == [
        "k8n_waivers: Kubespray 2.31.0 has no check 'string_booleans'; it has: small."
    ]
