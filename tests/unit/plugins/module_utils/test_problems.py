# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn


def test_the_shape_of_a_problem():
    assert block("disk_full", "It is full.", "Empty it.") == {
        "id": "disk_full",
        "severity": "block",
        "message": "It is full.",
        "fix": "Empty it.",
    }
    assert warn("a", "b", "c")["severity"] == "warn"
