# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the runs of the end-to-end tests have measured, kept until it is written into docs/e2e.md."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _cluster import Ran

ROOT = Path(__file__).resolve().parent.parent.parent
RESULTS = ROOT / ".cache" / "e2e"
PAGE = ROOT / "docs" / "e2e.md"


def keep(name: str, what: str, ran: Ran, hosts: int, versions: Mapping[str, str]) -> None:
    """Note one run: `name` is its test, `what` the run within it."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    plays: dict[str, float] = {}
    before = ran.results[0].at if ran.results else 0.0
    for result in ran.results:
        plays[result.play] = plays.get(result.play, 0.0) + result.at - before
        before = result.at
    tasks = {(result.play, result.place, result.task) for result in ran.results}
    kept = {
        "name": name,
        "what": what,
        "day": time.strftime("%Y-%m-%d"),
        "hosts": hosts,
        "seconds": round(ran.seconds),
        "tasks": len(tasks),
        "changed": sum(result.changed for result in ran.results),
        "plays": {play: round(seconds) for play, seconds in plays.items()},
        "versions": dict(versions),
    }
    path = RESULTS / f"{name}-{what}.json".replace(" ", "-")
    path.write_text(json.dumps(kept, indent=1), encoding="utf-8")


def kept() -> list[dict[str, Any]]:
    """All that was noted, by name."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(RESULTS.glob("*.json"))]


def page() -> None:
    """Write docs/e2e.md from all that was noted; without anything it stays as it is."""
    runs = kept()
    if not runs:
        return
    lines = [
        # The header of every page.
        (ROOT / "docs" / "offline.md").read_text(encoding="utf-8").partition("-->")[0] + "-->",
        "",
        "# What the end-to-end tests measured last",
        "",
        "Written by `nox -s e2e` ([its tests](../tests/e2e/README.md)), not by hand. Hosts and control node share one",
        "machine of two cores; each row is a run that ended well.",
        "",
        "| cluster | run | day | hosts | time | tasks | changes |",
        "|---|---|---|---|---|---|---|",
    ]
    for run in runs:
        lines.append(
            "| {name} | {what} | {day} | {hosts} | {minutes} | {tasks} | {changed} |".format(
                minutes=_minutes(run["seconds"]), **run
            )
        )
    for run in runs:
        plays = {play: took for play, took in run["plays"].items() if took >= 1}
        lines += ["", f"## {run['name']}: {run['what']}", ""]
        versions = run["versions"].items()
        lines += [", ".join(f"{name} {version}" for name, version in versions) + "."]
        lines += ["", "| play | seconds |", "|---|---|"]
        lines += [f"| {play} | {took} |" for play, took in plays.items()]
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _minutes(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}:{rest:02}"


if __name__ == "__main__":
    page()
