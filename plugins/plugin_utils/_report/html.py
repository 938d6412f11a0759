# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The report as one HTML file that loads nothing: it opens from a disk, an attachment or a CI's artefacts."""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2

from .._checks.registry import stage
from .findings import compact
from .model import BLOCK, OFF, ORDER, PASSED, PREPARE, SKIPPED, UNKNOWN, WARN

_PAGE = Path(__file__).resolve().parent / "page"
# One character a check, since 500 hosts have tens of thousands of them.
_LETTERS = {
    BLOCK: "b", PREPARE: "r", WARN: "w", PASSED: "p", UNKNOWN: "u", SKIPPED: "s", OFF: "o",
}  # fmt: skip
_NOT_RUN = "."
_NO_ZONE = "no zone"
_PARTS = 8


def page(document: Mapping[str, Any]) -> str:
    """The document of preflight.json as HTML. Nothing of it is taken for markup or script."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_PAGE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["hosts"] = lambda names: compact(names, _PARTS)
    environment.filters["heat"] = _heat
    script = (_PAGE / "page.js").read_text(encoding="utf-8")
    places = [*document["others"], *document["hosts"]]
    index = {place["name"]: number for number, place in enumerate(places)}
    return environment.get_template("page.html.j2").render(
        report=document,
        verdict=_verdict(document, places),
        zones=_zones(document["hosts"]),
        index=index,
        findings=sorted(document["findings"], key=lambda each: ORDER[each["severity"]]),
        matrices=[{**matrix, "top": _top(matrix)} for matrix in document["matrices"]],
        style=(_PAGE / "page.css").read_text(encoding="utf-8"),
        script=script,
        # The browser runs this script and no other, whatever a host called itself.
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        data=_inert(_compact(document, places, index)),
    )


def _verdict(document: Mapping[str, Any], places: Sequence[Mapping[str, Any]]) -> str:
    """What follows where nothing blocks: Kubespray may start only where all that could stop it was looked at."""
    if not document["versions"].get("Kubespray"):
        return (
            "Nothing blocks, but Kubespray is not installed, so that what it asks for is not known"
        )
    unknown = {
        name
        for place in places
        for name, said in place["checks"].items()
        if said["status"] == UNKNOWN and document["checks"][name]["severity"] == BLOCK
    }
    if not unknown:
        return "Kubespray may start"
    return f"Nothing blocks, but {len(unknown)} that could {'is' if len(unknown) == 1 else 'are'} unknown"


def _zones(hosts: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Hosts by zone: the control plane and etcd first, then what has something wrong."""
    zones: dict[str, list[dict[str, Any]]] = {}
    for host in hosts:
        zones.setdefault(host["zone"] or _NO_ZONE, []).append(host)
    for members in zones.values():
        members.sort(key=lambda host: (len(host["roles"]) == 0, host["roles"] == ["worker"]))
    return zones


def _compact(
    document: Mapping[str, Any], places: list[dict[str, Any]], index: Mapping[str, int]
) -> dict[str, Any]:
    """What the script needs beside what the page already shows."""
    checks = sorted(document["checks"], key=lambda name: (stage(name), name))
    reasons: dict[str, int] = {}
    rows = []
    for place in places:
        said = place["checks"]
        letters = [_LETTERS[said[name]["status"]] if name in said else _NOT_RUN for name in checks]
        why = {
            number: reasons.setdefault(said[name]["reason"], len(reasons))
            for number, name in enumerate(checks)
            if name in said and "reason" in said[name]
        }
        rows.append(
            {
                "name": place["name"],
                "zone": place.get("zone") or "",
                "roles": place.get("roles", []),
                "letters": "".join(letters),
                "why": why,
            }
        )
    return {
        "checks": [[name, document["checks"][name]["title"] or ""] for name in checks],
        "places": rows,
        "reasons": list(reasons),
        "found": [
            [each["check"], each["severity"], [index[name] for name in each["hosts"]]]
            for each in sorted(document["findings"], key=lambda each: ORDER[each["severity"]])
        ],
    }


def _inert(data: object) -> str:
    """JSON that cannot end the script element that it stands in."""
    text = json.dumps(data, separators=(",", ":"))
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _top(matrix: Mapping[str, Any]) -> float:
    values = [value for row in matrix["values"] for value in row if value is not None]
    return max(values, default=0.0)


def _heat(value: float | None, top: float) -> int:
    """How warm a cell is, 0 to 100, by the logarithm: 0.2 and 2 ms are to differ beside one of 80."""
    if value is None or value <= 0 or top <= 0:
        return 0
    return round(100 * math.log1p(value) / math.log1p(top))
