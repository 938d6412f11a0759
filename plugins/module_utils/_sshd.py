# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""How much the host's sshd takes on at a time, read from the configuration in force."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ansible_collections.k8n.cluster.plugins.module_utils._commands import run
from ansible_collections.k8n.cluster.plugins.module_utils._sudo_run import run_sudo

if TYPE_CHECKING:
    from typing import Callable, Mapping, Optional

    # Runs an argv as root for at most so many seconds: what it printed, None where it failed.
    AsRoot = Callable[[list[str], float], Optional[str]]

# sshd needs its host keys for this, and so root.
_SSHD = "/usr/sbin/sshd"
_TIMEOUT_SECONDS = 5.0
# Where one sudo takes longer, one more for a figure that is only worth knowing costs too much.
_QUICK_SUDO_SECONDS = 1.0
_SESSIONS = re.compile(r"^maxsessions (\d+)$", re.MULTILINE)
_STARTUPS = re.compile(r"^maxstartups (\d+):(\d+):(\d+)$", re.MULTILINE)


def parse(text: str) -> dict[str, Any] | None:
    """The limits in what `sshd -T` printed; None where they are not there.

    max_sessions is per connection. Of connections that have not logged in yet, start are let in;
    from then on rate percent are dropped at random, and at full all of them.
    """
    sessions, startups = _SESSIONS.search(text), _STARTUPS.search(text)
    if sessions is None or startups is None:
        return None
    start, rate, full = map(int, startups.groups())
    return {
        "max_sessions": int(sessions.group(1)),
        "max_startups": {"start": start, "rate": rate, "full": full},
    }


def limits(sudo: Mapping[str, Any], password: str | None) -> dict[str, Any] | None:
    """The limits for the present login; None where it is not root and has no quick sudo.

    sudo is what the check of sudo returned, password the one that it was given.
    """
    as_root = _as_root(sudo, password)
    if as_root is None:
        return None
    # The login's own, should the configuration have a Match for it.
    login = f"user={sudo['user']},host=localhost,addr=127.0.0.1"
    text = as_root([_SSHD, "-T", "-C", login], _TIMEOUT_SECONDS)
    return None if text is None else parse(text)


def _as_root(sudo: Mapping[str, Any], password: str | None) -> AsRoot | None:
    if sudo["status"] == "root":
        return _directly
    if sudo["status"] not in ("passwordless", "password_ok"):
        return None
    if sudo["seconds"]["median"] > _QUICK_SUDO_SECONDS:
        return None
    given = password if sudo["status"] == "password_ok" else None

    def through_sudo(argv: list[str], timeout: float) -> str | None:
        try:
            done = run_sudo(given, timeout, tty=False, command=argv)
        except OSError:
            return None
        return done.text if done.returncode == 0 else None

    return through_sudo


def _directly(argv: list[str], timeout: float) -> str | None:
    done = run({"kind": "command", "argv": argv}, timeout)
    return str(done["stdout"]) if done["rc"] == 0 else None
