# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""May the login use sudo, and how long does sudo take? Found out by a few runs of it."""

from __future__ import annotations

import grp
import os
import pwd
import time
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Sequence

from ._child import Child, ChildError
from ._hostname import PendingLookup
from ._sudo_run import PROMPT, run_sudo

if TYPE_CHECKING:
    from ._sudo_run import Attempt, Sudo

# The groups that distributions' sudoers files let use sudo.
SUDO_GROUPS = ("sudo", "wheel", "admin")
# A sudo quicker than the first or slower than the second tells enough with one sample.
_QUICK_SECONDS = 0.2
_ENOUGH_SECONDS = 1.0
# A lookup of the host's own name that takes longer than this is as good as none.
_LOOKUP_SECONDS = 5.0

# What sudo and sudo-rs say in the C locale: part of it -> status and what it means, first match
# counts. After a wrong password sudo also complains that no second one came.
_SAYINGS = {
    "must have a tty": ("requires_tty", "it wants a terminal"),
    "not in the sudoers file": ("not_permitted", "its sudoers file does not name it"),
    "I'm afraid I can't do that": ("not_permitted", "its sudoers file does not name it"),
    "is not allowed to": (
        "not_permitted",
        "its sudoers file permits only other commands",
    ),
    "may not run": ("not_permitted", "its sudoers file permits only other commands"),
    "Sorry, try again": ("password_wrong", "the password is wrong"),
    "failed, try again": ("password_wrong", "the password is wrong"),
    "ncorrect password attempt": ("password_wrong", "the password is wrong"),
    "ncorrect authentication attempt": ("password_wrong", "the password is wrong"),
    "password is required": ("password_required", "it asks for a password"),
    "authentication is required": ("password_required", "it asks for a password"),
    "Interaction is required": ("password_required", "it asks for a password"),
}
PROMPT_UNKNOWN = "prompt_unknown"
# All that a run of sudo can show, and what it means in words of ours.
STATUSES = frozenset(
    {"root", "passwordless", "password_ok", PROMPT_UNKNOWN, "timed_out", "sudo_missing"}
    | {status for status, _meaning in _SAYINGS.values()}
)
REASONS = frozenset(meaning for _status, meaning in _SAYINGS.values())
_RESOLVE_COMPLAINT = "unable to resolve host"


class Login(NamedTuple):
    """Who runs sudo."""

    user: str
    groups: list[str]
    # The group of this system that its sudoers file lets use sudo.
    sudo_group: str = SUDO_GROUPS[0]

    @property
    def in_sudo_group(self) -> bool:
        """Whether one of the groups is one that sudoers files commonly permit."""
        return any(group in SUDO_GROUPS for group in self.groups)


class Finding(NamedTuple):
    """What the runs of sudo showed."""

    status: str
    seconds: list[float]
    reason: str
    # Where sudo wants a terminal: what it says with one.
    with_tty: str | None = None
    # Where it took a password: the line with which it asked for it.
    asked: str = PROMPT


def current_login() -> Login:
    """The present user and the groups of this session, which are those that sudo goes by."""
    groups = []
    for gid in dict.fromkeys([os.getegid(), *os.getgroups()]):
        try:
            groups.append(grp.getgrgid(gid).gr_name)
        except KeyError:
            groups.append(str(gid))
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        user = str(os.getuid())
    return Login(user, groups, _sudo_group())


def _sudo_group() -> str:
    """The first of the groups that this system has."""
    for name in SUDO_GROUPS:
        try:
            return grp.getgrnam(name).gr_name
        except KeyError:
            continue
    return SUDO_GROUPS[0]


def classify(attempt: Attempt) -> tuple[str, str]:
    """The status that one run of sudo shows ("ok" where it worked), and the reason."""
    if attempt.returncode is None:
        return "timed_out", ""
    if attempt.returncode == 0:
        return "ok", ""
    for saying, meaning in _SAYINGS.items():
        if saying in attempt.text:
            return meaning
    # A sudo that is broken or forbidden in a way of its own: its last word is the reason.
    lines = [line for line in attempt.text.splitlines() if _RESOLVE_COMPLAINT not in line]
    return "not_permitted", lines[-1] if lines else f"it ended with {attempt.returncode}"


def finds(asked: str, wrapped: bool) -> bool:
    """Whether Ansible finds the prompt in the line with which sudo asks for a password.

    wrapped: whether it also finds it within that of sudo-rs.
    """
    return asked.startswith(PROMPT) or (wrapped and f"[sudo: {PROMPT}" in asked)


def probe(
    sudo: Sudo, password: str | None, samples: int, timeout: float, wrapped: bool = False
) -> Finding:
    """Run sudo until its status is known and, where it works, timed samples times; wrapped as in finds()."""
    try:
        finding = _probe(sudo, password, samples, timeout, tty=False)
        if finding.status == "password_ok" and not finds(finding.asked, wrapped):
            finding = finding._replace(status=PROMPT_UNKNOWN, reason=finding.asked)
        if finding.status == "requires_tty":
            # Without pipelining Ansible has a terminal, and then the rest counts too.
            behind = _probe(sudo, password, samples, timeout, tty=True)
            finding = Finding("requires_tty", behind.seconds, behind.reason, behind.status)
    except FileNotFoundError:
        return Finding("sudo_missing", [], "")
    except OSError as exc:
        return Finding("not_permitted", [], f"cannot execute sudo: {exc.strerror}")
    return finding


def _probe(sudo: Sudo, password: str | None, samples: int, timeout: float, tty: bool) -> Finding:
    attempt = sudo(password=None, timeout=timeout, tty=tty)
    status, reason = classify(attempt)
    success, used = "passwordless", None
    seconds = [attempt.seconds]
    if status == "password_required" and password:
        attempt = sudo(password=password, timeout=timeout, tty=tty)
        status, reason = classify(attempt)
        success, used = "password_ok", password
        # After a wrong password PAM waits on purpose, which says nothing of this host.
        seconds = [attempt.seconds] if status == "ok" else seconds
    while (
        status == "ok"
        and len(seconds) < samples
        and _QUICK_SECONDS < attempt.seconds < _ENOUGH_SECONDS
    ):
        attempt = sudo(password=used, timeout=timeout, tty=tty)
        status, reason = classify(attempt)
        seconds.append(attempt.seconds)
    return Finding(success if status == "ok" else status, seconds, reason, asked=attempt.asked)


class SudoRuns(NamedTuple):
    """All that was measured for sudo on this host."""

    finding: Finding
    login: Login
    kernel_name: str
    name_resolves: bool


def measure(
    password: str | None,
    samples: int,
    timeout: float,
    program: Sequence[str] = ("sudo",),
    wrapped: bool = False,
) -> SudoRuns:
    """Run sudo as the present user, and look up the host's own name at the same time.

    program is sudo with its options; wrapped as in finds().
    """
    sudo = partial(run_sudo, program=program)
    started = time.monotonic()
    kernel_name = os.uname().nodename
    lookup_pending = PendingLookup(kernel_name)
    login_pending = Child(current_login)
    is_root = os.getuid() == 0
    finding = (
        Finding("root", [], "") if is_root else probe(sudo, password, samples, timeout, wrapped)
    )
    waited = time.monotonic() - started
    lookup = lookup_pending.result(max(_LOOKUP_SECONDS, waited))
    try:
        login = Login(*login_pending.result(waited + _LOOKUP_SECONDS))
    except ChildError:
        # The user database does not answer.
        login = Login(str(os.getuid()), [])
    return SudoRuns(finding, login, kernel_name, bool(lookup.addresses))
