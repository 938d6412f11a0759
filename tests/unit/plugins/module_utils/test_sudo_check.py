# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._sudo import Finding, Login, SudoRuns
from ansible_collections.k8n.cluster.plugins.module_utils._sudo_check import (
    Control,
    control_from,
    hide,
    judge,
)

MEMBER = Login("server", ["server", "sudo"])
STRANGER = Login("server", ["server"])
PREPARE = "Run the playbook k8n.cluster.prepare"
GRANT = (
    f"{PREPARE} with prepare_passwordless_sudo=true and prepare_grant_via=su (which needs prepare_su_password) or "
    "prepare_grant_via=root_login, or as root on the host: usermod -aG sudo server; where sudo then asks for the "
    "login's password, give that with -K (--ask-become-pass) or in ansible_become_password."
)
NAME_FIX = (
    f"{PREPARE}, which writes this host's own line into /etc/hosts, or add a line with its "
    "address and 'renamed' to its /etc/hosts."
)


COMMAND = {"become_command": ["sudo"], "wrapped_prompt": False}


def check(finding, login=MEMBER, resolves=True, pipelining=False, timeout=10.0):
    runs = SudoRuns(finding, login, "renamed", resolves)
    control = Control(None, pipelining, timeout)
    return judge(runs, control, timeout=30.0, slow_seconds=2.0)


def only(problems):
    assert len(problems) == 1
    return problems[0]


@pytest.mark.parametrize("status", ["root", "passwordless", "password_ok"])
def test_no_problem(status):
    values, problems = check(Finding(status, [0.03, 0.01, 0.0204], ""))

    assert problems == []
    assert values == {
        "status": status,
        "seconds": {"min": 0.01, "median": 0.02},
        "user": "server",
        "groups": ["server", "sudo"],
        "in_sudo_group": True,
        "hostname_resolves": True,
    }


def test_no_sudo_was_run():
    values, _problems = check(Finding("root", [], ""))

    assert values["seconds"] is None


@pytest.mark.parametrize(
    ("status", "login", "problem_id", "message", "fix"),
    [
        (
            "password_required",
            MEMBER,
            "sudo_password_required",
            "sudo asks the login server for a password and Ansible was given none.",
            "Run ansible-playbook with -K (--ask-become-pass), or set ansible_become_password, or "
            "as root on the host write a sudoers line for it with "
            "'visudo -f /etc/sudoers.d/90-server': 'server ALL=(ALL:ALL) NOPASSWD: ALL'.",
        ),
        (
            "password_required",
            STRANGER,
            "sudo_password_required",
            "sudo asks the login server for a password and Ansible was given none. The login is "
            "also in none of the groups sudo, wheel, admin (but in server), so it probably may not "
            "use sudo at all.",
            GRANT,
        ),
        (
            "password_wrong",
            MEMBER,
            "sudo_password_wrong",
            "sudo refuses the become password for the login server.",
            "Give the password that server has on this host: with -K (--ask-become-pass), or in "
            "ansible_become_password for this host.",
        ),
        (
            "not_permitted",
            STRANGER,
            "sudo_not_permitted",
            "sudo does not let the login server run commands as root: it is no good.",
            GRANT,
        ),
        (
            "not_permitted",
            MEMBER,
            "sudo_not_permitted",
            "sudo does not let the login server run commands as root: it is no good.",
            "As root on the host, see with 'visudo -c' whether its sudoers file is in order, and "
            "add the line 'server ALL=(ALL:ALL) NOPASSWD: ALL' with "
            "'visudo -f /etc/sudoers.d/90-server'.",
        ),
        (
            "not_permitted",
            Login("server", ["server"], "wheel"),
            "sudo_not_permitted",
            "sudo does not let the login server run commands as root: it is no good.",
            GRANT.replace("-aG sudo", "-aG wheel"),
        ),
        (
            "sudo_missing",
            MEMBER,
            "sudo_missing",
            "There is no sudo for the login server on this host.",
            GRANT.replace("usermod", "apt-get install sudo (or dnf install sudo), then usermod"),
        ),
    ],
)
def test_a_status_that_blocks(status, login, problem_id, message, fix):
    _values, problems = check(Finding(status, [0.01], "it is no good."), login=login)

    assert only(problems) == {
        "id": problem_id,
        "severity": "block",
        "message": message,
        "fix": fix,
    }


def test_requiretty_with_pipelining():
    finding = Finding("requires_tty", [0.01], "", "passwordless")

    values, problems = check(finding, pipelining=True)

    assert values["status"] == "requires_tty"
    assert only(problems) == {
        "id": "sudo_requires_tty",
        "severity": "block",
        "message": "sudo wants a terminal (requiretty in its sudoers file), which Ansible does not "
        "have with pipelining, and pipelining is on for this host.",
        "fix": "Add the line 'Defaults:server !requiretty' with visudo, or set ansible_pipelining "
        "to false for this host.",
    }


def test_requiretty_without_pipelining():
    _values, problems = check(Finding("requires_tty", [0.01], "", "passwordless"))

    assert only(problems)["severity"] == "warn"


def test_requiretty_does_not_hide_what_is_behind_it():
    _values, problems = check(Finding("requires_tty", [0.01], "asks", "password_required"))

    assert [(problem["id"], problem["severity"]) for problem in problems] == [
        ("sudo_requires_tty", "warn"),
        ("sudo_password_required", "block"),
    ]


def test_timed_out():
    values, problems = check(Finding("timed_out", [30.0], ""), resolves=False)

    assert values["hostname_resolves"] is False
    assert only(problems) == {
        "id": "sudo_timed_out",
        "severity": "block",
        "message": "sudo was still running after 30 s (measured on the host, so it is not the "
        "network). The host does not resolve its own name 'renamed', so sudo waits for the name "
        "servers.",
        "fix": NAME_FIX,
    }


@pytest.mark.parametrize(
    ("median", "timeout", "severity"),
    [
        (2.0, 10.0, None),
        (2.1, 10.0, "warn"),
        (9.9, 10.0, "warn"),
        (10.0, 10.0, "block"),
        (20.0, 30.0, "warn"),
        (20.0, None, "warn"),
    ],
)
def test_slow(median, timeout, severity):
    _values, problems = check(Finding("passwordless", [median], ""), timeout=timeout)

    assert [problem["severity"] for problem in problems] == ([severity] if severity else [])


def test_slow_because_of_the_name():
    _values, problems = check(Finding("passwordless", [20.04], ""), resolves=False)

    assert only(problems) == {
        "id": "sudo_slow",
        "severity": "block",
        "message": "One sudo takes 20.0 s on the host itself (wanted: at most 2 s), and the "
        "connection's timeout is 10 s: Ansible will stop with 'Timeout (12s) waiting for privilege "
        "escalation prompt'. The host does not resolve its own name 'renamed', so sudo waits for "
        "the name servers.",
        "fix": NAME_FIX,
    }


def test_slow_for_another_reason():
    _values, problems = check(Finding("passwordless", [3.0], ""))

    assert only(problems) == {
        "id": "sudo_slow",
        "severity": "warn",
        "message": "One sudo takes 3.0 s on the host itself (wanted: at most 2 s). The host "
        "resolves its own name, so it has another cause: PAM modules, accounts on a directory "
        "server, or load.",
        "fix": "Log in to the host and find out with 'time sudo -k true' what sudo waits for.",
    }


def test_slow_to_ask_for_a_password():
    _values, problems = check(Finding("password_required", [20.0], "asks"), resolves=False)

    assert [problem["id"] for problem in problems] == ["sudo_password_required", "sudo_slow"]


@pytest.mark.parametrize("password", ["secret", "pä ss'\"word\\", "password"])
def test_the_hidden_password_comes_back(password):
    hidden = hide(password)

    assert password not in hidden
    assert control_from(
        {"become_password": hidden, "pipelining": True, "timeout": 10.0, **COMMAND}
    ) == Control(password, True, 10.0)


def test_no_password():
    params = {"become_password": None, "pipelining": False, "timeout": None, **COMMAND}

    assert control_from(params) == Control(None, False, None)


@pytest.mark.parametrize(
    ("asked", "whose", "exe"),
    [
        (
            "[sudo: k8n-cluster-password:] Password:",
            "'[sudo: PROMPT] Password:', which is that of sudo-rs,",
            "or set ansible_become_exe: sudo.ws for this host where that is installed (Ubuntu has it beside sudo-rs), ",
        ),
        (
            "Verification code:",
            "'Verification code:', which is that of PAM or its own settings,",
            "",
        ),
    ],
)
def test_a_prompt_that_ansible_does_not_know(asked, whose, exe):
    [problem] = check(Finding("prompt_unknown", [0.01], asked))[1]

    assert problem == {
        "id": "sudo_prompt_unknown",
        "severity": "block",
        "message": f"sudo asks the login server for the password with {whose} and this ansible-core waits for its own "
        "PROMPT at the start of a line: every become ends with 'Timeout waiting for privilege escalation prompt', "
        "though the password is right.",
        "fix": "To have it without a password, as root on the host write with 'visudo -f /etc/sudoers.d/90-server' the "
        f"line 'server ALL=(ALL:ALL) NOPASSWD: ALL'; {exe or 'or '}{'or ' if exe else ''}take an ansible-core that "
        "knows this prompt.",
    }
