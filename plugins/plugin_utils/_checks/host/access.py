# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Beside the problems of the connection, sudo and the names: which of their checks passed, and which were not made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem

from ..listed import ESSENTIAL, OF_ACCESS
from ..model import Finding, Judged, Skipped, Stage, Unknown
from ..reasons import NOT_RUN

_ESSENTIAL = frozenset(check.id for check in ESSENTIAL)
RENAMES = "override_system_hostname"
_MISMATCH = "hostname_mismatch"
_KEEPS = "Kubespray leaves the host the name that it has (override_system_hostname is false)."
_LOGIN_CHECKS = ("ssh_slow_connect", "ssh_timeout_short")


def renames(value: object) -> bool:
    """Whether Kubespray gives a host its name in the inventory, by its variable of that name."""
    return bool(boolean(value, strict=False))


def judge(values: Mapping[str, Any], problems: Sequence[Problem], renamed: bool = True) -> Judged:
    """What is known of a host's login and names.

    values: latency, sudo and hostname as node_probe returns them, None where not known; problems: what was found;
    renamed: whether Kubespray gives the host its name in the inventory.
    """
    judged = Judged()
    findings = _findings(values, problems)
    if not renamed:
        findings = (each for each in findings if _id(each) != _MISMATCH)
        findings = chain(findings, [Skipped(_MISMATCH, _KEEPS)])
    judged.add(OF_ACCESS, findings)
    return judged


def _id(finding: Finding) -> str:
    return finding["id"] if isinstance(finding, dict) else finding.id


def _findings(values: Mapping[str, Any], problems: Sequence[Problem]) -> Iterator[Finding]:
    yield from problems
    found = {problem["id"] for problem in problems}
    lost = found & _ESSENTIAL
    for check in OF_ACCESS:
        if check.id in found:
            continue
        if check.id in _ESSENTIAL:
            # Whoever got as far as Python got in.
            if lost and check.id != "unreachable":
                yield Unknown(check.id, NOT_RUN)
        elif finding := _NOT_MADE[check.stage](check.id, values):
            yield finding


def _latency(check: str, values: Mapping[str, Any]) -> Finding | None:
    latency = values["latency"]
    if latency is None:
        return Unknown(check, "The connection could not be measured.")
    if latency["local"]:
        return Skipped(check, "The host is the control node itself.")
    if check in _LOGIN_CHECKS:
        if latency["connect_seconds"] is None:
            return Skipped(check, "The connection was open already.")
    elif latency["method"] != "channel":
        return Unknown(check, "Round trips can only be measured through an open SSH connection.")
    return None


def _sudo(check: str, values: Mapping[str, Any]) -> Finding | None:
    if values["sudo"] is None:
        return Unknown(check, NOT_RUN)
    status = values["sudo"]["status"]
    if status == "root":
        return Skipped(check, "The login is root.")
    if status in ("passwordless", "password_ok", "prompt_unknown"):
        return None
    return Unknown(check, "sudo does not work for the login.")


def _hostname(check: str, values: Mapping[str, Any]) -> Finding | None:
    if values["hostname"] is None:
        return Unknown(check, NOT_RUN)
    if check == "hostname_fqdn_differs" and values["hostname"].get("resolved") is None:
        return Unknown(check, "The host finds no full name for its own.")
    return None


# Why a check of this stage was not made, None where it was.
_NOT_MADE: dict[Stage, Callable[[str, Mapping[str, Any]], Finding | None]] = {
    Stage.REACH: _latency,
    Stage.SUDO: _sudo,
    Stage.NAMES: _hostname,
}
