# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What an expression read, for a person who must see why it is false."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, TemplateError, nodes

from ..._text.secrets import in_name, without_url_secrets
from .names import as_template

_JINJA = Environment()
_LONGEST = 160
_MOST = 8
# Functions, and mappings of which only a part is worth showing.
_NOT_SHOWN = {
    "query",
    "lookup",
    "q",
    "range",
    "dict",
    "hostvars",
    "vars",
    "groups",
    "ansible_facts",
}


def paths(expression: object) -> list[str]:
    """The variables that an expression reads, each with the constant keys that it looks up in it, in order."""
    try:
        tree = _JINJA.parse(as_template(expression))
    except TemplateError:
        return []
    found: dict[str, None] = {}
    _collect(tree, found)
    return [path for path in found if path not in _NOT_SHOWN]


def _collect(node: nodes.Node, found: dict[str, None]) -> None:
    path = _path(node)
    if path:
        found[path] = None
        return
    for child in node.iter_child_nodes():
        _collect(child, found)


def _path(node: nodes.Node) -> str | None:
    """The text of a variable, or of a constant key in one; None for anything else."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        base = _path(node.node)
        return f"{base}[{node.arg.value!r}]" if base else None
    if (
        isinstance(node, nodes.Call)
        and isinstance(node.node, nodes.Getattr)
        and node.node.attr == "get"
        and node.args
        and isinstance(node.args[0], nodes.Const)
    ):
        base = _path(node.node.node)
        return f"{base}[{node.args[0].value!r}]" if base else None
    return None


def seen(expression: object, resolve: Callable[[str], Any]) -> tuple[tuple[str, str], ...]:
    """Each variable of an expression with its value; resolve raises LookupError for what is undefined."""
    result = []
    for path in paths(expression)[:_MOST]:
        if in_name(path):
            text = "(not shown)"
        else:
            try:
                text = show(resolve(path))
            except LookupError:
                text = "undefined"
        result.append((path, text))
    return tuple(result)


def show(value: object) -> str:
    """A value in one line of bounded length; of a dictionary only its size, since it may hold secrets."""
    if isinstance(value, Mapping):
        return f"a dictionary of {len(value)}"
    if isinstance(value, (list, tuple)):
        text = ", ".join(show(part) for part in value[:_MOST])
        more = f", and {len(value) - _MOST} more" if len(value) > _MOST else ""
        return f"[{text}{more}]"
    text = repr(str(value)) if isinstance(value, str) else str(value)
    text = without_url_secrets("".join(char if char.isprintable() else " " for char in text))
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
