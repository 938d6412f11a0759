# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Why a host could not be reached, in one line and with what helps."""

from __future__ import annotations

import re

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, block

from .reasons import ADD_KEY, CHANGED, REMOVE_KEY, find

_MAX_LENGTH = 200
# What ssh says beside the reason.
_NOISE = re.compile(
    r"debug\d: |OpenSSH_|Warning: Permanently added|Pseudo-terminal will not|Shared connection to"
    r"|Connection to \S+ closed|@{5,}|mux_client_|Control socket|ControlSocket"
)
_PREFIX = re.compile(
    r"^(Failed to connect to the host via (ssh|scp|sftp|piped): |"
    r"Data could not be sent to remote host [^.]*\. Make sure this host can be reached over "
    r"(ssh|SSH): |ssh: )+"
)


def lines_said(text: str) -> list[str]:
    """The lines of a remote output that say something, fit to be shown, without ssh's noise."""
    # Cut first: a traceback of a module quotes the whole module in one line.
    lines = (" ".join(raw[: 2 * _MAX_LENGTH].split()) for raw in text.splitlines())
    return [
        "".join(filter(str.isprintable, line))[:_MAX_LENGTH]
        for line in lines
        if line and not _NOISE.search(line)
    ]


def unreachable(
    text: str, address: str, user: str | None = None, missing_key: str | None = None
) -> Problem:
    """The problem of a host that Ansible cannot connect to.

    text: the connection error; address and user: where and as whom it tried; missing_key: the
    private key file that it was told to use and that is not there, of which ssh says nothing.
    """
    lines = [
        _PREFIX.sub("", line).rstrip(".") for line in lines_said(_PREFIX.sub("", text.strip()))
    ]
    found = find(lines)
    why = found.text
    if CHANGED in why:
        why = f"the host key is not the one in known_hosts ({lines[-1]})"
    if missing_key and "ermission denied" in why:
        why += f", and there is no file {missing_key} here (ansible_ssh_private_key_file)"
    login = f"{user}@{address}" if user else address
    whose = ", for the jump host on the way does not let it through" if found.of_jump_host else ""
    return block(
        "unreachable",
        f"Ansible cannot connect to {login}{whose}: {why}.",
        found.fix.format(
            address=address,
            remove=REMOVE_KEY.format(address=address),
            add=ADD_KEY.format(address=address),
        ),
    )
