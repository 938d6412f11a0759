# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No id of a check is written anywhere that the registry does not know: in code, playbooks, roles, YAML, documents."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import ansible_collections.k8n.cluster
import pytest
import yaml
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.assertions import formerly
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.listed import (
    OF_LOGIN,
    OF_NAMES,
    OF_QUORUM,
    OF_SUDO,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import CONTROLLER, Check
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.registry import REGISTRY
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.settings import wrong

ROOT = Path(next(iter(ansible_collections.k8n.cluster.__path__)))
# Its words are no ids.
OWN_NAME = Path(__file__).name
FOLDERS = ("changelogs", "docs", "extensions", "playbooks", "plugins", "roles", "tests")
SUFFIXES = {".py", ".yml", ".yaml", ".md", ".rst", ".j2", ".sh"}
# Words as near to an id as a slip of the pen, that mean something else.
OTHER_WORDS = {
    "etcd_member",  # whether a host is one
    "node_taints",  # a variable of Kubespray
    "package_broken",  # a fault of the lab
    "tmp_path",  # a fixture of pytest
    "kernel_lo", "kernel_ll", "ncontrol_plane",  # parts of made-up names in tests
    # What tests misspell on purpose.
    "even_etdc", "memory_lo", "sudo_slo", "sudo_slwo", "swp_on", "zone_los",
    *formerly(),
}  # fmt: skip
MAKERS = {"block", "warn", "make", "Unknown", "Skipped"}
WORD = re.compile(r"(?<![\w.])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\w(])")


def texts() -> Iterator[tuple[str, str]]:
    """Every text of the collection with its path."""
    for path in (ROOT / name for name in ("README.md", "CONTRIBUTING.md")):
        yield path.name, path.read_text(encoding="utf-8")
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file() and path.name != OWN_NAME:
                yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def slips(one: str, other: str) -> int:
    """How many letters are wrong, missing, too many or swapped; 3 for more than 2."""
    if abs(len(one) - len(other)) > 2:
        return 3
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        new = [i]
        for j, wanted in enumerate(other, 1):
            best = min(row[j] + 1, new[j - 1] + 1, row[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and (letter, one[i - 2]) == (other[j - 2], wanted):
                best = min(best, before[j - 2] + 1)
            new.append(best)
        if min(new) > 2:
            return 3
        before, row = row, new
    return min(row[-1], 3)


@pytest.mark.parametrize(
    ("one", "other", "number"),
    [
        ("swap_on", "swap_on", 0),
        ("swp_on", "swap_on", 1),
        ("sudo_slwo", "sudo_slow", 1),
        ("pyhton_mising", "python_missing", 2),
        ("hostname_low", "memory_low", 3),
    ],
)
def test_slips_of_the_pen_are_counted(one: str, other: str, number: int) -> None:
    assert slips(one, other) == number


def test_no_id_is_misspelt_anywhere() -> None:
    # A word of one part, such as options, is near to too many others.
    ids = [name for name in REGISTRY if "_" in name]
    places: dict[str, str] = {}
    for path, text in texts():
        for word in WORD.findall(text):
            places.setdefault(word, path)
    unknown = places.keys() - REGISTRY.keys() - OTHER_WORDS
    found = {
        f"{places[word]}: {word} (near to {name})"
        for word in unknown
        for name in ids
        if slips(word, name) <= 2
    }
    assert sorted(found) == []


def test_what_a_judge_says_is_said_of_a_check() -> None:
    said: dict[str, str] = {}
    for path in sorted((ROOT / "plugins").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            first = node.args[0]
            name = first.value if isinstance(first, ast.Constant) else None
            if isinstance(first, ast.Name):
                name = constants.get(first.id)
            if node.func.id in MAKERS and isinstance(name, str):
                said[name] = path.name
    assert len(said) > 90
    assert {name: path for name, path in said.items() if name not in REGISTRY} == {}


def named_in(text: str) -> Iterator[str]:
    """The keys of k8n_checks, as a mapping in one line or in several."""
    for inside in re.findall(r"""k8n_checks["']?: *\{([^{}]*)\}""", text):
        yield from re.findall(r"""["']?(\w+)["']?:""", inside)
    for inside in re.findall(r"^ *k8n_checks:.*\n((?: +\w+: .*\n)+)", text, re.MULTILINE):
        yield from re.findall(r"^ +(\w+):", inside, re.MULTILINE)


def test_examples_of_levels_name_checks() -> None:
    found = {name: path for path, text in texts() for name in named_in(text)}
    assert len(found) > 10
    known = REGISTRY.keys() | OTHER_WORDS | {"checks", "fault"}
    assert {name: path for name, path in found.items() if name not in known} == {}


def test_levels_are_found_in_both_forms() -> None:
    assert [*named_in("""-e '{"k8n_checks": {"a_b": "off", "c": "warn"}}'""")] == ["a_b", "c"]
    assert [*named_in("k8n_checks:   # id\n  a_b: off\n  c: warn\nd: e\n")] == ["a_b", "c"]


def described(module: str) -> set[str]:
    """The ids that the documentation of a module's result names."""
    name = f"ansible_collections.k8n.cluster.plugins.modules.{module}"
    returned = yaml.safe_load(importlib.import_module(name).RETURN)
    return set(re.findall(r"\bV\((\w+)\)", str(returned["problems"]["contains"]["id"])))


def ids(checks: tuple[Check, ...], *more: str) -> set[str]:
    return {check.id for check in checks} | set(more)


@pytest.mark.parametrize(
    ("module", "wanted"),
    [
        ("hostname_check", ids(OF_NAMES)),
        ("sudo_check", ids(OF_SUDO)),
        ("ssh_latency", ids(OF_LOGIN, "probe_failed")),
        # Of members that are not known the task fails.
        ("quorum", ids(OF_QUORUM) - {"etcd_members"}),
        ("kubespray_settings", ids(wrong.CHECKS)),
    ],
)
def test_the_documentation_of_a_result_names_its_checks(module: str, wanted: set[str]) -> None:
    assert described(module) == wanted


def test_the_documentation_of_every_result_names_no_other() -> None:
    found = {}
    for path in sorted((ROOT / "plugins" / "modules").glob("*.py")):
        if re.search(
            r"^problems:\n(?:  .*\n)*?  contains:\n    id:", path.read_text(), re.MULTILINE
        ):
            found[path.stem] = described(path.stem) - REGISTRY.keys()
    assert len(found) > 5
    assert {module: names for module, names in found.items() if names} == {}


ROW = re.compile(
    r"^\| (`\w+`(?:, `\w+`)*) \| ((?:block|warn)(?:, (?:block|warn))*) \|", re.MULTILINE
)


def test_tables_of_the_guides_say_what_the_registry_says() -> None:
    rows: dict[str, dict[str, str]] = {}
    for path in sorted((ROOT / "docs").glob("*.md")):
        for names, severities in ROW.findall(path.read_text(encoding="utf-8")):
            each = re.findall(r"\w+", names)
            said = severities.split(", ") * (len(each) if "," not in severities else 1)
            rows.setdefault(path.name, {}).update(zip(each, said, strict=True))
    assert {
        f"{page}: {name} {said}"
        for page, table in rows.items()
        for name, said in table.items()
        if name not in REGISTRY or REGISTRY[name].severity != said
    } == set()
    of_controller = {check.id for check in REGISTRY.values() if check.place == CONTROLLER}
    # The one without a row is said below the table.
    assert of_controller - rows["controller_check.md"].keys() == {"controller_unknown"}
