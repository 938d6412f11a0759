# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Which line of what ssh says is the reason, which machine it is about, and what helps.

ssh tells the reason first and its consequences after it, and with a jump host two ssh talk. So the causes are looked
for in the order in which one hides the other, in all lines, and the last line decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

ADD_KEY = (
    "In a cluster directory run k8n.cluster.init with -e k8n_dir=. -e k8n_trust_host_keys=true; "
    "elsewhere log in once by hand with 'ssh {address}' and compare the key with the host's."
)
# A cluster directory has a known_hosts of its own, which a login by hand does not fill.
REMOVE_KEY = (
    "remove its old key with 'ssh-keygen -R {address}' (in a cluster directory with -f known_hosts)"
)
CHANGED = "REMOTE HOST IDENTIFICATION HAS CHANGED"
# What cannot be reached cannot be asked for the name of its service.
_START = "systemctl enable --now ssh, or sshd where the service is called so"
# How many lines are shown where none is known.
_LINES = 4

_DROPPED = (
    "Look in the host's sshd log; if sshd drops connections that come at once, use fewer forks "
    "(-f) or raise MaxStartups in its sshd_config (prepare_sshd_max_startups)."
)
_WRONG_KEY = (
    "Give the key that the host knows in ansible_ssh_private_key_file, and add "
    "-o IdentitiesOnly=yes to ansible_ssh_common_args so that ssh offers no other; or empty the "
    "agent with 'ssh-add -D' and add that one key."
)


class Cause(NamedTuple):
    """A line of ssh that tells a reason, and what helps against it."""

    line: re.Pattern[str]
    fix: str
    # What helps where the line is about a jump host; without one, the same as for the host.
    of_jump_host: str = ""


def _cause(line: str, fix: str, of_jump_host: str = "") -> Cause:
    return Cause(re.compile(line, re.IGNORECASE), fix, of_jump_host)


# What is found first hides what comes after it.
_CAUSES = (
    _cause(
        CHANGED,
        "If the host was reinstalled, {remove} and add the new one; if it was not, find "
        "out who answers at this address. {add}",
        "Its key is another one than in known_hosts: find out who answers at its address, then log in to it once by "
        "hand and compare the key with the jump host's.",
    ),
    _cause(
        "host key verification failed|no .* host key is known for",
        "{add}",
        "Its key is in no known_hosts that ssh reads: a jump host's ssh takes its options from ~/.ssh/config or from "
        "the ProxyCommand itself. Log in to it once by hand and compare the key with the jump host's.",
    ),
    _cause(
        "bad owner or permissions on",
        "Make this file of ssh's configuration yours, and take from others the right to write to it: chmod 600 FILE.",
    ),
    _cause(
        r"bad configuration option|terminating, \d+ bad configuration|unsupported option|missing argument"
        r"|keyword \S+ extra arguments|command-line line \d+",
        "Correct the option at the place that ssh names; on the command line it comes from ansible_ssh_common_args, "
        "ansible_ssh_extra_args, or ssh_args in ansible.cfg.",
    ),
    _cause(
        "too long for unix domain socket|controlpath.* too long",
        "Set control_path_dir in the section [ssh_connection] of ansible.cfg to a short folder that only you may write "
        "to, such as ~/.cp; a socket's path may have 108 characters.",
    ),
    _cause(
        "administratively prohibited",
        "The jump host forwards nothing: set AllowTcpForwarding yes (and PermitOpen any) in its sshd_config.",
    ),
    _cause(
        "(open failed: connect failed|stdio forwarding failed)",
        "The jump host lets the login in but does not reach {address}: look whether that host is up, its address is "
        "right as seen from the jump host, and at the firewalls between the two.",
    ),
    _cause(
        "too many authentication failures",
        _WRONG_KEY,
        "The agent offers more keys than it takes. In ~/.ssh/config give it the one IdentityFile with "
        "IdentitiesOnly yes, or empty the agent with 'ssh-add -D' and add that one key.",
    ),
    _cause(
        r"permissions \d+ for .* are too open",
        "ssh ignores a private key that others can read. Run 'chmod 600 FILE' with the file that it names.",
    ),
    _cause(
        'load key ".*": bad permissions',
        "ssh ignores a private key that others can read. Run 'chmod 600 FILE' with the file that it names.",
    ),
    _cause(
        'load key ".*": incorrect passphrase',
        "Load the key into an agent before the run: eval $(ssh-agent); ssh-add FILE. Ansible cannot type a passphrase.",
    ),
    _cause(
        'load key ".*": permission denied',
        "The private key file belongs to another user of this machine: run Ansible as that user, or take a key of "
        "your own.",
    ),
    _cause(
        'load key ".*"',
        "That file is not a private key that ssh can read: give the private key (not the .pub) in "
        "ansible_ssh_private_key_file, with its last line ended, and look at it with 'ssh-keygen -y -f FILE'.",
    ),
    _cause(
        "identity file .* not accessible|no such identity",
        "Give the private key file that is there in ansible_ssh_private_key_file (or -i in ssh's own arguments).",
    ),
    _cause(
        "agent refused operation",
        "The agent does not sign with this key: it wants a passphrase or a touch of its device, which "
        "Ansible does not ask for. Add the key again with 'ssh-add FILE', or take one without.",
    ),
    _cause(
        "no mutual signature",
        "One of the two sides no longer takes RSA with SHA-1: take an ed25519 key (ssh-keygen -t ed25519), or set "
        "-o PubkeyAcceptedAlgorithms=+ssh-rsa in ansible_ssh_common_args.",
    ),
    _cause(
        "unable to negotiate with",
        "ssh here and sshd there have no such algorithm in common: update the older of the two, or add to "
        "ansible_ssh_common_args -o HostKeyAlgorithms=+ALGORITHM (or KexAlgorithms, Ciphers, MACs) with one that it "
        "offers.",
    ),
    _cause(
        "password has expired|password change required",
        "Log in by hand and give the login a new password; 'chage -M -1 LOGIN' as root lets it never expire.",
    ),
    _cause("account has expired|account expired", "As root on it: chage -E -1 LOGIN."),
    _cause(
        "account is currently not available",
        "The login has no shell: as root on it 'usermod -s /bin/bash LOGIN', or name another login in ansible_user.",
    ),
    _cause(
        "please login as the user",
        "The image lets this login do nothing: set ansible_user to the login that this line names.",
    ),
    _cause(
        "system is (booting up|going down)",
        "Wait until it is up; if it goes on saying so, look at 'systemctl --failed' on it and remove /run/nologin.",
    ),
    _cause(
        "incorrect password",
        "Give the password of the login: with -k (--ask-pass) or in ansible_password.",
    ),
    _cause(
        "permission denied",
        "Put your public key on the host with 'ssh-copy-id', and look at ansible_user and "
        "ansible_ssh_private_key_file for this host (or run with -k for a password).",
        "Look at the user and the key for it, which stand in the ProxyJump or ProxyCommand, or in ~/.ssh/config: "
        "ansible_user and ansible_ssh_private_key_file are for the host behind it.",
    ),
    _cause("sshpass", "Install sshpass on this machine: apt-get install sshpass."),
    _cause(
        "could not resolve hostname",
        "Set ansible_host for this host to its address, or make its name resolve here.",
        "Write its address into the ProxyJump or ProxyCommand, or make its name resolve here.",
    ),
    _cause(
        "connection refused",
        f"Start sshd on the host ({_START}), and look at ansible_port if it listens elsewhere.",
        f"Start sshd on it ({_START}), and look at the port of the ProxyJump or ProxyCommand.",
    ),
    _cause(
        "no route to host",
        "Look whether the host is up and its address is right, and at routes and firewalls "
        "between this machine and it.",
        "Look whether it is up and its address is right, and at routes and firewalls between this machine and it.",
    ),
    _cause(
        "network is unreachable",
        "Give this machine a route to the host's network, and look whether the address is right.",
        "Give this machine a route to its network, and look whether its address is right.",
    ),
    _cause(
        "not allowed at this time|exceeded maxstartups",
        "sshd punishes this machine for logins that failed, or has too many at once: wait some minutes, correct the "
        "login, and use fewer forks (-f). PerSourcePenalties and MaxStartups in its sshd_config are the limits.",
    ),
    _cause(
        "timed out during banner exchange",
        "Something answers at that port, but not an sshd: look at the load of the host and the limits of its sshd, "
        "and whether the port is sshd's; if it is only slow, raise timeout in ansible.cfg.",
    ),
    _cause(
        "command not found|nc: |ncat: |proxycommand",
        "Correct the ProxyCommand, and install what it runs on this machine.",
    ),
    _cause(r"connection (reset|closed) by (?!unknown)\S+ port", _DROPPED),
    _cause(
        r"(timed out|not responding)",
        "Look whether the host is up, its address is right and no firewall drops that port of it; "
        "if it is only slow, raise timeout in ansible.cfg.",
        "Look whether it is up, its address is right and no firewall between this machine and it drops that port.",
    ),
    _cause(
        r"connection (reset|closed) by (unknown|remote host|peer)|broken pipe",
        _DROPPED,
        "The ProxyJump or ProxyCommand ended before it was connected, without a message: run it by hand with 'ssh -v'.",
    ),
)
_ELSE = Cause(re.compile(""), "Log in by hand with 'ssh -vvv {address}' and correct what it shows.")

# ssh speaks so of a connection that is no socket but a program's output: the way through a jump host.
_THROUGH_A_PROGRAM = re.compile(r"UNKNOWN port 65535")
# The login at the host itself, which is said anyway.
_LOGIN = re.compile(r"^\S+@\S+: (?=Permission denied)")


class Reason(NamedTuple):
    """Why ssh did not get in."""

    text: str
    fix: str
    # Whether it is the jump host that did not let it in; the host itself was never reached then.
    of_jump_host: bool


def find(lines: Sequence[str]) -> Reason:
    """The reason among the lines that ssh said."""
    jump = any(map(_THROUGH_A_PROGRAM.search, lines))
    for cause in _CAUSES:
        line = next(filter(cause.line.search, lines), None)
        if line is not None:
            fix = cause.of_jump_host if jump and cause.of_jump_host else cause.fix
            return Reason(line if jump else _LOGIN.sub("", line), fix, jump)
    return Reason("; ".join(lines[:_LINES]) or "no reason given", _ELSE.fix, jump)
