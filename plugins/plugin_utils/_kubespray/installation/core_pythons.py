# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Which Pythons an ansible-core runs on: the one home of a fact that no package says whole.

The metadata of ansible-core has the lowest Python only (Requires-Python), and is not at hand without the web. This is
the support matrix of its documentation. The file imports nothing, so that noxfile.py can read it too.
"""

from __future__ import annotations

# The lowest and the highest Python 3.N for the control node, by ansible-core: those that this collection runs on.
CORE_PYTHONS = {
    "2.17": (10, 12),
    "2.18": (11, 13),
    "2.19": (11, 13),
    "2.20": (12, 14),
    "2.21": (12, 14),
}
