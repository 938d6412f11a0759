# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The facts that gates can read, and no others.

Ansible copies all facts of a host each time that it puts a task's variables together, which would take half of the time
of an audit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ..._ansible import cleaned_facts
from . import names
from .steps import Flow, templates


def narrow(variables: Any, hosts: Collection[Any], flow: Flow) -> None:
    """Leave a variable manager of this process, and nothing else, with the facts that the steps of a flow mention."""
    cache = variables._fact_cache
    # Without facts the variables of a host are had in no time.
    narrowed: dict[str, dict[str, Any]] = {host.name: {} for host in hosts}
    variables._fact_cache = narrowed
    steps = [(part, step) for part in flow.plays for step in part.steps]
    read = {text for _part, step in steps for text in templates(step)}
    common = set(read)
    for part, step in steps:
        common |= texts(
            read,
            variables.get_vars(play=part.play, host=next(iter(part.hosts), None), task=step.task),
        )
    common_text = "\n".join(common)
    for host in hosts:
        own = "\n".join(texts(read, variables.get_vars(host=host)))
        facts = mentioned(_of(cache, host.name), common_text + own)
        narrowed[host.name] = cleaned_facts.unchanging(facts)


def texts(read: Iterable[str], variables: Mapping[str, Any]) -> set[str]:
    """All texts in the variables that templates read, and in those that these read, and so on."""
    return {
        text
        for name in names.closure(read, variables)
        if name in variables and name not in names.EVERYTHING
        for text in names.strings(variables[name])
    }


def mentioned(facts: Mapping[str, Any], text: str) -> dict[str, Any]:
    """The facts whose name stands anywhere in a text, as a variable, a key or a part of another word.

    All of them where none does: a host without any is one that nobody has looked at.
    """
    found = {name: value for name, value in facts.items() if name.removeprefix("ansible_") in text}
    return found or dict(facts)


def _of(cache: Any, host: str) -> Mapping[str, Any]:
    try:
        return cache.get(host) or {}
    except KeyError:  # so do the caches of ansible-core 2.21
        return {}
