# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The report as plain data: preflight.json or verify.json; docs/preflight.schema.json says what is in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._checks.levels import SWITCHED_OFF
from .._checks.registry import REGISTRY
from .findings import findings
from .model import BLOCK, OFF, ORDER, PASSED, PREPARE, SKIPPED, UNKNOWN, WARN, Place, Report, clean

SCHEMA_VERSION = 1


def document(report: Report) -> dict[str, Any]:
    """Everything, of types that JSON has, and without a character that is not printable."""
    run = report.run
    found, fixes = findings(report)
    places = {place.name: _checks(place) for place in report.places}
    said = [check["status"] for checks in places.values() for check in checks.values()]
    return {
        "schema_version": SCHEMA_VERSION,
        "report": run.report,
        "started": run.started,
        "versions": _plain(run.versions),
        "summary": {
            "hosts": len(report.hosts),
            "ready": len(report.ready),
            "problems": {name: report.count(name) for name in (BLOCK, PREPARE, WARN)},
            "checks": {
                name: said.count(name)
                for name in (BLOCK, PREPARE, WARN, PASSED, UNKNOWN, SKIPPED, OFF)
            },
        },
        "levels": _plain(run.levels),
        "host_levels": [
            {"levels": _plain(levels), "hosts": _plain(hosts)}
            for levels, hosts in report.own_levels
        ],
        "thresholds": _plain(run.thresholds),
        "left_out": _plain(run.left_out),
        "checks": {
            name: _about(name)
            for name in sorted({id_ for checks in places.values() for id_ in checks})
        },
        "findings": [
            {
                "check": each.problem["id"],
                "severity": each.severity,
                "message": each.problem["message"],
                "fix": each.fix,
                "hosts": _plain(each.hosts),
            }
            for each in found
        ],
        "fixes": [
            {"number": fix.number, "text": fix.text, "hosts": _plain(fix.hosts)} for fix in fixes
        ],
        "hosts": [
            {
                "name": clean(place.name),
                "address": clean(place.known.address) or None,
                "zone": clean(place.known.zone) or None,
                "roles": list(place.known.roles),
                "groups": _plain(place.known.groups),
                "status": place.worst,
                "checks": places[place.name],
                "measured": _plain(place.measured),
            }
            for place in report.hosts
        ],
        "others": [
            {"name": place.name, "status": place.worst, "checks": places[place.name]}
            for place in report.others
        ],
        "quorum": None if run.quorum is None else _plain(run.quorum),
        "matrices": [
            {
                "title": clean(matrix.title),
                "unit": matrix.unit,
                "rows": _plain(matrix.rows),
                "columns": _plain(matrix.columns),
                "values": _plain(matrix.values),
            }
            for matrix in run.matrices
        ],
        "between": None if run.between is None else _plain(run.between),
        "settings": None if run.settings is None else _plain(run.settings),
    }


def _about(name: str) -> dict[str, Any]:
    check = REGISTRY.get(name)
    return {
        "title": check.title if check else None,
        "severity": check.severity if check else None,
        "place": check.place if check else None,
    }


def _checks(place: Place) -> dict[str, dict[str, Any]]:
    """Each check that said anything of this place, by id."""
    judged = place.judged
    checks: dict[str, dict[str, Any]] = {clean(name): {"status": PASSED} for name in judged.passed}
    for name, reason in judged.skipped:
        status = OFF if reason == SWITCHED_OFF else SKIPPED
        checks[clean(name)] = {"status": status, "reason": clean(reason)}
    for name, reason in judged.unknown:
        checks[clean(name)] = {"status": UNKNOWN, "reason": clean(reason)}
    for row in sorted(place.rows, key=lambda row: ORDER[row.severity]):
        this = {
            "severity": row.severity,
            "message": clean(row.problem["message"]),
            "fix": clean(row.problem["fix"]),
        }
        check = checks.get(clean(row.problem["id"]), {})
        if "problems" in check:
            check["problems"].append(this)
        else:
            checks[clean(row.problem["id"])] = {"status": row.severity, "problems": [this]}
    return checks


def _plain(value: object) -> Any:
    if isinstance(value, Mapping):
        return {clean(str(key)): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        # NaN and infinity are no JSON.
        return value if value - value == 0 else None
    return clean(str(value))
