# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What of a module's result is Ansible's to act on, made sure of: a host may be broken or hostile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._text.outside import printable
from .interpreter import FACT

# Ansible makes variables of the first, and prints the others as its own words.
_ACTED_ON = (
    "ansible_facts",
    "warnings",
    "deprecations",
    "exception",
    "add_host",
    "add_group",
    "diff",
)
# What is made here of what was measured there.
_OURS = ("problems", "fix")
_MOST_WARNINGS = 20
_LONGEST = 500


def cleaned(result: Mapping[str, Any], host: str, python: object = None) -> dict[str, Any]:
    """The result without what the host would have Ansible do; its warnings as the words of that host.

    python is the interpreter that Ansible itself has found for the module, if it did: the one fact that is kept.
    """
    left = {*_ACTED_ON, *_OURS}
    kept = {name: value for name, value in result.items() if name not in left}
    warnings = list(_said(result.get("warnings"), host))
    if strange := [name for name in _OURS if name in result]:
        warnings.append(
            f"{host} returned {' and '.join(strange)} of its own, which are ignored: only what was measured on a host "
            f"says what is wrong with it."
        )
    if warnings:
        kept["warnings"] = warnings
    if isinstance(python, str) and python.startswith("/") and python.isprintable():
        kept["ansible_facts"] = {FACT: python}
    return kept


def kept(result: Mapping[str, Any]) -> dict[str, Any]:
    """Of such a result that which Ansible acts on."""
    return {name: result[name] for name in ("ansible_facts", "warnings") if name in result}


def _said(warnings: object, host: str) -> Iterable[str]:
    given = warnings if isinstance(warnings, (list, tuple)) else ()
    for warning in given[:_MOST_WARNINGS]:
        # From ansible-core 2.19 on one is an object.
        text = warning if isinstance(warning, str) else getattr(warning, "msg", warning)
        yield f"{host} says: {printable(text, _LONGEST)}"
