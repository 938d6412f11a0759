# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What the problems of a host mean for the task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem


def joined_fix(problems: Iterable[Problem]) -> str:
    """All fixes as one text, each of them once, in the order of the problems."""
    return " ".join(dict.fromkeys(problem["fix"] for problem in problems))


def summary(problems: Iterable[Problem]) -> str:
    """One text for a person: every message with its fix."""
    return " ".join(f"{problem['message']} Fix: {problem['fix']}" for problem in problems)


def outcome(
    host: str, values: Mapping[str, Any], problems: list[Problem], fail: bool
) -> dict[str, Any]:
    """The result of a check that found these values and problems on a host.

    With fail, problems that block make the task fail with their text, and the others become
    warnings of the task: a person who runs one check alone sees them without asking.
    Without fail all of them are only returned.
    """
    result: dict[str, Any] = {
        **values,
        "changed": False,
        "problems": problems,
        "fix": joined_fix(problems),
    }
    if not fail:
        return result
    warnings = [
        # Ansible prints equal warnings once, and none with the name of its host.
        f"{host}: {summary([problem])}"
        for problem in problems
        if problem["severity"] != "block"
    ]
    if warnings:
        result["warnings"] = [*values.get("warnings", ()), *warnings]
    blocking = [problem for problem in problems if problem["severity"] == "block"]
    if blocking:
        result.update(failed=True, msg=summary(blocking))
    return result
