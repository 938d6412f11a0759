# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/preflight.md has every check and every threshold. Run as a script, this writes them there."""

from __future__ import annotations

import re
from pathlib import Path

import ansible_collections.k8n.cluster
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.catalog import CHECKS, THRESHOLDS
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    BETWEEN,
    CONTROLLER,
    DEPLOYED,
    HOST,
    INVENTORY,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.stages import rank

ROOT = Path(next(iter(ansible_collections.k8n.cluster.__path__)))
GUIDE = ROOT / "docs" / "preflight.md"
PARTS = re.compile(r"<!-- checks -->\n.*?<!-- thresholds -->\n.*\Z", re.DOTALL)


def tables() -> str:
    """What belongs into the guide."""
    lines = ["<!-- checks -->", "", "| id | | made | well when |", "|---|---|---|---|"]
    made_where = {HOST: "on the host", DEPLOYED: "by verify"}
    places = [HOST, BETWEEN, CONTROLLER, INVENTORY, DEPLOYED]
    for check in sorted(
        CHECKS.values(), key=lambda check: (places.index(check.place), rank(check.id), check.id)
    ):
        made = made_where.get(check.place, check.place)
        lines.append(f"| `{check.id}` | {check.severity} | {made} | {check.title} |")
    lines += ["", "<!-- thresholds -->", "", "| threshold | default |", "|---|---|"]
    lines += [f"| `{name}` | {value:g} |" for name, value in sorted(THRESHOLDS.items())]
    return "\n".join(lines) + "\n"


def test_the_guide_has_every_check_and_threshold() -> None:
    found = PARTS.search(GUIDE.read_text(encoding="utf-8"))
    assert found is not None
    assert found.group() == tables(), f"PYTHONPATH=.cache/collections python {__file__} fixes it"


def test_every_check_is_well_formed() -> None:
    for name, check in CHECKS.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]+", name), name
        assert check.severity in ("block", "warn"), name
        assert check.place in (HOST, BETWEEN, CONTROLLER, INVENTORY, DEPLOYED), name
        assert 10 < len(check.title) <= 90, name
        assert not check.title.endswith("."), name
    for name, value in THRESHOLDS.items():
        assert value > 0, name


def test_every_problem_in_the_code_is_a_check() -> None:
    found: dict[str, set[str]] = {}
    for path in (ROOT / "plugins").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for severity, name in re.findall(r'\b(block|warn)\(\s*"(\w+)"', text):
            found.setdefault(name, set()).add(severity)
    assert len(found) > 60
    assert [name for name in found if name not in CHECKS] == []
    assert {
        name: severities
        for name, severities in found.items()
        if CHECKS[name].severity not in severities
    } == {}


if __name__ == "__main__":
    GUIDE.write_text(
        PARTS.sub(lambda _found: tables(), GUIDE.read_text(encoding="utf-8")), encoding="utf-8"
    )
