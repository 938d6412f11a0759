# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Every check of the collection and every threshold, put together from the modules that declare them."""

from __future__ import annotations

from . import declared
from .model import Check, Stage

_found = list(declared.modules())
# By id.
REGISTRY: dict[str, Check] = {check.id: check for module in _found for check in module.CHECKS}
# Each threshold's default, with its unit in its name.
THRESHOLDS: dict[str, float] = {
    name: value for module in _found for name, value in getattr(module, "THRESHOLDS", {}).items()
}


def stage(check_id: str) -> Stage:
    """When to fix what the check with this id found."""
    return REGISTRY[check_id].stage if check_id in REGISTRY else Stage.LAST


def fixed_by(parts: frozenset[str]) -> frozenset[str]:
    """The ids of the checks whose findings these parts of the role prepare fix."""
    return frozenset(check.id for check in REGISTRY.values() if check.fixed_by_prepare in parts)
