# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.unreachable import (
    lines_said,
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
            "Start sshd on the host (systemctl enable --now ssh, or sshd where the service is called so), and look at "
            "ansible_port if it listens elsewhere.",
        ),
        (
            VIA + "Connection timed out during banner exchange\r\n"
            "Connection to 10.94.1.21 port 22 timed out",
            "Connection timed out during banner exchange",
            "Something answers at that port, but not an sshd: look at the load of the host and the limits of its "
            "sshd, and whether the port is sshd's; if it is only slow, raise timeout in ansible.cfg.",
        ),
        (
            VIA + "ssh: connect to host n1 port 2222: Connection timed out",
            "connect to host n1 port 2222: Connection timed out",
            "Look whether the host is up, its address is right and no firewall drops that port of it; if it is only "
            "slow, raise timeout in ansible.cfg.",
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
            'Load key "/root/k": bad permissions',
            "ssh ignores a private key that others can read. Run 'chmod 600 FILE' with the file that it names.",
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
            "Log in by hand with 'ssh -vvv n1' and correct what it shows.",
        ),
        ("", "no reason given", "Log in by hand with 'ssh -vvv n1' and correct what it shows."),
    ],
)
def test_unreachable(text, line, fix):
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


# What OpenSSH says where a reason is followed by its consequences, and by what part of the finding it must be known.
KEY = "/home/me/.ssh/cluster"
DENIED = "server@n1: Permission denied (publickey)."
SEVERAL = [
    (
        "Received disconnect from 10.0.0.12 port 22:2: Too many authentication failures\r\n"
        "Disconnected from 10.0.0.12 port 22",
        "Received disconnect from 10.0.0.12 port 22:2: Too many authentication failures",
        "IdentitiesOnly=yes",
    ),
    (
        f"@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @\r\n"
        f"Permissions 0644 for '{KEY}' are too open.\r\nThis private key will be ignored.\r\n"
        f'Load key "{KEY}": bad permissions\r\n{DENIED}',
        f"Permissions 0644 for '{KEY}' are too open",
        "chmod 600 FILE",
    ),
    (
        f'Load key "{KEY}": incorrect passphrase supplied to decrypt private key\r\n{DENIED}',
        f'Load key "{KEY}": incorrect passphrase supplied to decrypt private key',
        "ssh-add FILE",
    ),
    (
        f'Load key "{KEY}": error in libcrypto\r\n{DENIED}',
        f'Load key "{KEY}": error in libcrypto',
        "ssh-keygen -y -f FILE",
    ),
    (
        f'Load key "{KEY}": Permission denied\r\n{DENIED}',
        f'Load key "{KEY}": Permission denied',
        "another user",
    ),
    (
        f"Warning: Identity file {KEY} not accessible: No such file or directory.\r\n{DENIED}",
        f"Warning: Identity file {KEY} not accessible: No such file or directory",
        "that is there in ansible_ssh_private_key_file",
    ),
    (
        f'sign_and_send_pubkey: signing failed for ED25519 "{KEY}" from agent: agent refused operation\r\n{DENIED}',
        f'sign_and_send_pubkey: signing failed for ED25519 "{KEY}" from agent: agent refused operation',
        "Add the key again with 'ssh-add FILE'",
    ),
    (
        f"sign_and_send_pubkey: no mutual signature supported\r\n{DENIED}",
        "sign_and_send_pubkey: no mutual signature supported",
        "ed25519",
    ),
    (
        "Unable to negotiate with 10.0.0.12 port 22: no matching host key type found. Their offer: ssh-rsa,ssh-dss",
        "Unable to negotiate with 10.0.0.12 port 22: no matching host key type found. Their offer: ssh-rsa,ssh-dss",
        "-o HostKeyAlgorithms=+ALGORITHM",
    ),
    (
        "Bad owner or permissions on /root/.ssh/config",
        "Bad owner or permissions on /root/.ssh/config",
        "chmod 600 FILE",
    ),
    (
        "/root/.ssh/config: line 3: Bad configuration option: proxyjumb\r\n"
        "/root/.ssh/config: terminating, 1 bad configuration options",
        "/root/.ssh/config: line 3: Bad configuration option: proxyjumb",
        "Correct the option at the place that ssh names",
    ),
    (
        'unix_listener: path "/home/a/.ansible/cp/0123456789.aBcDeFgHiJ" too long for Unix domain socket',
        'unix_listener: path "/home/a/.ansible/cp/0123456789.aBcDeFgHiJ" too long for Unix domain socket',
        "control_path_dir",
    ),
    (
        '"System is booting up. Unprivileged users are not permitted to log in yet. Please come back later. For '
        'technical details, see pam_nologin(8)."\r\nConnection closed by 10.0.0.12 port 22',
        '"System is booting up. Unprivileged users are not permitted to log in yet. Please come back later. For '
        'technical details, see pam_nologin(8)."',
        "/run/nologin",
    ),
    (
        'Please login as the user "ubuntu" rather than the user "root".',
        'Please login as the user "ubuntu" rather than the user "root"',
        "set ansible_user",
    ),
    (
        "WARNING: Your password has expired.\r\nPassword change required but no TTY available.",
        "WARNING: Your password has expired",
        "a new password",
    ),
    (
        "kex_exchange_identification: read: Connection reset by peer\r\nNot allowed at this time\r\n"
        "Connection reset by 10.0.0.12 port 22",
        "Not allowed at this time",
        "PerSourcePenalties",
    ),
    (
        "Timeout, server 10.0.0.12 not responding.",
        "Timeout, server 10.0.0.12 not responding",
        "host is up",
    ),
    ("one\r\ntwo\r\nthree", "one; two; three", "ssh -vvv n1"),
]


@pytest.mark.parametrize(("text", "why", "cure"), SEVERAL)
def test_the_line_that_decides_is_found_among_its_consequences(text, why, cure):
    problem = unreachable(VIA + text, "n1", "server")

    assert problem["message"] == f"Ansible cannot connect to server@n1: {why}."
    assert cure in problem["fix"]


ENDED = "kex_exchange_identification: Connection closed by remote host\r\nConnection closed by UNKNOWN port 65535"


@pytest.mark.parametrize(
    ("text", "why", "cure"),
    [
        (
            "jump@10.0.0.11: Permission denied (publickey).",
            "jump@10.0.0.11: Permission denied (publickey)",
            "Look at the user and the key for it",
        ),
        (
            "Host key verification failed.",
            "Host key verification failed",
            "Log in to it once by hand",
        ),
        (
            "ssh: connect to host 10.0.0.11 port 22: Connection refused",
            "connect to host 10.0.0.11 port 22: Connection refused",
            "Start sshd on it",
        ),
        (
            "ssh: connect to host 10.0.0.11 port 22: Connection timed out",
            "connect to host 10.0.0.11 port 22: Connection timed out",
            "no firewall between this machine and it",
        ),
        (
            "ssh: Could not resolve hostname jump: Name or service not known",
            "Could not resolve hostname jump: Name or service not known",
            "Write its address into the ProxyJump",
        ),
        (
            "channel 0: open failed: connect failed: No route to host\r\nstdio forwarding failed",
            "channel 0: open failed: connect failed: No route to host",
            "does not reach n1",
        ),
        (
            "channel 0: open failed: administratively prohibited: open failed\r\nstdio forwarding failed",
            "channel 0: open failed: administratively prohibited: open failed",
            "AllowTcpForwarding",
        ),
        ("/bin/sh: 1: nc: not found", "/bin/sh: 1: nc: not found", "Correct the ProxyCommand"),
        (
            "",
            "kex_exchange_identification: Connection closed by remote host",
            "run it by hand with 'ssh -v'",
        ),
    ],
)
def test_what_the_jump_host_says_is_not_of_the_host_behind_it(text, why, cure):
    problem = unreachable(f"{VIA}{text}\r\n{ENDED}", "n1", "server")

    assert problem["message"] == (
        f"Ansible cannot connect to server@n1, for the jump host on the way does not let it through: {why}."
    )
    assert cure in problem["fix"]
    assert "MaxStartups" not in problem["fix"]
    assert "ssh-copy-id" not in problem["fix"]
