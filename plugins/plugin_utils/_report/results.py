# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The registered results of the checks: what each said, or that its task failed before it could say anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, block, warn

from .._checks.levels import BLOCK, WARN
from .._checks.model import Judged, Skipped, Unknown


def of_host(result: object) -> Judged:
    """What node_probe or cluster_check said of a host."""
    return _judged_or(
        result,
        block(
            "probe_failed",
            f"The check did not run: {_said(result)}",
            "Fix what the failed task of this host says above, or run it again with -vvv on this host.",
        ),
    )


def of_controller(result: object) -> Judged:
    """What controller_check said."""
    return _judged_or(
        result,
        warn(
            "controller_unknown",
            f"The check of the control node did not run: {_said(result)}",
            "Fix what its failed task says above.",
        ),
    )


def of_inventory(result: object) -> Judged:
    """What quorum said."""
    return _judged_or(
        result,
        block(
            "etcd_members",
            _said(result, "Nothing is known of the etcd members."),
            "Put an odd number of hosts of the inventory into the group etcd.",
        ),
    )


def of_settings(result: object) -> Judged:
    """What kubespray_settings said of the user's own settings."""
    return _judged(result) or Judged()


def of_between(result: object) -> Iterator[tuple[str | None, Judged]]:
    """What a check between hosts said, host by host; what belongs to none comes with the name None."""
    given = result.get("hosts") if isinstance(result, Mapping) else None
    if isinstance(result, Mapping) and isinstance(given, Mapping):
        for name, said in [*given.items(), (None, result.get("cluster"))]:
            judged = _judged(said)
            if judged is not None:
                yield None if name is None else str(name), judged
    elif not (isinstance(result, Mapping) and result.get("skipped")):
        problem = warn(
            "between_failed",
            f"A check between the hosts did not run: {_said(result)}",
            "Fix what its failed task says above, or run it again with -vvv.",
        )
        yield None, Judged([problem])


def _judged_or(result: object, failed: Problem) -> Judged:
    """What a check returned; where its task failed before, only that."""
    return _judged(result) or Judged([failed])


def _judged(result: object) -> Judged | None:
    """What a check returned; None where that is not what a check returns."""
    given = result.get("problems") if isinstance(result, Mapping) else None
    if not isinstance(result, Mapping) or not isinstance(given, list):
        return None
    if not all(map(_is_problem, given)):
        return None
    return Judged(
        [dict(problem) for problem in given],  # type: ignore[misc]  # as _is_problem has seen
        [name for name in _list(result.get("passed")) if isinstance(name, str)],
        [Unknown(*pair) for pair in _reasons(result.get("unknown"))],
        # A task's own result may have no key "skipped": Ansible takes the task for skipped then.
        [
            Skipped(*pair)
            for key in ("skipped", "not_applicable")
            for pair in _reasons(result.get(key))
        ],
    )


def _said(result: object, otherwise: str = "it returned nothing") -> str:
    said = result.get("msg") if isinstance(result, Mapping) else None
    return " ".join(str(said or otherwise).split())


def _is_problem(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and all(isinstance(value.get(key), str) for key in Problem.__annotations__)
        and value["severity"] in (BLOCK, WARN)
    )


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _reasons(value: object) -> list[tuple[str, str]]:
    return [
        (str(each["id"]), str(each.get("reason", "")))
        for each in _list(value)
        if isinstance(each, Mapping) and "id" in each
    ]
