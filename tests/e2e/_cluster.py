# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cluster as its user has it: a list of addresses, a directory made by init, and runs of its site.yml."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import _measured
import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LAB = [sys.executable, str(ROOT / "tests" / "lab" / "lab.py")]
# The callback by which the audit is held against Kubespray's own checks, too.
RECORDER = ROOT / "tests" / "integration" / "gates"
DEPLOY = ("ansible-playbook", "site.yml", "-b")
# The same in one command, also where the directory is not there yet; -b is its own business.
UP = ("ansible-playbook", "k8n.cluster.up")
# Seconds. On two cores that do nothing else the longest run, of five hosts, takes ten minutes.
RUN_AT_MOST = 3600


@dataclass(frozen=True)
class Result:
    """How one task ended on one host (passes, not_run, fails or unreachable), and when, in seconds of the epoch."""

    play: str
    at: float
    task: str
    place: str
    host: str
    state: str
    changed: bool

    @property
    def ours(self) -> bool:
        return "/kubernetes_sigs/kubespray/" not in self.place


@dataclass(frozen=True)
class Ran:
    """An ended run: its exit status (negative: the signal), what its user saw, and every result in order."""

    code: int
    output: str
    results: Sequence[Result]
    seconds: float

    def stopped_at(self) -> set[tuple[str, str]]:
        """Where it ended: host and task of each failure of the last task that failed."""
        failed = [result for result in self.results if result.state == "fails"]
        return {(each.host, each.task) for each in failed if each.place == failed[-1].place}

    def kubespray_began(self) -> bool:
        return any(not result.ours for result in self.results)


class Cluster:
    """Hosts, and the directory from which everything is run."""

    def __init__(self, folder: Path, addresses: Sequence[str], ssh: Sequence[str]) -> None:
        """ssh: the options of ssh for a login on the hosts."""
        self.folder, self.ssh = folder, ssh
        self.hosts = {f"node-{address.replace('.', '-')}": address for address in addresses}
        self.directory = folder / "cluster"
        self._runs = 0

    def on_host(self, host: str, command: str) -> subprocess.CompletedProcess[str]:
        """Run a shell text of the tests' own on a host, as its login, and return what came of it."""
        return subprocess.run(
            ["ssh", *self.ssh, "-o", "ConnectTimeout=10", self.hosts[host], command],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    def said(self, host: str, command: str) -> str:
        """The standard output of a command that must succeed on a host."""
        done = self.on_host(host, command)
        assert done.returncode == 0, f"{command} on {host}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def init(
        self, given: Mapping[str, object], files: Mapping[str, str], inventory: Mapping[str, object]
    ) -> None:
        """Make the directory with k8n.cluster.init.

        given are its further variables, files the texts by name for group_vars/k8s_cluster, and inventory is added to
        the source of ip_list.
        """
        variables = {
            "k8n_dir": str(self.directory),
            "k8n_nodes": list(self.hosts.values()),
            **given,
        }
        done = self.run(
            "ansible-playbook", "k8n.cluster.init", "-e", json.dumps(variables), cwd=self.folder
        )
        assert done.code == 0, done.output
        with (self.directory / "cluster.k8n.yml").open("a", encoding="utf-8") as file:
            file.write("".join(f"{key}: {json.dumps(value)}\n" for key, value in inventory.items()))
        for name, text in files.items():
            path = self.directory / "group_vars" / "k8s_cluster" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def groups(self) -> dict[str, list[str]]:
        """The hosts of each group, as Ansible sees the inventory."""
        listed = json.loads(self.run("ansible-inventory", "--list").output)
        return {
            group: content.get("hosts", []) for group, content in listed.items() if group != "_meta"
        }

    def run(self, *argv: str, cwd: Path | None = None, watch: Watch | None = None) -> Ran:
        """Run a command of the venv as a user would, and look at its results while they come.

        watch is asked about each; once it answers, its action is taken (see Watch).
        """
        self._runs += 1
        screen = self.folder / f"run-{self._runs}.txt"
        record = self.folder / f"run-{self._runs}.jsonl"
        record.touch()
        began = time.monotonic()
        with screen.open("w", encoding="utf-8") as file:
            process = subprocess.Popen(
                argv, cwd=cwd or self.directory, env=self._environment(record), stdin=subprocess.DEVNULL,
                stdout=file, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
            try:
                while process.poll() is None and time.monotonic() - began < RUN_AT_MOST:
                    if watch and watch.seen(record):
                        watch.action(process)
                        watch = None
                    time.sleep(0.2)
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
        assert not watch, f"{watch.what} did not come; see {screen}"
        results = [Result(**json.loads(line)) for line in record.read_text().splitlines()]
        return Ran(process.wait(), screen.read_text(), results, time.monotonic() - began)

    def _environment(self, record: Path) -> dict[str, str]:
        # Short, for the sockets of ssh; of this cluster only, since the next one may have the same addresses.
        sockets = self.folder / "cp"
        sockets.mkdir(exist_ok=True)
        return {
            **os.environ,
            "COLUMNS": "1000",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_SSH_CONTROL_PATH_DIR": str(sockets),
            "ANSIBLE_CALLBACK_PLUGINS": str(RECORDER),
            "ANSIBLE_CALLBACKS_ENABLED": "record",
            "K8N_RECORD": str(record),
        }


class LabCluster(Cluster):
    """A cluster of the lab's hosts."""

    def __init__(self, folder: Path, name: str, addresses: Sequence[str]) -> None:
        self.name, self.spec = name, folder / "lab.yml"
        # What the tests' own pods run, and the versions of all that is served; set by whoever serves it.
        self.image = ""
        self.versions: dict[str, str] = {}
        self.state = ROOT / ".lab" / name
        super().__init__(folder, addresses, ["-F", str(self.state / "ssh_config")])

    def run(self, *argv: str, cwd: Path | None = None, watch: Watch | None = None) -> Ran:
        """As a user would; what a whole deploy took is kept for docs/e2e.md."""
        ran = super().run(*argv, cwd=cwd, watch=watch)
        if argv[:2] in (DEPLOY[:2], UP) and ran.code == 0:
            _measured.keep(self.name, f"run {self._runs}", ran, len(self.hosts), self.versions)
        return ran

    def lab(self, *arguments: str) -> None:
        subprocess.run([*LAB, arguments[0], str(self.spec), *arguments[1:]], check=True)

    def up(self) -> None:
        """Boot the hosts anew."""
        hosts = [{"name": name, "address": address} for name, address in self.hosts.items()]
        spec = {"name": self.name, "kubernetes": True, "hosts": hosts}
        self.spec.write_text(yaml.safe_dump(spec), encoding="utf-8")
        self.lab("up")

    def login(self) -> dict[str, str]:
        """The inventory's variables by which Ansible logs in."""
        return {
            "ansible_user": "server",
            "ansible_ssh_private_key_file": str(self.state / "id_ed25519"),
        }


@dataclass
class Watch:
    """What is done to a run (a function of its process) once a task, or one of a role, has ended on a first host."""

    what: str
    action: Callable[[subprocess.Popen[bytes]], None]

    def seen(self, record: Path) -> bool:
        return self.what in record.read_text()


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL, which Ansible can neither catch nor tidy up after."""
    os.killpg(process.pid, signal.SIGKILL)


def command_to_go_on(output: str) -> list[str]:
    """The command that the end of a run prints."""
    match = re.search(r"^TO GO ON.*\n  (.+)\n", output, re.M)
    assert match, output[-3000:]
    return shlex.split(match[1])


ETCDCTL = (
    "sudo /usr/local/bin/etcdctl --endpoints https://127.0.0.1:2379 --cacert /etc/ssl/etcd/ssl/ca.pem "
    "--cert /etc/ssl/etcd/ssl/admin-$(hostname).pem --key /etc/ssl/etcd/ssl/admin-$(hostname)-key.pem"
)


def assert_etcd_healthy(cluster: Cluster, members: Sequence[str]) -> None:
    """These hosts, no more and no fewer, are etcd's members, and each is healthy over TLS."""
    first = members[0]
    listed = json.loads(cluster.said(first, f"{ETCDCTL} member list -w json"))["members"]
    wanted = sorted(f"https://{cluster.hosts[member]}:2379" for member in members)
    assert sorted(url for each in listed for url in each["clientURLs"]) == wanted
    health = json.loads(cluster.said(first, f"{ETCDCTL} endpoint health --cluster -w json"))
    assert sorted(each["endpoint"] for each in health if each["health"]) == wanted
    plain = cluster.on_host(first, f"curl -s -m 5 http://{cluster.hosts[first]}:2379/health")
    assert "true" not in plain.stdout


def assert_hosts(cluster: Cluster) -> None:
    """What was promised of every host: its name, its line, a quick sudo, and containerd; etcd where it was placed."""
    groups = cluster.groups()
    for host, address in cluster.hosts.items():
        assert cluster.said(host, "hostname") == host
        assert cluster.said(host, f"getent hosts {host}").split()[0] == address
        # The timeout ends a sudo that waits for a name server.
        assert cluster.said(host, "timeout 2 sudo -k -n id -u") == "0"
        assert cluster.said(host, "systemctl is-active containerd") == "active"
        version = cluster.said(host, "sudo /usr/local/bin/ctr version")
        assert "Server:" in version
        active = cluster.on_host(host, "systemctl is-active etcd").stdout.strip()
        assert (active == "active") == (host in groups["etcd"]), (host, active)
    assert_etcd_healthy(cluster, groups["etcd"])
