# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rooms of plugin_utils: who may import whom, read from the files. docs/docsite/site/rooms.py has their order."""

from __future__ import annotations

import ast
import re
import runpy
from pathlib import Path
from typing import Any

import ansible_collections.k8n.cluster
import pytest

ROOT = Path(next(iter(ansible_collections.k8n.cluster.__path__)))
COMMAND = "docs/docsite/site/rooms.py"
SITE = runpy.run_path(str(ROOT / COMMAND))
PLUGIN_UTILS: Path = SITE["PLUGIN_UTILS"]
MODULE_UTILS: Path = SITE["MODULE_UTILS"]
ORDER = list(SITE["ROOMS"])
IMPORTS = {package: list(SITE["imports"](package)) for package in (PLUGIN_UTILS, MODULE_UTILS)}
PLUGINS = "ansible_collections.k8n.cluster.plugins"
SUDO = re.compile(r"<!-- sudo_password_required -->\n(.*?)\n\n(?!\d)", re.DOTALL)
MOST_FILES = 20


def circles(pairs: list[tuple[str, str]]) -> Any:
    return SITE["circles"](SITE["between"](pairs))


def test_every_folder_is_a_room_and_every_room_a_folder() -> None:
    folders = {path.relative_to(PLUGIN_UTILS).parts[0] for path in PLUGIN_UTILS.rglob("*/*.py")}
    assert folders == set(ORDER)


@pytest.mark.parametrize("room", ORDER)
def test_a_room_imports_only_from_lower_ones(room: str) -> None:
    higher = ORDER[ORDER.index(room) + 1 :]
    assert [
        f"{importer} imports {imported}"
        for importer, imported in IMPORTS[PLUGIN_UTILS]
        if SITE["room"](importer) == room and SITE["room"](imported) in [*higher, SITE["BASE"]]
    ] == []


def test_there_is_no_circle_between_folders() -> None:
    """A folder within a room and the room itself are one: what a check is lies above its judges, their list too."""
    pairs = [(SITE["folder"](a), SITE["folder"](b)) for a, b in IMPORTS[PLUGIN_UTILS]]
    apart = [
        (a, b)
        for a, b in pairs
        if not f"{a}.".startswith(f"{b}.") and not f"{b}.".startswith(f"{a}.")
    ]
    assert len(apart) > 20
    assert circles(apart) == []


@pytest.mark.parametrize("package", IMPORTS, ids=lambda package: package.name)
def test_there_is_no_circle_between_modules(package: Path) -> None:
    assert len(IMPORTS[package]) > 50
    assert circles(IMPORTS[package]) == []


def test_only_the_bases_of_the_actions_are_in_no_room() -> None:
    loose = {
        path: ast.parse(path.read_text(encoding="utf-8")) for path in PLUGIN_UTILS.glob("*.py")
    }
    bases = {
        path: [
            node.name
            for node in tree.body
            if isinstance(node, ast.ClassDef)
            and any(ast.unparse(base) == "ActionBase" for base in node.bases)
        ]
        for path, tree in loose.items()
    }
    assert bases
    assert {path.name for path, classes in bases.items() if len(classes) != 1} == set()


@pytest.mark.parametrize("package", IMPORTS, ids=lambda package: package.name)
def test_imports_inside_a_package_are_relative(package: Path) -> None:
    own = f"{PLUGINS}.{package.name}"
    found = []
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom) and not node.level
                else []
            )
            found += [f"{path}: {name}" for name in named if f"{name}.".startswith(f"{own}.")]
    assert found == []


@pytest.mark.parametrize("package", IMPORTS, ids=lambda package: package.name)
def test_no_import_leaves_the_package_by_dots_or_goes_to_nothing(package: Path) -> None:
    """AnsiballZ packs what module_utils import; it would not look for more than a file that is there."""
    assert [
        f"{importer} imports {imported}"
        for importer, imported in IMPORTS[package]
        if not (package / imported.replace(".", "/")).with_suffix(".py").is_file()
    ] == []


def test_the_program_of_the_other_hosts_is_one_file() -> None:
    """It is sent as it is, to a Python that has nothing of this collection."""
    tree = ast.parse((MODULE_UTILS / "_peer_agent.py").read_text(encoding="utf-8"))
    modules = [
        node.module or "." * node.level
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    ]
    assert modules
    assert [name for name in modules if name.startswith((".", "ansible"))] == []


def test_the_picture_and_the_table_are_what_the_imports_say() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert SITE["PICTURE"].read_text(encoding="utf-8") == SITE["picture"](), f"run {COMMAND}"
    assert SITE["TABLE"].findall(page) == [SITE["table"]()], f"run {COMMAND}"
    assert "docs/images/rooms.svg" in page


def test_why_sudo_is_reported_takes_few_files_and_they_are_there() -> None:
    found = SUDO.search((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert found is not None
    files = re.findall(r"\]\(([\w/.]+)\)", found[1])
    assert 10 < len(files) <= MOST_FILES
    assert len(set(files)) == len(files)
    assert [name for name in files if not (ROOT / name).is_file()] == []
    assert any('"sudo_password_required"' in (ROOT / name).read_text("utf-8") for name in files)


@pytest.mark.parametrize(
    ("line", "imported"),
    [
        ("from . import c", ["_a.c"]),
        ("from .c import name", ["_a.c"]),
        ("from .._d import e", ["_d.e"]),
        ("from .._d.e import name, other", ["_d.e", "_d.e"]),
        ("from ... import x", [""]),
        ("def f():\n    from .._d import e", ["_d.e"]),
        ("if TYPE_CHECKING:\n    from .c import Name", ["_a.c"]),
        ("import os\nfrom pathlib import Path", []),
    ],
)
def test_what_counts_as_an_import(tmp_path: Path, line: str, imported: list[str]) -> None:
    for name in ("_a/b", "_a/c", "_d/e"):
        path = tmp_path / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(line if name == "_a/b" else "", encoding="utf-8")
    assert list(SITE["imports"](tmp_path)) == [("_a.b", each) for each in imported]


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        (["ab", "bc", "ac"], []),
        (["aa"], []),
        (["ab", "ba"], [["a", "b"]]),
        (["ab", "bc", "ca", "cd"], [["a", "b", "c"]]),
        (["ab", "ba", "cd", "dc", "bc"], [["a", "b"], ["c", "d"]]),
    ],
)
def test_what_counts_as_a_circle(pairs: list[str], found: list[list[str]]) -> None:
    assert circles([(pair[0], pair[1]) for pair in pairs]) == found


def test_the_picture_has_every_room_above_what_it_imports() -> None:
    text = SITE["picture"]()
    tops = {
        name: float(y)
        for y, name in re.findall(r'y="(\d+)" class="head">(\w+)<', text)
        if name in ORDER
    }
    assert set(tops) == set(ORDER)
    for importer, imported in IMPORTS[PLUGIN_UTILS]:
        upper, lower = SITE["room"](importer), SITE["room"](imported)
        if upper != lower and SITE["BASE"] not in (upper, lower):
            assert tops[upper] < tops[lower], (upper, lower)
