# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the registry of checks says stands in the documents, too. Run as a script, this writes it there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import ansible_collections.k8n.cluster
import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    ASSERTION,
    DEPLOYED,
    HOST,
    PLACES,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.registry import (
    REGISTRY,
    THRESHOLDS,
)

ROOT = Path(next(iter(ansible_collections.k8n.cluster.__path__)))
GUIDE = ROOT / "docs" / "preflight.md"
SCHEMA = ROOT / "docs" / "preflight.schema.json"
PLACE = re.compile(r'(?<="place": \{"enum": )\[.*?\]')
PARTS = re.compile(r"<!-- checks -->\n.*?<!-- thresholds -->\n.*\Z", re.DOTALL)


def tables() -> str:
    """What belongs into the guide."""
    lines = ["<!-- checks -->", "", "| id | | made | well when | also |", "|---|---|---|---|---|"]
    made_where = {HOST: "on the host", ASSERTION: "by the audit", DEPLOYED: "by verify"}
    for check in sorted(
        REGISTRY.values(), key=lambda check: (PLACES.index(check.place), check.stage, check.id)
    ):
        made = made_where.get(check.place, check.place)
        also = ["prepare fixes it"] if check.fixed_by_prepare else []
        also += ["Kubespray asserts it"] if check.kubespray else []
        lines.append(
            f"| `{check.id}` | {check.severity} | {made} | {check.title} | {', '.join(also)} |".replace(
                "  |", " |"
            )
        )
    lines += ["", "<!-- thresholds -->", "", "| threshold | default |", "|---|---|"]
    lines += [f"| `{name}` | {value:g} |" for name, value in sorted(THRESHOLDS.items())]
    return "\n".join(lines) + "\n"


def places() -> str:
    """What a check's place can be in the schema of preflight.json."""
    return json.dumps([*PLACES, None])


def written() -> dict[Path, str]:
    """Each document as it should be."""
    guide, schema = GUIDE.read_text(encoding="utf-8"), SCHEMA.read_text(encoding="utf-8")
    return {
        GUIDE: PARTS.sub(lambda _found: tables(), guide),
        SCHEMA: PLACE.sub(lambda _found: places(), schema),
    }


@pytest.mark.parametrize("path", [GUIDE, SCHEMA], ids=lambda path: path.name)
def test_the_documents_say_what_the_registry_says(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert (tables() if path == GUIDE else places()) in text, (
        f"PYTHONPATH=.cache/alone python {Path(__file__).relative_to(Path.cwd())} writes it"
    )


def test_every_check_is_well_formed() -> None:
    for name, check in REGISTRY.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]+", name), name
        assert check.severity in ("block", "warn"), name
        assert check.place in PLACES, name
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
    assert [name for name in found if name not in REGISTRY] == []
    assert {
        name: severities
        for name, severities in found.items()
        if REGISTRY[name].severity not in severities
    } == {}


if __name__ == "__main__":
    for document, text in written().items():
        document.write_text(text, encoding="utf-8")
