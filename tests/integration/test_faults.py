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
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.listed import ESSENTIAL
from conftest import LAB, Ran, run
from faults import table

FAULTS = table.load()
HOSTS = {host: fault for fault in FAULTS for host in fault.hosts}
# Its hosts have no way out.
VARIABLES = f"""\
files_repo: http://{table.MIRROR}:8080
registry_host: {table.MIRROR}:5000
github_url: "{{{{ files_repo }}}}"
dl_k8s_io_url: "{{{{ files_repo }}}}"
storage_googleapis_url: "{{{{ files_repo }}}}"
get_helm_url: "{{{{ files_repo }}}}"
kube_image_repo: "{{{{ registry_host }}}}"
gcr_image_repo: "{{{{ registry_host }}}}"
github_image_repo: "{{{{ registry_host }}}}"
docker_image_repo: "{{{{ registry_host }}}}"
quay_image_repo: "{{{{ registry_host }}}}"
k8n_probe_timeout: 60
{table.RELAXED}"""
CONFIG = """\
[defaults]
inventory = hosts.yml
forks = 8
timeout = 30
interpreter_python = auto_silent
[ssh_connection]
pipelining = true
# Alive: else the ssh to the host that dies would outlive this test for ever.
ssh_args = -o ControlMaster=auto -o ControlPersist=60 -o ServerAliveInterval=20 -o ServerAliveCountMax=4
control_path_dir = {folder}/cp
"""


@dataclass(frozen=True)
class Looked:
    """A preflight that has ended."""

    folder: Path
    ran: Ran
    seconds: float
    report: Mapping[str, Any]

    def checks(self, place: str) -> dict[str, Any]:
        """What each check said of a host, or of (controller), (inventory) or (cluster)."""
        places = {each["name"]: each for each in [*self.report["hosts"], *self.report["others"]]}
        return dict(places[place]["checks"]) if place in places else {}

    def problems(self, place: str) -> list[dict[str, str]]:
        """What was found there."""
        return [
            {"id": name, **problem}
            for name, check in self.checks(place).items()
            for problem in check.get("problems", ())
        ]

    def unknown(self, place: str) -> dict[str, str]:
        """The checks that could say nothing of it, and why not."""
        return {
            name: check["reason"]
            for name, check in self.checks(place).items()
            if check["status"] == "unknown"
        }


@pytest.fixture(scope="module")
def lab(boot: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with the inventory and the settings for the hosts of the table, which are up."""
    spec = table.lab(FAULTS, "faults")
    state = boot(spec)
    folder = tmp_path_factory.mktemp("faults")
    (folder / "lab.yml").write_text(spec)
    (folder / "hosts.yml").write_text(table.inventory(FAULTS))
    (folder / "ansible.cfg").write_text(CONFIG.format(folder=folder))
    (folder / "group_vars").mkdir()
    (folder / "group_vars" / "all.yml").write_text((state / "vars.yml").read_text() + VARIABLES)
    return folder


@pytest.fixture(scope="module")
def looked(kubespray: Path, lab: Path) -> Looked:
    """One preflight over all hosts; without Kubespray nobody knows what they need."""
    del kubespray
    return look(lab, "reports")


def look(lab: Path, reports: str, *options: str) -> Looked:
    """Run preflight with its report in this folder of the lab's."""
    began = time.monotonic()
    ran = run(
        "ansible-playbook", "k8n.cluster.preflight", "-e", f"k8n_report_dir={reports}", *options,
        cwd=lab,
    )  # fmt: skip
    seconds = time.monotonic() - began
    (lab / f"{reports}.output").write_text(ran.output)
    path = lab / reports / "preflight.json"
    assert path.is_file(), ran.output[-3000:]
    return Looked(lab, ran, seconds, json.loads(path.read_text()))


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


def on(lab: Path, host: str, script: str) -> str:
    """What a shell of the host's root says, not through SSH."""
    return run(*LAB, "exec", str(lab / "lab.yml"), host, "sh", "-c", script).output
