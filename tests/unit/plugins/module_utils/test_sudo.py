# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._sudo import (
    Finding,
    Login,
    classify,
    current_login,
    finds,
    measure,
    probe,
)
from ansible_collections.k8n.cluster.plugins.module_utils._sudo_run import PROMPT, Attempt

# Recorded on Debian 13 with sudo 1.9.16p2 and sudo-rs 0.2.5, prompts removed; the last ones are
# from the sources of sudo and sudo-rs.
RECORDED = [
    ("sudo: a password is required", "password_required", "it asks for a password"),
    ("server is not in the sudoers file.", "not_permitted", "its sudoers file does not name it"),
    (
        "Sorry, try again.\nsudo: no password was provided\nsudo: 1 incorrect password attempt",
        "password_wrong",
        "the password is wrong",
    ),
    ("sudo: sorry, you must have a tty to run sudo", "requires_tty", "it wants a terminal"),
    (
        "sudo: unable to resolve host renamed-server: Temporary failure in name resolution\n"
        "sudo: a password is required",
        "password_required",
        "it asks for a password",
    ),
    (
        "sudo-rs: interactive authentication is required",
        "password_required",
        "it asks for a password",
    ),
    (
        "[sudo: ] Password:\nsudo: Authentication failed, try again.\n[sudo: ] Password:\n"
        "sudo-rs: Maximum 3 incorrect authentication attempts",
        "password_wrong",
        "the password is wrong",
    ),
    (
        "sudo-rs: I'm sorry server. I'm afraid I can't do that",
        "not_permitted",
        "its sudoers file does not name it",
    ),
    (
        "Sorry, user server is not allowed to execute '/usr/bin/true' as root on node1.",
        "not_permitted",
        "its sudoers file permits only other commands",
    ),
    (
        "sudo: /usr/bin/sudo must be owned by uid 0 and have the setuid bit set",
        "not_permitted",
        "sudo: /usr/bin/sudo must be owned by uid 0 and have the setuid bit set",
    ),
    (
        "sudo: Account or password is expired, reset your password and try again",
        "not_permitted",
        "sudo: Account or password is expired, reset your password and try again",
    ),
    ("", "not_permitted", "it ended with 1"),
]


@pytest.mark.parametrize(("text", "status", "reason"), RECORDED)
def test_classify(text, status, reason):
    assert classify(Attempt(1, 0.01, text)) == (status, reason)


def test_classify_success_and_timeout():
    assert classify(Attempt(0, 0.01, "sudo: unable to resolve host x: ...")) == ("ok", "")
    assert classify(Attempt(None, 30.0, "")) == ("timed_out", "")


OK = (0, "")
ASKS = (1, "sudo: a password is required")
WRONG = (1, "Sorry, try again.\nsudo: 1 incorrect password attempt")
NO_TTY = (1, "sudo: sorry, you must have a tty to run sudo")
NOT_NAMED = (1, "server is not in the sudoers file.")


class Recording:
    """Answers as told and remembers how it was called."""

    def __init__(self, answer, seconds=0.3, refusal_seconds=0.01):
        self.answer = answer
        self.seconds = seconds
        self.refusal_seconds = refusal_seconds
        self.calls = []

    def __call__(self, password, timeout, tty):
        self.calls.append((password, tty))
        returncode, text = self.answer(password, tty)
        seconds = self.seconds if returncode == 0 else self.refusal_seconds
        return Attempt(returncode, seconds, text)


def test_passwordless_is_timed_samples_times():
    sudo = Recording(lambda password, tty: OK)

    assert probe(sudo, None, 3, 30) == Finding("passwordless", [0.3, 0.3, 0.3], "")
    assert sudo.calls == [(None, False)] * 3


def test_the_password_is_not_used_where_none_is_asked_for():
    sudo = Recording(lambda password, tty: OK)

    assert probe(sudo, "secret", 2, 30).status == "passwordless"
    assert sudo.calls == [(None, False)] * 2


def test_a_quick_sudo_is_run_once():
    sudo = Recording(lambda password, tty: OK, seconds=0.05)

    assert probe(sudo, None, 3, 30) == Finding("passwordless", [0.05], "")
    assert len(sudo.calls) == 1


def test_a_sudo_that_was_slow_only_once_is_timed_again():
    times = iter([0.9, 0.1, 0.1])
    sudo = Recording(lambda password, tty: OK)

    def timed(password, timeout, tty):
        return sudo(password, timeout, tty)._replace(seconds=next(times))

    assert probe(timed, None, 3, 30).seconds == [0.9, 0.1]


def test_a_slow_sudo_is_run_once():
    sudo = Recording(lambda password, tty: OK, seconds=20.04)

    assert probe(sudo, None, 3, 30) == Finding("passwordless", [20.04], "")
    assert len(sudo.calls) == 1


def test_password_ok():
    sudo = Recording(lambda password, tty: OK if password else ASKS, refusal_seconds=0.5)

    assert probe(sudo, "secret", 3, 30) == Finding("password_ok", [0.3, 0.3, 0.3], "")
    assert sudo.calls == [(None, False), *[("secret", False)] * 3]


def test_password_required():
    sudo = Recording(lambda password, tty: ASKS, refusal_seconds=0.02)

    expected = Finding("password_required", [0.02], "it asks for a password")
    assert probe(sudo, None, 3, 30) == expected
    assert sudo.calls == [(None, False)]


def test_a_wrong_password_is_tried_once_and_its_penalty_not_counted():
    times = iter([0.02, 2.4])
    sudo = Recording(lambda password, tty: WRONG if password else ASKS)

    def timed(password, timeout, tty):
        return sudo(password, timeout, tty)._replace(seconds=next(times))

    assert probe(timed, "nope", 3, 30) == Finding("password_wrong", [0.02], "the password is wrong")
    assert sudo.calls == [(None, False), ("nope", False)]


def test_a_login_without_sudo_is_found_out_with_its_password():
    sudo = Recording(lambda password, tty: NOT_NAMED if password else ASKS)

    finding = probe(sudo, "secret", 3, 30)

    assert finding == Finding("not_permitted", [0.01], "its sudoers file does not name it")


@pytest.mark.parametrize(
    ("behind", "password", "seconds", "reason", "with_tty"),
    [
        (lambda password: OK, None, [0.3] * 3, "", "passwordless"),
        (lambda password: ASKS, None, [0.01], "it asks for a password", "password_required"),
        (lambda password: OK if password else ASKS, "pw", [0.3] * 3, "", "password_ok"),
        (lambda password: NO_TTY, None, [0.01], "it wants a terminal", "requires_tty"),
    ],
)
def test_requiretty_is_looked_behind(behind, password, seconds, reason, with_tty):
    sudo = Recording(lambda password, tty: behind(password) if tty else NO_TTY)

    assert probe(sudo, password, 3, 30) == Finding("requires_tty", seconds, reason, with_tty)
    assert sudo.calls[0] == (None, False)
    assert sudo.calls[1] == (None, True)


def test_a_hanging_sudo():
    def sudo(password, timeout, tty):
        return Attempt(None, timeout, "")

    assert probe(sudo, "secret", 3, 4) == Finding("timed_out", [4], "")


@pytest.mark.parametrize(
    ("error", "finding"),
    [
        (FileNotFoundError(2, "No such file"), Finding("sudo_missing", [], "")),
        (
            PermissionError(13, "Permission denied"),
            Finding("not_permitted", [], "cannot execute sudo: Permission denied"),
        ),
    ],
)
def test_no_sudo_to_run(error, finding):
    def sudo(password, timeout, tty):
        raise error

    assert probe(sudo, None, 3, 30) == finding


@pytest.mark.parametrize(
    ("groups", "member"),
    [
        (["server"], False),
        (["server", "sudo"], True),
        (["wheel"], True),
        (["admin"], True),
        (["sudoers", "adm"], False),
    ],
)
def test_in_sudo_group(groups, member):
    assert Login("server", groups).in_sudo_group is member


def test_the_present_login():
    login = current_login()

    assert login.user
    assert login.groups


def test_measure_as_root(monkeypatch):
    monkeypatch.setattr("os.getuid", lambda: 0)

    runs = measure(None, 3, 30)

    assert runs.finding == Finding("root", [], "")
    assert runs.login.groups
    assert runs.kernel_name


WRAPPED = f"[sudo: {PROMPT}] Password:"


@pytest.mark.parametrize(
    ("asked", "wrapped", "found"),
    [
        (PROMPT, False, True),
        (f"{PROMPT} more", False, True),
        (WRAPPED, False, False),
        (WRAPPED, True, True),
        # PAM in its own words, and a sudo that asked on another way.
        ("Verification code:", True, False),
        ("", True, False),
    ],
)
def test_whether_ansible_finds_the_prompt(asked, wrapped, found):
    assert finds(asked, wrapped) is found

    def sudo(password, timeout, tty):
        return Attempt(*(ASKS if password is None else OK)[:1], 0.05, ASKS[1], asked)

    finding = probe(sudo, "secret", 3, 30, wrapped)
    assert finding.status == ("password_ok" if found else "prompt_unknown")
    assert found or finding.reason == asked
    # Where no password is asked for, nobody waits for a prompt.
    assert (
        probe(lambda password, timeout, tty: Attempt(0, 0.05, "", asked), "secret", 3, 30).status
        == "passwordless"
    )
