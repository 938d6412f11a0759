# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The options that an inventory is going to have beside its nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from . import nodes, record, wishes
from .mistakes import InitError


def of_inventory(
    inventory: Path,
    entries: Sequence[Any] | None,
    wished: Mapping[str, Any],
    last: record.Record,
) -> dict[str, Any]:
    """Those that are wished for, and those that the inventory has from an earlier run; raises InitError.

    An inventory that stays as it is takes no wish: without new nodes (entries), or where the user has changed it.
    """
    found = wishes.options(wished)
    there = inventory.is_file()
    text = inventory.read_bytes() if there else b""
    ours = there and record.checksum(text) == last.files.get(nodes.FILE)
    if found and there and not (entries and ours):
        names = ", ".join(wishes.VARIABLES[name] for name in wished)
        cure = (
            f"give {nodes.VARIABLE} as well, or write that into {nodes.FILE}, which is there and counts"
            if ours
            else f"write that into {nodes.FILE}, which you have changed and which therefore counts"
        )
        raise InitError([f"{names}: {cure}."])
    return wishes.merged(wishes.kept(text.decode("utf-8", "replace")) if ours else {}, found)
