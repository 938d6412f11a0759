# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole runs with the callback, on this machine: what is on the screen and what in the log alone."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.k8n.cluster.tests.unit import apart

SITE = """\
- name: As Kubespray's
  hosts: localhost:bastion
  gather_facts: false
  roles: [noise]
  tasks:
    - name: Mine
      ansible.builtin.debug:
        var: mine
      vars: {mine: true}
    - name: What there is
      k8n.cluster.cluster_summary:
        host: n1
        nodes: [{name: n1, status: Ready, roles: [], version: v1.35.4, address: 10.1.1.2}]
    - name: The last task
      ansible.builtin.fail:
        msg: of no use
      when: broken | default(false)
"""
NOISE = """\
- name: Tell a developer
  ansible.builtin.debug:
    msg: "Pull x required is: False"
- name: Tell a user
  ansible.builtin.debug:
    msg: "WARNING! => gone"
- name: Look where not every host has something
  ansible.builtin.find:
    paths: /nonexistent/patches
"""
SUMMARY = "NODES\nNAME  STATUS  ROLES   VERSION  ADDRESS\nn1    Ready   <none>  v1.35.4  10.1.1.2\n"


def run(folder: Path, *arguments: str, callback: str = "k8n.cluster.progress") -> tuple[str, str]:
    """What is on the screen, and in the log."""
    role = folder / "roles" / "noise" / "tasks"
    role.mkdir(parents=True)
    (folder / "roles" / "kubespray_defaults").mkdir()
    (role / "main.yml").write_text(NOISE)
    (folder / "site.yml").write_text(SITE)
    (folder / "home").mkdir()
    done = apart.ansible(
        folder, "playbook", "site.yml", *arguments, ANSIBLE_STDOUT_CALLBACK=callback, COLUMNS="200"
    )
    logs = list((folder / "logs").glob("*.log"))
    return done.stdout, logs[0].read_text() if logs else ""


def test_what_says_nothing_is_in_the_log_alone(tmp_path: Path) -> None:
    screen, log = run(tmp_path)
    for text in (
        "required is: False",
        "Skipped '/nonexistent/patches' path due to this access issue",
        "ignoring: bastion",
    ):
        assert text in log, log
        assert text not in screen
    assert "localhost: WARNING! => gone" in screen
    assert 'localhost: {"mine": true}' in screen


def test_a_run_that_ended_well_ends_with_the_nodes(tmp_path: Path) -> None:
    screen, log = run(tmp_path)
    end = "\n" + SUMMARY + "\nRoot on n1 has access: kubectl get pods -A\n"
    assert screen.count(end) == 1
    assert screen.index("DONE in ") < screen.index("Full log: ") < screen.index(end)
    assert log.endswith(screen[screen.index(end) :])


def test_one_that_did_not_ends_with_what_is_wrong(tmp_path: Path) -> None:
    screen, _log = run(tmp_path, "-e", "broken=true")
    assert "FAILED after " in screen
    assert "NODES" not in screen


def test_with_another_callback_it_is_said_at_once(tmp_path: Path) -> None:
    screen, _log = run(tmp_path, callback="default")
    assert f"\n{SUMMARY}" in screen
    assert screen.index("\nNODES") < screen.index("PLAY RECAP")
