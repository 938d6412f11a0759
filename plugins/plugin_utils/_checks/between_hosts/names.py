# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Hosts, and what hosts said, in a sentence."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..._text.outside import printable
from ..._text.words import some

# Of more hosts than that a sentence has only the number.
_MOST_HOSTS = 100
_LONGEST = 80


def listed(hosts: Collection[str]) -> str:
    """All of the hosts, as long as a person could read them."""
    return some(hosts, _MOST_HOSTS)


def texts(values: Iterable[object]) -> list[str]:
    """Those of the values that a host should have sent: texts, made fit to be shown, each once."""
    shown = (printable(value.strip(), _LONGEST) for value in values if isinstance(value, str))
    return list(dict.fromkeys(text for text in shown if text))
