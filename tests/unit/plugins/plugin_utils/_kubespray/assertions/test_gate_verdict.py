# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of several verdicts on the same gate and host counts."""

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.assertions.verdict import (
    FAILS,
    NOT_RUN,
    PASSES,
    UNKNOWN,
    Findings,
    Verdict,
)


@pytest.mark.parametrize(
    ("states", "counts"),
    [
        ((PASSES, FAILS), FAILS),
        ((FAILS, PASSES), FAILS),
        ((UNKNOWN, FAILS), FAILS),
        ((FAILS, UNKNOWN), FAILS),
        ((NOT_RUN, FAILS), FAILS),
        ((FAILS, NOT_RUN), FAILS),
        ((NOT_RUN, PASSES), PASSES),
        ((NOT_RUN, UNKNOWN), UNKNOWN),
        ((PASSES, NOT_RUN), PASSES),
        ((UNKNOWN, PASSES), UNKNOWN),
        ((PASSES, UNKNOWN), PASSES),
        ((NOT_RUN, PASSES, UNKNOWN, FAILS, PASSES), FAILS),
    ],
)
def test_the_first_that_runs_counts_and_a_failure_is_never_forgotten(
    states: tuple[str, ...], counts: str
) -> None:
    findings = Findings()
    for state in states:
        findings.add("gate", "n1", Verdict(state))
    assert findings.verdicts == {"gate": {"n1": Verdict(counts)}}


def test_hosts_and_gates_are_apart() -> None:
    findings = Findings()
    findings.add("one", "n1", Verdict(FAILS))
    findings.add("one", "n2", Verdict(PASSES))
    findings.add("two", "n1", Verdict(UNKNOWN))
    assert findings.verdicts == {
        "one": {"n1": Verdict(FAILS), "n2": Verdict(PASSES)},
        "two": {"n1": Verdict(UNKNOWN)},
    }


def test_a_request_is_made_once_on_each_host() -> None:
    findings = Findings()
    for host in ("n1", "n1", "n2"):
        findings.request(host, {"kind": "stat", "path": "/x"})
    assert findings.requests == {
        "n1": [{"kind": "stat", "path": "/x"}],
        "n2": [{"kind": "stat", "path": "/x"}],
    }
