# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What the checks of the connection, sudo and the names say, beside their problems: which passed, and which were not made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.listed import ESSENTIAL, LISTED
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    HOST,
    Finding,
    Judged,
    Skipped,
    Unknown,
)

_CHECKS = tuple(check for check in LISTED if check.place == HOST)
_LOGIN_CHECKS = ("ssh_slow_connect", "ssh_timeout_short")


def judge(values: Mapping[str, Any], problems: Sequence[Problem]) -> Judged:
    """values: latency, sudo and hostname as node_probe returns them, None where not known; problems: what was found."""
    judged = Judged()
    judged.add(_CHECKS, _findings(values, problems))
    return judged


def _findings(values: Mapping[str, Any], problems: Sequence[Problem]) -> Iterator[Finding]:
    yield from problems
    found = {problem["id"] for problem in problems}
    for check in _CHECKS:
        if check.id in found:
            continue
        subject = check.id.split("_")[0]
        if check in ESSENTIAL:
            continue
        if subject == "ssh" and (reason := _latency(check.id, values["latency"])):
            yield reason
        elif subject == "sudo" and (reason := _sudo(check.id, values["sudo"])):
            yield reason
        elif subject == "hostname" and values["hostname"] is None:
            yield Unknown(check.id, NOT_RUN)


NOT_RUN = "No module ran on the host."


def _latency(check: str, latency: Mapping[str, Any] | None) -> Finding | None:
    if latency is None:
        return Unknown(check, "The connection could not be measured.")
    if latency["local"]:
        return Skipped(check, "The host is the controller itself.")
    if check in _LOGIN_CHECKS:
        if latency["connect_seconds"] is None:
            return Skipped(check, "The connection was open already.")
    elif latency["method"] != "channel":
        return Unknown(check, "Round trips can only be measured through an open SSH connection.")
    return None


def _sudo(check: str, sudo: Mapping[str, Any] | None) -> Finding | None:
    if sudo is None:
        return Unknown(check, NOT_RUN)
    if sudo["status"] == "root":
        return Skipped(check, "The login is root.")
    if sudo["status"] in ("passwordless", "password_ok"):
        return None
    return Unknown(check, "sudo does not work for the login.")
