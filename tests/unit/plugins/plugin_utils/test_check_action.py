# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._arguments import PROBE, SUDO
from ansible_collections.k8n.cluster.plugins.plugin_utils._check_action import validate


def test_defaults():
    assert validate(SUDO, {}) == ({"samples": 3, "timeout": 30.0, "slow_seconds": 2.0}, [])


def test_defaults_of_suboptions():
    options, mistakes = validate(PROBE, {"sudo": {"samples": "5"}, "latency": None})

    assert mistakes == []
    assert options == {
        "hostname": {"expected": None, "renamed": None, "timeout": 30.0},
        # Those without a value are thresholds.
        "sudo": {"samples": 5, "timeout": None, "slow_seconds": None},
        "latency": {
            "samples": 10,
            "max_connect_seconds": None,
            "max_rtt_ms": None,
            "reconnect": False,
        },
        "settings": {},
        "thresholds": {},
        "checks": {},
        "proxies": {},
        "fail": True,
    }


@pytest.mark.parametrize(
    ("given", "mistakes"),
    [
        ({"samples": 0}, ["samples is 0, it must be a number above 0"]),
        ({"timeout": -1}, ["timeout is -1.0, it must be a number above 0"]),
        ({"timeout": float("nan")}, ["timeout is nan, it must be a number above 0"]),
        ({"timeout": float("inf")}, ["timeout is inf, it must be a number above 0"]),
        (
            {"nope": 1},
            [
                "there is no option nope. "
                "Supported parameters include: samples, slow_seconds, timeout"
            ],
        ),
        # The action plugin fills it in; a task may not.
        (
            {"control": {"become_password": "x"}},
            [
                "there is no option control. "
                "Supported parameters include: samples, slow_seconds, timeout"
            ],
        ),
    ],
)
def test_one_mistake(given, mistakes):
    assert validate(SUDO, given)[1] == mistakes


def test_every_mistake_at_once():
    given = {"latency": 5, "sudo": {"samples": 0, "timeout": 0}, "hostname": "x", "also": 1}

    _options, mistakes = validate(PROBE, given)

    assert mistakes == [
        "hostname is 'x', it must be a dictionary of options",
        "latency is 5, it must be a dictionary of options",
        "there is no option also. Supported parameters include: checks, fail, hostname, latency, proxies, settings, "
        "sudo, thresholds",
        "sudo.samples is 0, it must be a number above 0",
        "sudo.timeout is 0.0, it must be a number above 0",
    ]


def test_numbers_within_what_another_module_returned_are_not_options():
    options, mistakes = validate(PROBE, {"settings": {"network": {"mtu": 0}}})

    assert mistakes == []
    assert options["settings"] == {"network": {"mtu": 0}}
