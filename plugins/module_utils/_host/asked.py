# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What a web server is asked, and what it answers."""

from __future__ import annotations

from typing import Callable, NamedTuple


class Answer(NamedTuple):
    """status is what the server said, None where none was reached; error is why not."""

    status: int | None
    error: str | None


Ask = Callable[[str, str], Answer]
