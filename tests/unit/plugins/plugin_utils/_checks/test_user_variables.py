# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
from pathlib import Path

import ansible_collections.k8n.cluster
import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks import user_variables

ROOT = Path(next(iter(ansible_collections.k8n.cluster.__path__)))
# What has the prefix and is no variable: the lines that prepare's probe prints.
NO_VARIABLES = {"k8n_prepare"}


def test_what_is_read_is_known():
    found = {
        name
        for folder in ("playbooks", "roles", "plugins")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".yml", ".j2")
        for name in re.findall(r"(?<![\w/.])k8n_[a-z0-9_]+", path.read_text(encoding="utf-8"))
    }

    assert found - NO_VARIABLES == user_variables.KNOWN


def test_nothing_unknown():
    hostvars = {"a": ["k8n_zone", "ip", "k8s_x"], "b": []}

    assert user_variables.unknown(hostvars, {"k8n_checks": {}}) == []


def test_what_nothing_reads_is_named_with_its_hosts_and_what_was_meant():
    hostvars = {
        host: ["k8n_chekcs", "k8n_thing", "k8n_zne"][: 3 - number]
        for number, host in enumerate("abc")
    }

    assert user_variables.unknown(hostvars, {"k8n_betwen": False, "k8n_zne": 1}) == [
        "k8n_betwen: nothing reads this variable; did you mean k8n_between?",
        "k8n_zne: nothing reads this variable; did you mean k8n_zone?",
        "k8n_chekcs: nothing reads this variable; did you mean k8n_checks?",
        "k8n_thing (of a, b): nothing reads this variable; take it out, or give it a name that does not begin with "
        "k8n_.",
    ]


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (
            {"k8n_nodes": "10.0.0.1", "_raw_params": "10.0.0.2 10.0.0.3"},
            "-e: Ansible ends a value at a blank, so that '10.0.0.2 10.0.0.3' is in no variable. Write it with commas "
            "in place of the blanks, -e k8n_nodes=10.0.0.1,10.0.0.2,10.0.0.3.",
        ),
        (
            {"k8n_zone": "a", "_raw_params": "b"},
            "-e: Ansible ends a value at a blank, so that 'b' is in no variable. Write it as JSON, -e "
            """'{"NAME": "a value with blanks"}'.""",
        ),
    ],
)
def test_words_that_are_in_no_variable(extra, said):
    assert user_variables.unknown({}, extra) == [said]
