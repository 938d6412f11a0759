# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import datetime

import pytest
import yaml
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.audit import waivers as _waivers
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.audit.waivers import Waiver

TODAY = datetime.date(2026, 2, 1)
DAY = datetime.date(2026, 12, 31)


def parse(text: str) -> tuple[list[Waiver], list[str]]:
    """What the parser makes of the variable as it stands in a YAML file."""
    return _waivers.parse(yaml.safe_load(text), "k8n_waivers", TODAY)


def waiver(check: str, reason: str | None = None, until: datetime.date | None = None) -> Waiver:
    return Waiver(check, reason, until, "k8n_waivers")


@pytest.mark.parametrize("text", ["", "null", "[]", "''"])
def test_nothing_is_waived(text: str) -> None:
    assert parse(text) == ([], [])


@pytest.mark.parametrize(
    ("text", "waivers"),
    [
        ("[even_etcd]", [waiver("even_etcd")]),
        ("even_etcd", [waiver("even_etcd")]),
        ("even_etcd, memory", [waiver("even_etcd"), waiver("memory")]),
        ("[{check: even_etcd}]", [waiver("even_etcd")]),
        ("[{check: even_etcd, reason: null, until: null}]", [waiver("even_etcd")]),
        (
            "[memory, {check: even_etcd, reason: 'a member\n  more', until: 2026-12-31}]",
            [waiver("memory"), waiver("even_etcd", "a member more", DAY)],
        ),
        ("[{check: even_etcd, until: '2026-12-31'}]", [waiver("even_etcd", None, DAY)]),
        ("[{check: even_etcd, until: 2026-12-31 23:00:00}]", [waiver("even_etcd", None, DAY)]),
        # The last day counts to its end.
        ("[{check: even_etcd, until: 2026-02-01}]", [waiver("even_etcd", None, TODAY)]),
    ],
)
def test_waivers(text: str, waivers: list[Waiver]) -> None:
    assert parse(text) == (waivers, [])


def test_whose_word_it_is() -> None:
    extra = {"k8n_waivers": "even_etcd"}
    assert _waivers.source(extra) == "the extra variable k8n_waivers"
    assert _waivers.source({}) == "k8n_waivers"
    assert _waivers.parse("even_etcd", _waivers.source(extra), TODAY)[0] == [
        Waiver("even_etcd", None, None, "the extra variable k8n_waivers")
    ]


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        (
            "true",
            [
                "k8n_waivers: this is a boolean (True); wanted a list of ids, or of mappings with check, "
                "reason and until."
            ],
        ),
        (
            "{check: even_etcd}",
            [
                "k8n_waivers: this is a mapping ({'check': 'even_etcd'}); wanted a list of ids, or of mappings with "
                "check, reason and until."
            ],
        ),
        (
            "even_etcd,",
            ["k8n_waivers[1]: the id is empty; wanted the id of a check, such as even_etcd."],
        ),
        (
            "[7, ' ', null]",
            [
                "k8n_waivers[0]: this is a number (7); wanted the id of a check, such as even_etcd, or a mapping with "
                "check, reason and until.",
                "k8n_waivers[1]: the id is empty; wanted the id of a check, such as even_etcd.",
                "k8n_waivers[2]: this is nothing; wanted the id of a check, such as even_etcd, or a mapping with "
                "check, reason and until.",
            ],
        ),
        (
            "[{reason: why}, {check: ''}, {check: [even_etcd]}]",
            [
                "k8n_waivers[0]: check is missing; wanted the id of a check, such as even_etcd.",
                "k8n_waivers[1].check: the id is empty; wanted the id of a check, such as even_etcd.",
                "k8n_waivers[2].check: this is a list (['even_etcd']); wanted the id of a check, such as even_etcd.",
            ],
        ),
        (
            "[{check: even_etcd, untill: 2026-12-31, colour: red, 5: 6}]",
            [
                "k8n_waivers[0].untill: there is no such key; did you mean until?",
                "k8n_waivers[0].colour: there is no such key; the keys are check, reason, until.",
                "k8n_waivers[0].5: there is no such key; the keys are check, reason, until.",
            ],
        ),
        (
            "[a, {check: even_etcd, reason: 5, until: soon}]",
            [
                "k8n_waivers[1].reason: this is a number (5); wanted a text.",
                "k8n_waivers[1].until: this is a text ('soon'); wanted a day such as 2026-12-31.",
            ],
        ),
        (
            "[{check: even_etcd, until: '2026-02-30'}, {check: b, until: 20261231}, {check: c, until: '20261231'}]",
            [
                "k8n_waivers[0].until: this is a text ('2026-02-30'); wanted a day such as 2026-12-31.",
                "k8n_waivers[1].until: this is a number (20261231); wanted a day such as 2026-12-31.",
                "k8n_waivers[2].until: this is a text ('20261231'); wanted a day such as 2026-12-31.",
            ],
        ),
        (
            "[{check: even_etcd, until: 2026-01-31}]",
            [
                "k8n_waivers[0]: the waiver of even_etcd ended on 2026-01-31. "
                "Extend its until, or take it out and fix what it waives."
            ],
        ),
    ],
)
def test_mistakes(text: str, mistakes: list[str]) -> None:
    assert parse(text)[1] == mistakes


def test_the_same_check_twice() -> None:
    assert parse("[even_etcd, memory, {check: even_etcd, until: 2026-12-31}, memory]") == (
        [waiver("even_etcd"), waiver("memory")],
        [
            "k8n_waivers[2]: even_etcd is waived at k8n_waivers[0] already; keep one of the two.",
            "k8n_waivers[3]: memory is waived at k8n_waivers[1] already; keep one of the two.",
        ],
    )


def test_an_entry_with_a_mistake_waives_nothing_and_the_others_do() -> None:
    waivers, mistakes = parse("[{check: even_etcd, until: soon}, memory]")
    assert waivers == [waiver("memory")]
    assert len(mistakes) == 1


def test_two_earlier_names_of_one_check_are_no_mistake() -> None:
    waivers, mistakes = parse("[node_memory, control_plane_memory]")
    assert ([each.check for each in waivers], mistakes) == (["memory_low", "memory_low"], [])
