# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Break the collection in a copy, one mutant of mutants.yml after the other, and see whether its tests notice.

Usage: run.py [NUMBER ...], where a NUMBER is a mutant's place in the list, as this prints it. Ends with 1 where more
than one in twenty lives, and with 2 where the list does not fit the collection: a text that is not there once, tests
that fail without a mutant, or one that no test can even be collected with.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
MOST_ALIVE_PERCENT = 5
# How pytest ends.
_PASSED, _FAILED = 0, 1


def main(wanted: Sequence[int]) -> int:
    """Run the mutants with these numbers, all where there are none; returns the exit status."""
    every = dict(enumerate(yaml.safe_load((ROOT / "tests/mutants/mutants.yml").read_text()), 1))
    mutants = {number: every[number] for number in wanted or every}
    wrong = [text for number, each in mutants.items() if (text := misplaced(number, each))]
    with tempfile.TemporaryDirectory() as name:
        tree = copy(Path(name))
        tests = sorted({test for each in mutants.values() for test in each["tests"]})
        if not wrong and pytest(tree, tests, "-n", "auto") != _PASSED:
            wrong = ["The tests fail without a mutant: see above."]
        if wrong:
            print(*wrong, sep="\n")
            return 2
        alive, broken = [], []
        for number, mutant in mutants.items():
            status = noticed(tree, mutant)
            word = {_PASSED: "LIVES", _FAILED: "dies"}.get(status, "BROKEN")
            print(f"{number:3} {word}  {mutant['file']}: {mutant['put']!r}", flush=True)
            alive += [number] if status == _PASSED else []
            broken += [number] if status not in (_PASSED, _FAILED) else []
    print(f"{len(mutants)} mutants, {len(alive)} live{': ' if alive else ''}{alive or ''!s}")
    if broken:
        print(f"Without a test that can be collected: {broken}")
        return 2
    return int(100 * len(alive) > MOST_ALIVE_PERCENT * len(mutants))


def misplaced(number: int, mutant: dict[str, Any]) -> str:
    """What is wrong with the place of a mutant, "" where nothing is."""
    path = ROOT / mutant["file"]
    count = path.read_text(encoding="utf-8").count(mutant["find"]) if path.is_file() else 0
    lost = [test for test in mutant["tests"] if not (ROOT / "tests/unit" / test).exists()]
    if count != 1:
        return (
            f"{number}: {mutant['find']!r} stands {count} times in {mutant['file']}, and must once."
        )
    return f"{number}: there is no tests/unit/{lost[0]}." if lost else ""


def copy(folder: Path) -> Path:
    """A copy of what git knows of, and of what is new, as a collection below folder."""
    tree = folder / "ansible_collections/k8n/cluster"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
    return tree


def noticed(tree: Path, mutant: dict[str, Any]) -> int:
    """How the tests end with the mutant in place of what it replaces."""
    path = tree / mutant["file"]
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(mutant["find"], mutant["put"]), encoding="utf-8")
    try:
        return pytest(tree, mutant["tests"], "-x", output=subprocess.DEVNULL)
    finally:
        path.write_text(text, encoding="utf-8")


def pytest(tree: Path, tests: Sequence[str], *options: str, output: int | None = None) -> int:
    """Run tests of the tree; no compiled file of another mutant is left that could be taken for this one's."""
    return subprocess.run(
        [
            sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", *options,
            *(str(tree / "tests/unit" / test) for test in tests),
        ],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree.parents[2]), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=output,
        stderr=output,
        check=False,
    ).returncode  # fmt: skip


if __name__ == "__main__":
    sys.exit(main([int(number) for number in sys.argv[1:]]))
