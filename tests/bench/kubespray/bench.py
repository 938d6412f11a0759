# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long the real Kubespray takes with other settings of Ansible, on hosts where it has nothing left to do.

What runs is the installed Kubespray's cluster.yml to the end of etcd, with no ansible.cfg (a), Kubespray's own (b), a
real user's (c) and that of k8n.cluster.init (d), each in turn. As root; see tests/bench/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

import _closed  # noqa: E402 # found by the line above
import _place  # noqa: E402 # found by the line above
from _cluster import LabCluster  # noqa: E402 # found by the line above

COLLECTIONS = [ROOT / ".cache" / "collections", Path.home() / ".ansible" / "collections"]
DELAY = [sys.executable, str(ROOT / "tests" / "lab" / "delay.py")]
# The play after the measured ones.
NEXT_PLAY = "Install Kubernetes nodes"
PLAYBOOK = "kubernetes_sigs.kubespray.cluster"


class Place(NamedTuple):
    """Hosts: how many, in which network, and how far away in milliseconds."""

    hosts: int
    network: str
    milliseconds: int = 0

    def addresses(self) -> list[str]:
        return [f"{self.network}.{number}" for number in range(11, 11 + self.hosts)]


PLACES = {
    "near": Place(3, "10.121.1"),
    "far": Place(3, "10.121.1", 50),
    "many": Place(20, "10.122.1"),
}
SETTINGS = {
    "a": "no ansible.cfg",
    "b": "Kubespray's own ansible.cfg",
    "c": "a real user's ansible.cfg",
    "d": "k8n.cluster.init's ansible.cfg",
}


class Cost(NamedTuple):
    """One run: seconds on the wall and of the control node's CPU, and what the callback counted."""

    wall: float
    cpu: float
    counted: Mapping[str, Any]


def main(places: Sequence[str], settings: Sequence[str], rounds: int) -> int:
    """Measure and print one table for each place."""
    kubespray = _closed.installed(COLLECTIONS)
    if kubespray is None:
        print("Kubespray is not installed; `make setup` says how it gets there.", file=sys.stderr)
        return 2
    # For init, which makes the cluster's directory, and for asking Kubespray what it needs.
    os.environ["ANSIBLE_COLLECTIONS_PATH"] = os.pathsep.join(map(str, COLLECTIONS))
    os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    closed = _place.make(print)
    # Places that are the same hosts share them.
    for network in dict.fromkeys(PLACES[name].network for name in places):
        its = {name: PLACES[name] for name in places if PLACES[name].network == network}
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="k8n-")))
            first, *_others = its.values()
            cluster = _closed.cluster(
                stack, closed, kubespray, folder, f"bench-{first.hosts}", first.addresses(), {}
            )
            bench = Bench(cluster, folder, kubespray)
            bench.converge()
            for name, place in its.items():
                with far_away(place) if place.milliseconds else nullcontext():
                    report(name, place, bench.measure(settings, rounds))
    return 0


class Bench:
    """A cluster's directory, and one more folder for each of the other settings."""

    def __init__(self, cluster: LabCluster, folder: Path, kubespray: Path) -> None:
        self.cluster, self.folder, self.kubespray = cluster, folder, kubespray
        self.collections = folder / "collections"
        copy = self.collections / _closed.KUBESPRAY
        shutil.copytree(kubespray, copy)
        plays = copy / "playbooks" / "cluster.yml"
        # The same file, cut off: everything before is Kubespray's own.
        before, cut, _rest = plays.read_text(encoding="utf-8").partition(f"- name: {NEXT_PLAY}\n")
        assert cut, f"{plays} has no play {NEXT_PLAY!r} any more"
        plays.write_text(before, encoding="utf-8")
        # For all settings alike: those of init find the hosts' keys by themselves.
        login = yaml.safe_load((cluster.state / "vars.yml").read_text(encoding="utf-8"))
        file = cluster.directory / "group_vars" / "k8s_cluster" / "z-login.yml"
        file.write_text(yaml.safe_dump(login), encoding="utf-8")

    def converge(self) -> None:
        """Prepare the hosts and run what is measured; a second run of it changes what all later ones change."""
        for command in (["k8n.cluster.prepare"], ["-b", PLAYBOOK]):
            cost = self.run("d", command)
            print(
                f"  {command[-1]}  {cost.wall:6.1f} s, {cost.counted['changed']} changed",
                flush=True,
            )

    def measure(self, settings: Sequence[str], rounds: int) -> dict[str, list[Cost]]:
        costs: dict[str, list[Cost]] = {each: [] for each in settings}
        for number in range(rounds):
            for each in settings:
                cost = self.run(each, ["-b", PLAYBOOK])
                costs[each].append(cost)
                print(
                    f"  round {number + 1} ({each})  {cost.wall:6.1f} s, CPU {cost.cpu:6.1f} s,"
                    f" {cost.counted}",
                    flush=True,
                )
        return costs

    def run(self, settings: str, arguments: Sequence[str]) -> Cost:
        """Run ansible-playbook with new connections; ends the program where it fails."""
        counted = self.folder / "count.json"
        sockets = self.folder / "cp"
        sockets.mkdir(exist_ok=True)
        paths = [*COLLECTIONS[:1], self.collections]
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")},
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "ANSIBLE_CONFIG": str(self._config(settings)),
            "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(map(str, paths)),
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback"),
            # Short, and of this cluster only.
            "ANSIBLE_SSH_CONTROL_PATH_DIR": str(sockets),
            "K8N_COUNT": str(counted),
        }
        inventory = self.cluster.directory / "cluster.k8n.yml"
        with (self.folder / "log").open("w+b") as log:
            began = time.monotonic()
            process = subprocess.Popen(
                ["ansible-playbook", "-i", str(inventory), *arguments],
                cwd=self.cluster.directory, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
            _pid, status, usage = os.wait4(process.pid, 0)
            wall = time.monotonic() - began
            log.seek(0)
            said = log.read().decode(errors="replace")
        for socket in sockets.iterdir():
            subprocess.run(
                ["ssh", "-o", f"ControlPath={socket}", "-O", "exit", "any"],
                check=False, capture_output=True,
            )  # fmt: skip
        if status:
            sys.exit(f"({settings}) {' '.join(arguments)} failed:\n{said[-5000:]}")
        counts = json.loads(counted.read_text(encoding="utf-8"))
        return Cost(wall, usage.ru_utime + usage.ru_stime, counts)

    def _config(self, settings: str) -> Path:
        if settings == "d":
            return self.cluster.directory / "ansible.cfg"
        path = self.folder / f"{settings}.cfg"
        if settings == "a":
            path.write_text("")
        elif settings == "c":
            shutil.copy(HERE / "reference.cfg", path)
        else:
            path.write_text(kubesprays_own(self.kubespray), encoding="utf-8")
        return path


def kubesprays_own(kubespray: Path) -> str:
    """The ansible.cfg in Kubespray's repository, which its collection does not have."""
    manifest = json.loads((kubespray / "MANIFEST.json").read_text(encoding="utf-8"))
    version = f"v{manifest['collection_info']['version']}"
    done = subprocess.run(
        ["git", "-C", str(_closed.REPOSITORY), "show", f"{version}:ansible.cfg"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


@contextmanager
def far_away(place: Place) -> Iterator[None]:
    """The place's hosts behind a round trip."""
    process = subprocess.Popen(
        [*DELAY, f"{place.network}.0/24", str(place.milliseconds)], stdout=subprocess.PIPE
    )
    assert process.stdout
    process.stdout.readline()
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def report(name: str, place: Place, costs: Mapping[str, Sequence[Cost]]) -> None:
    """Print a table; its ratios are to the median of Kubespray's own settings, or of the first ones."""
    far = f", {place.milliseconds} ms away" if place.milliseconds else ""
    print(
        f"\n{name}: {place.hosts} hosts{far}; {os.cpu_count()} cores, Python {platform.python_version()}"
    )
    base = costs.get("b") or next(iter(costs.values()))
    wall = statistics.median(cost.wall for cost in base)
    print(
        f"{'':<34} {'wall s':>7} {'from':>6} {'to':>6} {'ratio':>5} {'CPU s':>6}  tasks ok changed skipped; all skip"
    )
    for each, its in costs.items():
        walls = [cost.wall for cost in its]
        median = statistics.median(walls)
        cpu = statistics.median(cost.cpu for cost in its)
        count = its[-1].counted
        skipping = statistics.median(cost.counted["skipping_seconds"] for cost in its)
        print(
            f"({each}) {SETTINGS[each]:<30} {median:7.1f} {min(walls):6.1f} {max(walls):6.1f} {median / wall:5.2f}"
            f" {cpu:6.1f}  {count['tasks']} {count['ok']} {count['changed']} {count['skipped']};"
            f" {count['skipped_everywhere']}, {skipping:.1f}",
            flush=True,
        )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", nargs="*", default=list(PLACES), help=", ".join(PLACES))
    parser.add_argument("--only", default="abcd", help="the settings to measure")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each")
    return parser.parse_args()


if __name__ == "__main__":
    given = arguments()
    sys.exit(main(given.places, list(given.only), given.rounds))
