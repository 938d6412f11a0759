# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""A task that cannot be done, and what a person is told of it."""

from __future__ import annotations

from typing import Any


class RefusedError(Exception):
    """The task cannot do it: text is what a person is to fix, msg what the task's result says."""

    def __init__(self, text: str, msg: str, **values: Any) -> None:
        """values are further values of the result."""
        super().__init__(text)
        self.msg = msg
        self.values = values
