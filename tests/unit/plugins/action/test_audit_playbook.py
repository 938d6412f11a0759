# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks around a made-up Kubespray, with the variables where users write them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import ansible_collections
import pytest
import yaml

# As Kubespray itself, it makes the group k8s_cluster where an inventory has none.
GROUPS = """
- group_by: {key: k8s_cluster}
  when: group_names | intersect(['kube_node', 'kube_control_plane']) | length > 0
- name: Stop if even number of etcd hosts
  assert: {that: groups.etcd | length is not divisibleby 2}
  run_once: true
  when: not ignore_assert_errors
"""
SIZES = """
- name: Stop if small
  assert: {that: memory > 10}
  when: not ignore_assert_errors
- name: Stop if no root
  command: test -d /
  changed_when: false
  when: not ignore_assert_errors
"""
FILES = {
    "galaxy.yml": "{namespace: kubernetes_sigs, name: kubespray, version: 9.9.9}",
    "meta/runtime.yml": "requires_ansible: '>=2.17'",
    "playbooks/ansible_version.yml": "[]",
    "playbooks/cluster.yml": "- hosts: all\n  gather_facts: false\n  roles: [validate]\n"
    "- hosts: k8s_cluster\n  gather_facts: false\n  roles: [sizes]\n",
    "roles/validate/tasks/main.yml": GROUPS,
    "roles/sizes/tasks/main.yml": SIZES,
}
HOSTS = {
    "vars": {
        "ansible_connection": "local",
        "ansible_become": False,
        "ansible_user": "root",
        "ansible_python_interpreter": sys.executable,
        "memory": 50,
    },
    "children": {
        "kube_control_plane": {"hosts": {"a": None, "b": None}},
        "etcd": {"hosts": {"a": None, "b": None}},
        "kube_node": {"hosts": {"c": None}},
    },
}


class Site:
    """A folder with an inventory of three hosts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kubespray = Path("collections", "ansible_collections", "kubernetes_sigs", "kubespray")
        for name, content in FILES.items():
            self.write(str(kubespray / name), content)
        self.write("hosts.yml", yaml.safe_dump({"all": HOSTS}))

    def write(self, name: str, content: str) -> None:
        """Write a file of it."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    def play(self, playbook: str, *arguments: str, **environment: str) -> tuple[int, str]:
        """The exit code of a playbook, and what it printed with the lines joined."""
        paths = [
            self.folder / "collections",
            *(Path(path).parent for path in ansible_collections.__path__),
        ]
        kept = {key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")}
        ran = subprocess.run(
            [sys.executable, "-m", "ansible", "playbook", "-i", "hosts.yml", playbook, *arguments],
            cwd=self.folder,
            env={
                **kept,
                "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(map(str, paths)),
                "ANSIBLE_HOME": str(self.folder / "home"),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        return ran.returncode, " ".join((ran.stdout + ran.stderr).split())


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.mark.parametrize(
    "written",
    [
        "k8n_waivers: [{check: even_etcd, reason: 'a third, soon', until: 2999-12-31}]\n",
        "ours: [{check: even_etcd, reason: 'a third, soon', until: 2999-12-31}]\nk8n_waivers: '{{ ours + [] }}'\n",
    ],
)
def test_a_day_without_quotes_and_a_comma_stay_what_they_are(site: Site, written: str) -> None:
    site.write("group_vars/all.yml", written)
    code, said = site.play("k8n.cluster.audit")
    assert "accepted by k8n_waivers until 2999-12-31: a third, soon" in said
    assert code == 0, said


def test_a_list_as_a_text_of_the_command_line_is_a_list(site: Site) -> None:
    code, said = site.play("k8n.cluster.audit", "-e", 'k8n_waivers=["even_etcd"]')
    assert "accepted by the extra variable k8n_waivers: no reason given" in said
    assert code == 0, said


def test_a_template_that_fails_is_no_empty_list(site: Site) -> None:
    site.write("group_vars/all.yml", "k8n_waivers: '{{ nowhere }}'\n")
    code, said = site.play("k8n.cluster.audit")
    assert code == 2
    assert "- k8n_waivers: its template fails: " in said
    assert "'nowhere' is undefined" in said


def test_a_waiver_for_one_host_is_not_taken_for_all(site: Site) -> None:
    site.write("host_vars/a.yml", "k8n_waivers: [even_etcd, stop_if_small]\n")
    site.write("host_vars/c.yml", "memory: 5\n")
    code, said = site.play("k8n.cluster.audit")
    assert code == 2
    assert (
        "- k8n_waivers: it is not the same on a and b, and what is waived is waived on all hosts. "
        "Give it once for all of them, in group_vars/all or with -e."
    ) in said


def test_a_node_is_audited_where_no_group_k8s_cluster_is_written(site: Site) -> None:
    site.write("host_vars/c.yml", "memory: 5\n")
    code, said = site.play("k8n.cluster.audit")
    assert code == 2
    assert "FAILS stop_if_small: Stop if small wanted: memory > 10 on c: memory is 5" in said


def test_another_strategy_of_the_configuration_changes_nothing(site: Site) -> None:
    code, said = site.play(
        "k8n.cluster.audit", "-e", "k8n_waivers=even_etcd", ANSIBLE_STRATEGY="free"
    )
    assert (
        "has 3 that ignore_assert_errors would switch off. 2 pass, 0 do not apply here, 1 fail."
        in said
    )
    assert code == 0, said


def test_a_playbook_named_in_the_inventory_is_refused(site: Site) -> None:
    said_then = (
        "- k8n_playbook counts as an extra variable only (-e k8n_playbook=...), since Ansible chooses the playbook "
        "before it reads the inventory. Take it out of the inventory, group_vars or vars of an import."
    )
    site.write("group_vars/all.yml", "k8n_playbook: reset\n")
    code, said = site.play("k8n.cluster.check_kubespray")
    assert (code, said_then in said) == (2, True), said
    code, said = site.play("k8n.cluster.check_kubespray", "-e", "k8n_playbook=reset")
    assert (code, said_then in said) == (0, False), said


@pytest.mark.parametrize("waiver", ["even_etcd", "stop_if_even_number_of_etcd_hosts"])
def test_either_name_of_the_check_explains_an_even_number(site: Site, waiver: str) -> None:
    site.write(
        "play.yml",
        "- hosts: all\n  gather_facts: false\n  tasks:\n    - k8n.cluster.quorum:\n      register: found\n"
        "      run_once: true\n    - debug: {msg: 'problems={{ found.problems | length }}'}\n      run_once: true\n",
    )
    said = site.play("play.yml", "-e", f"k8n_waivers={waiver}")[1]
    assert "Its even number is accepted by the extra variable k8n_waivers" in said
    assert "problems=0" in said


def test_an_inventory_without_a_cluster_is_no_success(site: Site) -> None:
    site.write("hosts.yml", "all: {hosts: {a: {ansible_connection: local}}}\n")
    code, said = site.play("k8n.cluster.audit")
    assert code == 2
    assert (
        "- The inventory has no host in the group kube_control_plane. Give ansible-playbook a readable inventory with "
        "-i, such as -i cluster.k8n.yml; what Ansible could not read it says in its warnings."
    ) in said


def test_a_limit_without_a_host_of_the_cluster_is_explained(site: Site) -> None:
    site.write("hosts.yml", yaml.safe_dump({"all": {**HOSTS, "hosts": {"other": None}}}))
    code, said = site.play("k8n.cluster.audit", "--limit", "other")
    assert code == 2
    assert (
        "- --limit other leaves no host of the cluster. Name at least one of them, or leave it out."
        in said
    )


NODES = """
- name: Stop if memory is too small for nodes
  assert: {that: memory > 10}
  when: not ignore_assert_errors and 'kube_node' in group_names
"""


@pytest.fixture
def little(site: Site) -> Site:
    """With a node on which a check of preflight and an assertion of Kubespray find the same."""
    site.write(
        "collections/ansible_collections/kubernetes_sigs/kubespray/roles/sizes/tasks/main.yml",
        NODES,
    )
    site.write("host_vars/c.yml", "memory: 5\n")
    return site


def test_a_level_and_a_waiver_mean_the_same(little: Site) -> None:
    little.write("group_vars/kube_node.yml", "k8n_checks: {memory_low: warn}\n")
    little.write("group_vars/kube_control_plane.yml", "k8n_checks: {even_etcd: warn}\n")
    code, said = little.play("k8n.cluster.audit")
    assert "on c: memory is 5" in said
    assert "accepted by k8n_checks: no reason given" in said
    assert "Kubespray runs with ignore_assert_errors: true" in said
    assert code == 0, said


def test_the_earlier_name_works_and_what_preflight_showed_is_not_shown_again(little: Site) -> None:
    told = '{"__k8n_preflight": {"problems": [{"host": "c", "id": "memory_low"}]}}'
    code, said = little.play(
        "k8n.cluster.audit", "-e", "k8n_waivers=node_memory,even_etcd", "-e", told
    )
    assert (
        "[WARNING]: k8n_waivers: node_memory is deprecated, and the next release does not know it any more. The check "
        "is called memory_low now; write that."
    ) in said
    assert (
        "WAIVED memory_low: Stop if memory is too small for nodes on c: as preflight has shown above"
        in said
    )
    assert code == 0, said


def test_a_wrong_level_stops_the_audit(little: Site) -> None:
    little.write("group_vars/all.yml", "k8n_checks: {memory_lo: warn}\n")
    code, said = little.play("k8n.cluster.audit")
    assert "- k8n_checks: there is no check 'memory_lo'; did you mean memory_low?" in said
    assert code == 2
