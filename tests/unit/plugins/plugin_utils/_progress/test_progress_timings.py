# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The estimate of the rest, and the file that it comes from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress import timings
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.timings import Estimate, Run

RUN = Run(100.0, 4, [("a", 0.0), ("b", 10.0), ("c", 70.0), ("b", 90.0)])


def test_the_rest_depends_on_where_the_run_is() -> None:
    estimate = Estimate(RUN)
    assert estimate.rest(0) is None
    estimate.task_started("a", 5)
    assert estimate.rest(5) == 100
    assert estimate.rest(9) == 96
    assert estimate.rest(500) == 90  # a took 10 seconds; what comes after it still needs 90
    estimate.task_started("never seen", 510)
    assert estimate.rest(510) == 90
    estimate.task_started("b", 520)
    assert estimate.rest(550) == 60
    estimate.task_started("b", 560)  # its second start
    assert estimate.rest(560) == 10


def test_no_estimate_on_the_first_run() -> None:
    estimate = Estimate(None)
    estimate.task_started("a", 1)
    assert estimate.rest(2) is None


def test_runs_are_alike_by_playbook_class_of_size_and_options() -> None:
    keys = [timings.key("site.yml", hosts, ()) for hosts in (0, 1, 2, 3, 4, 7, 8)]
    assert keys == [
        "site.yml hosts<1",
        "site.yml hosts<2",
        "site.yml hosts<4",
        "site.yml hosts<4",
        "site.yml hosts<8",
        "site.yml hosts<8",
        "site.yml hosts<16",
    ]
    assert timings.key("site.yml", 3, ["limit=etcd"]) == "site.yml hosts<4 limit=etcd"
    assert timings.task_key(1, "a.yml:3", "x") != timings.task_key(2, "a.yml:3", "x")


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    timings.save(tmp_path, "one", RUN)
    timings.save(tmp_path, "two", Run(5.04, 1, []))
    assert timings.load(tmp_path, "one") == RUN
    assert timings.load(tmp_path, "two") == Run(5.0, 1, [])
    assert timings.load(tmp_path, "three") is None
    assert (tmp_path / "timings.json").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["timings.json"]


def test_the_oldest_go(tmp_path: Path) -> None:
    for number in range(25):
        timings.save(tmp_path, str(number), RUN)
    timings.save(tmp_path, "5", RUN)
    kept = json.loads((tmp_path / "timings.json").read_text())["runs"]
    assert list(kept) == [str(number) for number in range(6, 25)] + ["5"]


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"version": 2}', '{"version": 1, "runs": [1]}', '{"version":1,"runs":{"k":{"seconds":"x"}}}',
     '{"version":1,"runs":{"k":{"seconds":1,"total":1e999,"starts":[]}}}'],
)  # fmt: skip
def test_a_broken_file_is_no_estimate_and_is_replaced(tmp_path: Path, content: str) -> None:
    (tmp_path / "timings.json").write_text(content)
    assert timings.load(tmp_path, "k") is None
    timings.save(tmp_path, "k", RUN)
    assert timings.load(tmp_path, "k") == RUN


def test_a_folder_that_cannot_be_written_to_says_so(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        timings.save(tmp_path / "missing", "k", RUN)
