# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What came from a host, taken in such a way that a broken or hostile one does no harm."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from ..._text.outside import printable

_MOST_BYTES = 2**18


class Answer(NamedTuple):
    """As collect.Answer of module_utils/_host: found has a dictionary or None for each subject."""

    root: bool
    container: str | None
    found: Mapping[str, Mapping[str, Any] | None]
    failed: Mapping[str, str]


def take(given: object, subjects: Collection[str]) -> Answer | None:
    """What a module returned as its answer, without what nobody asked for; None where it is none at all."""
    if not isinstance(given, Mapping):
        return None
    found, failed = given.get("found"), given.get("failed")
    if not isinstance(found, Mapping) or not isinstance(failed, Mapping):
        return None
    if _is_long(given):
        return Answer(False, None, {}, {"": "the host's answer is too long"})
    container = given.get("container")
    return Answer(
        given.get("root") is True,
        None if container is None else printable(container),
        {
            name: found[name] if isinstance(found[name], Mapping) else None
            for name in subjects
            if name in found
        },
        {name: printable(failed[name]) for name in ("", *subjects) if name in failed},
    )


def _is_long(given: Mapping[str, Any]) -> bool:
    try:
        return len(json.dumps(given)) > _MOST_BYTES
    except RecursionError:
        return True
