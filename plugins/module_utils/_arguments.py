# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The options of the checks, in one place for modules and action plugins."""

from __future__ import annotations

from typing import Any

FAIL: dict[str, Any] = {"fail": {"type": "bool", "default": True}}

SUDO: dict[str, Any] = {
    "samples": {"type": "int", "default": 3},
    "timeout": {"type": "float", "default": 30.0},
    "slow_seconds": {"type": "float", "default": 2.0},
}

HOSTNAME: dict[str, Any] = {
    "expected": {"type": "str"},
    "renamed": {"type": "bool"},
    "timeout": {"type": "float", "default": 30.0},
}

LATENCY: dict[str, Any] = {
    "samples": {"type": "int", "default": 10},
    "max_connect_seconds": {"type": "float", "default": 5.0},
    "max_rtt_ms": {"type": "float", "default": 300.0},
    "reconnect": {"type": "bool", "default": True},
}

_SUDO_CONTROL: dict[str, Any] = {
    "become_password": {"type": "str", "no_log": True},
    "become_command": {"type": "list", "elements": "str", "default": ["sudo"]},
    "wrapped_prompt": {"type": "bool", "default": False},
    "pipelining": {"type": "bool", "default": False},
    "timeout": {"type": "float"},
}


def _control(options: dict[str, Any]) -> dict[str, Any]:
    return {"control": {"type": "dict", "apply_defaults": True, "options": options}}


# What the action plugin of a module that runs sudo adds to the task's own options.
CONTROL: dict[str, Any] = _control(_SUDO_CONTROL)

# And what that of node_probe adds.
PROBE_CONTROL: dict[str, Any] = _control(
    {
        **_SUDO_CONTROL,
        "wants": {"type": "str", "no_log": True},
        # No secret, but long: it would be in the host's log each time.
        "program": {"type": "str", "no_log": True},
    }
)


def nested(options: dict[str, Any]) -> dict[str, Any]:
    """The options of one check as the suboptions of a check of many things."""
    return {"type": "dict", "apply_defaults": True, "options": options}


# Options of one check that are thresholds of the check of many things: by threshold the check and its option.
THRESHOLDS = {
    "ssh_connect_seconds": ("latency", "max_connect_seconds"),
    "ssh_rtt_ms": ("latency", "max_rtt_ms"),
    "sudo_seconds": ("sudo", "slow_seconds"),
    "sudo_timeout_seconds": ("sudo", "timeout"),
}


def _by_threshold(check: str, options: dict[str, Any]) -> dict[str, Any]:
    """The options without the defaults of those that are thresholds."""
    own = {option for of, option in THRESHOLDS.values() if of == check}
    return {
        name: {"type": option["type"]} if name in own else option
        for name, option in options.items()
    }


PROBE: dict[str, Any] = {
    "hostname": nested(HOSTNAME),
    "sudo": nested(_by_threshold("sudo", SUDO)),
    "latency": nested(
        {**_by_threshold("latency", LATENCY), "reconnect": {"type": "bool", "default": False}}
    ),
    "settings": {"type": "raw", "default": {}},
    "thresholds": {"type": "dict", "default": {}},
    "checks": {"type": "dict", "default": {}},
    "proxies": {"type": "dict", "default": {}, "no_log": True},
    **FAIL,
}
