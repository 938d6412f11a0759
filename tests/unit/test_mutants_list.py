# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each mutant of `nox -s mutants` stands where its list says, so that whoever changes such a line changes the list."""

from __future__ import annotations

import runpy
from pathlib import Path

import ansible_collections.k8n.cluster
import yaml

MUTANTS = Path(next(iter(ansible_collections.k8n.cluster.__path__))).resolve() / "tests/mutants"


def test_every_mutant_has_its_place_and_its_tests() -> None:
    misplaced = runpy.run_path(str(MUTANTS / "run.py"))["misplaced"]
    listed = yaml.safe_load((MUTANTS / "mutants.yml").read_text(encoding="utf-8"))
    assert [
        text for number, each in enumerate(listed, 1) if (text := misplaced(number, each))
    ] == []
