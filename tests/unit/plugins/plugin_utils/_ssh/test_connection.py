# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible import constants as C
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh import connection as _connection
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.connection import (
    ShellError,
    measure,
    through_channel,
    timeouts_of,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.latency import Timeouts


class Connection:
    def __init__(self, transport, timeout=10, origin="default"):
        self.transport = transport
        self.timeout = timeout
        self.origin = origin
        self.resets = 0

    def get_option(self, name):
        assert name == "timeout"
        if self.timeout is None:
            raise KeyError(name)
        return self.timeout

    def get_option_and_origin(self, name):
        return self.get_option(name), self.origin

    def reset(self):
        self.resets += 1


class Shell:
    """Runs echo, each command taking a tenth of a second by the clock it is given."""

    def __init__(self, monkeypatch, stdout=None, rc=0):
        self.now = 100.0
        self.commands = []
        self.stdout = stdout
        self.rc = rc
        monkeypatch.setattr("time.perf_counter", lambda: self.now)

    def __call__(self, command):
        self.now += 0.125
        self.commands.append(command)
        stdout = command.split()[-1] if self.stdout is None else self.stdout
        return {"rc": self.rc, "stdout": stdout, "stderr": ""}


def halves(_connection, samples):
    """Through a channel that takes half a second for each."""
    return [0.5] * samples


def test_through_a_channel(monkeypatch):
    connection, shell = Connection("ssh"), Shell(monkeypatch)

    measured = measure(connection, shell, 4, True, halves)

    assert measured == ("ssh", False, 0.125, [0.5] * 4, "channel", Timeouts(10, "default", 12))
    assert connection.resets == 1
    assert len(shell.commands) == 1


@pytest.mark.parametrize("transport", ["ssh", "paramiko_ssh"])
def test_by_commands(monkeypatch, transport):
    connection, shell = Connection(transport), Shell(monkeypatch)
    monkeypatch.setattr(_connection, "channel_command", lambda _connection: None)

    measured = measure(connection, shell, 3, True, through_channel)

    assert (measured.method, measured.round_trips) == ("command", [0.125] * 3)
    assert len(shell.commands) == 4


def test_a_channel_that_breaks_is_replaced_by_commands(monkeypatch):
    monkeypatch.setattr(_connection, "channel_command", lambda _connection: [b"false"])

    measured = measure(Connection("ssh"), Shell(monkeypatch), 2, True, through_channel)

    assert (measured.method, len(measured.round_trips)) == ("command", 2)


def test_local(monkeypatch):
    connection = Connection("local", timeout=None)

    measured = measure(connection, Shell(monkeypatch), 3, True, through_channel)

    assert measured == ("local", True, None, [], None, Timeouts(None, None, None))
    assert connection.resets == 0


def test_an_open_connection_is_left_open_and_measured_through_its_channel(monkeypatch):
    connection, shell = Connection("ssh"), Shell(monkeypatch)
    monkeypatch.setattr(_connection, "is_open", lambda _connection: True)

    measured = measure(connection, shell, 1, False, halves)

    assert measured == ("ssh", False, None, [0.5], "channel", Timeouts(10, "default", 12))
    assert (connection.resets, shell.commands) == (0, [])


def test_without_an_open_connection_the_new_one_is_measured(monkeypatch):
    connection, shell = Connection("ssh"), Shell(monkeypatch)
    monkeypatch.setattr(_connection, "is_open", lambda _connection: False)

    measured = measure(connection, shell, 1, False, halves)

    assert (measured.connect_seconds, measured.method) == (0.125, "channel")
    assert connection.resets == 0


def test_an_open_connection_with_a_broken_shell(monkeypatch):
    monkeypatch.setattr(_connection, "is_open", lambda _connection: True)
    monkeypatch.setattr(_connection, "channel_command", lambda _connection: [b"false"])

    with pytest.raises(ShellError, match="not available"):
        measure(
            Connection("ssh"),
            Shell(monkeypatch, stdout="not available", rc=1),
            1,
            False,
            through_channel,
        )


def test_another_plugin_may_have_had_its_connection_open(monkeypatch):
    connection = Connection("paramiko_ssh")

    measured = measure(connection, Shell(monkeypatch), 2, False, through_channel)

    assert (measured.connect_seconds, measured.method) == (None, "command")
    assert connection.resets == 0


@pytest.mark.parametrize("transport", ["ssh", "local"])
def test_a_shell_that_runs_nothing(monkeypatch, transport):
    shell = Shell(monkeypatch, stdout="This account is currently not available.\n", rc=1)

    with pytest.raises(ShellError) as caught:
        measure(Connection(transport), shell, 3, True, through_channel)

    assert caught.value.as_problem("server") == {
        "id": "probe_failed",
        "severity": "block",
        "message": "The login server gets in, but its shell does not run commands: "
        "This account is currently not available.",
        "fix": "As root on the host, give the login a shell (usermod -s /bin/bash server) and keep its "
        "profile files from writing or exiting in sessions without a terminal.",
    }


def test_a_shell_that_says_nothing(monkeypatch):
    with pytest.raises(ShellError, match="it said nothing and ended with 7"):
        measure(Connection("ssh"), Shell(monkeypatch, stdout="", rc=7), 3, True, through_channel)


def test_an_expired_password():
    said = (
        "You are required to change your password immediately. WARNING: Your password has expired."
    )

    fix = "As root on the host, renew the login's password: passwd server."
    assert ShellError(said).as_problem("server")["fix"] == fix


def test_an_unknown_login():
    message = ShellError("no").as_problem(None)["message"]

    assert message == "The login gets in, but its shell does not run commands: no."


@pytest.mark.parametrize(
    ("connection", "timeouts"),
    [
        (Connection("ssh", 7, "var: ansible_ssh_timeout"), (7.0, "var: ansible_ssh_timeout", 9.0)),
        (Connection("paramiko_ssh", 10, "default"), (10.0, "default", None)),
        (Connection("docker", None), (None, None, None)),
    ],
)
def test_timeouts(connection, timeouts):
    assert timeouts_of(connection) == timeouts


@pytest.mark.parametrize(
    ("cli", "default", "origin"),
    [
        (None, (10, "default"), "default"),
        (None, (10, "/etc/ansible/ansible.cfg"), "/etc/ansible/ansible.cfg"),
        (10, (30, "default"), "--timeout"),
        (None, (30, "default"), "a variable of the host"),
    ],
)
def test_the_origin_behind_the_play_context(monkeypatch, cli, default, origin):
    monkeypatch.setattr("ansible.context.CLIARGS", {"timeout": cli})
    monkeypatch.setattr(C.config, "get_config_value_and_origin", lambda name: default)

    assert timeouts_of(Connection("ssh", 10, "keyword: timeout")).origin == origin
