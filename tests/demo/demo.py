# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make demo`: from a list of addresses to Ready nodes on real SSH hosts, with three mistakes on the way.

Where Kubespray or a Go toolchain is missing it ends earlier, and says so.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "e2e"))
import _closed
import _place
import _programs
import _wanted
from serve import SERVING

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
# The hosts' downloads come from there, by the servers whose process is noted in the file.
GATEWAY = "10.77.1.1"
SERVERS = "servers.pid"
COLLECTIONS = (
    ROOT / ".cache" / "collections",
    Path.home() / ".ansible" / "collections",
    Path("/usr/share/ansible/collections"),
)


class DemoError(Exception):
    """The demo did not go as it must; the text says where."""


@dataclass(frozen=True)
class Run:
    """An ended ansible-playbook."""

    code: int
    output: str


def title(text: str) -> None:
    print(f"\n\033[1m=== {text}\033[0m" if sys.stdout.isatty() else f"\n=== {text}", flush=True)


def playbook(name: str, *arguments: str, callback: str = "default") -> Run:
    """Run one of our playbooks in the demo's folder, showing its output while it comes."""
    command = ["ansible-playbook", f"k8n.cluster.{name}", *arguments]
    print(f"$ cd {WORK} && {' '.join(command)}", flush=True)
    env = {key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")}
    env.update(
        PATH=f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}",
        ANSIBLE_CONFIG=str(WORK / "ansible.cfg"),
        ANSIBLE_HOME=str(ROOT / ".cache" / "ansible"),
        ANSIBLE_STDOUT_CALLBACK=callback,
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


@dataclass(frozen=True)
class Stage:
    """What the demo is played on: its hosts in lab.yml, and what is added to the lab, the inventory and group_vars."""

    hosts: Sequence[str]
    lab: Mapping[str, object] = field(default_factory=dict)
    inventory: Mapping[str, object] = field(default_factory=dict)
    group_vars: Mapping[str, str] = field(default_factory=dict)
    to_ready: bool = False


def stage(first_download: bool) -> Stage:
    """To Ready nodes where that is possible here, else up to Kubespray's first download; it says why."""
    spec = yaml.safe_load(SPEC.read_text(encoding="utf-8"))
    every = [host["name"] for host in spec["hosts"]]
    closed = {"closed.yml": (HERE / "group_vars_closed.yml").read_text(encoding="utf-8")}
    earlier = Stage(every, group_vars=closed)
    if first_download or _closed.installed(COLLECTIONS) is None:
        return earlier
    missing = _programs.missing_toolchain()
    if missing:
        print(f"{missing}\nWithout it this demo ends at Kubespray's first download.")
        return earlier
    title("The programs and images of a cluster, from their sources: ten minutes once, then kept")
    os.environ["ANSIBLE_COLLECTIONS_PATH"] = os.pathsep.join(map(str, COLLECTIONS))
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    began = time.monotonic()
    place = _place.make(
        lambda text: print(f"  {time.monotonic() - began:4.0f} s  {text}", flush=True)
    )
    return Stage(
        # Each with a mistake; more would only take longer on one machine.
        [host for host in every if host in MISTAKES],
        lab={"kubernetes": True},
        group_vars=place.group_vars(GATEWAY),
        to_ready=True,
    )


def up(chosen: Stage) -> None:
    """Boot the hosts and lay out what a user would have written."""
    title(f"{len(chosen.hosts)} hosts in three subnets, over real SSH; three of them are broken")
    for host, (mistake, _id) in MISTAKES.items():
        print(f"  {host}: {mistake}")
    stop_servers()
    shutil.rmtree(WORK, ignore_errors=True)
    (WORK / "group_vars" / "all").mkdir(parents=True)
    WORK.chmod(0o700)
    spec = yaml.safe_load(SPEC.read_text(encoding="utf-8"))
    spec["hosts"] = [host for host in spec["hosts"] if host["name"] in chosen.hosts]
    (WORK / "lab.yml").write_text(yaml.safe_dump({**spec, **chosen.lab}), encoding="utf-8")
    subprocess.run([*LAB, "up", str(WORK / "lab.yml")], check=True)
    if chosen.to_ready:
        serve()
    shutil.copy(HERE / "ansible.cfg", WORK / "ansible.cfg")
    source = (HERE / "cluster.k8n.yml").read_text(encoding="utf-8")
    addresses = [str(host["address"]) for host in spec["hosts"]]
    if chosen.to_ready:
        source = re.sub(r"^nodes: .*$", f"nodes: {' '.join(addresses)}", source, flags=re.M)
    (WORK / "cluster.k8n.yml").write_text(source, encoding="utf-8")
    shutil.copy(HERE / "group_vars_all.yml", WORK / "group_vars" / "all" / "cluster.yml")
    shutil.copy(ROOT / ".lab" / "demo" / "vars.yml", WORK / "group_vars" / "all" / "login.yml")
    (WORK / "group_vars" / "k8s_cluster").mkdir()
    for name, text in chosen.group_vars.items():
        (WORK / "group_vars" / "k8s_cluster" / name).write_text(text, encoding="utf-8")


def serve() -> None:
    """Start what the hosts download from; it goes on after the demo, until `make demo-down`."""
    with (WORK / "servers.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "e2e" / "serve.py"), GATEWAY],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    (WORK / SERVERS).write_text(str(process.pid))
    while SERVING not in (WORK / "servers.log").read_text(encoding="utf-8").splitlines():
        if process.poll() is not None:
            raise DemoError(f"What the hosts download from has ended: see {WORK / 'servers.log'}.")
        time.sleep(0.2)


def stop_servers() -> None:
    """End them, if they are there."""
    try:
        os.kill(int((WORK / SERVERS).read_text()), signal.SIGTERM)
    except (OSError, ValueError):
        return  # none was started, or it has ended


def expect(run: Run, code: int, what: str) -> None:
    if run.code != code:
        raise DemoError(f"{what}: ansible-playbook ended with {run.code}, expected was {code}.")


def demo(chosen: Stage) -> str:
    """Everything in order; returns the honest last lines."""
    up(chosen)
    title("1. preflight: every problem on every host, in one table")
    first = playbook("preflight")
    expect(first, 2, "preflight on broken hosts")
    for host, (mistake, problem) in MISTAKES.items():
        if not re.search(
            rf"^{host} .*{problem}:|^{host} .*\n(?:\s.*\n)*?\s.*{problem}:", first.output, re.M
        ):
            raise DemoError(f"preflight did not name {mistake} ({problem}) on {host}.")
    if re.search(r"\b(download|registry)_unreachable:", first.output):
        raise DemoError("the hosts do not reach what this demo serves to them.")
    title("2. prepare: fix them")
    expect(playbook("prepare"), 0, "prepare")
    title("3. preflight again: nothing left")
    second = playbook("preflight")
    expect(second, 0, "preflight after prepare")
    every = len(chosen.hosts)
    if f"PREFLIGHT: {every} of {every} hosts with nothing wrong." not in second.output:
        raise DemoError("preflight after prepare still names problems.")
    title("4. deploy: checks, prepare, checks, then the real Kubespray, then verify")
    if not chosen.to_ready:
        return verdict(playbook("deploy", "-b"))
    fetch = ("-e", '{"k8n_fetch_kubeconfig": true}')
    # Kubespray's thirteen hundred tasks in some fifty lines.
    ran = playbook("deploy", "-b", *fetch, callback="k8n.cluster.progress")
    expect(ran, 0, "deploy")
    return nodes(chosen)


def nodes(chosen: Stage) -> str:
    """The nodes as kubectl shows them from this machine, where the kubeconfig is, and what to try next."""
    kubectl = WORK / "kubectl"
    kubectl.symlink_to(next((_place.cache() / "programs").glob("kubernetes-*/kubectl")))
    kubeconfig = WORK / "artifacts" / "admin.conf"
    command = [str(kubectl), "--kubeconfig", str(kubeconfig), "get", "nodes"]
    listed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    if len(re.findall(r"^\S+ +Ready ", listed, re.M)) != len(chosen.hosts):
        raise DemoError(f"not every node is Ready:\n{listed}")
    return (
        f"The three mistakes were named by preflight and fixed by prepare; Kubespray installed the cluster, and verify "
        f"found it as it should be.\n\n$ kubectl get nodes\n{listed}\n"
        f"The kubeconfig is {kubeconfig} (an administrator's login, mode 0600). To try next:\n"
        f"  export KUBECONFIG={kubeconfig}\n"
        f"  .demo/kubectl get pods --all-namespaces --output wide\n"
        f"  cd .demo && ../.venv/bin/ansible-playbook k8n.cluster.verify -b"
    )


def verdict(run: Run) -> str:
    """How far deploy went and why, from what it printed."""
    named = "The three mistakes were named by preflight, fixed by prepare, and the second preflight found nothing.\n"
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
    parser.add_argument(
        "--first-download", action="store_true",
        help="end at Kubespray's first download, as where there is no Go toolchain",
    )  # fmt: skip
    arguments = parser.parse_args()
    if arguments.down:
        stop_servers()
        subprocess.run([*LAB, "down", str(SPEC)], check=True)
        subprocess.run([*LAB, "clean"], check=True)
        shutil.rmtree(WORK, ignore_errors=True)
        print("The demo's hosts, network, files and image are gone.")
        return 0
    try:
        text = demo(stage(arguments.first_download))
    except (
        DemoError, _programs.BuildError, _wanted.EvaluationError, subprocess.CalledProcessError
    ) as exc:  # fmt: skip
        print(f"\nThe demo failed: {exc}", file=sys.stderr)
        return 1
    title("How far it went")
    print(text)
    print("The hosts are still up; `make demo-down` removes them and all that the demo made.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
