# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What Kubespray's roles set before anybody changes it, and their tasks, read from its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import yaml
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import (
    KubesprayError,
    install_command,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray_yaml import Loader
from ansible_collections.k8n.cluster.plugins.plugin_utils._trust import trusted

_SHARED = "kubespray[_-]defaults"
# Of two roles the later counts, since a role's own defaults are stronger than those that all share.
_ROLES = (
    _SHARED,
    "etcd",
    "etcd_defaults",
    "container-engine/*",
    "kubernetes-apps/ansible",
    "kubernetes-apps/metallb",
    "kubernetes/preinstall",
    "kubernetes/kubeadm_common",
    "kubernetes/node",
    "kubernetes/control-plane",
    "network_facts",
    "network_plugin/*",
)


class Tree(NamedTuple):
    """The variables of Kubespray's roles, as they are written.

    Those of defaults are weaker than an inventory, those of constants are stronger.
    """

    root: Path
    defaults: dict[str, Any]
    constants: dict[str, Any]


def read(root: Path) -> Tree:
    """The variables of the Kubespray in root; raises KubesprayError naming the file that cannot be read."""
    defaults: dict[str, Any] = {}
    for role in _ROLES:
        defaults.update(_variables(root, f"roles/{role}/defaults"))
    return Tree(root, defaults, _variables(root, f"roles/{_SHARED}/vars"))


def tasks(path: Path) -> list[dict[str, Any]]:
    """The tasks of a file, those of blocks left out; none where the file is not there."""
    content = _content(path) if path.is_file() else []
    return [task for task in content if isinstance(task, dict)] if isinstance(content, list) else []


def _variables(root: Path, folder: str) -> dict[str, Any]:
    """All variables of main.yml, or of the files in main/, of each folder that the pattern matches."""
    found: dict[str, Any] = {}
    paths = [
        path
        for pattern in ("main.y*ml", "main/*.y*ml")
        for path in sorted(root.glob(f"{folder}/{pattern}"))
    ]
    for path in paths:
        content = _content(path)
        if isinstance(content, dict):
            found.update({str(name): value for name, value in content.items()})
    return found


def _content(path: Path) -> Any:
    try:
        return _trusted(yaml.load(path.read_text(encoding="utf-8"), Loader=Loader))
    except (OSError, ValueError, yaml.YAMLError) as exc:
        why = " ".join(str(exc).split())
        raise KubesprayError(
            f"{path}: this file of Kubespray cannot be read: {why}. Install Kubespray again: {install_command()}"
        ) from exc


def _trusted(value: Any) -> Any:
    """The value with its texts as templates: ansible-core 2.19 and later evaluates only what it is told to trust."""
    if isinstance(value, dict):
        return {key: _trusted(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_trusted(part) for part in value]
    return trusted(value) if isinstance(value, str) and "{" in value else value
