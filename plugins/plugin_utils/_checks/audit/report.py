# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The audit as plain data: what a task returns and registers."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import Any

from ..._kubespray.assertions.catalog import Gate
from ..._kubespray.assertions.steps import Flow
from ..._kubespray.assertions.verdict import FAILS, NOT_RUN, PASSES, UNKNOWN, Findings, Verdict
from ..assertions import asserted
from .explain import words


def gates(flow: Flow, findings: Findings) -> list[dict[str, Any]]:
    """Every gate of this Kubespray, each with what it would say on the hosts."""
    return [_gate(gate, flow, findings) for gate in flow.gates]


def _gate(gate: Gate, flow: Flow, findings: Findings) -> dict[str, Any]:
    verdicts = findings.verdicts.get(gate.id, {})
    meaning, fix = words(gate.id)
    check = asserted().get(gate.id)
    failures: dict[Verdict, list[str]] = {}
    unknown: dict[str, list[str]] = {}
    for host, verdict in verdicts.items():
        if verdict.state == FAILS:
            failures.setdefault(verdict, []).append(host)
        elif verdict.state == UNKNOWN:
            unknown.setdefault(verdict.reason, []).append(host)
    if not verdicts:
        for place, pattern in flow.unresolved:
            if fnmatch(gate.place.file, pattern):
                unknown[f"what {place} includes cannot be said before the run"] = []
    states = [verdict.state for verdict in verdicts.values()]
    if failures:
        state = FAILS
    elif unknown:
        state = UNKNOWN
    else:
        state = PASSES if PASSES in states else NOT_RUN
    return {
        "id": gate.id,
        "alias": check.id if check else None,
        "task": gate.task,
        "file": gate.place.file,
        "line": gate.place.line,
        "fixed": gate.fixed,
        "waivable": not gate.fixed and not any(verdict.broken for verdict in failures),
        "once": gate.id in findings.once,
        "state": state,
        "passes": states.count(PASSES),
        "not_run": states.count(NOT_RUN),
        "failures": [
            {
                "hosts": hosts,
                "expression": verdict.expression,
                "values": dict(verdict.values),
                "message": verdict.message,
            }
            for verdict, hosts in failures.items()
        ],
        "unknown": [{"hosts": hosts, "reason": reason} for reason, hosts in unknown.items()],
        "meaning": meaning,
        "fix": next((verdict.fix for verdict in failures if verdict.fix), fix),
    }
