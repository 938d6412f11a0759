# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole measurement with real agents, each on an address of its own of this machine."""

from __future__ import annotations

import asyncio
import os
import resource
import socket
import sys
import time
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils import _peer_agent
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts import (
    answers,
    measure,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts.agents import (
    remote_command,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts.answers import (
    Greeting,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts.plan import (
    Peer,
    Port,
)

SOURCE = Path(_peer_agent.__file__).read_bytes()
REAL = remote_command(sys.executable, through_sudo=False)
CLUSTER = "k8s_cluster"


@pytest.fixture(autouse=True)
def loopback(monkeypatch):
    """The addresses of the loopback interface count as those of hosts here."""
    monkeypatch.setattr(answers, "host_address", lambda value: value)


def free(address):
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


def peer(number, *groups, command=REAL):
    address = f"127.0.8.{number}"
    shell = (b"/bin/sh", b"-c", command.encode())
    return Peer(f"n{number}", frozenset({CLUSTER, *groups}), address, address, None, shell)


def ports():
    tcp, udp, etcd = (free("127.0.8.1") for _number in range(3))
    return [
        Port(tcp, "tcp", CLUSTER, CLUSTER, "kubelet"),
        Port(udp, "udp", CLUSTER, CLUSTER, "VXLAN"),
        Port(etcd, "tcp", "etcd", "etcd", "etcd peers"),
    ]


def run(*peers, wanted=None, timeout=40.0):
    started = time.monotonic()
    found = measure.measure(peers, ports() if wanted is None else wanted, 2, timeout, SOURCE)
    return found, time.monotonic() - started


def listens(port):
    """Whether anything still has the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.8.1", port.number)) == 0


def test_hosts_that_are_well():
    hubs = [peer(number, "kube_control_plane", "etcd") for number in (1, 2)]
    workers = [peer(number, "kube_node") for number in (3, 4)]
    wanted = ports()
    kubelet, vxlan, etcd = wanted

    found, _seconds = run(*hubs, *workers, wanted=wanted)

    assert found.lost == {}
    assert found.addresses == {f"n{number}": f"127.0.8.{number}" for number in (1, 2, 3, 4)}
    assert all(isinstance(each, Greeting) for each in found.greetings.values())
    assert {name: len(each) for name, each in found.clocks.items()} == dict.fromkeys(
        found.addresses, 5
    )
    for exchange in found.clocks["n3"]:
        assert exchange.sent <= exchange.remote <= exchange.received
    assert found.listening["n1"] == {kubelet: "listening", vxlan: "listening", etcd: "listening"}
    assert found.listening["n3"] == {kubelet: "listening", vxlan: "listening"}
    # All twelve ways: two hubs, and each worker has both of them and the other worker.
    assert len(found.results) == 12
    assert found.results["n1", "n2"] == {kubelet: "open", vxlan: "open", etcd: "open"}
    assert found.results["n3", "n1"] == {kubelet: "open", vxlan: "open"}
    assert set(found.round_trips) == {("n1", "n2"), ("n2", "n1")}
    assert list(found.mtus) == list(found.results) == sorted(found.results)
    assert not any(map(listens, wanted))


def test_round_trips_without_any_port():
    hubs = [peer(number, "etcd") for number in (1, 2)]

    found, _seconds = run(*hubs, wanted=[])

    assert found.results == {("n1", "n2"): {}, ("n2", "n1"): {}}
    assert len(found.round_trips["n1", "n2"]) == 5


def test_a_service_that_is_there_is_tried_and_left_alone():
    with socket.socket() as service:
        service.bind(("127.0.8.1", 0))
        service.listen(5)
        port = Port(service.getsockname()[1], "tcp", "kube_control_plane", CLUSTER, "API")

        found, _seconds = run(peer(1, "kube_control_plane"), peer(2, "kube_node"), wanted=[port])

        assert found.listening["n1"] == {port: "in_use"}
        assert found.results["n2", "n1"] == {port: "open"}


def test_one_host_of_each_kind_of_trouble_costs_only_its_own_time():
    trouble = {
        11: ("exec sleep 60", "its agent did not start within 8 s"),
        12: ("echo 'n12: Permission denied (publickey).' >&2; exit 255",
             "its agent did not start: n12: Permission denied (publickey)"),
        13: ("yes", "its agent did not start: y"),
        14: (REAL.replace("sys.stdin.buffer;", "sys.stdin.buffer;sys.exit(3);"),
             "its agent did not start: nothing that can be shown"),
    }  # fmt: skip
    well = [peer(1, "kube_control_plane", "etcd"), peer(2, "kube_node"), peer(3, "kube_node")]
    ill = [peer(number, "kube_node", command=each[0]) for number, each in trouble.items()]

    # Long enough for those that are well, on a busy machine too.
    found, seconds = run(*well, *ill, timeout=8.0)

    assert found.lost == {f"n{number}": each[1] for number, each in trouble.items()}
    assert set(found.addresses) == {"n1", "n2", "n3"}
    assert {result for each in found.results.values() for result in each.values()} == {"open"}
    assert seconds < 40


def test_what_nobody_expected_of_one_host_costs_the_others_nothing(monkeypatch):
    """Whatever error comes up while one host is asked, and wherever, it is kept to this host."""

    def strange(answer):
        raise KeyError(answer)

    def strange_for_one(answer, counts, probed=answers.probed):
        return strange(answer) if len(answer["targets"]) == 1 else probed(answer, counts)

    monkeypatch.setattr(answers, "probed", strange_for_one)
    hubs = [peer(number, "kube_control_plane", "etcd") for number in (1, 2)]

    found, _seconds = run(*hubs, wanted=ports())
    assert found.lost == dict.fromkeys(("n1", "n2"), "what it answered makes no sense (KeyError)")

    found, _seconds = run(*hubs, peer(3, "kube_control_plane"), wanted=ports())
    assert found.lost == {}

    monkeypatch.setattr(answers, "clock", strange)
    found, _seconds = run(*hubs, wanted=ports())
    assert found.lost == dict.fromkeys(("n1", "n2"), "what it answered makes no sense (KeyError)")


def altered(path, old, new):
    """A command that reads an agent's source as any does, and then runs one in which something is different."""
    assert old in SOURCE
    path.write_bytes(SOURCE.replace(old, new))
    other = f"open('{path}').read() if i.read(int(i.readline())) else ''"
    return REAL.replace("i.read(int(i.readline()))", other.replace("'", "'\"'\"'"))


def test_a_host_that_dies_in_the_middle(tmp_path):
    """Its agent ends when it is to probe: the others go on."""
    dying = altered(
        tmp_path / "dying.py",
        b"return self._probe(command)",
        b"os.kill(os.getpid(), signal.SIGKILL)",
    )

    found, seconds = run(peer(1, "etcd"), peer(2, "etcd"), peer(3, "kube_node", command=dying))

    assert found.lost == {"n3": "the connection to it broke"}
    assert set(found.results["n1", "n2"].values()) == {"open"}
    assert ("n3", "n1") not in found.results
    assert ("n1", "n3") in found.results
    assert seconds < 30


def test_an_agent_that_is_slow_at_every_answer_takes_no_longer_than_one_that_gives_none(tmp_path):
    slow = altered(
        tmp_path / "slow.py",
        b'return {"time": time.time()}',
        b'return {"time": time.sleep(2.8) or time.time()}',
    )

    found, seconds = run(peer(1, "etcd"), peer(2, "etcd", command=slow), timeout=8.0)

    assert found.lost == {"n2": "its agent did not start within 8 s"}
    assert seconds < 30


def test_a_host_that_has_no_address(tmp_path):
    command = altered(tmp_path / "agent.py", b'"address": own_address()', b'"address": None')
    without = Peer("n1", frozenset({"etcd"}), None, None, None, peer(1, command=command).command)

    found, _seconds = run(without)

    assert found.lost == {
        "n1": "it has no default route, and in the inventory neither ip nor ansible_host is an address"
    }


def test_more_workers_than_open_files(monkeypatch):
    """They come in batches, and the hubs stay."""
    monkeypatch.setattr(measure, "_BATCH", 2)
    workers = [peer(number, "kube_node") for number in range(2, 7)]

    found, _seconds = run(peer(1, "etcd"), *workers)

    assert found.lost == {}
    for number in range(2, 7):
        assert ("n1", f"n{number}") in found.results
        assert (f"n{number}", "n1") in found.results


def test_a_hub_that_was_lost_is_not_asked_again(monkeypatch, tmp_path):
    monkeypatch.setattr(measure, "_BATCH", 1)
    dying = altered(
        tmp_path / "dying.py",
        b"return self._probe(command)",
        b"os.kill(os.getpid(), signal.SIGKILL)",
    )
    workers = [peer(number, "kube_node") for number in (3, 4)]

    found, _seconds = run(peer(1, "etcd"), peer(2, "etcd", command=dying), *workers)

    assert list(found.lost) == ["n2"]
    assert ("n3", "n2") in found.results
    assert ("n4", "n2") not in found.results
    assert ("n4", "n1") in found.results


@pytest.mark.parametrize(
    ("limit", "hubs", "batch"),
    [(1024, 3, 200), (256, 5, 91), (64, 3, 1), (resource.RLIM_INFINITY, 7, 200)],
)
def test_the_batches_fit_the_open_files(monkeypatch, limit, hubs, batch):
    monkeypatch.setattr(resource, "getrlimit", lambda _what: (limit, limit))

    assert measure._batch(hubs) == batch


def test_it_gives_up_when_its_parent_has_gone(monkeypatch):
    parents = iter([1000] + [1] * 100)
    monkeypatch.setattr(os, "getppid", lambda: next(parents))
    started = time.monotonic()

    with pytest.raises(asyncio.CancelledError):
        run(peer(1, "etcd", command="exec sleep 60"), timeout=30.0)

    assert time.monotonic() - started < 25
