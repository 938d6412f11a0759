# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""How much the host's sshd takes on at a time, read from the configuration in force."""

from __future__ import annotations

import re
from typing import Any, Mapping

from .._commands import run

# sshd needs its host keys for this, and so root.
_SSHD = "/usr/sbin/sshd"
_TIMEOUT_SECONDS = 4.0
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


def collect(wants: Mapping[str, Any]) -> dict[str, Any]:
    """The limits for the login that wants names; None where this is not root or sshd does not say."""
    # The login's own, should the configuration have a Match for it.
    login = f"user={wants.get('login', 'root')},host=localhost,addr=127.0.0.1"
    argv = [_SSHD, "-T", "-C", login]
    done = run({"kind": "command", "argv": argv}, _TIMEOUT_SECONDS)
    return {"limits": parse(str(done["stdout"])) if done["rc"] == 0 else None}
