# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import socket
import threading
import time

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._host import names


@pytest.fixture
def server():
    """Starts a name server on this machine that does with a question what it is told; returns its port."""
    opened = []

    def start(answer):
        listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        listening.bind(("127.0.0.1", 0))
        opened.append(listening)

        def serve():
            while True:
                try:
                    question, asker = listening.recvfrom(512)
                except OSError:
                    return
                for text in answer(question):
                    listening.sendto(text, asker)

        threading.Thread(target=serve, daemon=True).start()
        return listening.getsockname()[1]

    yield start
    for listening in opened:
        listening.close()


def reply(question, code=0):
    return question[:2] + bytes([0x81, 0x80 | code]) + question[4:]


@pytest.fixture
def patient(monkeypatch):
    """An answer comes, if late, on a busy machine too."""
    monkeypatch.setattr(names, "_TIMEOUT_SECONDS", 60.0)


@pytest.mark.usefixtures("patient")
def test_an_answer_is_timed(server):
    def slowly(question):
        time.sleep(0.1)
        return [reply(question)]

    (found,) = names.ask(["127.0.0.1"], server(slowly))
    assert (found["address"], found["error"]) == ("127.0.0.1", None)
    assert found["ms"] > 90


def test_it_asks_for_the_name_servers_of_the_root_and_then_for_localhost(server):
    asked = []

    def answer(question):
        asked.append(question[2:])
        return []

    names.ask(["127.0.0.1"], server(answer))
    # One question, recursion desired.
    head = bytes.fromhex("0100 0001 0000 0000 0000")
    localhost = head + b"\x09localhost\x00" + bytes.fromhex("0001 0001")
    assert asked == [head + bytes.fromhex("00 0002 0001"), localhost, localhost]


@pytest.mark.usefixtures("patient")
def test_refusing_is_an_answer(server):
    (found,) = names.ask(["127.0.0.1"], server(lambda question: [reply(question, code=5)]))

    assert found["error"] is None


@pytest.mark.usefixtures("patient")
def test_a_lost_packet_is_sent_again(server):
    seen = []

    def second(question):
        seen.append(question)
        return [reply(question)] if len(seen) == 2 else []

    started = time.monotonic()
    (found,) = names.ask(["127.0.0.1"], server(second))
    passed = time.monotonic() - started
    # From the second question on: what is sent again is 0.7 s later.
    assert found["ms"] < passed * 1000 - 600
    assert len({question[:2] for question in seen}) == len(seen) >= 2


def test_another_answer_or_the_question_itself_counts_for_nothing(server, monkeypatch):
    monkeypatch.setattr(names, "_ASK_AGAIN_SECONDS", ())
    monkeypatch.setattr(names, "_TIMEOUT_SECONDS", 0.3)
    port = server(lambda question: [b"", b"\x00\x00" + reply(question)[2:], question])

    assert names.ask(["127.0.0.1"], port) == [
        {"address": "127.0.0.1", "ms": None, "error": "no answer after 0.3 s"}
    ]


def test_all_are_asked_at_the_same_time(server, monkeypatch):
    monkeypatch.setattr(names, "_TIMEOUT_SECONDS", 3.0)
    started = time.monotonic()
    port = server(lambda _question: [])

    found = names.ask(["127.0.0.1", "127.0.0.1", "::1"], port)
    assert [each["error"] for each in found[:2]] == ["no answer after 3 s"] * 2
    assert time.monotonic() - started < 6


def test_nobody_there_and_no_address():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]

    assert names.ask(["127.0.0.1", "ns.example.org", "bad\udcff"], port) == [
        {"address": "127.0.0.1", "ms": None, "error": "Connection refused"},
        {"address": "ns.example.org", "ms": None, "error": "it is not an address"},
        {"address": "bad\udcff", "ms": None, "error": "it is not an address"},
    ]


@pytest.fixture
def asked(monkeypatch):
    """The addresses that are asked."""
    found = []

    def ask(addresses):
        found.extend(addresses)
        return []

    monkeypatch.setattr(names, "ask", ask)
    return found


def write(root, **texts):
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_those_behind_systemd_resolved_are_asked_too(tmp_path, asked):
    write(
        tmp_path,
        **{
            "etc/resolv.conf": "# stub\nnameserver 127.0.0.53\noptions edns0\n",
            "run/systemd/resolve/resolv.conf": "nameserver 10.0.0.1\nnameserver 10.0.0.2\n",
        },
    )
    names.collect({}, tmp_path)

    assert asked == ["127.0.0.53", "10.0.0.1", "10.0.0.2"]


def test_without_resolved_its_file_counts_for_nothing(tmp_path, asked):
    write(
        tmp_path,
        **{
            "etc/resolv.conf": "nameserver 10.0.0.9\n;nameserver 10.0.0.8\nnameserver\nnameserver 10.0.0.9\n",
            "run/systemd/resolve/resolv.conf": "nameserver 10.0.0.1\n",
        },
    )
    names.collect({}, tmp_path)

    assert asked == ["10.0.0.9"]


def test_no_file_is_no_name_server_and_an_unreadable_one_is_not_known(tmp_path, asked):
    (tmp_path / "etc").mkdir()
    assert names.collect({}, tmp_path) == {"servers": []}

    (tmp_path / "etc/resolv.conf").mkdir()
    assert names.collect({}, tmp_path) == {"servers": None}
    assert names.collect({}, tmp_path / "nowhere") == {"servers": None}
