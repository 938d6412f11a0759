# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words that CONTRIBUTING.md has in bold in its list are in no file of the repository but that list."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import ansible_collections.k8n.cluster
import pytest

ROOT = Path(next(iter(ansible_collections.k8n.cluster.__path__))).resolve()
LIST = re.compile(r"<!-- words -->.*<!-- /words -->", re.DOTALL)
NEVER = re.findall(
    r"^\| \*\*(.+)\*\* \|",
    LIST.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))[0],
    re.MULTILINE,
)
# What belongs to tools and not to the repository, where there is no git to ask.
TOOLS = {".git", ".cache", ".nox", ".venv", ".mypy_cache", ".pytest_cache", ".ruff_cache", "__pycache__"}  # fmt: skip


def found(text: str) -> list[str]:
    """The words of the list in a text, also as -s, -ed and -ing, in a name, and with a line break between them."""
    phrases = "|".join(r"[\W_]+".join(map(re.escape, phrase.split())) for phrase in NEVER)
    return re.findall(rf"(?<![a-z])(?:{phrases})(?:s|ed|ing)?(?![a-z])", text, re.IGNORECASE)


def files() -> Iterator[Path]:
    """All files of the repository; a copy of it without git has no others."""
    run = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    names = [Path(name) for name in run.stdout.decode().split("\0") if name]
    tracked = names or [path.relative_to(ROOT) for path in ROOT.rglob("*")]
    for name in tracked:
        if TOOLS.isdisjoint(name.parts) and (ROOT / name).is_file():
            yield name


def test_no_file_has_a_word_of_the_list() -> None:
    wrong = {}
    names = list(files())
    for name in names:
        raw = (ROOT / name).read_bytes()
        # A picture may have any letters in it.
        text = "" if b"\0" in raw else raw.decode("utf-8", "replace")
        if name == Path("CONTRIBUTING.md"):
            text = LIST.sub("", text)
        if words := [*found(str(name)), *found(text)]:
            wrong[str(name)] = words
    assert len(names) > 500
    assert wrong == {}


@pytest.mark.parametrize("phrase", NEVER)
def test_a_word_of_the_list_is_found_however_it_is_written(phrase: str) -> None:
    broken = phrase.replace(" ", "\n    # ")
    for text in (
        phrase,
        phrase.capitalize(),
        f"_{phrase}ed_",
        f"{phrase}s.",
        f"{phrase}ing",
        broken,
    ):
        assert len(found(f"a {text} b")) == 1, text


def test_a_longer_word_is_another_one() -> None:
    assert NEVER
    assert not found(f"recom{NEVER[0]}ed a{NEVER[0]} {NEVER[0]}icant")
