# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What a host's node_probe returned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def found(probe: object, *keys: str) -> Any:
    """A value within what a host's node_probe returned; None where the host did not say."""
    value = probe
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
