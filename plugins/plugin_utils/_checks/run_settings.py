# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The variables of a user that are about a whole run of checks, and not about one host."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from .._files.safe_directory import is_root_directory
from .._text.outside import show

_PATH = "the path of a folder, and not the root directory"
_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def _flag(value: object) -> bool:
    text = str(value).lower() if isinstance(value, (bool, int, str)) else ""
    if text not in (*_YES, *_NO):
        raise ValueError
    return text in _YES


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError
    number = float(value)
    if not 0 <= number < math.inf:
        raise ValueError
    return number


def _whole_seconds(value: object) -> int:
    number = math.ceil(_seconds(value))
    if not number:
        raise ValueError
    return number


def _folder(value: object) -> str:
    if not isinstance(value, str) or not value or "\0" in value or is_root_directory(value):
        raise ValueError
    return value


# By its variable: its name in what is returned, how it is read, what is wanted, and its default.
_SETTINGS: dict[str, tuple[str, Callable[[object], Any], str, Any]] = {
    "k8n_report_dir": ("report_dir", _folder, _PATH, None),
    "k8n_between": ("between", _flag, "true or false", True),
    "k8n_fetch_kubeconfig": ("fetch_kubeconfig", _flag, "true or false", False),
    "k8n_probe_timeout": ("probe_timeout", _whole_seconds, "a number of seconds above 0", 180),
    "k8n_verify_wait_seconds": ("verify_wait_seconds", _seconds, "a number of seconds", None),
}


def read(get: Callable[[str], object]) -> tuple[dict[str, Any], list[str]]:
    """The settings by name, and all that is wrong with them; get gives the value of a variable, None if it has none."""
    found: dict[str, Any] = {}
    mistakes = []
    for variable, (name, fit, wanted, default) in _SETTINGS.items():
        value = get(variable)
        found[name] = default
        try:
            if value is not None:
                found[name] = fit(value)
        except (ValueError, OverflowError):
            mistakes.append(f"{variable} is {show(value)}; it must be {wanted}.")
    return found, mistakes
