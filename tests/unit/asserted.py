# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which findings a file of tests wants to be made."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_SEVERITIES = frozenset({"block", "warn"})


def findings(source: str) -> set[str]:
    """The words that stand beside a severity in a test, or in what a test of the file uses.

    That is how a test writes down a finding: warn("forks_low", ...), {"id": "forks_low", "severity": "warn"},
    ("forks_low", "warn") or, of a report, checks["forks_low"]["problems"]. A check that a test only wants to be passed,
    skipped or unknown has no severity.
    """
    tree = ast.parse(source)
    named: dict[str, ast.AST] = {}
    for statement in tree.body:
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            named[statement.name] = statement
        elif isinstance(statement, ast.Assign):
            names = [each.id for each in statement.targets if isinstance(each, ast.Name)]
            named.update(dict.fromkeys(names, statement))
    wanted = [name for name in named if name.startswith("test_")]
    seen: set[str] = set()
    found: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        for node in ast.walk(named[name]):
            found.update(_beside_a_severity(node))
            if isinstance(node, ast.Name) and node.id in named:
                wanted.append(node.id)
    return found


def _beside_a_severity(node: ast.AST) -> Iterator[str]:
    """The texts of a call of block or warn, or of a sequence or mapping that has a severity among its own.

    And the check whose problems are taken out of a report.
    """
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Subscript):
        if "problems" in _texts([node.slice]):
            yield from _texts([node.value.slice])
        return
    if isinstance(node, ast.Call):
        called = isinstance(node.func, ast.Name) and node.func.id in _SEVERITIES
        yield from _texts(node.args[:1]) if called else ()
        return
    parts: list[ast.expr] = []
    if isinstance(node, (ast.Tuple, ast.List)):
        parts = node.elts
    elif isinstance(node, ast.Dict):
        parts = node.values
    texts = list(_texts(parts))
    if _SEVERITIES.intersection(texts):
        yield from texts


def _texts(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
