# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What an audit found out about a gate on a host."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

FAILS, UNKNOWN, PASSES, NOT_RUN = "fails", "unknown", "passes", "not_run"
# Why a gate is unknown on a host that could not be looked at.
NO_FACTS = "the facts of this host are not known"


@dataclass(frozen=True)
class Verdict:
    """One gate on one host."""

    state: str
    expression: str = ""
    # What the expression read, each as a person would write it.
    values: tuple[tuple[str, str], ...] = ()
    message: str = ""
    # Why it is unknown.
    reason: str = ""
    # Of a failure: what to do about it, where the values tell more than words for all of its kind.
    fix: str = ""
    # Of a failure: whether a value is such that nothing can be said with it, which no waiver changes.
    broken: bool = False


@dataclass
class Findings:
    """All verdicts, by the id of the gate and the host, and what must be run on hosts to know more."""

    verdicts: dict[str, dict[str, Verdict]] = field(default_factory=dict)
    # The gates that Kubespray makes on one host, for all.
    once: set[str] = field(default_factory=set)
    # By host: the requests that a command gate makes there, each once.
    requests: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, gate: str, host: str, verdict: Verdict) -> None:
        """Note a verdict.

        Kubespray comes to some gates twice. The first time that it runs one on a host counts, since later ones see what
        Kubespray itself has changed; but a failure is never forgotten.
        """
        hosts = self.verdicts.setdefault(gate, {})
        before = hosts.get(host)
        if before is None or before.state == NOT_RUN or verdict.state == FAILS:
            hosts[host] = verdict

    def request(self, host: str, wanted: dict[str, Any]) -> None:
        """Note what to run on a host."""
        asked = self.requests.setdefault(host, [])
        if wanted not in asked:
            asked.append(wanted)
