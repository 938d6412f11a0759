# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long the playbook `k8n.cluster.preflight` takes, as a ratio to `ansible all -m ping` on the same hosts.

Same inventory, settings and forks, connections warm, in turn. The test of etcd's disks and the downloads have a budget
of their own and are switched off. As root; see tests/bench/README.md.
"""

from __future__ import annotations

import argparse
import os
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
FLEET = [sys.executable, str(ROOT / "tests" / "lab" / "fleet.py")]
STATE = ROOT / ".lab" / "fleet"
SIZES = (8, 32, 100, 300)
SETTINGS = runpy.run_path(str(ROOT / "plugins" / "plugin_utils" / "_ansible" / "settings.py"))
# What init writes for a big cluster.
FORKS = SETTINGS["FORKS_PER_CORE"] * (os.cpu_count() or 1)
# As the ansible.cfg that init writes, but for what depends on the machine.
CONFIG = """\
[defaults]
inventory = nodes.k8n.yml
forks = {forks}
timeout = 60
interpreter_python = auto_silent
force_valid_group_names = ignore
[ssh_connection]
pipelining = true
ssh_args = -o ControlMaster=auto -o ControlPersist=30m
# The connections end with their hosts.
control_path_dir = {folder}
"""
OWN_BUDGET = "{etcd_disk_slow: 'off', download_unreachable: 'off', registry_unreachable: 'off'}"


class Cost(NamedTuple):
    """What a command took: seconds on the wall, and of this machine's cores for Ansible alone."""

    wall: float
    cpu: float


class Measured(NamedTuple):
    """What is measured: its name, its command, and the most it may take as a ratio to the first one's wall time."""

    name: str
    command: Sequence[str]
    target: float | None


def measured() -> list[Measured]:
    """What is compared; the first is the baseline."""
    playbook = ["ansible-playbook", "k8n.cluster.preflight", "-e", f"{{k8n_checks: {OWN_BUDGET}}}"]
    return [
        Measured("ansible all -m ping", ["ansible", "all", "-m", "ansible.builtin.ping"], None),
        Measured("preflight, hosts alone", [*playbook, "-e", "k8n_between=false"], 1.5),
        Measured("preflight, all of it", playbook, 2.0),
    ]


def main(sizes: Sequence[int], rounds: int, forks: int) -> int:
    """Measure each size of a fleet and print one table; 1 if a target is missed."""
    missed = False
    print(f"{os.cpu_count()} cores, {forks} forks at most, medians of {rounds}", flush=True)
    print(f"{'hosts':>5}  {'':<22}  {'wall s':>7}  {'ratio':>5}  {'wanted':>6}  {'CPU s':>6}")
    for size in sizes:
        subprocess.run([*FLEET, "up", str(size)], check=True, stdout=subprocess.DEVNULL)
        try:
            costs = measure(size, rounds, forks)
        finally:
            subprocess.run([*FLEET, "down"], check=True)
        floor = costs[measured()[0].name].wall
        for name, _command, target in measured():
            cost = costs[name]
            ratio = cost.wall / floor
            missed |= target is not None and ratio > target
            wanted = "" if target is None else f"{target:.1f}"
            print(
                f"{size:>5}  {name:<22}  {cost.wall:7.2f}  {ratio:5.2f}  {wanted:>6}  {cost.cpu:6.2f}",
                flush=True,
            )
    return int(missed)


def measure(size: int, rounds: int, forks: int) -> dict[str, Cost]:
    """The median cost of each command on a fleet that is up; every round runs all of them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hosts = sorted((STATE / "hosts").iterdir())
        addresses = [path.name.removeprefix("node-").replace("-", ".") for path in hosts]
        (folder / "ansible.cfg").write_text(CONFIG.format(forks=min(size, forks), folder=folder))
        (folder / "nodes.k8n.yml").write_text(
            f"plugin: k8n.cluster.ip_list\nnodes: [{', '.join(addresses)}]\n"
        )
        (folder / "group_vars").mkdir()
        (folder / "group_vars" / "all.yml").write_text((STATE / "vars.yml").read_text())
        commands = measured()
        run(commands[0].command, folder)  # opens the connections
        spent: dict[str, list[Cost]] = {command.name: [] for command in commands}
        for _round in range(rounds):
            for command in commands:
                spent[command.name].append(run(command.command, folder))
    return {
        name: Cost(
            statistics.median(cost.wall for cost in costs),
            statistics.median(cost.cpu for cost in costs),
        )
        for name, costs in spent.items()
    }


def run(command: Sequence[str], folder: Path) -> Cost:
    """Run one command where the fleet is; ends the program where it did not reach all hosts."""
    environment = {
        **os.environ,
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    with (folder / "log").open("w+b") as log:
        began = time.monotonic()
        process = subprocess.Popen(
            [*FLEET, "run", *command], cwd=folder, env=environment, stdout=log, stderr=log
        )
        _pid, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        log.seek(0)
        said = log.read().decode(errors="replace")
    # A host that blocks ends preflight with 2: what is measured is whether each was looked at.
    if os.waitstatus_to_exitcode(status) not in (0, 2) or "UNREACHABLE!" in said:
        sys.exit(f"{' '.join(command)} did not do its work:\n{said[-3000:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES, help="numbers of hosts")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each command")
    parser.add_argument("--forks", type=int, default=FORKS, help="forks of each command, at most")
    return parser.parse_args()


if __name__ == "__main__":
    given = arguments()
    sys.exit(main(given.sizes, given.rounds, given.forks))
