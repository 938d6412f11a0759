# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The check of sudo: what was measured becomes values and problems."""

from __future__ import annotations

import base64
from typing import Any, NamedTuple, Sequence

from ._hostname import PREPARE
from ._problems import Problem, block, warn
from ._sudo import SUDO_GROUPS, Login, SudoRuns, measure
from ._sudo_run import PROMPT


class Control(NamedTuple):
    """What only the control node knows of the connection.

    timeout is the connection's timeout in seconds, after which (and 2 s) Ansible gives up waiting
    for sudo; None where the connection has none. program is sudo with its options; wrapped_prompt is whether Ansible
    finds its prompt within that of sudo-rs.
    """

    password: str | None
    pipelining: bool
    timeout: float | None
    program: Sequence[str] = ("sudo",)
    wrapped_prompt: bool = False


def control_from(params: dict[str, Any]) -> Control:
    """Read the module option that the action plugin fills in."""
    encoded = params["become_password"]
    password = base64.b64decode(encoded).decode() if encoded else None
    return Control(
        password,
        params["pipelining"],
        params["timeout"],
        tuple(params["become_command"]),
        params["wrapped_prompt"],
    )


def hide(password: str) -> str:
    """The form in which a password is handed to the module.

    It goes there as a no_log parameter, and Ansible blots such a value out of everything that the
    module returns. A password like "password" must not blot out half of the result's words.
    """
    return base64.b64encode(password.encode()).decode()


def check_sudo(control: Control, samples: int, timeout: float) -> SudoRuns:
    """Measure sudo for the present user. samples: how often a working one is timed; timeout: seconds for one run."""
    return measure(control.password, samples, timeout, control.program, control.wrapped_prompt)


def measured(runs: SudoRuns) -> dict[str, Any]:
    """What a module returns of it: the control node judges, so that no sentence of a host's is ours."""
    return {
        **runs._asdict(),
        "finding": runs.finding._asdict(),
        "login": runs.login._asdict(),
    }


def judge(
    runs: SudoRuns, control: Control, timeout: float, slow_seconds: float
) -> tuple[dict[str, Any], list[Problem]]:
    """The values that sudo_check returns, and the problems.

    timeout: seconds that one run had; slow_seconds: the median that is still good.
    """
    finding, login = runs.finding, runs.login
    seconds = None
    if finding.seconds:
        seconds = {
            "min": round(min(finding.seconds), 3),
            "median": round(_median(finding.seconds), 3),
        }
    values = {
        "status": finding.status,
        "seconds": seconds,
        "user": login.user,
        "groups": login.groups,
        "in_sudo_group": login.in_sudo_group,
        "hostname_resolves": runs.name_resolves,
    }
    problems = []
    if finding.status == "requires_tty":
        problems.append(_requires_tty(login, control.pipelining))
    status = finding.with_tty or finding.status
    if problem := _status_problem(status, finding.reason, login):
        problems.append(problem)
    if status == "timed_out":
        problems.append(_timed_out(timeout, runs))
    elif seconds and seconds["median"] > slow_seconds:
        problems.append(_slow(seconds["median"], slow_seconds, control.timeout, runs))
    return values, problems


def _median(seconds: Sequence[float]) -> float:
    if len(seconds) == 1:
        return seconds[0]
    # Only here: to load it takes a host as long as to start Python, and a quick sudo is run once.
    import statistics  # pylint: disable=import-outside-toplevel

    return statistics.median(seconds)


def _grant(login: Login, first: str = "") -> str:
    return (
        f"{PREPARE} with prepare_passwordless_sudo=true and prepare_grant_via=su (which needs prepare_su_password) or "
        f"prepare_grant_via=root_login, or as root on the host: {first}usermod -aG {login.sudo_group} {login.user}; "
        "where sudo then asks for the login's password, give that with -K (--ask-become-pass) or in "
        "ansible_become_password."
    )


def _sudoers_line(login: Login) -> str:
    return f"{login.user} ALL=(ALL:ALL) NOPASSWD: ALL"


def _permit(login: Login) -> str:
    return (
        "As root on the host, see with 'visudo -c' whether its sudoers file is in order, and add "
        f"the line '{_sudoers_line(login)}' with "
        f"'visudo -f /etc/sudoers.d/90-{login.user}'."
    )


def _status_problem(status: str, reason: str, login: Login) -> Problem | None:
    """The problem with a status that has nothing to do with time, if it is one."""
    if status == "password_required" and login.in_sudo_group:
        return block(
            "sudo_password_required",
            f"sudo asks the login {login.user} for a password and Ansible was given none.",
            "Run ansible-playbook with -K (--ask-become-pass), or set ansible_become_password, "
            "or as root on the host write a sudoers line for it with "
            f"'visudo -f /etc/sudoers.d/90-{login.user}': '{_sudoers_line(login)}'.",
        )
    if status == "password_required":
        return block(
            "sudo_password_required",
            f"sudo asks the login {login.user} for a password and Ansible was given none. The "
            f"login is also in none of the groups {', '.join(SUDO_GROUPS)} (but in "
            f"{', '.join(login.groups)}), so it probably may not use sudo at all.",
            _grant(login),
        )
    if status == "password_wrong":
        return block(
            "sudo_password_wrong",
            f"sudo refuses the become password for the login {login.user}.",
            f"Give the password that {login.user} has on this host: with -K "
            "(--ask-become-pass), or in ansible_become_password for this host.",
        )
    if status == "prompt_unknown":
        return _prompt_unknown(reason, login)
    if status == "not_permitted":
        return block(
            "sudo_not_permitted",
            f"sudo does not let the login {login.user} run commands as root: {reason.rstrip('.')}.",
            _permit(login) if login.in_sudo_group else _grant(login),
        )
    if status == "sudo_missing":
        return block(
            "sudo_missing",
            f"There is no sudo for the login {login.user} on this host.",
            _grant(login, "apt-get install sudo (or dnf install sudo), then "),
        )
    return None


def _prompt_unknown(asked: str, login: Login) -> Problem:
    shown = asked.replace(PROMPT, "PROMPT")
    whose = "sudo-rs" if asked.startswith("[sudo: ") else "PAM or its own settings"
    exe = (
        "set ansible_become_exe: sudo.ws for this host where that is installed (Ubuntu has it beside sudo-rs), or "
        if whose == "sudo-rs"
        else ""
    )
    return block(
        "sudo_prompt_unknown",
        f"sudo asks the login {login.user} for the password with {shown!r}, which is that of {whose}, and this "
        "ansible-core waits for its own PROMPT at the start of a line: every become ends with 'Timeout waiting for "
        "privilege escalation prompt', though the password is right.",
        f"To have it without a password, as root on the host write with 'visudo -f /etc/sudoers.d/90-{login.user}' the "
        f"line '{_sudoers_line(login)}'; or {exe}take an ansible-core that knows this prompt.",
    )


def _requires_tty(login: Login, pipelining: bool) -> Problem:
    fix = (
        f"Add the line 'Defaults:{login.user} !requiretty' with visudo, "
        "or set ansible_pipelining to false for this host."
    )
    if pipelining:
        return block(
            "sudo_requires_tty",
            "sudo wants a terminal (requiretty in its sudoers file), which Ansible does not have "
            "with pipelining, and pipelining is on for this host.",
            fix,
        )
    return warn(
        "sudo_requires_tty",
        "sudo wants a terminal (requiretty in its sudoers file). Pipelining is off for this host, "
        "so Ansible has one; with pipelining every become would fail.",
        fix,
    )


def _cause(runs: SudoRuns) -> tuple[str, str]:
    """Why sudo is slow on this host, and what fixes it."""
    if not runs.name_resolves:
        return (
            f"The host does not resolve its own name {runs.kernel_name!r}, so sudo waits for the "
            "name servers",
            f"{PREPARE}, which writes this host's own line into /etc/hosts, or add a line with "
            f"its address and {runs.kernel_name!r} to its /etc/hosts.",
        )
    return (
        "The host resolves its own name, so it has another cause: PAM modules, accounts on a "
        "directory server, or load",
        "Log in to the host and find out with 'time sudo -k true' what sudo waits for.",
    )


def _timed_out(timeout: float, runs: SudoRuns) -> Problem:
    why, fix = _cause(runs)
    return block(
        "sudo_timed_out",
        f"sudo was still running after {timeout:g} s (measured on the host, so it is not the "
        f"network). {why}.",
        fix,
    )


def _slow(median: float, wanted: float, timeout: float | None, runs: SudoRuns) -> Problem:
    why, fix = _cause(runs)
    found = f"One sudo takes {median:.1f} s on the host itself (wanted: at most {wanted:g} s)"
    if timeout is None or median < timeout:
        return warn("sudo_slow", f"{found}. {why}.", fix)
    return block(
        "sudo_slow",
        f"{found}, and the connection's timeout is {timeout:g} s: Ansible will stop with 'Timeout "
        f"({timeout + 2:g}s) waiting for privilege escalation prompt'. {why}.",
        fix,
    )
