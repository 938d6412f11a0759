# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Why a host could not be reached, in one line and with what mends it."""

from __future__ import annotations

import re

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, block

_MAX_LENGTH = 200
# What ssh says beside the reason.
_NOISE = re.compile(
    r"debug\d: |OpenSSH_|Warning: Permanently added|Pseudo-terminal will not|Shared connection to"
    r"|Connection to \S+ closed|@{5,}|mux_client_|Control socket|ControlSocket"
)
_PREFIX = re.compile(
    r"^(Failed to connect to the host via (ssh|scp|sftp|piped): |"
    r"Data could not be sent to remote host [^.]*\. Make sure this host can be reached over "
    r"(ssh|SSH): |ssh: |\S+@\S+: (?=Permission denied))+"
)
# Why a key was not even offered.
_KEY = "Load key "

_CHANGED = "REMOTE HOST IDENTIFICATION HAS CHANGED"

_DROPPED = (
    "Look in the host's sshd log; if sshd drops connections that come at once, use fewer forks "
    "(-f) or raise MaxStartups in its sshd_config (prepare_sshd_max_startups)."
)
# Part of the reason (in small letters) -> what mends it. First match counts.
_FIXES = (
    (
        "remote host identification has changed",
        "If the host was reinstalled, {remove} and add the new one; if it was not, find "
        "out who answers at this address. {add}",
    ),
    (
        "host key verification failed",
        "{add}",
    ),
    (
        "incorrect password",
        "Give the password of the login: with -k (--ask-pass) or in ansible_password.",
    ),
    (
        "permission denied",
        "Put your public key on the host with 'ssh-copy-id', and look at ansible_user and "
        "ansible_ssh_private_key_file for this host (or run with -k for a password).",
    ),
    ("sshpass", "Install sshpass on this machine: apt-get install sshpass."),
    (
        "could not resolve hostname",
        "Set ansible_host for this host to its address, or make its name resolve here.",
    ),
    (
        "connection refused",
        "Start sshd on the host (systemctl enable --now ssh), and look at ansible_port if it "
        "listens elsewhere.",
    ),
    (
        "no route to host",
        "Look whether the host is up and its address is right, and at routes and firewalls "
        "between this machine and it.",
    ),
    (
        "network is unreachable",
        "Give this machine a route to the host's network, and look whether the address is right.",
    ),
    ("connection reset", _DROPPED),
    ("connection closed", _DROPPED),
    (
        "timed out",
        "Look whether the host is up, its address is right and no firewall drops port 22 of it; "
        "if it is only slow, raise timeout in ansible.cfg.",
    ),
)
# A cluster directory has a known_hosts of its own, which a login by hand does not fill.
REMOVE_KEY = (
    "remove its old key with 'ssh-keygen -R {address}' (in a cluster directory with -f known_hosts)"
)
ADD_KEY = (
    "In a cluster directory run k8n.cluster.init with -e k8n_dir=. -e k8n_trust_host_keys=true; "
    "elsewhere log in once by hand with 'ssh {address}' and compare the key with the host's."
)
_ELSE = "Log in by hand with 'ssh -vvv {address}' and mend what it shows."


def lines_said(text: str) -> list[str]:
    """The lines of a remote output that say something, fit to be shown, without ssh's noise."""
    # Cut first: a traceback of a module quotes the whole module in one line.
    lines = (" ".join(raw[: 2 * _MAX_LENGTH].split()) for raw in text.splitlines())
    return [
        "".join(filter(str.isprintable, line))[:_MAX_LENGTH]
        for line in lines
        if line and not _NOISE.search(line)
    ]


def reason(text: str) -> str:
    """The one line of a connection error that tells the reason."""
    lines = lines_said(_PREFIX.sub("", text.strip()))
    if not lines:
        return "no reason given"
    key = next((line for line in lines if line.startswith(_KEY)), None)
    last = _PREFIX.sub("", lines[-1]).rstrip(".")
    if _CHANGED in text:
        return f"the host key is not the one in known_hosts ({last})"
    return f"{last}, {key}" if key else last


def unreachable(
    text: str, address: str, user: str | None = None, missing_key: str | None = None
) -> Problem:
    """The problem of a host that Ansible cannot connect to.

    text: the connection error; address and user: where and as whom it tried; missing_key: the
    private key file that it was told to use and that is not there, of which ssh says nothing.
    """
    why = reason(text)
    if missing_key and "ermission denied" in why:
        why += f", and there is no file {missing_key} here (ansible_ssh_private_key_file)"
    key = f"{why} {_CHANGED}" if _CHANGED in text else why
    fix = next((fix for part, fix in _FIXES if part in key.lower()), _ELSE)
    login = f"{user}@{address}" if user else address
    return block(
        "unreachable",
        f"Ansible cannot connect to {login}: {why}.",
        fix.format(
            address=address,
            remove=REMOVE_KEY.format(address=address),
            add=ADD_KEY.format(address=address),
        ),
    )
