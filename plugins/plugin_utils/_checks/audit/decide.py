# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Which failing checks are waived, and what Kubespray's ignore_assert_errors is to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from ..._kubespray.assertions.verdict import FAILS, NO_FACTS, UNKNOWN
from ..assertions import asserted
from ..model import ASSERTION
from .waivers import BY_INVENTORY, Waiver

Gate = Mapping[str, Any]
# Problems that a preflight of the same run has told, each by host and check; None where there was none.
Told = AbstractSet["tuple[str, str]"]


@dataclass
class Decision:
    """What follows from an audit and the waivers."""

    # Every check that fails, and in a waiver run every one that is unknown: with its waiver, or blocking.
    accepted: list[tuple[Gate, Waiver]] = field(default_factory=list)
    blocking: list[Gate] = field(default_factory=list)
    # Waivers of a check that neither fails nor is unknown, and that found nothing in preflight either.
    idle: list[Waiver] = field(default_factory=list)
    # How many checks that can be switched off nobody can evaluate beforehand.
    unknown: int = 0

    @property
    def ignore_assert_errors(self) -> bool:
        """Kubespray's variable: true only where all that would stop it is waived."""
        return bool(self.accepted) and not self.blocking

    @property
    def in_the_way(self) -> list[str]:
        """What blocks, by name; a check may stand for several of Kubespray's assertions."""
        return list(dict.fromkeys(map(name, self.blocking)))

    @property
    def unseen(self) -> list[str]:
        """Hosts without facts: a waiver of what is unknown there would be a word on what nobody has looked at."""
        return sorted(
            {
                str(host)
                for gate in self.blocking
                for unknown in gate["unknown"]
                if unknown["reason"] == NO_FACTS
                for host in unknown["hosts"]
            }
        )


def name(gate: Gate) -> str:
    """What stands for the fault everywhere: the id of the check that does, else that of the assertion itself."""
    return str(gate["alias"] or gate["id"])


def hosts(gate: Gate) -> list[str]:
    """Those on which it fails or is unknown."""
    return [str(host) for part in (*gate["failures"], *gate["unknown"]) for host in part["hosts"]]


def unknown_ids(gates: Sequence[Gate], waivers: Iterable[Waiver], version: str) -> list[str]:
    """A sentence for each waiver of a check that this Kubespray does not have, or that it does not switch off."""
    fixed = {given for gate in gates if gate["fixed"] for given in (gate["id"], gate["alias"])}
    gates = [gate for gate in gates if not gate["fixed"]]
    ids = {given for gate in gates for given in (gate["id"], gate["alias"]) if given}
    mistakes = []
    for waiver in waivers:
        if waiver.check in ids or waiver is BY_INVENTORY:
            continue
        # Only now: it brings all checks with it.
        from ..registry import REGISTRY

        ours = {check.id for check in REGISTRY.values() if check.place != ASSERTION}
        if waiver.check in ours:
            # For preflight and verify.
            continue
        if waiver.check in fixed:
            mistakes.append(
                f"{waiver.source}: Kubespray {version} makes the check '{waiver.check}' whatever ignore_assert_errors "
                "is, so that no waiver helps; correct what fails it."
            )
            continue
        near = get_close_matches(waiver.name, sorted(ids | ours), n=1, cutoff=0.6)
        hint = (
            f"did you mean {near[0]}?" if near else f"it has: {', '.join(sorted(_short(gates)))}."
        )
        mistakes.append(
            f"{waiver.source}: Kubespray {version} has no check '{waiver.name}'; {hint}"
        )
    return mistakes


def _short(gates: Iterable[Gate]) -> list[str]:
    return [name(gate) for gate in gates]


def decide(gates: Iterable[Gate], waivers: Iterable[Waiver], told: Told | None = None) -> Decision:
    """Match failing checks with waivers.

    A waiver switches off all of Kubespray's checks, since there is one switch for all. So, once one that fails is
    waived, one that nobody can evaluate beforehand must be waived by name too. What the switch does not reach no waiver
    accepts, and one of those that is unknown Kubespray makes itself in any case.
    """
    every = list(gates)
    gates = [gate for gate in every if not gate["fixed"]]
    waivers = list(waivers)
    decision = Decision(unknown=sum(gate["state"] == UNKNOWN for gate in gates))
    decision.blocking += [gate for gate in every if gate["fixed"] and gate["state"] == FAILS]
    failing = [gate for gate in gates if gate["state"] == FAILS]
    # Without a failure Kubespray makes the unknown ones itself.
    asked = [*failing, *(gate for gate in gates if failing and gate["state"] == UNKNOWN)]
    for gate in asked:
        waiver = _waiver(gate, waivers) if gate["waivable"] else None
        if waiver:
            decision.accepted.append((gate, waiver))
        else:
            decision.blocking.append(gate)
    found = {check for _host, check in told or ()}
    for waiver in waivers:
        named = [gate for gate in gates if _names(waiver, gate)]
        # What preflight found counts as well; without one nobody knows what a check of ours finds.
        known = told is not None or not any(map(_is_ours, named))
        silent = not any(gate["state"] in (FAILS, UNKNOWN) for gate in named)
        if named and known and silent and waiver.check not in found and not _is_lasting(waiver):
            decision.idle.append(waiver)
    return decision


def switch_given(given: object, decision: Decision) -> str:
    """Why ignore_assert_errors as an extra variable, which would beat the decision, is refused.

    given is the value of the extra variable.
    """
    text = f"-e ignore_assert_errors={given} "
    if isinstance(given, str) and given:
        text += (
            f"is the text '{given}', not a boolean. Kubespray tests it with `when: not ignore_assert_errors`, and any "
            f"text that is not empty is true there: every one of its checks would be off."
        )
    elif given is True:
        text += "would switch off every one of Kubespray's checks, not only those that fail here."
    else:
        text += "would beat what k8n_waivers decides."
    return f"{text} Leave it out; {_instead(decision)}."


def _instead(decision: Decision) -> str:
    if decision.unseen:
        return "fix what the report above names first"
    if decision.blocking:
        return "what accepts the failures of this cluster, and no others, stands above"
    if decision.accepted:
        ours = {"k8n_checks" if each.hosts else "k8n_waivers" for _gate, each in decision.accepted}
        return f"your {' and '.join(sorted(ours))} accept all that fails on this cluster"
    if decision.unknown:
        return "of the checks that can be made beforehand none fails on this cluster"
    return "nothing fails on this cluster"


def _waiver(gate: Gate, waivers: Iterable[Waiver]) -> Waiver | None:
    found = (each for each in waivers if _names(each, gate) and each.holds(hosts(gate)))
    return next(found, None)


def _names(waiver: Waiver, gate: Gate) -> bool:
    return waiver.check in (gate["id"], gate["alias"])


def _is_lasting(waiver: Waiver) -> bool:
    """Whether it says nothing of a fault that is there now: the word of the inventory, or a level."""
    return waiver is BY_INVENTORY or waiver.hosts is not None


def _is_ours(gate: Gate) -> bool:
    """Whether a check of preflight stands for it."""
    check = asserted().get(gate["id"])
    return check is not None and check.place != ASSERTION
