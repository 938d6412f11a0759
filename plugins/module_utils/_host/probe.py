# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Everything that node_probe does on a host, in a process of the login."""

from __future__ import annotations

import base64
import json
import os
import sys
from typing import Any, Mapping

from .._hostname import HostnameCheck
from .._sudo_check import check_sudo, control_from, judge, measured
from . import storage
from .launch import launch


def probe(request: Mapping[str, Any], program: bytes) -> dict[str, Any]:
    """What node_probe returns of the host.

    request: the module's options sudo, hostname and control, and Ansible's remote_tmp. program: for a process of root.
    """
    # Started first and finished last: a name server that is slow is asked while sudo runs.
    names = HostnameCheck(**request["hostname"])
    control = control_from(request["control"])
    given = request["sudo"]
    runs = check_sudo(control, given["samples"], given["timeout"])
    # The control node's judgement is another one, on what is returned.
    sudo, _problems = judge(runs, control, given["timeout"], given["slow_seconds"])
    wants = wanted(request["control"]["wants"], sudo["user"], request["remote_tmp"])
    answer = launch(wants, sudo, control.password, program, control.program)
    return {
        "python": {"path": sys.executable, "version": sys.version.split()[0]},
        "measured": {"sudo": measured(runs), "hostname": names.measured()},
        "answer": answer,
    }


def wanted(given: str | None, login: str, remote_tmp: str) -> dict[str, Any]:
    """What the collectors are told: given, who logged in, and what the login sees of its own."""
    return {
        **(json.loads(base64.b64decode(given)) if given else {}),
        "login": login,
        "remote_tmp": storage.remote_tmp(remote_tmp),
    }


def main(request: Mapping[str, Any], program: bytes) -> None:
    """The whole of the process that the control node starts over SSH; prints one line of JSON.

    Raises OSError where the modules of later tasks will not run, though this one does.
    """
    storage.room_for_modules()
    sys.stdout.write(json.dumps(probe(request, program)) + "\n")
    sys.stdout.flush()
    # Without the time that it takes Python to tidy up.
    os._exit(0)
