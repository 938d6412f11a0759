# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The callback k8n.cluster.progress with the real ansible-playbook, in a pipe and on a terminal."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from _terminal import at_terminal
from conftest import run

HOSTS = "node[1:3] ansible_connection=local ansible_python_interpreter=/usr/bin/python3\n"
CONFIG = "[defaults]\ninventory = hosts\nstdout_callback = k8n.cluster.progress\n"
FAILS = """\
- name: Prepare
  hosts: all
  gather_facts: false
  tasks:
    - name: Say hello
      ansible.builtin.debug: {msg: "hello \\e[31mred"}
    - name: Get currently-deployed etcd version
      ansible.builtin.command: /usr/local/bin/etcd --version-of-a-test
      ignore_errors: true
    - name: Include
      ansible.builtin.include_tasks: more.yml
    - name: Keep a secret
      ansible.builtin.command: sh -c 'echo hunter2; exit 1'
      no_log: true
      when: inventory_hostname == 'node3'
    - name: Loop
      ansible.builtin.command: "{{ item }}"
      loop: ["true", "sh -c 'echo oh no >&2; exit 3'"]
      when: inventory_hostname == 'node2'
    - name: Fixed
      block:
        - name: Break
          ansible.builtin.command: "false"
      rescue:
        - name: Fix
          ansible.builtin.command: "true"
- name: For nobody
  hosts: nothing_here
  tasks:
    - ansible.builtin.debug: {msg: never}
"""
MORE = """\
- name: Included
  ansible.builtin.command: "true"
- name: Skipped
  ansible.builtin.debug: {msg: never}
  when: false
"""
PLAIN = """\
PLAY 1 of 2: Prepare  1/7  0:00
node1: hello red
ignored  node1, node2, node3  Get currently-deployed etcd version: [Errno 2] No such file or directory: \
b'/usr/local/bin/etcd' rc: 2 cmd: /usr/local/bin/etcd --version-of-a-test - normal: etcd is not installed yet.
FAILED  node3  Keep a secret
        at DIR/site.yml:12
        the output has been hidden due to the fact that 'no_log: true' was specified for this result
FAILED  node2  Loop
        item: sh -c 'echo oh no >&2; exit 3'
        at DIR/site.yml:16
        non-zero return code
        rc: 3
        stderr: oh no
        cmd: ["sh", "-c", "echo oh no >&2; exit 3"]
FAILED  node1  Break
        at DIR/site.yml:22
        non-zero return code
        rc: 1
        cmd: ["false"]
        (The task's block has a rescue, which runs now.)

FAILED after 0:00, the first at task 6 of 10: 2 failed, 0 unreachable of 3
hosts; 4 changes on 3 hosts.

WHERE SOMETHING IS WRONG
  node2  failed at Loop, 1 change
  node3  failed at Keep a secret, 1 change

Full log: DIR/logs/TIME-site.log

TO GO ON, fix what is said above, then run:
  ansible-playbook site.yml -f 1 -e db_password=HIDDEN
  HIDDEN stands for a value that looks secret: give it again.
  It is the same command: it starts from the beginning, and what is done stays
  done as far as the playbook is idempotent. --start-at-task and --limit are
  left out: they are safe only where no task needs another host or what an
  earlier task found out.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hosts").write_text(HOSTS)
    (tmp_path / "ansible.cfg").write_text(CONFIG)
    return tmp_path


def stable(text: str, folder: Path) -> str:
    """A run's output without what differs from run to run: the folder, the time and what took a second."""
    text = text.replace(str(folder), "DIR")
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(-\d)?", "TIME", text)
    text = re.sub(r"\nSLOWEST TASKS\n(  .+\n)+", "", text)
    return re.sub(r"\b\d+:\d\d\b", "0:00", text)


def test_in_a_pipe(folder: Path) -> None:
    (folder / "site.yml").write_text(FAILS)
    (folder / "more.yml").write_text(MORE)
    # One fork: the hosts come in their order.
    ran = run("ansible-playbook", "site.yml", "-f", "1", "-e", "db_password=hunter2", cwd=folder)
    output = ran.output.replace(
        "[WARNING]: Could not match supplied host pattern, ignoring: nothing_here\n", ""
    )
    assert stable(output, folder) == PLAIN
    assert ran.code == 2

    (log,) = (folder / "logs").glob("*.log")
    assert (folder / "logs").stat().st_mode & 0o777 == 0o700
    assert log.stat().st_mode & 0o777 == 0o600
    text = log.read_text()
    assert text.startswith("ansible-playbook site.yml -f 1 -e db_password=HIDDEN\nin ")
    assert "hunter2" not in text
    # What is not on the screen, as the default callback prints it.
    for wanted in (
        "\nTASK [Included] ****",
        "\nchanged: [node1]\n",
        "\nskipping: [node2]\n",
        "\nfatal: [node1]: FAILED! => {",
        "\n...ignoring\n",
        "\nPLAY [For nobody] ****",
        "\n[WARNING]: Could not match supplied host pattern, ignoring: nothing_here",
        "\nPLAY RECAP ****",
        "\nnode1                      : ok=5 ",
        "\nFAILED after ",
        "\nTO GO ON, fix",
    ):
        assert wanted in text
    assert not (folder / "logs" / "timings.json").exists()  # a run that failed tells no time


GOES_ON = """\
- name: One after the other
  hosts: all
  gather_facts: false
  tasks:
    - name: First
      ansible.builtin.command: "true"
    - name: Look for it
      ansible.builtin.command: "test -e {{ inventory_hostname }}.ok"
    - name: Last
      ansible.builtin.command: "true"
"""


def test_the_command_that_goes_on_does(folder: Path) -> None:
    (folder / "site.yml").write_text(GOES_ON)
    for host in ("node1", "node3"):
        (folder / f"{host}.ok").write_text("")
    ran = run("ansible-playbook", "site.yml", cwd=folder)
    command = re.search(r"TO GO ON.*\n  (.+)\n", ran.output)
    assert command
    assert command[1] == "ansible-playbook site.yml --limit node2 --start-at-task 'Look for it'"
    assert ran.code == 2

    (folder / "node2.ok").write_text("")
    again = run(*shlex.split(command[1]), cwd=folder)
    assert "\nDONE in " in again.output
    assert ": 2 tasks on 1 host, 2 changes on 1 host.\n" in again.output
    assert again.code == 0


def test_all_hosts_unreachable(folder: Path) -> None:
    (folder / "hosts").write_text("node[1:2] ansible_host=127.0.0.1 ansible_port=1\n")
    (folder / "site.yml").write_text(
        "- name: One\n  hosts: all\n  tasks: []\n- name: Two\n  hosts: all\n  tasks:\n    - ansible.builtin.ping:\n"
    )
    # One after the other, so that the first to fail is the first.
    ran = run("ansible-playbook", "site.yml", "-v", "--forks=1", cwd=folder)
    assert stable(ran.output, folder).startswith(
        "Using DIR/ansible.cfg as config file\nPLAY 1 of 2: One  "
    )
    assert "UNREACHABLE  node1  Gathering Facts\n        at DIR/site.yml:1\n" in stable(
        ran.output, folder
    )
    assert "\n        means: Nothing answers at this address and port.\n" in ran.output
    assert "\nUNREACHABLE  node2  the same\n" in ran.output
    assert (
        "\nALL 2 HOSTS ARE UNREACHABLE: whatever came after that did not happen on any of\nthem.\n"
        in ran.output
    )
    assert "PLAY 2 of 2" not in ran.output
    assert ran.code == 4


def test_a_host_that_is_asked_for_another_is_the_one_that_is_unreachable(folder: Path) -> None:
    (folder / "hosts").write_text(
        "node1 ansible_connection=local\nnode2 ansible_host=127.0.0.1 ansible_port=1\n"
    )
    (folder / "site.yml").write_text(
        "- hosts: node1\n  gather_facts: false\n  tasks:\n"
        "    - name: Ask the other\n      ansible.builtin.ping:\n      delegate_to: node2\n"
    )
    ran = run("ansible-playbook", "site.yml", cwd=folder)
    assert "UNREACHABLE  node1 -> node2  Ask the other\n" in ran.output
    assert re.search(
        r"\nWHERE SOMETHING IS WRONG\n  node2  unreachable at Ask the other\n\n", ran.output
    )
    assert "ALL" not in ran.output
    assert ran.code == 4


EVERYTHING = """\
- name: In batches
  hosts: all
  gather_facts: false
  serial: 2
  # With another HOME than the login's, Ansible starts the job in the one and looks for it in the other.
  vars: {ansible_async_dir: "{{ playbook_dir }}/jobs"}
  roles: [web]
  tasks:
    - name: The role again
      ansible.builtin.include_role: {name: web}
    - name: Once
      ansible.builtin.command: "true"
      run_once: true
      delegate_to: node1
    - name: Two items
      ansible.builtin.debug: {msg: "item {{ item }}"}
      loop: [1, 2]
    - name: In the background
      ansible.builtin.command: sleep 1
      async: 600
      poll: 1
      when: inventory_hostname == 'node1'
- name: Each for itself
  hosts: all
  gather_facts: false
  strategy: free
  tasks:
    - name: A file
      ansible.builtin.copy: {content: "x\\n", dest: "{{ playbook_dir }}/{{ inventory_hostname }}.txt"}
    - name: Try again
      ansible.builtin.command: "test -e {{ inventory_hostname }}.tried"
      register: tried
      until: tried.rc == 0
      retries: 1
      delay: 1
      ignore_errors: true
"""


def test_on_a_terminal(folder: Path) -> None:
    role = folder / "roles" / "web"
    for part in ("tasks", "handlers"):
        (role / part).mkdir(parents=True)
    (role / "tasks" / "main.yml").write_text(
        "- name: Configure\n  ansible.builtin.command: 'true'\n  notify: Restart\n"
    )
    (role / "handlers" / "main.yml").write_text(
        "- name: Restart\n  ansible.builtin.command: 'true'\n"
    )
    (folder / "site.yml").write_text(EVERYTHING)
    ran = at_terminal(["ansible-playbook", "site.yml", "--diff"], folder)
    assert ran.code == 0
    lines = ran.screen
    # What several hosts say alike is shown once, for whichever of the two came first.
    assert [re.sub("node[12]:", "first:", line) for line in lines[:2]] == [
        "first: item 1",
        "first: item 2",
    ]
    assert sum(line == "+x" for line in lines) == 3
    assert any(line.startswith("ignored  ") and "Try again: non-zero" in line for line in lines)
    done = lines.index(next(line for line in lines if line.startswith("DONE in ")))
    assert re.fullmatch(
        r"DONE in \d+:\d\d: 14 tasks on 3 hosts, \d+ changes on 3 hosts\.", lines[done]
    )
    # The live line came and is gone; it never promised more than all, and never wrapped.
    positions = [re.match(r"(\d+)/(\d+) \| \d+:\d\d", line) for line in ran.bottoms]
    live = [match for match in positions if match]
    assert len(live) > 5
    assert all(int(match[1]) <= int(match[2]) for match in live)
    assert max(len(line) for line in ran.bottoms) < 90
    assert not any(re.match(r"\d+/\d+ \| ", line) for line in lines)
    shown = "\n".join(ran.bottoms)
    assert " | In batches > handler web : Restart" in shown
    assert " | try 1 of 2 on node" in shown
    assert "left" not in shown  # nothing is known of an earlier run

    again = at_terminal(["ansible-playbook", "site.yml"], folder)
    assert re.search(r"^\d+/14 \| \d+:\d\d ~\d+:\d\d left \| ", "\n".join(again.bottoms), re.M)
    (key,) = json.loads((folder / "logs" / "timings.json").read_text())["runs"]
    assert key == f"{folder}/site.yml hosts<4"


ASKS = """\
- name: Ask
  hosts: all
  gather_facts: false
  vars_prompt:
    - {name: who, prompt: Your name, private: false}
  tasks:
    - name: A while
      ansible.builtin.command: sleep 1
    - name: Stop here
      ansible.builtin.pause: {prompt: Go on?}
    - name: Greet
      ansible.builtin.debug: {msg: "Hello {{ who }}"}
    - name: Sleep
      ansible.builtin.command: sleep 60
"""


def test_questions_and_ctrl_c(folder: Path) -> None:
    (folder / "site.yml").write_text(ASKS)
    ran = at_terminal(
        ["ansible-playbook", "site.yml"],
        folder,
        [("Your name:", "Ann\r"), ("Go on?:", "\r"), ("3 busy | Ask > Sleep", "\x03")],
        columns=200,
    )
    assert ran.code == 99
    text = stable("\n".join(ran.screen), folder)
    assert text.startswith("Your name: Ann\n[Stop here]\nGo on?:\n")
    assert text.endswith(
        "[ERROR]: User interrupted execution\n\n"
        "INTERRUPTED after 0:00, at task 4 of 4, 3 changes on 3 hosts.\n\n"
        "Full log: DIR/logs/TIME-site.log\n\n"
        "TO GO ON, run:\n  ansible-playbook site.yml\n"
        "  It is the same command: it starts from the beginning, and what is done stays done as far as the\n"
        "  playbook is idempotent. --start-at-task and --limit are left out: they are safe only where no task\n"
        "  needs another host or what an earlier task found out."
    )
    # Nothing came between a question and its answer.
    question = ran.bottoms.index("Your name:")
    assert ran.bottoms[question + 1].startswith("Your name: ")


def test_a_ci_job_gets_no_live_line(folder: Path) -> None:
    (folder / "site.yml").write_text(GOES_ON.replace("test -e", "echo"))
    ran = at_terminal(["ansible-playbook", "site.yml"], folder, env={"CI": "true"}, columns=200)
    assert stable("\n".join(ran.screen), folder) == (
        "PLAY 1 of 1: One after the other  1/3  0:00\n\n"
        "DONE in 0:00: 3 tasks on 3 hosts, 9 changes on 3 hosts.\n\n"
        "Full log: DIR/logs/TIME-site.log"
    )


def test_without_a_run_it_is_silent_and_keeps_nothing(folder: Path) -> None:
    (folder / "site.yml").write_text(GOES_ON)
    assert run("ansible-playbook", "site.yml", "--syntax-check", cwd=folder).output == (
        "\nplaybook: site.yml\n"
    )
    listed = run("ansible-playbook", "site.yml", "--list-tasks", cwd=folder)
    assert "      Look for it\tTAGS: []\n" in listed.output
    assert not (folder / "logs").exists()


def test_verbose_and_a_folder_of_ones_own(folder: Path) -> None:
    (folder / "site.yml").write_text(GOES_ON.replace("test -e", "echo"))
    ran = run(
        "ansible-playbook", "site.yml", "-v", "-l", "node1", "--check",
        cwd=folder, env={"K8N_PROGRESS_LOG_DIR": "own/logs"},
    )  # fmt: skip
    assert "\nTASK [Look for it] ****" in ran.output
    assert "\nskipping: [node1] => {" in ran.output
    assert (
        " in check mode, which changes nothing: 3 tasks on 1 host, nothing\nchanged.\n"
        in ran.output
    )
    assert f"\nFull log: {folder}/own/logs/" in ran.output


def test_a_folder_that_cannot_be_written_to(folder: Path) -> None:
    (folder / "site.yml").write_text(GOES_ON.replace("test -e", "echo"))
    (folder / "logs").write_text("a file")
    ran = run("ansible-playbook", "site.yml", cwd=folder)
    assert (
        f"[WARNING]: There is no log of this run, and no estimate of its rest: [Errno 17] File exists: '{folder}/logs'"
        in " ".join(ran.output.split()).replace("- ", "-")
    )
    assert "\nThere is no log of this run.\n" in ran.output
    assert ran.code == 0


def test_kubesprays_own_playbook(folder: Path, kubespray: Path) -> None:
    (folder / "hosts").write_text(
        "node[1:3] ansible_host=127.0.0.1 ansible_port=1\n[kube_control_plane]\nnode1\n[etcd]\nnode[1:3]\n"
        "[kube_node]\nnode[1:3]\n[k8s_cluster:children]\nkube_control_plane\nkube_node\n"
    )
    # One after the other, so that the first to fail is the first.
    command = "ansible-playbook -b -f 1 kubernetes_sigs.kubespray.cluster"
    ran = run(*command.split(), cwd=folder)
    assert ran.code == 4
    lines = [line for line in ran.output.splitlines() if re.match("[A-Z]|  --", line)]
    text = "\n".join(lines)
    assert "PLAY 1 of " in lines[0]
    assert (
        "UNREACHABLE  node1  kubernetes_sigs.kubespray.bootstrap_os : Fetch /etc/os-release\n"
        in text
    )
    assert "\nALL 3 HOSTS ARE UNREACHABLE: " in text
    assert lines[-1] == (
        "  --start-at-task is not safe here: Kubespray's tasks need what earlier ones"
    )
    assert f"\n  {command}\n" in ran.output
