# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the hosts of a real cluster said when it was whole, and with each fault of tests/e2e/faults.

Run as a script with a folder that `K8N_KEEP_PROBES=folder make e2e` has filled, this writes recorded.json anew.
"""

from __future__ import annotations

import json
import re
import sys
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import ansible_collections.k8n.cluster
import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.deployed import check, shape
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.deployed.model import (
    CLUSTER,
    Cluster,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Host, Judged
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.registry import THRESHOLDS

RECORDED = Path(__file__).resolve().parent / "recorded.json"
ROOT = Path(next(iter(ansible_collections.k8n.cluster.__path__)))
FAULTS = sorted((ROOT / "tests" / "e2e" / "faults").glob("*.sh"))
HEADER = re.compile(r"^# (\w+): (.+)$", re.MULTILINE)
# Seconds from the start of a run to the first host, and from the last one to the judges.
AROUND = 5


@cache
def recorded() -> Any:
    return json.loads(RECORDED.read_text(encoding="utf-8"))


def judged(probes: dict[str, Any]) -> dict[str, Judged]:
    """What is said at each place of a cluster whose hosts said this."""
    groups = recorded()["groups"]
    hosts = {
        name: Host(
            name,
            frozenset(group for group, names in groups.items() if name in names),
            {"ip": name.removeprefix("node-").replace("-", ".")},
        )
        for name in probes
    }
    middle = median(probe["clock"] for probe in probes.values())
    cluster = Cluster(hosts, probes, {}, middle - AROUND, middle + AROUND, THRESHOLDS)
    assert all(shape.fits(probe, shape.PROBE) for probe in probes.values())
    places, whole = check.judge(cluster, {})
    return {**places, CLUSTER: whole}


def broken(name: str) -> dict[str, Any]:
    differs = recorded()["faults"][name]
    return {host: {**probe, **differs[host]} for host, probe in recorded()["whole"].items()}


def test_nothing_is_found_in_a_whole_cluster() -> None:
    for place, said in judged(recorded()["whole"]).items():
        assert said.problems == said.unknown == said.skipped == [], place


@pytest.mark.parametrize("path", FAULTS, ids=lambda path: path.stem)
def test_each_fault_is_found_by_its_check_at_its_place(path: Path) -> None:
    said = dict(HEADER.findall(path.read_text(encoding="utf-8")))
    roles = recorded()["roles"]

    found = {
        place: {problem["id"] for problem in judged.problems}
        for place, judged in judged(broken(path.stem)).items()
        if judged.problems
    }

    assert set().union(*found.values()) == {said["finds"]}, found
    if said["at"] == "anywhere":
        assert CLUSTER not in found
    else:
        assert [*found] == [roles.get(said["at"], CLUSTER)]


def write(folder: Path) -> None:
    """What was kept: the whole cluster, and how it differs with each fault."""

    def kept(name: str) -> Any:
        return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))

    whole = parts(kept("whole"))
    faults = {
        path.stem: {
            host: {name: part for name, part in probe.items() if part != whole[host][name]}
            for host, probe in parts(kept(path.stem)).items()
        }
        for path in FAULTS
    }
    content = {**kept("about"), "whole": whole, "faults": faults}
    text = json.dumps(content, indent=1, sort_keys=True) + "\n"
    RECORDED.write_text(text, encoding="utf-8")


def parts(probes: dict[str, Any]) -> dict[str, Any]:
    """The results without what Ansible adds to them."""
    return {host: {name: probe[name] for name in shape.PROBE} for host, probe in probes.items()}


if __name__ == "__main__":
    write(Path(sys.argv[1]))
