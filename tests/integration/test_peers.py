# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks between hosts, on real hosts in two subnets, well and with faults of the network and of hosts."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts.measure import (
    _IDLE_SECONDS as IDLE_SECONDS,
)
from conftest import ROOT, Ran, run

HOSTS = {
    "m1": "10.104.1.11",
    "m2": "10.104.1.12",
    "m3": "10.104.2.11",
    "w1": "10.104.1.21",
    "w2": "10.104.2.21",
    "w3": "10.104.2.22",
}
LAB = "name: peers\nhosts:\n" + "".join(
    f"  - {{name: {name}, address: {address}}}\n" for name, address in HOSTS.items()
)
INVENTORY = {
    "all": {
        "hosts": {
            name: {"ip": address, "ansible_host": address} for name, address in HOSTS.items()
        },
        "children": {
            "kube_control_plane": {"hosts": {"m1": None, "m2": None}},
            "etcd": {"hosts": {"m1": None, "m2": None, "m3": None}},
            "kube_node": {"hosts": {"w1": None, "w2": None, "w3": None}},
            "k8s_cluster": {"children": {"kube_control_plane": None, "kube_node": None}},
        },
    }
}
PORTS = [
    {"port": 22, "protocol": "tcp", "on": "all", "from": "all", "why": "SSH"},
    {"port": 179, "protocol": "tcp", "on": "k8s_cluster", "from": "k8s_cluster", "why": "BGP"},
    {"port": 2380, "protocol": "tcp", "on": "etcd", "from": "etcd", "why": "etcd peers"},
    {"port": 6443, "protocol": "tcp", "on": "kube_control_plane", "from": "k8s_cluster", "why": "Kubernetes API"},
    {"port": 10250, "protocol": "tcp", "on": "k8s_cluster", "from": "kube_control_plane", "why": "kubelet"},
    {"port": 4789, "protocol": "udp", "on": "k8s_cluster", "from": "k8s_cluster", "why": "VXLAN"},
]  # fmt: skip
SETTINGS = {
    "ports": PORTS,
    "etcd": {"heartbeat_ms": "250", "election_ms": "5000"},
    "network": {"plugin": "calico", "encapsulation": "vxlan", "mtu": None},
}
PROBE = {"python": {"path": "/usr/bin/python3"}, "sudo": {"status": "passwordless"}}
CHECKS = ["clock_offset", "port_blocked", "mtu_path"]


def on(host: str, *command: str) -> str:
    """What a command prints that root runs on a host."""
    done = subprocess.run(
        ["podman", "exec", f"k8n-peers-{host}", *command],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def remains() -> list[str]:
    """What still listens or runs on any host that is of an agent."""
    command = "ss -Hlntup | grep python; pgrep -a python3; true"
    return [
        f"{host}: {line}" for host in HOSTS for line in on(host, "sh", "-c", command).splitlines()
    ]


@pytest.fixture(scope="module")
def work(boot: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an inventory of the lab's hosts and a playbook."""
    state = boot(LAB)
    folder = tmp_path_factory.mktemp("peers")
    (folder / "group_vars").mkdir()
    shutil.copy(state / "vars.yml", folder / "group_vars" / "all.yml")
    (folder / "hosts.yml").write_text(json.dumps(INVENTORY), encoding="utf-8")
    (folder / "ansible.cfg").write_text("[ssh_connection]\npipelining = true\n", encoding="utf-8")
    return folder


def write(work: Path, timeout: int = 60, **probes: dict[str, Any]) -> None:
    arguments = {
        "probes": {**dict.fromkeys(HOSTS, PROBE), **probes},
        "settings": SETTINGS,
        "timeout": timeout,
    }
    tasks: list[dict[str, Any]] = [
        {
            "k8n.cluster.peer_probe": {**arguments, "fail": False},
            "register": "found",
            "run_once": True,
        },
        {
            "ansible.builtin.copy": {
                "content": "{{ found | to_json }}",
                "dest": str(work / "found.json"),
            },
            "delegate_to": "localhost",
            "run_once": True,
            "vars": {"ansible_connection": "local"},
        },
    ]
    play = [{"hosts": "all", "gather_facts": False, "tasks": tasks}]
    (work / "peers.yml").write_text(json.dumps(play), encoding="utf-8")


def measure(work: Path, timeout: int = 60, **probes: dict[str, Any]) -> dict[str, Any]:
    write(work, timeout, **probes)
    done = run("ansible-playbook", "-i", "hosts.yml", "peers.yml", cwd=work)
    assert done.code == 0, done.output
    found: dict[str, Any] = json.loads((work / "found.json").read_text(encoding="utf-8"))
    return found


def messages(found: dict[str, Any], host: str) -> list[str]:
    return [problem["message"] for problem in found["hosts"][host]["problems"]]


def test_hosts_that_are_well(work: Path) -> None:
    found = measure(work)

    well = {"problems": [], "passed": CHECKS, "unknown": [], "skipped": []}
    assert found["hosts"] == dict.fromkeys(HOSTS, well)
    assert found["cluster"]["passed"] == ["etcd_rtt_high"]
    assert found["ports"]["tried"] == found["ports"]["open"] > 80
    assert {name: set(row) for name, row in found["rtt_ms"].items()} == {
        "m1": {"m2", "m3"}, "m2": {"m1", "m3"}, "m3": {"m1", "m2"},
    }  # fmt: skip
    # One machine, one clock.
    assert all(abs(each["offset_s"]) <= each["error_s"] for each in found["clock"].values())
    assert found["sample"] == {
        "hubs": 3, "workers": 3, "neighbours": 3, "pairs": 30, "possible_pairs": 30,
    }  # fmt: skip
    assert remains() == []


@pytest.fixture
def faults(work: Path) -> Iterator[None]:
    """Rules of the kind that people forget, each on one host, and hosts that are broken."""
    table = (
        "add table inet peers; add chain inet peers input { type filter hook input priority 0; }; "
    )
    rules = {
        "m2": "tcp dport 2380 ip saddr 10.104.2.11 drop",
        "m1": "tcp dport 6443 reject with tcp reset",
        "w1": "udp length > 1408 drop",
    }
    for host, rule in rules.items():
        on(host, "nft", f"{table}add rule inet peers input {rule}")
    on(
        "w3",
        "sh",
        "-c",
        "printf '#!/bin/sh\\nexec yes garbage\\n' > /usr/local/bin/garbage; chmod +x /usr/local/bin/garbage",
    )
    subprocess.run(["podman", "pause", "k8n-peers-w2"], check=True, stdout=subprocess.DEVNULL)
    yield
    subprocess.run(["podman", "unpause", "k8n-peers-w2"], check=True, stdout=subprocess.DEVNULL)
    for host in rules:
        on(host, "nft", "delete table inet peers")


@pytest.mark.usefixtures("faults")
def test_faults_are_found_where_they_are(work: Path) -> None:
    started = time.monotonic()

    found = measure(work, timeout=30, w3={"python": {"path": "/usr/local/bin/garbage"}})

    # The silent host costs its own thirty seconds, the dropped packets two and a half; the rest is for a busy machine.
    assert time.monotonic() - started < 150
    assert messages(found, "m2") == [
        "TCP 2380 (etcd peers) of this host (10.104.1.12) cannot be reached from m3: no answer, as when a firewall "
        "drops the packets (wanted: open)."
    ]
    # Nobody has told peer_probe of the rules.
    assert found["hosts"]["m2"]["problems"][0]["fix"] == (
        "Let 2380/tcp from 10.104.2.11 to 10.104.1.12 through wherever it ends: in a security group, a router or "
        "firewall on the way, or a firewall of m2."
    )
    assert messages(found, "m1") == [
        "TCP 6443 (Kubernetes API) of this host (10.104.1.11) cannot be reached from m2, w1: refused, as when a "
        "firewall rejects it (wanted: open)."
    ]
    assert messages(found, "w1") == [
        "Packets of 1500 bytes do not arrive at this host from m1, m2, m3, those of 1420 do (wanted: 1500 bytes, what "
        "the interface sends)."
    ]
    assert found["hosts"]["m3"]["passed"] == CHECKS
    for host, reason in (
        ("w2", "its agent did not start within 30 s"),
        ("w3", "its agent did not start: garbage"),
    ):
        assert found["hosts"][host]["problems"] == found["hosts"][host]["passed"] == []
        assert {each["reason"] for each in found["hosts"][host]["unknown"]} == {
            f"Nothing was measured between this host and the others: {reason}."
        }


def workers_of(process: int) -> list[int]:
    done = subprocess.run(
        ["pgrep", "-P", str(process)], capture_output=True, text=True, check=False
    )
    return [int(line) for line in done.stdout.split()]


@pytest.mark.parametrize("also_the_worker", [False, True])
def test_nothing_remains_of_a_run_that_is_killed(work: Path, also_the_worker: bool) -> None:
    """While it waits for a silent host, and the others listen."""
    write(work, timeout=300)
    subprocess.run(["podman", "pause", "k8n-peers-w2"], check=True, stdout=subprocess.DEVNULL)
    try:
        process = subprocess.Popen(
            ["ansible-playbook", "-i", "hosts.yml", "peers.yml"],
            cwd=work,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        # As long as it waits for the silent host, which is longer than it takes to get there on a busy machine.
        while "2380" not in on("m1", "ss", "-Hlnt"):
            assert process.poll() is None, "it ended before"
            time.sleep(0.1)
        workers = workers_of(process.pid)
        process.kill()
        for worker in workers if also_the_worker else []:
            os.kill(worker, signal.SIGKILL)
        process.wait()
    finally:
        subprocess.run(["podman", "unpause", "k8n-peers-w2"], check=True, stdout=subprocess.DEVNULL)
    # Far below the time after which an agent ends that nobody asks anything more (_IDLE_SECONDS).
    deadline = time.monotonic() + IDLE_SECONDS / 2
    while (left := remains()) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert left == []


def preflight(work: Path, folder: Path, *arguments: str) -> tuple[Ran, dict[str, Any]]:
    """What the playbook prints and reports, over connections of its own."""
    ran = run(
        "ansible-playbook", "-i", "hosts.yml", "k8n.cluster.preflight", "-e", f"k8n_report_dir={folder}", *arguments,
        cwd=work, env={"ANSIBLE_SSH_CONTROL_PATH_DIR": str(folder / "cp")},
    )  # fmt: skip
    assert (folder / "preflight.json").exists(), ran.output[-3000:]
    report: dict[str, Any] = json.loads((folder / "preflight.json").read_text(encoding="utf-8"))
    return ran, report


def logins(host: str) -> int:
    """How often anybody has logged in to a host since its start."""
    return on(host, "journalctl", "--no-pager", "-t", "sshd", "-t", "sshd-session").count(
        "Accepted "
    )


def test_a_limit_looks_at_its_host_only_and_says_which_were_left_out(
    work: Path, tmp_path: Path
) -> None:
    before = {host: logins(host) for host in HOSTS}

    ran, report = preflight(work, tmp_path, "--limit", "w1")

    assert [host["name"] for host in report["hosts"]] == ["w1"]
    assert report["hosts"][0]["checks"]["hostname_mismatch"]["status"] == "passed"
    assert sorted(report["left_out"]) == ["m1", "m2", "m3", "w2", "w3"]
    left_out = (
        "Left out of this run: m[1-3], w[2-3]; nothing is known of them, nor of their connections."
    )
    assert left_out in ran.output
    assert {host for host in HOSTS if logins(host) > before[host]} == {"w1"}
    # It is near: the opposite is below.
    assert report["hosts"][0]["checks"]["ssh_high_rtt"]["status"] == "passed"
    # Of what lies between hosts nothing is said to be well.
    assert report["hosts"][0]["checks"]["port_blocked"]["status"] in ("skipped", "unknown")


@pytest.fixture
def far_away() -> Iterator[None]:
    """SSH to the lab's hosts takes a round trip of more than 300 ms; what they say to each other does not."""
    command = [sys.executable, str(ROOT / "tests" / "lab" / "delay.py"), "10.104.0.0/16", "320"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert "320 ms away" in process.stdout.readline()
        yield
        process.terminate()


@pytest.mark.usefixtures("far_away", "kubespray")
def test_hosts_that_are_far_away(work: Path, tmp_path: Path) -> None:
    """ssh_high_rtt is found, and a round trip here is none between etcd's members."""
    _ran, report = preflight(work, tmp_path, "--limit", "etcd")

    assert len(report["hosts"]) == 3
    for host in report["hosts"]:
        [problem] = host["checks"]["ssh_high_rtt"]["problems"]
        assert problem["severity"] == "warn"
        took = re.match(
            r"A round trip over the open SSH connection takes (\d+) ms", problem["message"]
        )
        assert took, problem["message"]
        assert int(took[1]) >= 320
    others = {
        check: found for place in report["others"] for check, found in place["checks"].items()
    }
    assert others["etcd_rtt_high"]["status"] == "passed"
    # A clock that is read over a long way is still one clock.
    assert {host["checks"]["clock_offset"]["status"] for host in report["hosts"]} == {"passed"}
