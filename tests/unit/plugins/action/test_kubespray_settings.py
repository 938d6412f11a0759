# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The settings of a made-up Kubespray, and the comparison of hosts with them, in one run of ansible-playbook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import ansible_collections
import pytest
import yaml
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.settings import wrong
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.settings import collect

JUDGED = {"problems", "passed", "unknown", "not_applicable"}
DEFAULTS = """
kube_version: "{{ (kubelet_checksums['amd64'] | dict2items)[0].key }}"
_host_architecture_groups: {x86_64: amd64}
kube_network_plugin: flannel
kube_network_node_prefix: 24
flannel_backend_type: vxlan
flannel_vxlan_port: 8472
etcd_data_dir: /var/lib/etcd
local_release_dir: "/tmp/{{ group_names | join('-') }}"
http_proxy: http://me:secret@proxy.example.com
downloads:
  kubelet:
    enabled: true
    file: true
    url: "https://me:secret@example.com/{{ kube_version }}/{{ ansible_architecture }}"
    groups: [k8s_cluster]
"""
CONSTANTS = """
kubelet_checksums:
  amd64: {1.35.4: a}
  ppc64le: {1.35.4: a}
  arm64: {1.34.0: a}
ipv4_stack: true
ipv6_stack: false
kube_pods_subnets: "{{ kube_pods_subnet }}"
kube_service_subnets: 10.2.0.0/16
"""
# Shortened from Kubespray v2.31.0.
NO_PROXY = """
- name: Set no_proxy to all assigned cluster IPs and hostnames
  when: http_proxy is defined
  vars:
    hosts: "{{ ['kube_control_plane', 'etcd'] | map('extract', groups) | flatten }}"
    no_proxy_prepare:
      - "{{ hosts | map('extract', hostvars, morekeys=['main_access_ip']) }}"
      - "{{ hosts }}"
      - "{{ kube_service_subnets }}"
  set_fact:
    no_proxy: "{{ no_proxy_prepare | select | flatten | unique | join(',') }}"
"""
FILES = {
    "galaxy.yml": "{namespace: kubernetes_sigs, name: kubespray, version: 9.9.9}",
    "meta/runtime.yml": "requires_ansible: '>=2.17'",
    "playbooks/ansible_version.yml": "[]",
    "roles/kubespray_defaults/defaults/main/main.yml": DEFAULTS,
    "roles/kubespray_defaults/vars/main/main.yml": CONSTANTS,
    "roles/network_facts/tasks/main.yaml": NO_PROXY,
}
INVENTORY = {
    "all": {
        "children": {
            "kube_control_plane": {"hosts": {"a": {"minimal_master_memory_mb": 3000}}},
            "etcd": {
                "hosts": {"b": {"ip": "10.9.9.9", "ip6": "{{ nowhere }}"}},
                "vars": {"etcd_data_dir": "/data/etcd"},
            },
            "kube_node": {"hosts": {"c": None}},
            "k8s_cluster": {
                "children": {"kube_control_plane": None, "kube_node": None},
                "vars": {"kube_pods_subnet": "10.1.0.0/24", "ipv6_stack": True},
            },
        },
        "vars": {"minimal_master_memory_mb": 2000, "minimal_node_memory_mb": 2000},
    }
}
PLAY = """
- hosts: c:a:b
  gather_facts: false
  tasks:
    - k8n.cluster.kubespray_settings:
      register: settings
      run_once: true
    - k8n.cluster.between_check:
        probes:
          a:
            host:
              identity: {machine_id: x}
              network:
                interfaces: []
                routes: [{to: 10.1.0.0/26, via: 10.9.9.9, dev: eth0}]
          c: {host: {identity: {machine_id: x}, network: {interfaces: [], routes: []}}}
        settings: "{{ settings }}"
      register: between
      run_once: true
    - ansible.builtin.copy:
        content: "{{ {'settings': settings, 'between': between} | to_json }}"
        dest: "{{ out }}"
        mode: "0600"
      run_once: true
      delegate_to: localhost
      vars: {ansible_connection: local}
"""


# As who imports k8n.cluster.deploy, and so Kubespray's plays, with variables of their own.
SITE = "[{import_playbook: play.yml, vars: {kube_proxy_mode: nftables}}]"


def run(folder: Path, files: dict[str, str], *arguments: str) -> tuple[dict[str, Any], str]:
    """What the two modules returned, and what was printed."""
    for name, content in files.items():
        path = folder / "collections/ansible_collections/kubernetes_sigs/kubespray" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    (folder / "hosts.yml").write_text(yaml.safe_dump(INVENTORY))
    (folder / "play.yml").write_text(PLAY)
    (folder / "site.yml").write_text(SITE)
    own = [Path(path).parent for path in ansible_collections.__path__]
    out = folder / "out.json"
    interpreter = f"ansible_python_interpreter={sys.executable}"
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "ansible",
            "playbook",
            "-i",
            "hosts.yml",
            "site.yml",
            "-e",
            f"out={out}",
            "-e",
            interpreter,
            "-vvv",
            *arguments,
        ],
        cwd=folder,
        env={
            **{key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")},
            "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(map(str, [folder / "collections", *own])),
            "ANSIBLE_HOME": str(folder),
            "HOME": str(folder),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    printed = ran.stdout + ran.stderr
    assert out.is_file(), printed
    return json.loads(out.read_text()), printed


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str]:
    return run(tmp_path_factory.mktemp("settings"), FILES, "-e", "flannel_vxlan_port=9999")


def test_every_value_is_that_of_the_strongest_variable(ran: tuple[dict[str, Any], str]) -> None:
    found = ran[0]["settings"]
    assert set(found) - {"changed", "failed"} == {*collect.KEYS, *JUDGED}
    assert found["kubespray"]["version"] == "9.9.9"
    assert (found["kube_version"], found["architectures"]) == ("1.35.4", ["x86_64", "ppc64le"])
    # A host's own before that of all; the group's, but not over Kubespray's constants; an import's.
    assert found["memory"] == {"control_plane_mb": 3000, "node_mb": 2000}
    assert (found["network"]["pods"], found["network"]["ipv6"]) == (["10.1.0.0/24"], False)
    assert (found["network"]["plugin"], found["network"]["proxy_mode"]) == ("flannel", "nftables")
    assert {port["port"] for port in found["ports"] if port["protocol"] == "udp"} == {9999}


def test_etcd_s_are_those_of_a_member_and_the_others_of_a_control_plane_host(
    ran: tuple[dict[str, Any], str],
) -> None:
    directories = ran[0]["settings"]["directories"]
    assert directories["etcd"] == "/data/etcd"
    assert directories["releases"] == "/tmp/k8s_cluster-kube_control_plane"


def test_what_kubespray_does_not_ask_for_through_the_proxy(ran: tuple[dict[str, Any], str]) -> None:
    assert ran[0]["settings"]["no_proxy"] == "10.9.9.9,a,b,10.2.0.0/16"


def test_no_password_is_returned_or_shown(ran: tuple[dict[str, Any], str]) -> None:
    found, printed = ran
    assert found["settings"]["downloads"]["urls"] == [
        {
            **{"url": f"https://example.com/1.35.4/{machine}", "machines": [machine]},
            **{"what": "kubelet", "variable": "", "on": ["k8s_cluster"]},
        }
        for machine in ("x86_64", "ppc64le")
    ]
    assert "secret" not in json.dumps(found)
    assert "secret" not in printed


def test_hosts_are_compared_with_what_was_found(ran: tuple[dict[str, Any], str]) -> None:
    between = ran[0]["between"]
    assert set(between["hosts"]) == {"a", "c"}
    # The route to b's pods is no overlap, though nothing was found on b.
    for said in between["hosts"].values():
        assert [problem["id"] for problem in said["problems"]] == ["machine_id_duplicate"]
        assert said["passed"] == ["pod_network_overlap", "service_network_overlap"]
    # Two nodes, each with a /24 of a /24.
    [problem] = between["cluster"]["problems"]
    assert problem["message"] == (
        "The pod network 10.1.0.0/24 (kube_pods_subnet) has room for 1 node with a /24 each, and the cluster has 2: "
        "Kubespray wants one for each."
    )
    assert between["changed"] is False


@pytest.mark.parametrize(
    "files",
    [
        {},
        {**FILES, "roles/kubespray_defaults/vars/main/main.yml": "a: ["},
        {**FILES, "galaxy.yml": "{}"},
    ],
    ids=["none", "broken", "no_version"],
)
def test_without_a_kubespray_that_can_be_read_everything_is_null(
    tmp_path: Path, files: dict[str, str]
) -> None:
    found, _printed = run(tmp_path, files)
    settings = {key: found["settings"][key] for key in collect.KEYS}
    assert settings == dict.fromkeys(collect.KEYS)
    assert found["settings"]["passed"] == []
    assert {each["id"] for each in found["settings"]["unknown"]} == {
        each.id for each in wrong.CHECKS
    }
    assert found["between"]["hosts"]["a"]["passed"] == []


def test_a_file_of_kubespray_that_cannot_be_read_is_not_a_traceback(tmp_path: Path) -> None:
    role = tmp_path / "collections/ansible_collections/kubernetes_sigs/kubespray/roles/broken"
    role.mkdir(parents=True)
    # A file whose first byte nobody can read, root included.
    (role / "main.yml").symlink_to("/proc/self/mem")
    found, _printed = run(tmp_path, FILES)
    # All else is as ever.
    assert found["settings"]["kube_version"] == "1.35.4"
    assert found["settings"]["passed"] == ["registry_invalid", "download_url_invalid"]
    assert found["settings"]["unknown"][-1] == {
        "id": "variable_unread",
        "reason": f"{role / 'main.yml'} of Kubespray cannot be read: Input/output error.",
    }
