# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the callback k8n.cluster.progress costs against Ansible's default one, on 100 hosts and 50 tasks.

Both run in turn, with their output on a terminal and in a file. Usage: progress.py [REPETITIONS]
"""

from __future__ import annotations

import atexit
import json
import os
import pty
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HOSTS, TASKS = 100, 50
CALLBACKS = ("default", "k8n.cluster.progress")
MOST_PERCENT = 2.0
MEASURED = "K8N_BENCH_MEASURED"


@dataclass(frozen=True)
class Cost:
    """Seconds of one run: all of it, and the CPU's within callbacks and the live line's thread."""

    wall: float
    callbacks: float


def main(repetitions: int) -> None:
    """Measure, print the table, and end with 1 if the callback costs too much."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        print(f"{HOSTS} hosts, {TASKS} tasks, {os.cpu_count()} cores, median of {repetitions}")
        missed = False
        for output in ("terminal", "file"):
            costs: dict[str, list[Cost]] = {callback: [] for callback in CALLBACKS}
            for _repetition in range(repetitions):
                for callback in CALLBACKS:
                    costs[callback].append(one(folder, callback, output))
            missed = report(output, costs) or missed
    if missed:
        sys.exit(1)


def prepare(folder: Path) -> None:
    """An inventory that needs no network, and tasks that run on the control node."""
    (folder / "hosts").write_text(f"h[1:{HOSTS}] ansible_connection=local\n")
    tasks = "".join(
        f"    - name: Task {number}\n      ansible.builtin.assert: {{that: true, quiet: true}}\n"
        for number in range(TASKS)
    )
    (folder / "play.yml").write_text(f"- hosts: all\n  gather_facts: false\n  tasks:\n{tasks}")
    (folder / "ansible.cfg").write_text("[defaults]\nforks = 10\n")


def one(folder: Path, callback: str, output: str) -> Cost:
    """One run; its measurements come back in a file."""
    measured = folder / "measured.json"
    environment = {
        **os.environ,
        "ANSIBLE_STDOUT_CALLBACK": callback,
        "TERM": "xterm",
        MEASURED: str(measured),
    }
    environment.pop("CI", None)
    argv = [sys.executable, __file__, "-i", "hosts", "play.yml"]
    with opened(output, folder) as stdout:
        started = time.monotonic()
        subprocess.run(argv, cwd=folder, env=environment, stdout=stdout, check=True)
        wall = time.monotonic() - started
    return Cost(wall, json.loads(measured.read_text()))


@contextmanager
def opened(output: str, folder: Path) -> Iterator[int]:
    """What the run's output goes to: a file, or a terminal that something reads."""
    if output == "file":
        with (folder / "out").open("wb") as stream:
            yield stream.fileno()
        return
    ours, theirs = pty.openpty()
    reader = threading.Thread(target=drain, args=(ours,), daemon=True)
    reader.start()
    yield theirs
    os.close(theirs)
    reader.join()
    os.close(ours)


def drain(terminal: int) -> None:
    """Read until the other side is closed."""
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:
        pass  # how Linux tells that


def report(output: str, costs: dict[str, list[Cost]]) -> bool:
    """Print one output's lines; whether the target is missed."""
    default, progress = (costs[callback] for callback in CALLBACKS)
    more = statistics.median(
        b.callbacks - a.callbacks for a, b in zip(default, progress, strict=True)
    )
    least = min(cost.wall for cost in default)
    percent = 100 * more / least
    walls = [statistics.median(cost.wall for cost in each) for each in (default, progress)]
    print(
        f"{output:8}  callbacks and thread: default {statistics.median(c.callbacks for c in default):.2f} s, progress "
        f"{statistics.median(c.callbacks for c in progress):.2f} s: {percent:+.2f} % of {least:.1f} s "
        f"(at most {MOST_PERCENT:g} %)"
    )
    print(
        f"{'':8}  whole run: default {walls[0]:.1f} s, progress {walls[1]:.1f} s, ratio {walls[1] / walls[0]:.3f}"
    )
    return percent > MOST_PERCENT


def measured_playbook(path: str) -> None:
    """ansible-playbook, which writes what its callbacks cost into a file."""
    from ansible.cli.playbook import main as ansible_playbook
    from ansible.executor.task_queue_manager import TaskQueueManager

    send_callback = TaskQueueManager.send_callback
    spent = [0.0]

    def timed(self: object, *arguments: object, **options: object) -> object:
        before = time.thread_time()
        try:
            return send_callback(self, *arguments, **options)
        finally:
            spent[0] += time.thread_time() - before

    thread_run = threading.Thread.run

    def run(self: threading.Thread) -> None:
        thread_run(self)
        if self.name == "k8n progress":
            spent[0] += time.thread_time()

    def write() -> None:
        Path(path).write_text(json.dumps(spent[0]))

    TaskQueueManager.send_callback = timed
    threading.Thread.run = run  # type: ignore[method-assign]  # the thread's own clock stops with it
    atexit.register(write)
    ansible_playbook(["ansible-playbook", *sys.argv[1:]])


if __name__ == "__main__":
    if MEASURED in os.environ:
        measured_playbook(os.environ[MEASURED])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
