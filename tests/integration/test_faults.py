# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each fault on a real host of its own: one preflight over all of them names each, on its host, and nothing else."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.listed import ESSENTIAL
from conftest import run
from faults import cures, table
from faults.looked import VARIABLES, Looked, look, on, write_settings

FAULTS = table.load()
HOSTS = {host: fault for fault in FAULTS for host in fault.hosts}


SPEC = table.lab(FAULTS, "faults")


@pytest.fixture(scope="module")
def state(boot: Callable[[str], Path]) -> Path:
    """The folder with the logins of the table's hosts, which are up."""
    return boot(SPEC)


@pytest.fixture(scope="module")
def lab(state: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with the inventory and the settings for them."""
    folder = tmp_path_factory.mktemp("faults")
    (folder / "lab.yml").write_text(SPEC)
    write_settings(folder, table.inventory(FAULTS), (state / "vars.yml").read_text() + VARIABLES)
    return folder


@pytest.fixture(scope="module")
def looked(kubespray: Path, lab: Path) -> Looked:
    """One preflight over all hosts; without Kubespray nobody knows what they need."""
    del kubespray
    return look(lab, "reports")


@pytest.mark.parametrize("host", HOSTS)
def test_a_fault_is_found_on_its_host_and_nothing_else(looked: Looked, host: str) -> None:
    expected = {find.id: find for find in HOSTS[host].finds if find.at is None}
    found = {problem["id"]: problem for problem in looked.problems(host)}
    assert sorted(found) == sorted(expected), found
    for name, problem in found.items():
        assert expected[name].differences(problem) == []


HOSTILE = [host for host, fault in HOSTS.items() if fault.unknown is not None]


@pytest.mark.parametrize("host", HOSTILE)
def test_what_a_hostile_host_does_not_say_is_unknown(looked: Looked, host: str) -> None:
    wanted = HOSTS[host].unknown or {}
    # What no host of the lab says is not its doing.
    found = {
        name: reason
        for name, reason in looked.unknown(host).items()
        if name not in table.IN_CONTAINERS
    }
    assert sorted(found) == sorted(wanted), found
    for name, reason in found.items():
        assert table.matches(wanted[name], reason), reason


@pytest.mark.parametrize("host", table.HEALTHY)
def test_a_healthy_host_reports_nothing(looked: Looked, host: str) -> None:
    assert looked.problems(host) == []
    assert set(looked.unknown(host)) <= set(table.IN_CONTAINERS)


def test_nothing_is_found_of_healthy_hosts_when_prepare_has_been_there(looked: Looked) -> None:
    (looked.folder / "healthy.yml").write_text(table.inventory([]))
    prepared = run(
        "ansible-playbook", "-i", "healthy.yml", "k8n.cluster.prepare", cwd=looked.folder
    )
    assert prepared.code == 0, prepared.output[-3000:]
    # Of these few hosts no check need be off.
    again = look(looked.folder, "prepared", "-i", "healthy.yml", "-e", '{"k8n_checks": {}}')
    assert again.report["findings"] == []
    assert again.ran.code == 0
    for host in table.HEALTHY:
        assert set(again.unknown(host)) <= set(table.IN_CONTAINERS)


@pytest.mark.parametrize("place", ["(controller)", "(inventory)", "(cluster)"])
def test_what_is_not_of_one_host_is_found_there(looked: Looked, place: str) -> None:
    expected = {find.id: find for fault in FAULTS for find in fault.finds if find.at == place}
    found = {problem["id"]: problem for problem in looked.problems(place)}
    assert sorted(found) == sorted(expected), found
    for name, problem in found.items():
        assert expected[name].differences(problem) == []


def test_no_host_holds_up_the_others(looked: Looked) -> None:
    assert looked.ran.code == 2
    # Those that hang do so for a minute, and several share a worker; the rest is for a machine that is busy.
    assert looked.seconds < 600
    judged = {
        host
        for host in [*HOSTS, *table.HEALTHY]
        if looked.checks(host).get("disk_space_low", {}).get("status") not in (None, "unknown")
    }
    essential = {check.id for check in ESSENTIAL}
    lost = {host for host, fault in HOSTS.items() if essential & {find.id for find in fault.finds}}
    assert judged == {*HOSTS, *table.HEALTHY} - lost


def test_nothing_that_a_host_sent_reaches_the_terminal_or_the_page_as_it_is(looked: Looked) -> None:
    page = (looked.folder / "reports" / "preflight.html").read_text()
    for text in (looked.ran.output, page, json.dumps(looked.report)):
        assert "\x1b]0;owned" not in text
    assert "<img src=x onerror" not in page
    assert "Traceback" not in looked.ran.output


@pytest.mark.parametrize(
    ("task", "pipelining"),
    [
        ("Look at the host", "true"),
        # As it is by default.
        ("Look at the host", "false"),
        ("Measure between the hosts", "true"),
    ],
)
def test_nothing_remains_on_the_hosts_of_a_run_that_is_killed(
    lab: Path, task: str, pipelining: str, request: pytest.FixtureRequest
) -> None:
    if task == "Measure between the hosts":
        # Without it there are no ports that hosts are measured with.
        request.getfixturevalue("kubespray")
    hosts = list(table.HEALTHY)
    for host in hosts:
        on(lab, host, "touch /run/stamp")
    before = {host: traces(lab, host) for host in hosts}
    namespace = on(lab, hosts[0], "readlink /proc/1/ns/pid").strip()
    assert not runs_python(namespace)

    def is_under_way() -> bool:
        if f"TASK [{task}]" not in (lab / "killed").read_text():
            return False
        if task == "Look at the host":
            return runs_python(namespace)
        return listens(f"{table.SUBNET}.11", KUBELET)

    # Either is over in a second, which is not longer than asking the host itself, so that a busy machine may miss it.
    for _attempt in range(5):
        with (lab / "killed").open("w") as log:
            process = subprocess.Popen(
                ["ansible-playbook", "k8n.cluster.preflight", "--limit", ",".join(hosts)],
                cwd=lab, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1", "ANSIBLE_PIPELINING": pipelining},
            )  # fmt: skip
        while not (seen := is_under_way()) and process.poll() is None:
            time.sleep(0.005)
        if seen:
            break
    assert seen, (lab / "killed").read_text()[-3000:]
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()

    def remains() -> dict[str, set[str]]:
        now = {host: traces(lab, host) - before[host] for host in hosts}
        return {host: lines for host, lines in now.items() if lines}

    deadline = time.monotonic() + REMAINS_SECONDS
    while (left := remains()) and time.monotonic() < deadline:
        time.sleep(1)
    assert not left


def traces(lab: Path, host: str) -> set[str]:
    """What a run may have left on the host; what was there before it may end meanwhile."""
    return set(on(lab, host, TRACES).splitlines())


def runs_python(namespace: str) -> bool:
    """Whether a process of the host with this PID namespace is Python, seen from this machine, whose kernel it has."""
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if (
                os.readlink(process / "ns" / "pid") == namespace
                and b"python" in (process / "cmdline").read_bytes().split(b"\0")[0]
            ):
                return True
    return False


def listens(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0


# A port that the hosts try with each other.
KUBELET = 10250
# Processes but for what is asked with, listeners, and files that are newer than the stamp but for the one that sudo
# itself makes when a login uses it for the first time.
TRACES = (
    "ps -eo user=,args= | grep -vE '^root +(sh -c|ps |grep |sort|\\[|.*sshd)|sshd' | sort; ss -Hlntu | sort; "
    "find /etc /home /root /tmp /var/tmp /var/lib /opt /usr/local /dev/shm /run/user -newer /run/stamp -type f "
    "-not -path '/var/lib/systemd/*' -not -name .sudo_as_admin_successful 2> /dev/null; true"
)
# What runs on a host ends with its connection, or by its own bounds, the longest of which are the 16 s of an etcd
# member's checks (docs/preflight.md); the rest is for a machine that is busy. No line is cut here.
REMAINS_SECONDS = 60.0


@pytest.fixture(scope="module")
def cured(looked: Looked, lab: Path, state: Path) -> cures.Cured:
    """The same hosts when each fix was carried out to the letter. Last: no fault is left to the other tests."""
    return cures.carry_out(FAULTS, looked, state)


@pytest.mark.parametrize("host", HOSTS)
def test_where_the_fixes_are_carried_out_nothing_is_found_any_more(
    cured: cures.Cured, host: str
) -> None:
    assert cured.failures.get(host, "") == ""
    name = cured.names[host]
    if name is None:
        assert host not in {each["name"] for each in cured.looked.report["hosts"]}
        return
    fault = HOSTS[host]
    done = {each.id: cures.cure_of(fault, each) for each in fault.finds if each.at is None}
    not_cured = {each for each, cure in done.items() if cure.none}
    left = {problem["id"]: problem for problem in cured.looked.problems(name)}
    assert set(left) <= not_cured, left
    checks = cured.looked.checks(name)
    for each in set(done) - not_cured:
        # A setting may be one with which the check is not made.
        assert checks[each]["status"] in ("passed", "skipped" if done[each].settings else ""), (
            checks[each]
        )


@pytest.mark.parametrize("place", ["(controller)", "(inventory)", "(cluster)"])
def test_what_is_not_of_one_host_is_not_found_there_any_more(
    cured: cures.Cured, place: str
) -> None:
    assert cured.looked.problems(place) == []
