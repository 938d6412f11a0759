# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts import answers
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts.answers import (
    AgentError,
)

STRANGE = "it answered something other than what was asked"


def test_a_line_is_an_object():
    assert answers.decode(b'{"time": 1.5}\n') == {"time": 1.5}


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (b"", f"{STRANGE}: nothing that can be shown"),
        (b"[1]\n", f"{STRANGE}: [1]"),
        (b"\x1b[31mno\x00 JSON\xff.\n", f"{STRANGE}: [31mno JSON�"),
        (b"[" * 100_000, f"{STRANGE}: {'[' * 200}"),
        (b'{"error": "OSError: \\u001b[2J"}', "its agent failed: OSError: [2J"),
    ],
)
def test_a_line_that_is_none(line, text):
    with pytest.raises(AgentError) as caught:
        answers.decode(line)

    assert str(caught.value) == text


def test_a_greeting():
    assert answers.greeting(
        {"address": "10.1.1.1", "firewall": "ufw", "root": True}
    ) == answers.Greeting("10.1.1.1", "ufw", True)


@pytest.mark.parametrize(
    "greeting",
    [{}, {"address": 3, "firewall": "rm -rf /", "root": "yes"}, {"address": "127.0.0.1"}],
)
def test_a_greeting_is_believed_only_what_can_be(greeting):
    assert answers.greeting(greeting) == answers.Greeting(None, None, False)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("10.1.1.1", "10.1.1.1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("224.0.0.1", None),
        ("0.0.0.0", None),
        ("::1", None),
        ("node1.example.org", None),
        ("10.1.1.1; reboot", None),
        (None, None),
        # Python takes any text for the name of the interface.
        ("2001:db8::1%eth0", None),
        ("2001:db8::1%\n203.0.113.66 registry", None),
        (167837953, None),
    ],
)
def test_addresses(given, address):
    assert answers.host_address(given) == address


@pytest.mark.parametrize("time", [None, "1", True, -1, 10**400, float("nan"), float("inf")])
def test_a_time_that_is_none(time):
    with pytest.raises(AgentError, match=STRANGE):
        answers.clock({"time": time})


def test_what_listens():
    assert answers.listening(
        {"ports": ["listening", "in_use"], "spare": {"tcp": 40001, "udp": 0}}, 2
    ) == answers.Listening(("listening", "in_use"), 40001, 0)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"ports": ["listening"], "spare": {"tcp": 1, "udp": 1}},
        {"ports": ["listening", 3], "spare": {"tcp": 1, "udp": 1}},
        {"ports": ["listening", "<b>"], "spare": {"tcp": 1, "udp": 1}},
        {"ports": ["listening", "x" * 41], "spare": {"tcp": 1, "udp": 1}},
        {"ports": ["listening", "in_use"], "spare": None},
        {"ports": ["listening", "in_use"], "spare": {"tcp": 70000, "udp": 1}},
        {"ports": ["listening", "in_use"], "spare": {"tcp": True, "udp": 1}},
    ],
)
def test_what_listens_is_made_sure_of(answer):
    with pytest.raises(AgentError, match=STRANGE):
        answers.listening(answer, 2)


def test_what_was_probed():
    answer = {
        "targets": [
            {
                "ports": ["open", "timeout"],
                "rtt": [0.1],
                "mtu": {"interface": 1500, "largest": None},
            },
            {"ports": []},
        ]
    }

    assert answers.probed(answer, [2, 0]) == [
        answers.Probed(("open", "timeout"), (0.1,), answers.Mtu(1500, None)),
        answers.Probed((), (), None),
    ]


@pytest.mark.parametrize(
    "target",
    [
        None,
        {},
        {"ports": ["open", "open"]},
        {"ports": ["open"], "rtt": ["0.1"]},
        {"ports": ["open"], "mtu": {"interface": "1500"}},
    ],
)
def test_what_was_probed_is_made_sure_of(target):
    with pytest.raises(AgentError, match=STRANGE):
        answers.probed({"targets": [target]}, [1])


def test_what_is_too_much_is_cut():
    assert (
        len(answers.probed({"targets": [{"ports": [], "rtt": [1.0] * 10_000}]}, [0])[0].round_trips)
        == 100
    )
