# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What could not be found out, for a person: each reason once, with its checks and hosts."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Judged
from ansible_collections.k8n.cluster.plugins.plugin_utils._verify.model import CLUSTER, listed


def unknown(hosts: Mapping[str, Judged], whole: Judged, width: int) -> str:
    """Lines of at most width characters (widths below 60 are taken as 60); "" where everything is known."""
    checks: dict[str, dict[str, None]] = {}
    places: dict[str, dict[str, None]] = {}
    for place, judged in [*hosts.items(), (CLUSTER, whole)]:
        for check, reason in judged.unknown:
            checks.setdefault(reason, {})[check] = None
            places.setdefault(reason, {})[place] = None
    if not checks:
        return ""
    lines = ["NOT KNOWN, and so not passed:"]
    for reason, ids in checks.items():
        text = f"{listed(places[reason])}: {', '.join(ids)}: {reason}"
        clean = "".join(char if char.isprintable() else " " for char in text)
        lines += textwrap.wrap(
            clean, max(width, 60), initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False
        )
    return "\n".join(lines)
