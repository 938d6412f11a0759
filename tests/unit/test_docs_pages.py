# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages say the same, name everything there is, and their links are right on the site, too."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import ansible_collections.k8n.cluster
import pytest

ROOT = Path(next(iter(ansible_collections.k8n.cluster.__path__)))
SITE = runpy.run_path(str(ROOT / "docs/docsite/site/_links.py"))
BLOCK = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)]+)\)")


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def test_the_korean_readme_has_the_commands_and_links_of_the_english_one() -> None:
    english, korean = read("README.md"), read("README.ko.md")
    assert BLOCK.findall(korean) == BLOCK.findall(english)
    links = [link for link in LINK.findall(english) if link != "README.ko.md"]
    assert [link for link in LINK.findall(korean) if link != "README.md"] == links


@pytest.mark.parametrize(
    "folder", ["playbooks", *(f"plugins/{kind}" for kind in ("callback", "inventory", "lookup", "modules"))]
)  # fmt: skip
def test_everything_there_is_stands_in_the_list_of_contents(folder: str) -> None:
    text = read("docs/contents.md")
    files = (ROOT / folder).glob("*.yml" if folder == "playbooks" else "*.py")
    names = {file.stem for file in files} - {"__init__"}
    assert names
    assert {name for name in names if f"`{name}`" not in text} == set()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """What is laid out for Sphinx: two pages and a picture."""
    (tmp_path / "docs" / "images").mkdir(parents=True)
    for name in ("README.md", "docs/verify.md", "docs/images/flow.svg"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("page", "written", "there"),
    [
        ("README", "[v](docs/verify.md)", "[v](/docs/verify.md)"),
        ("docs/verify", "[r](../README.md#how-it-ends)", "[r](/README.md#how-it-ends)"),
        ("docs/verify", "![f](images/flow.svg)", "![f](/docs/images/flow.svg)"),
        (
            "README", "[g](docs/docsite/rst/guide_grow.rst)",
            "[g](/collections/k8n/cluster/docsite/guide_grow.rst)",
        ),
        (
            "docs/verify", "[p](../playbooks/verify.yml)",
            "[p](https://github.com/k8n/cluster/blob/main/playbooks/verify.yml)",
        ),
        # What is nowhere stays a link to a page, which Sphinx then misses.
        ("docs/verify", "[n](../plugins/nothing.py)", "[n](/plugins/nothing.py)"),
        ("docs/verify", "[a](#variables) [w](https://kubespray.io)", "[a](#variables) [w](https://kubespray.io)"),
        (
            "collections/k8n/cluster/docsite/guide_grow", "`the checks <../../verify.md>`__",
            ":doc:`the checks </docs/verify>`",
        ),
        (
            "collections/k8n/cluster/docsite/guide_grow", "`it <https://kubespray.io>`__",
            "`it <https://kubespray.io>`__",
        ),
        ("collections/k8n/cluster/index", "[v](docs/verify.md)", "[v](docs/verify.md)"),
    ],
)  # fmt: skip
def test_links(site: Path, page: str, written: str, there: str) -> None:
    assert SITE["for_the_site"](page, written, site, ROOT) == there
