# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._text import origins
from ansible_collections.k8n.cluster.plugins.plugin_utils._text.origins import Key

KEY = Key("ssh_connection", "ssh_args", "/my dir/k.cfg")
IN_FILE = "ssh_args in the section [ssh_connection] of /my dir/k.cfg"
SET_IN_FILE = "Set ssh_args = -o A in the section [ssh_connection] of /my dir/k.cfg"


@pytest.mark.parametrize(
    ("origin", "said", "place", "change"),
    [
        ("default", "Ansible's default", IN_FILE, SET_IN_FILE),
        ("/my dir/k.cfg", "/my dir/k.cfg", IN_FILE, SET_IN_FILE),
        (
            "env: ANSIBLE_SSH_ARGS",
            "environment variable ANSIBLE_SSH_ARGS",
            "the environment variable ANSIBLE_SSH_ARGS",
            "Run: export ANSIBLE_SSH_ARGS='-o A'",
        ),
        (
            "var: ansible_ssh_args",
            "variable ansible_ssh_args",
            "the variable ansible_ssh_args",
            "Set the variable ansible_ssh_args to -o A where it is given, in the inventory or with -e",
        ),
        ("cli: ssh_args", "--ssh-args", "--ssh-args", "Run with --ssh-args='-o A'"),
        ("keyword: ssh_args", "--ssh-args", "--ssh-args", "Run with --ssh-args='-o A'"),
        ("--timeout", "--timeout", "--timeout", "Run with --timeout='-o A'"),
        (
            "a variable of the host",
            "a variable of the host",
            "the variable that has it",
            "Set the variable that has it to -o A where it is given, in the inventory or with -e",
        ),
        # Nobody knows where: the file is the place that is left.
        ("env: ", "env: ", IN_FILE, SET_IN_FILE),
    ],
)
def test_a_setting_is_changed_where_it_was_set(
    origin: str, said: str, place: str, change: str
) -> None:
    assert origins.said(origin) == said
    assert origins.place(origin, KEY) == place
    assert origins.change(origin, KEY, "-o A") == change
    assert origins.of_variable(origin) is ("var" in origin)


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ("default", f"{SET_IN_FILE}, or run with --x=-o A"),
        ("env: A", "Run: export A='-o A', or run with --x=-o A"),
        ("cli: x", "Run with --x=-o A"),
        ("var: x", "Set the variable x to -o A where it is given, in the inventory or with -e"),
    ],
)
def test_an_option_is_offered_where_it_counts(origin: str, said: str) -> None:
    assert origins.change_or_run_with(origin, KEY, "--x", "-o A") == said
