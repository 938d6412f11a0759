# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Finds the modules that declare checks: those of this room that have CHECKS. Nothing else lists checks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

_CHECKS = Path(__file__).resolve().parent
_DECLARES = re.compile(r"^CHECKS\b.* = ", re.MULTILINE)
_PACKAGE = __name__.rpartition(".")[0]


def modules(mark: str = "") -> Iterator[ModuleType]:
    """Those in whose text something fits mark, a regular expression.

    No others are imported: Ansible compiles what it imports from a collection anew in each task.
    """
    for path in sorted(_CHECKS.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if re.search(mark, text) and _DECLARES.search(text):
            name = ".".join(path.relative_to(_CHECKS).with_suffix("").parts)
            yield import_module(f"{_PACKAGE}.{name}")
