# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of a host are those that a task of Kubespray has there, of which a run of ansible-playbook is asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible import constants as C
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible.vars.manager import VariableManager
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.settings.values import Values
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.settings.variables import (
    KubesprayVariables,
)

HOME = Path.home() / ".ansible/collections"
REAL = HOME / "ansible_collections/kubernetes_sigs/kubespray"
HOST = "n1"
PASSWORD = b"of the vault"
# From the weakest to the strongest, and the file that says each; the last two are no files.
DEFAULTS, OWN_DEFAULTS, CONSTANTS = "shared default", "a role's own default", "constant of a role"
VAULT, PLAY, EXTRA = "vault", "import_playbook", "-e"
SOURCES = {
    DEFAULTS: "kubespray/roles/kubespray_defaults/defaults/main/main.yml",
    OWN_DEFAULTS: "kubespray/roles/kubernetes/node/defaults/main.yml",
    "group_vars/all": "inventory/group_vars/all.yml",
    "group_vars/all beside the playbook": "group_vars/all.yml",
    "group": "inventory/group_vars/k8s_cluster.yml",
    "child group": "inventory/group_vars/kube_node.yml",
    VAULT: "inventory/group_vars/kube_node_vault.yml",
    "group beside the playbook": "group_vars/k8s_cluster.yml",
    "host": f"inventory/host_vars/{HOST}.yml",
    PLAY: "",
    CONSTANTS: "kubespray/roles/kubespray_defaults/vars/main/main.yml",
    EXTRA: "",
}
LADDER = [f"ladder_{number}" for number in range(len(SOURCES))]
# For those that are put together of others.
MADE = {"joined": "{{ ladder_2 }} {{ ladder_8 }}", "of_host": "{{ inventory_hostname }}"}
NAMES = [*LADDER, *MADE, "mapping", "by_priority"]
HOSTS = {
    "all": {
        "children": {
            "k8s_cluster": {
                "children": {
                    "kube_node": {
                        "hosts": {HOST: {"ansible_connection": "local"}},
                        "children": {"kube_node_vault": {"hosts": {HOST: None}}},
                    }
                }
            },
            "a_first": {
                "hosts": {HOST: None},
                "vars": {"ansible_group_priority": 9, "by_priority": "high"},
            },
            "z_last": {"hosts": {HOST: None}, "vars": {"by_priority": "low"}},
        }
    }
}


def content(number: int) -> dict[str, Any]:
    """What the source of that number says: each step of the ladder that is not below it, and its part of a mapping."""
    steps: dict[str, Any] = dict.fromkeys(LADDER[number:], list(SOURCES)[number])
    return {**steps, "mapping": {"of": number, f"by_{number}": number}}


def tree(folder: Path) -> None:
    """All files of the made-up Kubespray and of the inventory."""
    for number, (source, name) in enumerate(SOURCES.items()):
        if not name:
            continue
        text = yaml.safe_dump({**content(number), **(MADE if source == DEFAULTS else {})})
        if source == VAULT:
            text = VaultLib([("default", VaultSecret(PASSWORD))]).encrypt(text).decode()
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "inventory/hosts.yml").write_text(yaml.safe_dump(HOSTS))


def of_a_task(folder: Path, names: Sequence[str], roles: list[str], **play_vars: Any) -> Any:
    """The variables as a task in a play with these roles has them, and those of the import, in a run of Ansible."""
    ask = "{{ dict(names | zip(query('ansible.builtin.vars', *names))) | to_json }}"
    task = {"ansible.builtin.copy": {"content": ask, "dest": str(folder / "out"), "mode": "0600"}}
    play = {"hosts": HOST, "gather_facts": False, "roles": roles, "tasks": [task]}
    (folder / "play.yml").write_text(yaml.safe_dump([play]))
    importing = [{"import_playbook": "play.yml", "vars": play_vars}]
    (folder / "site.yml").write_text(yaml.safe_dump(importing))
    (folder / "password").write_bytes(PASSWORD)
    extra = {"ansible_python_interpreter": sys.executable, "names": list(names)}
    command = [
        *(sys.executable, "-m", "ansible", "playbook", "-i", "inventory", "site.yml"),
        *("--vault-password-file", "password", "-e", json.dumps({**extra, **content(len(LADDER) - 1)})),
    ]  # fmt: skip
    given = {key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")}
    ran = subprocess.run(
        command,
        cwd=folder,
        env={
            **given,
            "ANSIBLE_COLLECTIONS_PATH": str(HOME),
            "ANSIBLE_HASH_BEHAVIOUR": C.DEFAULT_HASH_BEHAVIOUR,
            "ANSIBLE_HOME": str(folder),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return json.loads((folder / "out").read_text())


def here(folder: Path, root: Path, **play_vars: Any) -> Values:
    """The same with the Kubespray in root, as the settings ask for them."""
    loader = DataLoader()
    loader.set_basedir(str(folder))
    loader.set_vault_secrets([("default", VaultSecret(PASSWORD))])
    manager = VariableManager(loader, InventoryManager(loader, [str(folder / "inventory")]))
    manager._extra_vars = content(len(LADDER) - 1)
    return KubesprayVariables(root, manager, loader, play_vars).of_host(HOST)


@pytest.mark.parametrize("behaviour", ["replace", "merge"])
def test_the_strongest_counts_as_in_a_task_of_kubespray(
    tmp_path: Path, behaviour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(C, "DEFAULT_HASH_BEHAVIOUR", behaviour)
    tree(tmp_path)
    folder = tmp_path / "kubespray/roles"
    roles = [str(folder / name) for name in ("kubespray_defaults", "kubernetes/node")]
    play_vars = content(list(SOURCES).index(PLAY))
    found = here(tmp_path, tmp_path / "kubespray", **play_vars)

    wanted = of_a_task(tmp_path, NAMES, roles, **play_vars)

    assert {name: found.get(name) for name in NAMES} == wanted
    # And the run has what this test is about: each source is stronger than the one before it.
    assert [wanted[name] for name in LADDER] == list(SOURCES)
    assert wanted["joined"] == "group_vars/all host"
    assert (wanted["of_host"], wanted["by_priority"]) == (HOST, "high")
    assert len(wanted["mapping"]) == {"replace": 2, "merge": len(LADDER) + 1}[behaviour]


@pytest.mark.skipif(not REAL.is_dir(), reason=f"there is no Kubespray in {REAL}")
def test_those_of_the_installed_kubespray_are_those_of_a_task_of_its_roles(tmp_path: Path) -> None:
    tree(tmp_path)
    given = tmp_path / "inventory/group_vars/k8s_cluster.yml"
    own = {
        "kube_network_plugin": "flannel",
        "kube_apiserver_port": 7443,
        "bin_dir": "{{ base }}/bin",
        "base": "/opt",
    }
    given.write_text(yaml.safe_dump(own))
    names = [
        *own, "kube_version", "kube_pods_subnet", "kube_service_addresses", "container_manager", "etcd_data_dir",
        "etcd_deployment_type", "kube_config_dir", "kube_cert_dir", "dns_domain", "nodelocaldns_ip",
        "kubelet_checksums", "kube_owner", "kubeadm_image_repo", "etcd_heartbeat_interval", "local_release_dir",
    ]  # fmt: skip
    role = "kubernetes_sigs.kubespray.{}"
    wanted = of_a_task(tmp_path, names, [role.format("kubespray_defaults"), role.format("etcd_defaults")])  # fmt: skip

    found = here(tmp_path, REAL)

    assert {name: found.get(name) for name in names} == wanted
    assert (wanted["bin_dir"], wanted["kube_apiserver_port"]) == ("/opt/bin", 7443)
