# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Names: of gates, and of the variables that an expression reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Environment, TemplateError, nodes

_JINJA = Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"])
# Whoever reads these reads everything; what is looked up in them is counted by its own name.
EVERYTHING = frozenset({"hostvars", "vars", "ansible_facts", "groups"})


def slug(task: str) -> str:
    """The id of a gate: its task's name in lower case, every run of other signs than a-z and 0-9 one underscore."""
    return re.sub(r"[^a-z0-9]+", "_", task.lower()).strip("_")


def is_template(value: object) -> bool:
    """Whether Ansible would template a value."""
    return isinstance(value, str) and ("{{" in value or "{%" in value)


def as_template(expression: object) -> str:
    """An expression as it stands in `when` or `that`, as the template that it means."""
    text = str(expression)
    return text if is_template(text) else "{{ " + text + " }}"


@lru_cache(maxsize=4096)
def read_by(template: str) -> frozenset[str]:
    """The variables that a template names, also as an attribute or a key of another.

    Too many rather than too few: a name that is not a variable does no harm.
    """
    try:
        tree = _JINJA.parse(template)
    except TemplateError:
        return frozenset()
    found = {node.name for node in tree.find_all(nodes.Name)}
    found |= {node.attr for node in tree.find_all(nodes.Getattr)}
    for item in tree.find_all(nodes.Getitem):
        if isinstance(item.arg, nodes.Const) and isinstance(item.arg.value, str):
            found.add(item.arg.value)
    return frozenset(found)


def strings(value: object) -> Iterator[str]:
    """Every text in a value, keys of dictionaries left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from strings(part)


def closure(templates: Iterable[str], variables: Mapping[str, Any]) -> set[str]:
    """The variables that templates read, and those that these variables' own templates read, and so on."""
    found: set[str] = set()
    left = {name for template in templates for name in read_by(template)}
    while left:
        name = left.pop()
        if name in found:
            continue
        found.add(name)
        if name not in EVERYTHING and name in variables:
            for text in strings(variables[name]):
                if is_template(text):
                    left |= read_by(text)
    return found
