# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make demo`: from a list of addresses to Kubespray's own plays on real SSH hosts, with three mistakes on the way."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / ".demo"
LAB = [sys.executable, str(ROOT / "tests" / "lab" / "lab.py")]
SPEC = HERE / "lab.yml"
# The mistakes in lab.yml: host, what is wrong there, and the id by which preflight must name it.
MISTAKES = {
    "node-10-77-1-12": ("a login without sudo", "sudo_password_required"),
    "node-10-77-2-11": ("a renamed host whose sudo waits for a silent name server", "sudo_slow"),
    "node-10-77-3-11": ("a wrong hostname", "hostname_mismatch"),
}
# Kubespray's failing task where there is no way out: everything before it has run.
FIRST_DOWNLOAD = re.compile(r"download", re.IGNORECASE)


class DemoError(Exception):
    """The demo did not go as it must; the text says where."""


@dataclass(frozen=True)
class Run:
    """An ended ansible-playbook."""

    code: int
    output: str


def title(text: str) -> None:
    print(f"\n\033[1m=== {text}\033[0m" if sys.stdout.isatty() else f"\n=== {text}", flush=True)


def playbook(name: str, *arguments: str) -> Run:
    """Run one of our playbooks in the demo's folder, showing its output while it comes."""
    command = ["ansible-playbook", f"k8n.cluster.{name}", *arguments]
    print(f"$ cd {WORK} && {' '.join(command)}", flush=True)
    env = {key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")}
    env.update(
        PATH=f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}",
        ANSIBLE_CONFIG=str(WORK / "ansible.cfg"),
        ANSIBLE_HOME=str(ROOT / ".cache" / "ansible"),
        PYTHONUNBUFFERED="1",
    )
    if sys.stdout.isatty():
        env["ANSIBLE_FORCE_COLOR"] = "1"
    lines = []
    with subprocess.Popen(
        command, cwd=WORK, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(re.sub(r"\x1b\[[0-9;]*m", "", line))
    return Run(process.returncode, "".join(lines))


def up() -> None:
    """Boot the hosts and lay out what a user would have written."""
    title("Five hosts in three subnets, over real SSH; three of them are broken")
    for host, (mistake, _id) in MISTAKES.items():
        print(f"  {host}: {mistake}")
    subprocess.run([*LAB, "up", str(SPEC)], check=True)
    shutil.rmtree(WORK, ignore_errors=True)
    (WORK / "group_vars" / "all").mkdir(parents=True)
    WORK.chmod(0o700)
    for name in ("cluster.k8n.yml", "ansible.cfg"):
        shutil.copy(HERE / name, WORK / name)
    shutil.copy(HERE / "group_vars_all.yml", WORK / "group_vars" / "all" / "cluster.yml")
    shutil.copy(ROOT / ".lab" / "demo" / "vars.yml", WORK / "group_vars" / "all" / "login.yml")


def expect(run: Run, code: int, what: str) -> None:
    if run.code != code:
        raise DemoError(f"{what}: ansible-playbook ended with {run.code}, expected was {code}.")


def demo() -> str:
    """Everything in order; returns the honest last lines."""
    up()
    title("1. preflight: every problem on every host, in one table")
    first = playbook("preflight")
    expect(first, 2, "preflight on broken hosts")
    for host, (mistake, problem) in MISTAKES.items():
        if not re.search(
            rf"^{host} .*{problem}:|^{host} .*\n(?:\s.*\n)*?\s.*{problem}:", first.output, re.M
        ):
            raise DemoError(f"preflight did not name {mistake} ({problem}) on {host}.")
    title("2. prepare: mend them")
    expect(playbook("prepare"), 0, "prepare")
    title("3. preflight again: nothing left")
    second = playbook("preflight")
    expect(second, 0, "preflight after prepare")
    if "PREFLIGHT: 5 of 5 hosts with nothing wrong." not in second.output:
        raise DemoError("preflight after prepare still names problems.")
    title("4. deploy: checks, prepare, checks, then the real Kubespray")
    return verdict(playbook("deploy", "-b"))


def verdict(run: Run) -> str:
    """How far deploy went and why, from what it printed."""
    named = "The three mistakes were named by preflight, mended by prepare, and the second preflight found nothing.\n"
    if "Kubespray is not installed" in run.output:
        return named + (
            "Kubespray did NOT run: it is not installed and could not be fetched. See the lines of `setup` above."
        )
    tasks = re.findall(r"^TASK \[(.+?)\] \*", run.output, re.M)
    plays = re.findall(r"^PLAY \[(.+?)\] \*", run.output, re.M)
    ours = next(
        (n for n, task in enumerate(tasks) if "Check 2." in task or "Ansible version" in task), None
    )
    if ours is None:
        raise DemoError("Kubespray's own plays did not start.")
    kubespray = (
        f"Kubespray's own plays ran on the five hosts: {len(tasks) - ours} of its tasks, "
        f"up to the play '{plays[-1]}'"
    )
    if run.code == 0:
        return f"{named}{kubespray}, and to the end."
    failed = re.search(r"^fatal: \[(.+?)\].*?$", run.output[run.output.rindex("TASK [") :], re.M)
    reason = failed.group(0)[:400] if failed else "see above"
    if "censored" in reason:
        reason = "Kubespray hides why (no_log: true); its retries are above."
    text = f"{named}{kubespray}.\nIt stopped at the task '{tasks[-1]}':\n  {reason}\n"
    if not FIRST_DOWNLOAD.search(tasks[-1]):
        raise DemoError(text + "That is not the first download, where it has to stop here.")
    return text + (
        "That is its first download: the lab's hosts have no way out, on purpose. "
        "On machines with internet the same command goes on from here; that has not been run in this demo."
    )


def main() -> int:
    """Run or remove the demo; 1 and a sentence where it does not go as it must."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--down", action="store_true", help="remove everything that the demo made")
    if parser.parse_args().down:
        subprocess.run([*LAB, "down", str(SPEC)], check=True)
        subprocess.run([*LAB, "clean"], check=True)
        shutil.rmtree(WORK, ignore_errors=True)
        print("The demo's hosts, network, files and image are gone.")
        return 0
    try:
        text = demo()
    except (DemoError, subprocess.CalledProcessError) as exc:
        print(f"\nThe demo failed: {exc}", file=sys.stderr)
        return 1
    title("How far it went")
    print(text)
    print(
        "The hosts are still up; `make demo-down` removes them. To look around:\n"
        "  cd .demo && ../.venv/bin/ansible-playbook k8n.cluster.preflight"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
