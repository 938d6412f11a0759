# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A made-up Kubespray, small enough to see what becomes of each of its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

_BASE = {
    "meta/runtime.yml": 'requires_ansible: ">=2.18.0,<2.19.0"\n',
    "playbooks/ansible_version.yml": "- hosts: all\n",
    "roles/etcd/defaults/main.yml": "etcd_dir: /etcd\netcd_old: 1\n",
    "roles/etcd/tasks/main.yml": "- name: Read {{ read_by_a_task }}\n",
    "inventory/sample/group_vars/all/all.yml": "bin_dir: /usr/local/bin\n# shown_only: 1\n",
    "inventory/sample/group_vars/k8s_cluster/addons.yml": "helm_enabled: false\n",
}


@pytest.fixture
def kubespray(tmp_path: Path) -> Callable[..., Path]:
    """Makes a checkout of a version, with further or other files; None takes one away."""

    def make(version: str = "2.31.0", files: Mapping[str, str | None] | None = None) -> Path:
        checkout = tmp_path / f"kubespray-{version}"
        for name, text in {**_BASE, "galaxy.yml": f"version: {version}\n", **(files or {})}.items():
            if text is not None:
                path = checkout / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        return checkout

    return make
