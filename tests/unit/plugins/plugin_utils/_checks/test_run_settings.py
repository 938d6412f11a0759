# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.run_settings import read

DEFAULTS = {
    "report_dir": None,
    "between": True,
    "fetch_kubeconfig": False,
    "probe_timeout": 180,
    "verify_wait_seconds": None,
}


def test_nothing_said() -> None:
    assert read(lambda _variable: None) == (DEFAULTS, [])


@pytest.mark.parametrize(
    ("variable", "value", "name", "found"),
    [
        ("k8n_report_dir", "reports", "report_dir", "reports"),
        ("k8n_between", False, "between", False),
        ("k8n_between", "no", "between", False),
        ("k8n_fetch_kubeconfig", "True", "fetch_kubeconfig", True),
        ("k8n_fetch_kubeconfig", 1, "fetch_kubeconfig", True),
        ("k8n_probe_timeout", "20", "probe_timeout", 20),
        ("k8n_probe_timeout", 0.5, "probe_timeout", 1),
        ("k8n_verify_wait_seconds", 0, "verify_wait_seconds", 0.0),
    ],
)
def test_what_was_said(variable: str, value: object, name: str, found: object) -> None:
    assert read({variable: value}.get) == ({**DEFAULTS, name: found}, [])


@pytest.mark.parametrize(
    ("variable", "value", "mistake"),
    [
        ("k8n_report_dir", 3, "k8n_report_dir is 3; it must be the path of a folder, and not the root directory."),
        ("k8n_report_dir", "//./",
         "k8n_report_dir is '//./'; it must be the path of a folder, and not the root directory."),
        ("k8n_report_dir", "", "k8n_report_dir is ''; it must be the path of a folder, and not the root directory."),
        ("k8n_report_dir", "a\0",
         "k8n_report_dir is 'a\\x00'; it must be the path of a folder, and not the root directory."),
        ("k8n_between", "perhaps", "k8n_between is 'perhaps'; it must be true or false."),
        ("k8n_between", [True], "k8n_between is [True]; it must be true or false."),
        ("k8n_probe_timeout", 0, "k8n_probe_timeout is 0; it must be a number of seconds above 0."),
        ("k8n_probe_timeout", True,
         "k8n_probe_timeout is True; it must be a number of seconds above 0."),
        ("k8n_probe_timeout", "inf",
         "k8n_probe_timeout is 'inf'; it must be a number of seconds above 0."),
        ("k8n_verify_wait_seconds", "nan",
         "k8n_verify_wait_seconds is 'nan'; it must be a number of seconds."),
        ("k8n_verify_wait_seconds", {}, "k8n_verify_wait_seconds is {}; it must be a number of seconds."),
    ],
)  # fmt: skip
def test_mistakes(variable: str, value: Any, mistake: str) -> None:
    assert read({variable: value}.get) == (DEFAULTS, [mistake])
