# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Against a real server on the loopback, which answers as told."""

from __future__ import annotations

import socket
import struct
import threading

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._cluster import dns

# As roles/kubernetes/node/templates/kubelet-config.v1beta1.yaml.j2 of Kubespray v2.31.0 writes it.
KUBELET = """\
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
clusterDomain: cluster.local
protectKernelDefaults: true
clusterDNS:
- 169.254.25.10
- 10.233.0.3
kubeReservedCgroup: /kube.slice
"""


@pytest.fixture
def server():
    """Starts a name server; returns its port and the list of the questions that came."""
    sockets = []

    def start(make_answers):
        listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        listener.bind(("127.0.0.1", 0))
        sockets.append(listener)
        questions = []

        def serve():
            while True:
                try:
                    question, address = listener.recvfrom(512)
                except OSError:
                    return
                questions.append(question)
                for answer in make_answers(question):
                    listener.sendto(answer, address)

        threading.Thread(target=serve, daemon=True).start()
        return listener.getsockname()[1], questions

    yield start
    for each in sockets:
        each.close()


def reply(question, rcode=0, records=1):
    return question[:2] + struct.pack(">HHHHH", 0x8180 | rcode, 1, records, 0, 0) + question[12:]


def test_what_the_kubelet_gives_to_pods():
    assert dns.servers(KUBELET) == ["169.254.25.10", "10.233.0.3"]
    assert dns.domain(KUBELET) == "cluster.local"
    assert dns.servers('clusterDNS:\n  - "fd00::a"\nx: 1\n') == ["fd00::a"]
    assert dns.domain("clusterDomain: k8s.example.org.\n") == "k8s.example.org"
    assert dns.servers("clusterDNS:\n- not an address\n- $(reboot)\n") == []
    assert dns.servers("clusterDNS: []\n") == dns.servers("") == []
    assert dns.domain("") == "cluster.local"


def test_an_answer(server):
    port, questions = server(lambda question: [reply(question)])

    assert dns.ask("127.0.0.1", "kubernetes.default.svc.cluster.local", 2.0, port) is None
    # One question for an A record of the internet's class, as RFC 1035 has it.
    assert len(questions) == 1
    assert questions[0][2:] == (
        b"\x01\x00\0\x01\0\0\0\0\0\0"
        + b"\x0akubernetes\x07default\x03svc\x07cluster\x05local\0"
        + b"\0\x01\0\x01"
    )


@pytest.mark.parametrize(
    ("rcode", "records", "said"),
    [(3, 0, "NXDOMAIN"), (2, 0, "SERVFAIL"), (0, 0, "no address"), (9, 0, "error 9")],
)
def test_an_answer_without_the_address(server, rcode, records, said):
    port, _questions = server(lambda question: [reply(question, rcode, records)])

    assert dns.ask("127.0.0.1", "kubernetes.default.svc.cluster.local", 2.0, port) == said


def test_silence_is_bounded_and_tried_twice(server):
    port, questions = server(lambda _question: [])

    assert dns.ask("127.0.0.1", "x.cluster.local", 0.2, port) == "no answer within 0.2 s"
    assert len(questions) == 2


def test_what_is_no_answer_to_the_question_does_not_count(server):
    port, _questions = server(lambda question: [b"", b"\0", b"xx" + question[2:], reply(question)])

    assert dns.ask("127.0.0.1", "x.cluster.local", 2.0, port) is None


def test_a_server_that_talks_without_end_is_bounded(server):
    port, _questions = server(lambda question: [b"xx" + question[2:]] * 50)

    assert dns.ask("127.0.0.1", "x.cluster.local", 0.3, port) == "no answer within 0.3 s"


def test_nobody_there(server):
    port, _questions = server(lambda _question: [])
    closed = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    closed.bind(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    closed.close()

    assert dns.ask("127.0.0.1", "x.cluster.local", 1.0, port) == "Connection refused"


def test_a_host_without_kubelet(tmp_path):
    assert dns.collect(str(tmp_path / "kubelet-config.yaml"), 1.0) is None


def test_all_servers_of_a_kubelet(tmp_path, monkeypatch):
    file = tmp_path / "kubelet-config.yaml"
    file.write_text(KUBELET, encoding="utf-8")
    monkeypatch.setattr(
        dns,
        "ask",
        lambda server, name, timeout: f"{name} {timeout}" if server == "10.233.0.3" else None,
    )

    assert dns.collect(str(file), 1.5) == {
        "name": "kubernetes.default.svc.cluster.local",
        "answers": [
            {"server": "169.254.25.10", "error": None},
            {"server": "10.233.0.3", "error": "kubernetes.default.svc.cluster.local 1.5"},
        ],
    }
