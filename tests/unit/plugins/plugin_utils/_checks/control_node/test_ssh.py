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
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.collection import (
    KubesprayError,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._text.origins import Key


def value(given: object, origin: str = "default", key: str = "ssh_args") -> Value:
    return Value(given, origin, Key("ssh_connection", key, "/x/k.cfg"))


PERSIST = "-o ControlMaster=auto -o ControlPersist=60s"
# Ansible's own defaults.
DEFAULT = ssh.Ssh(
    value("-C -o ControlMaster=auto -o ControlPersist=60s"),
    value("", key="ssh_common_args"),
    value("", key="ssh_extra_args"),
    value(None, key="control_path"),
    value("/home/me/.ansible/cp", key="control_path_dir"),
    Value(True, "default", Key("defaults", "host_key_checking", "/x/k.cfg")),
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
    assert check(ssh_args=value(arguments, "/x/k.cfg")) == [
        warn(
            "control_persist_off",
            "ssh_args (/x/k.cfg) keeps no connection open (ControlMaster and ControlPersist): every task logs "
            "in to every host again.",
            "Put -o ControlMaster=auto -o ControlPersist=30m before all else in ssh_args in the section "
            "[ssh_connection] of /x/k.cfg.",
        ),
        Skipped("control_path_long", "ssh keeps no connection open."),
    ]


def test_another_connection_than_ssh_has_none_of_this() -> None:
    found = ssh.check(None, list, lambda _name: True)
    assert {each.reason for each in found if isinstance(each, Skipped)} == {
        "The connection is not ssh."
    }
    assert len(found) == 5


IN_FILE = "in the section [ssh_connection] of /x/k.cfg"


def long_path(origin: str, path: str, fix: str) -> Problem:
    return block(
        "control_path_long",
        f"The control path ({origin}) is {path} for the longest of these hosts, {len(path)} characters; ssh needs 90 "
        "or fewer, and refuses to connect.",
        fix,
    )


def test_a_folder_just_short_enough_and_one_character_more() -> None:
    fits = "/" + "d" * 78
    assert check(control_path_dir=value(fits, "default", key="control_path_dir")) == []
    assert check(
        control_path_dir=value(f"{fits}d", "env: ANSIBLE_HOME", key="control_path_dir")
    ) == [
        long_path(
            "environment variable ANSIBLE_HOME",
            f"{fits}d/{'x' * 10}",
            "Set the environment variable ANSIBLE_HOME to a folder of your own with a path of at most 79 characters, "
            "such as ~/.cp.",
        )
    ]


def test_a_home_that_is_too_long_itself_is_no_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/" + "h" * 100)
    [problem] = check(
        control_path=value("/" + "c" * 91, "var: ansible_control_path", key="control_path"),
        control_path_dir=value("~/.ansible/cp", key="control_path_dir"),
    )
    assert isinstance(problem, dict)
    assert problem["fix"] == (
        f"Set control_path_dir {IN_FILE} to a folder of your own with a path of at most 79 characters, and take out "
        "the variable ansible_control_path: the name is then a short hash."
    )


HOSTS = [
    ssh.Target("n1", "10.0.0.1", "me", "22"),
    ssh.Target("n2", "a-very-long-name-of-a-host.in.a.long.domain.example.org", "server", "2222"),
]


def test_the_longest_host_counts() -> None:
    path = "/home/me/.ansible/cp/ansible-server@a-very-long-name-of-a-host.in.a.long.domain.example.org:2222"
    given = value("%(directory)s/ansible-%%r@%%h:%%p", "/x/k.cfg", "control_path")
    fix = f"Take out control_path {IN_FILE}: the name is then a short hash."
    assert check(HOSTS, control_path=given) == [long_path("/x/k.cfg", path, fix)]
    assert check(HOSTS[:1], control_path=given) == []


def test_a_control_path_among_the_arguments_of_ssh() -> None:
    arguments = (
        "-o ControlMaster=auto -o ControlPersist=1h -o ControlPath=/run/" + "d" * 50 + "/%C%%"
    )
    path = "/run/" + "d" * 50 + "/" + "x" * 40 + "%"
    fix = "Take out ControlPath in the variable ansible_ssh_args: the name is then a short hash."
    assert check(ssh_args=value(arguments, "var: ansible_ssh_args")) == [
        long_path("variable ansible_ssh_args", path, fix)
    ]
    # It is named where it is, which need not be where the others are.
    extra = value(arguments, "--ssh-extra-args", "ssh_extra_args")
    fix = "Take out ControlPath in --ssh-extra-args: the name is then a short hash."
    assert check(ssh_extra_args=extra) == [long_path("--ssh-extra-args", path, fix)]


def test_a_control_path_that_ansible_refuses_itself() -> None:
    assert check(
        control_path=value("%(direktory)s/%h", "env: ANSIBLE_SSH_CONTROL_PATH", key="control_path")
    ) == [
        Unknown(
            "control_path_long",
            "The control path (environment variable ANSIBLE_SSH_CONTROL_PATH) makes no sense.",
        )
    ]


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ("env: ANSIBLE_SSH_COMMON_ARGS", "environment variable ANSIBLE_SSH_COMMON_ARGS"),
        ("/x/k.cfg", "/x/k.cfg"),
        ("cli: ssh_common_args", "--ssh-common-args"),
    ],
)
def test_common_arguments_that_kubesprays_roles_undo(origin: str, said: str) -> None:
    given = value("-o ProxyJump=gate", origin)
    assert check(ssh_common_args=given) == [
        warn(
            "ssh_common_args_lost",
            f"ssh_common_args is set by {said} only. Kubespray's roles set the variable ansible_ssh_common_args, which "
            "is stronger: from there on it is lost, and a host that needs it is lost with it.",
            "Set ansible_ssh_common_args as a variable of all hosts in the inventory.",
        )
    ]
    assert check(role_default=False, ssh_common_args=given) == []


def test_roles_that_cannot_be_read_are_unknown() -> None:
    def unreadable(_name: str) -> bool:
        raise KubesprayError("Cannot read x.")

    given = dataclasses.replace(DEFAULT, ssh_common_args=value("-C", "/x/k.cfg"))
    assert ssh.check(given, list, unreadable) == [Unknown("ssh_common_args_lost", "Cannot read x.")]


def test_common_arguments_of_the_inventory_are_kept() -> None:
    given = value("-o ProxyJump=gate", "var: ansible_ssh_common_args")
    assert check(ssh_common_args=given) == []


CHECKING: dict[str, Any] = {
    "host_key_checking": (
        {"host_key_checking": value(False, "/x/k.cfg", "host_key_checking")},
        "host_key_checking is off (/x/k.cfg)",
    ),
    "StrictHostKeyChecking": (
        {"ssh_extra_args": value("-o StrictHostKeyChecking=no", "/x/k.cfg", "ssh_extra_args")},
        f"StrictHostKeyChecking=no in ssh_extra_args {IN_FILE}",
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


def test_all_that_switches_the_keys_off_is_named() -> None:
    [problem] = check(
        role_default=False,
        host_key_checking=value(False, "env: ANSIBLE_HOST_KEY_CHECKING"),
        ssh_args=value(f"{PERSIST} -o StrictHostKeyChecking=no", "/x/k.cfg"),
        ssh_common_args=value("-o StrictHostKeyChecking=off", "cli: ssh_common_args"),
    )
    assert isinstance(problem, dict)
    assert problem["message"].startswith(
        f"The hosts' keys are not verified: StrictHostKeyChecking=no in ssh_args {IN_FILE} and "
        "StrictHostKeyChecking=off in --ssh-common-args and host_key_checking is off "
        "(environment variable ANSIBLE_HOST_KEY_CHECKING)."
    )
    assert problem["fix"].endswith(", and take the settings out.")


def test_a_later_word_of_ssh_does_not_count() -> None:
    asks = value(f"{PERSIST} -o StrictHostKeyChecking=yes")
    never = value("-o StrictHostKeyChecking=no", key="ssh_extra_args")
    assert check(ssh_args=asks, ssh_extra_args=never) == []


def test_known_hosts_in_the_bin() -> None:
    given = value("-o UserKnownHostsFile=/dev/null -o UserKnownHostsFile=/x", "var: x")
    assert check(ssh_common_args=given) == [
        warn(
            "known_hosts_discarded",
            "UserKnownHostsFile=/dev/null in the variable x forgets every host's key at once.",
            "Name a file of the cluster's own there, as the playbook k8n.cluster.init does.",
        )
    ]
