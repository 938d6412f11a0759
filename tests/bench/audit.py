# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long the audit of Kubespray's own checks takes, as a ratio to gathering the same hosts' facts.

The hosts are addresses of one real lab host: real connections, facts and commands, one after the other on one machine.
Usage: audit.py [HOSTS]
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LAB = [sys.executable, str(ROOT / "tests" / "lab" / "lab.py")]
ADDRESS = "10.94.1.2"
TARGET = 3.0


def main(hosts: int) -> None:
    """Time both in turn and print the ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spec = folder / "lab.yml"
        spec.write_text(f"name: bench\nhosts:\n  - {{name: b1, address: {ADDRESS}}}\n")
        subprocess.run([*LAB, "up", str(spec)], check=True)
        try:
            prepare(ROOT / ".lab" / "bench", folder, hosts)
            facts = timed(folder, "facts.yml")
            audit = timed(folder, "audit.yml")
        finally:
            subprocess.run([*LAB, "down", str(spec)], check=True)
    ratio = audit / facts
    print(f"{hosts} hosts, {os.cpu_count()} cores")
    print(f"gather_facts (baseline)        {facts:7.1f} s")
    print(f"facts and audit of all checks  {audit:7.1f} s, ratio {ratio:.2f} (at most {TARGET:g})")
    if ratio > TARGET:
        sys.exit(1)


def prepare(state: Path, folder: Path, hosts: int) -> None:
    """An inventory of that many addresses of the one host, and the two playbooks."""
    addresses = " ".join(f"10.94.1.{last}" for last in range(3, hosts + 2))
    command = (
        f"for a in {addresses}; do sudo ip addr add $a/24 dev eth0; done; "
        "printf 'MaxSessions 100\\nMaxStartups 100\\n' | sudo tee /etc/ssh/sshd_config.d/05-bench.conf; "
        "sudo systemctl reload ssh"
    )
    subprocess.run(
        ["ssh", "-F", str(state / "ssh_config"), "b1", command],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (folder / "nodes.k8n.yml").write_text(
        f"plugin: k8n.cluster.ip_list\nnodes: 10.94.1.2-{hosts + 1}\n"
    )
    (folder / "group_vars").mkdir()
    login = (state / "vars.yml").read_text()
    (folder / "group_vars" / "all.yml").write_text(f"{login}upstream_dns_servers: [192.0.2.53]\n")
    (folder / "facts.yml").write_text("- hosts: all\n  gather_facts: true\n")
    (folder / "audit.yml").write_text("- import_playbook: k8n.cluster.audit\n")


def timed(folder: Path, playbook: str) -> float:
    """Seconds that a playbook takes on all hosts, with the connection warm."""
    command = [
        "ansible-playbook",
        "-i",
        "nodes.k8n.yml",
        "-b",
        "-f",
        "10",
        "-e",
        f"ansible_host={ADDRESS}",
    ]
    environment = {
        **os.environ,
        "ANSIBLE_PIPELINING": "1",
        "ANSIBLE_PYTHON_INTERPRETER": "/usr/bin/python3",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    subprocess.run(
        ["ansible", *command[1:], "node-10-94-1-2", "-m", "ping"],
        cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    started = time.monotonic()
    done = subprocess.run(
        [*command, playbook],
        cwd=folder,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    seconds = time.monotonic() - started
    if done.returncode or not re.search(r"failed=0", done.stdout):
        sys.exit(done.stdout[-3000:] + done.stderr[-1000:])
    return seconds


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 250)
