# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users met in the field (docs/field.md), played by the real playbooks; the hosts are this machine or a stand-in."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Ran, run

PLAIN = {"ANSIBLE_STDOUT_CALLBACK": "default"}


@pytest.fixture(scope="module")
def small_kubespray(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As much of a checkout of Kubespray as init looks at."""
    root = tmp_path_factory.mktemp("kubespray")
    files = {
        "meta/runtime.yml": 'requires_ansible: ">=2.17.0"\n',
        "playbooks/ansible_version.yml": "[]\n",
        "galaxy.yml": "version: 2.31.0\n",
        "roles/.keep": "",
        "inventory/sample/group_vars/all/all.yml": "---\n",
        "inventory/sample/group_vars/k8s_cluster/k8s_cluster.yml": "---\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def init(folder: Path, kubespray: Path, *more: str, env: dict[str, str] | None = None) -> Ran:
    """Make the cluster directory prod in the folder."""
    return run(
        "ansible-playbook", "k8n.cluster.init", "-e", "k8n_dir=prod", "-e", f"kubespray_version={kubespray}", *more,
        cwd=folder, env={**PLAIN, **(env or {})},
    )  # fmt: skip


def test_the_cluster_directory_is_an_inventory(tmp_path: Path, small_kubespray: Path) -> None:
    made = init(tmp_path, small_kubespray, "-e", "k8n_nodes=192.0.2.2-4")
    assert made.code == 0, made.output
    prod = tmp_path / "prod"
    wanted = run("ansible-inventory", "--graph", cwd=prod, env=PLAIN).output
    assert "node-192-0-2-4" in wanted

    assert run("ansible-inventory", "-i", ".", "--graph", cwd=prod, env=PLAIN).output == wanted

    # What Kubespray, this collection, ssh-keygen and editors leave there.
    left = {
        "artifacts/admin.conf": "apiVersion: v1\nkind: Config\n",
        "artifacts/kubectl.sh": "#!/bin/bash\n",
        "credentials/kubeadm_certificate_key.creds": "secret\n",
        "reports/preflight.json": "{}\n",
        "reports/preflight.html": "<html></html>\n",
        "reports/preflight.xml": "<testsuite/>\n",
        "logs/run.log": "line\n",
        "activate": "PATH=x\n",
        "known_hosts.old": "host ssh-ed25519 A\n",
        "site.yml.2026-11-30~": "- hosts: all\n",
        ".k8n/facts/node-192-0-2-2": "{}\n",
    }
    for name, text in left.items():
        (prod / name).parent.mkdir(parents=True, exist_ok=True)
        (prod / name).write_text(text)

    assert run("ansible-inventory", "-i", ".", "--graph", cwd=prod, env=PLAIN).output == wanted
    # A mistake in a file that does hold hosts is said as before.
    (prod / "more.k8n.yml").write_text("plugin: k8n.cluster.ip_list\nnodes: 1.2.3.400\n")
    broken = run("ansible-inventory", "-i", ".", "--graph", cwd=prod, env=PLAIN)
    assert broken.code != 0
    assert "1.2.3.400" in broken.output
