# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._unreachable import (
    lines_said,
    reason,
    unreachable,
)

# Recorded with OpenSSH 9.2 and ansible-core 2.17 to 2.21 against the lab.
VIA = "Failed to connect to the host via ssh: "
CHANGED = (
    VIA
    + "@" * 59
    + "\r\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r\n"
    + "@" * 59
    + "\r\nIT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!\r\n"
    "Host key for 10.94.1.12 has changed and you have requested strict checking.\r\n"
    "Host key verification failed."
)
ADD_KEY = (
    "In a cluster directory run k8n.cluster.init with -e k8n_dir=. -e k8n_trust_host_keys=true; "
    "elsewhere log in once by hand with 'ssh n1' and compare the key with the host's."
)
VERBOSE = (
    VIA + "OpenSSH_9.2p1 Debian-2, OpenSSL 3.0.20\r\ndebug1: Reading configuration data\r\n"
    "debug1: connect to address 10.94.1.99 port 22: No route to host\r\n"
    "ssh: connect to host 10.94.1.99 port 22: No route to host"
)


@pytest.mark.parametrize(
    ("text", "line", "fix"),
    [
        (
            VIA + "ssh: connect to host 10.94.1.99 port 22: No route to host",
            "connect to host 10.94.1.99 port 22: No route to host",
            "Look whether the host is up and its address is right, and at routes and firewalls "
            "between this machine and it.",
        ),
        (
            VERBOSE,
            "connect to host 10.94.1.99 port 22: No route to host",
            "Look whether the host is up and its address is right, and at routes and firewalls "
            "between this machine and it.",
        ),
        (
            VIA + "ssh: connect to host n1 port 2222: Connection refused",
            "connect to host n1 port 2222: Connection refused",
            "Start sshd on the host (systemctl enable --now ssh), and look at ansible_port if it "
            "listens elsewhere.",
        ),
        (
            VIA + "Connection timed out during banner exchange\r\n"
            "Connection to 10.94.1.21 port 22 timed out",
            "Connection to 10.94.1.21 port 22 timed out",
            "Look whether the host is up, its address is right and no firewall drops port 22 of "
            "it; if it is only slow, raise timeout in ansible.cfg.",
        ),
        (
            VIA + "Host key verification failed.",
            "Host key verification failed",
            ADD_KEY,
        ),
        (
            CHANGED,
            "the host key is not the one in known_hosts (Host key verification failed)",
            "If the host was reinstalled, remove its old key with 'ssh-keygen -R n1' (in a cluster "
            "directory with -f known_hosts) and add the new one; if it was not, find out who answers "
            f"at this address. {ADD_KEY}",
        ),
        (
            VIA + "server@10.94.1.13: Permission denied (publickey).",
            "Permission denied (publickey)",
            "Put your public key on the host with 'ssh-copy-id', and look at ansible_user and "
            "ansible_ssh_private_key_file for this host (or run with -k for a password).",
        ),
        (
            VIA + 'Load key "/root/k": bad permissions\r\nroot@n1: Permission denied (publickey).',
            'Permission denied (publickey), Load key "/root/k": bad permissions',
            "Put your public key on the host with 'ssh-copy-id', and look at ansible_user and "
            "ansible_ssh_private_key_file for this host (or run with -k for a password).",
        ),
        (
            "Invalid/incorrect password: Permission denied, please try again.",
            "Invalid/incorrect password: Permission denied, please try again",
            "Give the password of the login: with -k (--ask-pass) or in ansible_password.",
        ),
        (
            VIA + "ssh: Could not resolve hostname nope.invalid: Name or service not known",
            "Could not resolve hostname nope.invalid: Name or service not known",
            "Set ansible_host for this host to its address, or make its name resolve here.",
        ),
        (
            VIA + "kex_exchange_identification: read: Connection reset by peer\r\n"
            "Connection reset by 10.94.1.11 port 22",
            "Connection reset by 10.94.1.11 port 22",
            "Look in the host's sshd log; if sshd drops connections that come at once, use fewer "
            "forks (-f) or raise MaxStartups in its sshd_config (prepare_sshd_max_startups).",
        ),
        (
            VIA + "kex_exchange_identification: Connection closed by remote host\r\n"
            "Connection closed by 10.94.1.11 port 22",
            "Connection closed by 10.94.1.11 port 22",
            "Look in the host's sshd log; if sshd drops connections that come at once, use fewer "
            "forks (-f) or raise MaxStartups in its sshd_config (prepare_sshd_max_startups).",
        ),
        (
            "to use the 'ssh' connection type with passwords, you must install the sshpass program",
            "to use the 'ssh' connection type with passwords, you must install the sshpass program",
            "Install sshpass on this machine: apt-get install sshpass.",
        ),
        (
            "Something new",
            "Something new",
            "Log in by hand with 'ssh -vvv n1' and mend what it shows.",
        ),
        ("", "no reason given", "Log in by hand with 'ssh -vvv n1' and mend what it shows."),
    ],
)
def test_unreachable(text, line, fix):
    assert reason(text) == line
    assert unreachable(text, "n1", "server") == {
        "id": "unreachable",
        "severity": "block",
        "message": f"Ansible cannot connect to server@n1: {line}.",
        "fix": fix,
    }


def test_without_a_user():
    message = unreachable("Boom", "n1")["message"]

    assert message == "Ansible cannot connect to n1: Boom."


def test_a_private_key_file_that_is_not_there():
    text = VIA + "server@n1: Permission denied (publickey)."

    assert unreachable(text, "n1", "server", missing_key="~/nope")["message"] == (
        "Ansible cannot connect to server@n1: Permission denied (publickey), and there is no file "
        "~/nope here (ansible_ssh_private_key_file)."
    )
    assert "nope" not in unreachable("Boom", "n1", missing_key="~/nope")["message"]


def test_lines_said_of_hostile_output():
    text = "one \x1b[2J two\n\n   \nShared connection to n1 closed.\r\n" + "x" * 5_000_000

    assert lines_said(text) == ["one [2J two", "x" * 200]
