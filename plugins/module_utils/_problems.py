# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What a check finds: the one shape in which every module returns it."""

from __future__ import annotations

from typing import TypedDict


class Problem(TypedDict):
    """One finding.

    id is snake_case and stable; severity is "block" where Kubespray would fail, else "warn";
    message says what was found and what was wanted; fix is one sentence that fixes it.
    """

    id: str
    severity: str
    message: str
    fix: str


def block(problem_id: str, message: str, fix: str) -> Problem:
    """A problem that would make Kubespray fail on this host."""
    return {"id": problem_id, "severity": "block", "message": message, "fix": fix}


def warn(problem_id: str, message: str, fix: str) -> Problem:
    """A problem that Kubespray survives."""
    return {"id": problem_id, "severity": "warn", "message": message, "fix": fix}
