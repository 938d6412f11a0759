# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What a host has measured of its sudo and its names, made sure of, so that it can be judged here.

A host may be broken or hostile. Its values stand in sentences and commands that are ours: each has to be one of what is
known, a number within bounds, or a text in which nobody reads an order.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any, TypeVar

from ansible_collections.k8n.cluster.plugins.module_utils import _sudo
from ansible_collections.k8n.cluster.plugins.module_utils._hostname import Lookup, Names
from ansible_collections.k8n.cluster.plugins.module_utils._sudo import Finding, Login, SudoRuns

from ..._text.outside import printable

T = TypeVar("T")
_MOST_ITEMS = 100
_MOST_SECONDS = 1e6
_LONGEST_SAID = 200
# What a login may be called; it stands in commands that a person is going to type.
_LOGIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+\\-]{0,127}")
_UNKNOWN_LOGIN = "LOGIN"
_NAME = re.compile(r"[^\W][\w.-]{0,252}")
_UNKNOWN_NAME = "a name that is none"
# The reasons that _sudo.py gives by itself; any other is what sudo says there.
_REASON = re.compile(r"it ended with -?[0-9]{1,5}|cannot execute sudo: [A-Z][A-Za-z ]{1,60}")


class MeasuredError(Exception):
    """What came is not what a host measures."""


def sudo(given: object) -> SudoRuns:
    """What measured() of module_utils/_sudo_check returned. Raises MeasuredError."""
    runs = _mapping(given)
    finding, login = _mapping(runs.get("finding")), _mapping(runs.get("login"))
    with_tty = finding.get("with_tty")
    status = _status(finding.get("status"))
    reason = _asked if status == _sudo.PROMPT_UNKNOWN else _reason
    return SudoRuns(
        Finding(
            status,
            [_seconds(each) for each in _list(finding.get("seconds"))],
            reason(finding.get("reason")),
            None if with_tty is None else _status(with_tty),
            _asked(finding.get("asked")),
        ),
        Login(
            _fits(_LOGIN, login.get("user"), _UNKNOWN_LOGIN),
            [
                group
                for group in _list(login.get("groups"))
                if isinstance(group, str) and _LOGIN.fullmatch(group)
            ],
            _sudo_group(login.get("sudo_group")),
        ),
        _fits(_NAME, runs.get("kernel_name"), _UNKNOWN_NAME),
        _flag(runs.get("name_resolves")),
    )


def hostname(given: object) -> tuple[Names, Lookup, bool]:
    """What HostnameCheck.measured() of module_utils/_hostname returned. Raises MeasuredError."""
    found = _mapping(given)
    names, lookup = _mapping(found.get("names")), _mapping(found.get("lookup"))
    static, canonical = names.get("static"), lookup.get("canonical")
    return (
        Names(
            _fits(_NAME, names.get("kernel"), _UNKNOWN_NAME),
            None if static is None else _fits(_NAME, static, _UNKNOWN_NAME),
        ),
        Lookup(
            [each for each in _list(lookup.get("addresses")) if _is_address(each)],
            None if canonical is None else _fits(_NAME, canonical, _UNKNOWN_NAME),
            _seconds(lookup.get("seconds")),
            _flag(lookup.get("answered")),
        ),
        _flag(found.get("hosts")),
    )


def python(given: object) -> dict[str, str] | None:
    """The Python that the host's process ran with; None for what is none."""
    if not isinstance(given, Mapping):
        return None
    return {key: printable(given.get(key) or "") for key in ("path", "version")}


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise MeasuredError
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise MeasuredError
    return value[:_MOST_ITEMS]


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise MeasuredError
    return value


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise MeasuredError
    # Not a number is not within them either.
    if not 0 <= value < _MOST_SECONDS:
        raise MeasuredError
    return float(value)


def _status(value: object) -> str:
    if not isinstance(value, str) or value not in _sudo.STATUSES:
        raise MeasuredError
    return str(value)


def _fits(pattern: re.Pattern[str], value: object, otherwise: str) -> str:
    if not isinstance(value, str):
        raise MeasuredError
    return str(value) if pattern.fullmatch(value) and value.isprintable() else otherwise


def _reason(value: object) -> str:
    if not isinstance(value, str):
        raise MeasuredError
    if not value or value in _sudo.REASONS or _REASON.fullmatch(value):
        return str(value)
    said = printable(value, _LONGEST_SAID).replace('"', "'")
    return f'sudo on the host says "{said}"'


def _asked(value: object) -> str:
    """The line with which sudo asks for a password; it is only ever shown as a quotation."""
    if not isinstance(value, str):
        raise MeasuredError
    return printable(value, _LONGEST_SAID)


def _sudo_group(value: object) -> str:
    if not isinstance(value, str) or value not in _sudo.SUDO_GROUPS:
        raise MeasuredError
    return str(value)


def _is_address(value: object) -> bool:
    """Also with an interface, as a resolver gives one that is local to it."""
    try:
        address = str(ipaddress.ip_address(value if isinstance(value, str) else ""))
    except ValueError:
        return False
    return len(address) < _MOST_ITEMS and address.isprintable() and " " not in address
