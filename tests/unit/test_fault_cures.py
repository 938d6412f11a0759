# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each finding of the table of faults has a cure, and a cure takes its commands out of the fix that is reported."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.k8n.cluster.tests.integration.faults import cure, table

FINDS = [(fault, find) for fault in table.load() for find in fault.finds]


@pytest.mark.parametrize(
    ("fault", "find"), FINDS, ids=[f"{fault.name}-{find.id}" for fault, find in FINDS]
)
def test_each_finding_has_a_cure(fault: table.Fault, find: table.Expected) -> None:
    read = cure.parsed(find.cure, f"{fault.name}, {find.id}")
    if read.by is not None:
        others = {each.id: each.cure for each in fault.finds if each is not find}
        assert not {"none", "by"} & set(others[read.by] or {"none": ""})


@pytest.mark.parametrize(
    ("row", "mistake"),
    [
        (None, "here has no cure"),
        ({"runs": "true"}, "here: a cure has no runs"),
        (
            {"take": "it"},
            "here: a cure does something, or says why not (none), or which other find's it is (by)",
        ),
        (
            {"none": "Why.", "run": "true"},
            "here: a cure does something, or says why not (none), or which other find's it is (by)",
        ),
        (
            {"take": "(a) (b)", "run": r"\2"},
            "here: take finds 2 parts of the fix, and the cure uses [2]",
        ),
    ],
)
def test_what_is_no_cure(row: dict[str, Any] | None, mistake: str) -> None:
    with pytest.raises(cure.CureError) as caught:
        cure.parsed(row, "here")
    assert str(caught.value) == mistake


def test_a_cure_takes_what_it_runs_and_sets_out_of_the_fix() -> None:
    read = cure.parsed(
        {
            "take": r"run: (.+?); set (\w+): (\d+)",
            "run": r"\1 now",
            "settings": {"size": r"\3", "names": [r"\2", "more"]},
        },
        "here",
    )
    assert read.of("Please run: rm -f /x; set mtu: 1350.") == cure.Cure(
        run="rm -f /x now", settings={"size": 1350, "names": ["mtu", "more"]}
    )


def test_a_cure_that_is_not_in_the_fix_is_none() -> None:
    with pytest.raises(cure.CureError) as caught:
        cure.parsed({"take": "run: (.+)", "run": r"\1"}, "here").of("Look at it.")
    assert str(caught.value) == "'run: (.+)' is not in the fix 'Look at it.'"
