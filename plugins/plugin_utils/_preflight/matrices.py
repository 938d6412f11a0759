# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What the checks between hosts measured, as matrices for the report."""

from __future__ import annotations

from collections.abc import Iterable

from ansible_collections.k8n.cluster.plugins.plugin_utils._preflight.model import Matrix


def matrices(between: Iterable[object]) -> tuple[Matrix, ...]:
    return ()
