# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import itertools

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.latency import (
    ChannelError,
    Measured,
    Timeouts,
    judge,
    ping_pong,
    recommended_timeout,
    spread,
)

DEFAULT = Timeouts(10.0, "default", 12.0)
LOCAL = Measured("local", True, None, [], None, Timeouts(None, None, None))


def ssh(connect=0.3, round_trips=(0.0005,), method="channel", timeouts=DEFAULT):
    return Measured("ssh", False, connect, list(round_trips), method, timeouts)


def problems_of(measured):
    return judge(measured, max_connect_seconds=5.0, max_rtt_ms=300.0)[1]


class Echo:
    """The other end of a channel: gives back what it got, in the pieces it is told."""

    def __init__(self, before=b"", spoil=None):
        self.pending = before
        self.spoil = spoil
        self.sent = []

    def send(self, data):
        self.sent.append(data)
        self.pending += data if self.spoil is None or len(self.sent) < 3 else self.spoil

    def receive(self):
        if not self.pending:
            raise ChannelError("nothing there")
        data, self.pending = self.pending[:7], self.pending[7:]
        return data


def test_ping_pong_times_each_round_trip():
    clock = itertools.accumulate(itertools.cycle([10.0, 0.25]))
    echo = Echo(before=b"Welcome to node1!\r\n")

    assert ping_pong(echo.send, echo.receive, 3, lambda: next(clock)) == [0.25] * 3
    assert echo.sent[1:] == [b"a", b"b", b"c"]


def test_ping_pong_trusts_no_other_answer():
    echo = Echo(spoil=b"?")

    with pytest.raises(ChannelError, match=r"b'b' was sent and b'\?' came back"):
        ping_pong(echo.send, echo.receive, 3, lambda: 0.0)


def test_ping_pong_where_nobody_may_greet_first():
    parts = [b"Welcome\n", b"k8n-cluster-echo\n"]

    assert ping_pong(lambda data: None, lambda: parts.pop(0), 0, lambda: 0.0) == []

    parts = [b"Welcome\n", b"k8n-cluster-echo\n"]
    with pytest.raises(ChannelError, match=r"^something else was said first$"):
        ping_pong(lambda data: None, lambda: parts.pop(0), 0, lambda: 0.0, strict=True)


def test_ping_pong_without_an_answer():
    with pytest.raises(ChannelError, match="nothing there"):
        ping_pong(lambda data: None, Echo().receive, 3, lambda: 0.0)


def test_spread():
    assert spread([0.001 * number for number in range(1, 22)]) == {
        "min": 1.0,
        "median": 11.0,
        "p95": 20.0,
        "max": 21.0,
    }


def test_spread_of_one_sample():
    assert spread([0.0004567]) == {"min": 0.457, "median": 0.457, "p95": 0.457, "max": 0.457}


@pytest.mark.parametrize(
    ("connect", "timeout"), [(0.0, 30), (3.0, 30), (3.01, 40), (7.4, 80), (16.2, 170)]
)
def test_recommended_timeout(connect, timeout):
    assert recommended_timeout(connect) == timeout


def test_all_is_well():
    values, problems = judge(ssh(round_trips=[0.0004, 0.0006]), 5.0, 300.0)

    assert problems == []
    assert values == {
        "connection": "ssh",
        "local": False,
        "connect_seconds": 0.3,
        "rtt_ms": {"min": 0.4, "median": 0.5, "p95": 0.59, "max": 0.6},
        "samples": 2,
        "method": "channel",
        "timeouts": {"connection": 10.0, "origin": "default", "become": 12.0},
        "recommended_timeout": 30,
    }


def test_local():
    values, problems = judge(LOCAL, 0.001, 0.001)

    assert problems == []
    assert values == {
        "connection": "local",
        "local": True,
        "connect_seconds": None,
        "rtt_ms": None,
        "samples": 0,
        "method": None,
        "timeouts": {"connection": None, "origin": None, "become": None},
        "recommended_timeout": None,
    }


def test_slow_connect():
    timeouts = Timeouts(60.0, "/etc/ansible/ansible.cfg", 62.0)

    assert problems_of(ssh(connect=16.2, timeouts=timeouts)) == [
        {
            "id": "ssh_slow_connect",
            "severity": "warn",
            "message": "A new SSH connection takes 16.2 s until its first command has run "
            "(wanted: at most 5 s).",
            "fix": "See with 'ssh -vvv' where it waits, and look in the host's sshd_config for "
            "UseDNS yes, GSSAPIAuthentication yes and a ForceCommand, in its PAM modules, and at its name servers.",
        }
    ]


def test_high_rtt():
    assert problems_of(ssh(round_trips=[0.3017] * 10)) == [
        {
            "id": "ssh_high_rtt",
            "severity": "warn",
            "message": "A round trip over the open SSH connection takes 302 ms "
            "(wanted: at most 300 ms), and each task needs several.",
            "fix": "Run Ansible from a machine nearer to the hosts, for example from the first "
            "control plane host, and keep pipelining and ControlPersist on.",
        }
    ]


def test_whole_commands_are_no_round_trips():
    assert problems_of(ssh(round_trips=[0.4] * 10, method="command")) == []


def test_a_single_late_round_trip_is_no_problem():
    assert problems_of(ssh(round_trips=[0.001, 0.001, 2.0])) == []


@pytest.mark.parametrize(
    ("connect", "timeout", "short"),
    [
        (3.3, 10.0, False),
        (3.4, 10.0, True),
        (0.5, 1.0, True),
        (4.0, 0.0, False),
        (4.0, None, False),
    ],
)
def test_timeout_short(connect, timeout, short):
    found = problems_of(ssh(connect=connect, timeouts=Timeouts(timeout, "default", None)))

    assert [problem["id"] for problem in found] == (["ssh_timeout_short"] if short else [])


def test_the_timeout_is_changed_where_it_was_set():
    given = Timeouts(10.0, "env: ANSIBLE_TIMEOUT", None)
    assert problems_of(ssh(connect=4.25, timeouts=given))[0]["fix"] == (
        "Run: export ANSIBLE_TIMEOUT=50, or run with --timeout=50."
    )


def test_the_text_of_timeout_short():
    assert problems_of(ssh(connect=4.25))[0] == {
        "id": "ssh_timeout_short",
        "severity": "warn",
        "message": "The connection's timeout is 10 s (default) while one login takes 4.2 s: "
        "a little more load and hosts become unreachable.",
        "fix": "Set timeout = 50 in the section [defaults] of ansible.cfg, "
        "or run with --timeout=50.",
    }
