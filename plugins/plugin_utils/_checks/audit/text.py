# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The audit for a person: short when all is well, and every check that would stop Kubespray when not."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from ..._kubespray.assertions.verdict import FAILS, NOT_RUN, PASSES, UNKNOWN
from ..._text.words import some
from .decide import Decision, Gate, Told, hosts, name
from .waivers import Waiver

_NAMED = 5
_LABEL = 9


def audit(
    gates: Sequence[Gate],
    decision: Decision,
    version: str,
    width: int,
    refused: bool = False,
    told: Told = frozenset(),
) -> str:
    """The whole report in lines of at most width characters.

    refused is whether mistakes, which are said after it, stop the run in any case; told are the problems that a
    preflight of the same run has shown: they are not shown again.
    """
    lines = textwrap.wrap(_headline(gates, version), width)
    for fault in _faults([gate for gate, _waiver in decision.accepted]):
        waivers = dict.fromkeys(waiver for gate, waiver in decision.accepted if gate in fault)
        lines += ["", *_entry("WAIVED", fault, width, told)]
        for waiver in waivers:
            lines += _line(f"accepted by {accepted(waiver)}", width)
    for fault in _faults(decision.blocking):
        state = FAILS if any(gate["state"] == FAILS for gate in fault) else UNKNOWN
        lines += ["", *_entry(state.upper(), fault, width, told)]
    for waiver in decision.idle:
        lines += [
            "",
            *_line(
                f"WARNING: {waiver.source} waives {waiver.name}, but nothing fails there. Remove it.",
                width,
                0,
            ),
        ]
    lines += [
        "",
        *textwrap.wrap(
            _end(decision, refused), width, break_on_hyphens=False, break_long_words=False
        ),
    ]
    waivable = [gate for gate in decision.blocking if gate["waivable"]]
    if waivable and not decision.unseen:
        lines += [
            "",
            waivers_to_write([*(gate for gate, _waiver in decision.accepted), *waivable]),
        ]
    return "\n".join(lines)


def accepted(waiver: Waiver) -> str:
    """Whose word a waiver is, until when, and why."""
    until = f" until {waiver.until}" if waiver.until else ""
    return f"{waiver.source}{until}: {waiver.reason or 'no reason given'}"


def waivers_to_write(gates: Iterable[Gate]) -> str:
    """The argument that accepts exactly these failures, for one run."""
    ids = json.dumps({"k8n_waivers": list(dict.fromkeys(map(name, gates)))})
    return f"  To accept exactly this, for this run only:  -e '{ids}'"


def _headline(gates: Sequence[Gate], version: str) -> str:
    switched = [gate for gate in gates if not gate["fixed"]]
    fixed = [gate for gate in gates if gate["fixed"]]
    text = (
        f"KUBESPRAY'S OWN CHECKS: Kubespray {version} has {len(switched)} that ignore_assert_errors would switch off. "
        f"{_counted(switched)}."
    )
    # Older reports, and Kubesprays, have none.
    return (
        f"{text} Of the {len(fixed)} that nothing switches off, {_counted(fixed, name_unknown=False)}."
        if fixed
        else text
    )


def _counted(gates: Sequence[Gate], name_unknown: bool = True) -> str:
    """How many pass, and so on; of those that a waiver cannot name the unknown ones are not named either."""
    count = {
        state: sum(gate["state"] == state for gate in gates)
        for state in (PASSES, NOT_RUN, FAILS, UNKNOWN)
    }
    text = f"{count[PASSES]} pass, {count[NOT_RUN]} do not apply here, {count[FAILS]} fail"
    if not count[UNKNOWN]:
        return text
    text += f", {count[UNKNOWN]} cannot be known before the run"
    unknown = ", ".join(name(gate) for gate in gates if gate["state"] == UNKNOWN)
    return f"{text} ({unknown})" if name_unknown else text


def _end(decision: Decision, refused: bool) -> str:
    if decision.blocking:
        count = len(decision.in_the_way)
        fail = len({name(gate) for gate in decision.blocking if gate["state"] == FAILS})
        parts = [f"{fail} of its checks would stop it"] if fail else []
        parts += [f"{count - fail} cannot be known before the run"] if count > fail else []
        them = "it" if count == 1 else "them"
        text = f"Kubespray does not start: {' and '.join(parts)}, and no waiver names {them}."
        if decision.unseen:
            return (
                f"{text} Fix first what kept the facts of {_hosts(decision.unseen)} from being gathered; "
                f"the failed task above says what that was."
            )
        fixed = list(
            dict.fromkeys(name(gate) for gate in decision.blocking if not gate["waivable"])
        )
        if len(fixed) == count:
            return f"{text} Correct {them} as said above; no waiver can accept {them}."
        if fixed:
            return (
                f"{text} Correct them as said above, or waive them by name in k8n_waivers, except {', '.join(fixed)}, "
                "which no waiver can accept."
            )
        return f"{text} Correct {them} as said above, or waive {them} by name in k8n_waivers."
    if refused:
        return "Kubespray does not start; the reason is below."
    if decision.accepted:
        return (
            "Kubespray runs with ignore_assert_errors: true, which switches off all of its checks; those above are "
            "the only ones that it would have stopped at."
        )
    return "Kubespray runs with all of its checks on."


def _faults(gates: Iterable[Gate]) -> list[list[Gate]]:
    """The gates by what stands for them: those of one fault are one entry."""
    found: dict[str, list[Gate]] = {}
    for gate in gates:
        found.setdefault(name(gate), []).append(gate)
    return list(found.values())


def _entry(label: str, gates: Sequence[Gate], width: int, told: Told) -> list[str]:
    tasks = "; ".join(gate["task"] for gate in gates)
    lines = textwrap.wrap(
        f"{label:<{_LABEL}}{name(gates[0])}: {tasks}", width, subsequent_indent=" " * _LABEL
    )
    helps: dict[str, None] = {}
    for gate in gates:
        shown = [each for each in _not_told(gate, told) if each["hosts"]]
        lines += _failures(gate, shown, width)
        known = [host for host in hosts(gate) if _is_told(gate, host, told)]
        if known:
            lines += _line(f"{_where(gate, known)}: as preflight has shown above", width)
        for unknown in gate["unknown"]:
            lines += _line(f"cannot be known before the run: {unknown['reason']}", width)
            if unknown["hosts"]:
                lines += _line(_where(gate, unknown["hosts"]), width)
        if shown:
            helps[f"{gate['meaning']} fix: {gate['fix']}"] = None
    for text in [*helps, *(f"{gate['file']}:{gate['line']}" for gate in gates)]:
        lines += _line(text, width)
    return lines


def _not_told(gate: Gate, told: Told) -> list[dict[str, Any]]:
    """The failures, with those hosts of which nobody has told yet."""
    return [
        {**failure, "hosts": [each for each in failure["hosts"] if not _is_told(gate, each, told)]}
        for failure in gate["failures"]
    ]


def _is_told(gate: Gate, host: Any, told: Told) -> bool:
    """Whether preflight has shown it of the host, or at all where it is made once."""
    if gate["once"]:
        return any(check == name(gate) for _place, check in told)
    return (str(host), name(gate)) in told


def _failures(gate: Gate, failures: Sequence[dict[str, Any]], width: int) -> list[str]:
    lines = []
    wanted = ""
    for failure in failures[:_NAMED]:
        if failure["expression"] != wanted:
            wanted = failure["expression"]
            lines += _line(f"wanted: {wanted}", width)
        found = "; ".join(f"{path} is {value}" for path, value in failure["values"].items())
        lines += _line(f"{_where(gate, failure['hosts'])}: {found or 'it does not hold'}", width)
        # Where Kubespray's message is only the values again, or says nothing, they are enough.
        if not failure["values"] and failure["message"] != "Assertion failed":
            lines += _line(f"Kubespray says: {failure['message']}", width)
    if len(failures) > _NAMED:
        lines += _line(f"and {len(failures) - _NAMED} more hosts, each with its own values", width)
    return lines


def _where(gate: Gate, hosts: Sequence[Any]) -> str:
    if gate["once"]:
        return "on the cluster as a whole"
    return f"on {_hosts(hosts)}"


def _hosts(hosts: Sequence[Any]) -> str:
    return some(map(str, hosts), _NAMED)


def _line(text: str, width: int, indent: int = _LABEL) -> list[str]:
    clean = "".join(char if char.isprintable() else " " for char in " ".join(text.split()))
    return textwrap.wrap(
        clean,
        max(width, 60),
        initial_indent=" " * indent,
        subsequent_indent=" " * indent,
        break_on_hyphens=False,
    )
