# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.control_node import ssh
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.control_node.values import (
    Value,
    ssh_options,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    Finding,
    Skipped,
    Unknown,
)

# Ansible's own defaults.
DEFAULT = ssh.Ssh(
    Value("-C -o ControlMaster=auto -o ControlPersist=60s", "default"),
    Value("", "default"),
    Value("", "default"),
    Value(None, "default"),
    Value("/home/me/.ansible/cp", "default"),
    Value(True, "default"),
)


def check(
    targets: list[ssh.Target] | None = None, role_default: bool = True, **changed: Value
) -> list[Finding]:
    def listed() -> list[ssh.Target]:
        assert targets is not None, "the hosts must not be asked for"
        return targets

    settings = dataclasses.replace(DEFAULT, **changed)
    return ssh.check(settings, listed, lambda name: role_default and name.endswith("common_args"))


def test_ansibles_defaults_are_no_problem() -> None:
    assert check() == []


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ("-o A=b -oC=d -o 'E f' -o A=x", {"a": "b", "c": "d", "e": "f"}),
        ("-C -o 'UserKnownHostsFile=/a /b'", {"userknownhostsfile": "/a /b"}),
        ("", {}),
        ("-o", {"": ""}),
        ("-o 'unclosed", {}),
    ],
)
def test_ssh_options(arguments: str, options: dict[str, str]) -> None:
    assert ssh_options(arguments) == options


@pytest.mark.parametrize(
    "arguments",
    [
        "-C",
        "",
        "-o ControlMaster=auto",
        "-o ControlPersist=30m",
        "-o ControlMaster=no -o ControlPersist=30m",
        "-o ControlMaster=auto -o ControlPersist=no",
    ],
)
def test_no_connection_kept_open(arguments: str) -> None:
    assert check(ssh_args=Value(arguments, "/x/ansible.cfg")) == [
        warn(
            "control_persist_off",
            "ssh_args (/x/ansible.cfg) keeps no connection open (ControlMaster and ControlPersist): every task logs "
            "in to every host again.",
            "Set ssh_args = -o ControlMaster=auto -o ControlPersist=30m in [ssh_connection] of ansible.cfg.",
        ),
        Skipped("control_path_long", "ssh keeps no connection open."),
    ]


def test_another_connection_than_ssh_has_none_of_this() -> None:
    found = ssh.check(None, list, lambda _name: True)
    assert {each.reason for each in found if isinstance(each, Skipped)} == {
        "The connection is not ssh."
    }
    assert len(found) == 5


def long_path(origin: str, path: str) -> Problem:
    return block(
        "control_path_long",
        f"The control path ({origin}) is {path} for the longest of these hosts, {len(path)} characters; ssh needs 90 "
        "or fewer, and refuses to connect.",
        "Set control_path_dir in [ssh_connection] of ansible.cfg to a short folder of your own, such as ~/.cp, and "
        "take control_path out: the name is then a short hash.",
    )


def test_a_folder_just_short_enough_and_one_character_more() -> None:
    fits = "/" + "d" * 78
    assert check(control_path_dir=Value(fits, "default")) == []
    assert check(control_path_dir=Value(f"{fits}d", "env: ANSIBLE_HOME")) == [
        long_path("environment variable ANSIBLE_HOME", f"{fits}d/{'x' * 10}")
    ]


HOSTS = [
    ssh.Target("n1", "10.0.0.1", "me", "22"),
    ssh.Target("n2", "a-very-long-name-of-a-host.in.a.long.domain.example.org", "server", "2222"),
]


def test_the_longest_host_counts() -> None:
    path = "/home/me/.ansible/cp/ansible-server@a-very-long-name-of-a-host.in.a.long.domain.example.org:2222"
    given = Value("%(directory)s/ansible-%%r@%%h:%%p", "/x/ansible.cfg")
    assert check(HOSTS, control_path=given) == [long_path("/x/ansible.cfg", path)]
    assert check(HOSTS[:1], control_path=given) == []


def test_a_control_path_among_the_arguments_of_ssh() -> None:
    arguments = (
        "-o ControlMaster=auto -o ControlPersist=1h -o ControlPath=/run/" + "d" * 50 + "/%C%%"
    )
    path = "/run/" + "d" * 50 + "/" + "x" * 40 + "%"
    assert check(ssh_args=Value(arguments, "var: ansible_ssh_args")) == [
        long_path("variable ansible_ssh_args", path)
    ]


def test_a_control_path_that_ansible_refuses_itself() -> None:
    assert check(control_path=Value("%(direktory)s/%h", "env: ANSIBLE_SSH_CONTROL_PATH")) == [
        Unknown(
            "control_path_long",
            "The control path (environment variable ANSIBLE_SSH_CONTROL_PATH) makes no sense.",
        )
    ]


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ("env: ANSIBLE_SSH_COMMON_ARGS", "environment variable ANSIBLE_SSH_COMMON_ARGS"),
        ("/x/ansible.cfg", "/x/ansible.cfg"),
        ("cli: ssh_common_args", "--ssh-common-args"),
    ],
)
def test_common_arguments_that_kubesprays_roles_undo(origin: str, said: str) -> None:
    given = Value("-o ProxyJump=gate", origin)
    assert check(ssh_common_args=given) == [
        warn(
            "ssh_common_args_lost",
            f"ssh_common_args is set by {said} only. Kubespray's roles set the variable ansible_ssh_common_args, which "
            "is stronger: from there on it is lost, and a host that needs it is lost with it.",
            "Set ansible_ssh_common_args as a variable of all hosts in the inventory.",
        )
    ]
    assert check(role_default=False, ssh_common_args=given) == []


def test_common_arguments_of_the_inventory_are_kept() -> None:
    given = Value("-o ProxyJump=gate", "var: ansible_ssh_common_args")
    assert check(ssh_common_args=given) == []


CHECKING: dict[str, Any] = {
    "host_key_checking": (
        {"host_key_checking": Value(False, "/x/ansible.cfg")},
        "host_key_checking is off (/x/ansible.cfg)",
    ),
    "StrictHostKeyChecking": (
        {"ssh_extra_args": Value("-o StrictHostKeyChecking=no", "default")},
        "StrictHostKeyChecking=no in the arguments of ssh",
    ),
}


@pytest.mark.parametrize(("changed", "found"), CHECKING.values(), ids=CHECKING)
def test_host_keys_that_are_not_verified(changed: dict[str, Any], found: str) -> None:
    assert check(**changed) == [
        warn(
            "host_key_checking_off",
            f"The hosts' keys are not verified: {found}. Whoever answers at an address is sent the become password.",
            "Fill a known_hosts once and check the fingerprints, as the playbook k8n.cluster.init does, and take the "
            "setting out.",
        )
    ]


def test_known_hosts_in_the_bin() -> None:
    given = Value("-o UserKnownHostsFile=/dev/null -o UserKnownHostsFile=/x", "var: x")
    assert check(ssh_common_args=given) == [
        warn(
            "known_hosts_discarded",
            "UserKnownHostsFile=/dev/null in the arguments of ssh forgets every host's key at once.",
            "Name a file of the cluster's own, as the playbook k8n.cluster.init does.",
        )
    ]
