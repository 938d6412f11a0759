# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Every check of the collection and every threshold, put together from the modules that make them.

A module of one of these folders that has CHECKS is found by that: its judge is nowhere registered a second time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType

from ansible_collections.k8n.cluster.plugins.plugin_utils._checks import listed
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Check

_FOLDERS = ("_cluster_settings", "_host_checks", "_between", "_peers", "_verify")
_PLUGIN_UTILS = Path(__file__).resolve().parents[1]
_HAS_CHECKS = re.compile(r"^CHECKS\b", re.MULTILINE)
_PACKAGE = __name__.rsplit(".", 2)[0]


def _judges() -> Iterator[ModuleType]:
    for folder in _FOLDERS:
        for path in sorted((_PLUGIN_UTILS / folder).glob("*.py")):
            # Only these: Ansible compiles what it imports from a collection anew in each run.
            if _HAS_CHECKS.search(path.read_text(encoding="utf-8")):
                yield import_module(f"{_PACKAGE}.{folder}.{path.stem}")


def _assemble() -> tuple[dict[str, Check], dict[str, float]]:
    checks = {check.id: check for check in listed.LISTED}
    thresholds = dict(listed.THRESHOLDS)
    for module in _judges():
        for check in module.CHECKS:
            # The judge's own word counts, should a check be listed as well.
            checks[check.id] = check
        thresholds.update(getattr(module, "THRESHOLDS", {}))
    return checks, thresholds


_found = _assemble()
# By id; and each threshold's default, with its unit in its name.
CHECKS: Mapping[str, Check] = _found[0]
THRESHOLDS: Mapping[str, float] = _found[1]
