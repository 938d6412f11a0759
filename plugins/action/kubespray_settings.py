# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say what this cluster's Kubespray configuration asks of its hosts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible import without_facts
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Unknown
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.reasons import NO_SETTINGS
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.settings import wrong
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import ControllerAction
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory import groups as _groups
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import (
    collection,
    variable_names,
    versions,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.settings import (
    collect,
    downloads,
    images,
    unread,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.settings.variables import (
    KubesprayVariables,
)


class ActionModule(ControllerAction):
    """Glue: Ansible's inventory and variables to plugin_utils/_kubespray/settings."""

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        root = collection.find()
        if root is None:
            return _nothing()
        try:
            kubespray = collection.read(root)
            variables = KubesprayVariables(
                root,
                self._task.get_variable_manager(),
                self._loader,
                # Those of an import_playbook, which are in Kubespray's plays as well.
                self._task.get_play().vars,
            )
            cluster = collect.Cluster(
                variables.of_host(_first(task_vars, "kube_control_plane", "k8s_cluster")),
                variables.of_host(_first(task_vars, "etcd", "kube_control_plane", "k8s_cluster")),
                task_vars["hostvars"],
            )
            values = cluster.control_plane
            judged = wrong.judge(
                images.wrong(values),
                downloads.wrong(values),
                versions.read(kubespray.version, values.text("kube_version"), values.raw),
                images.misshapen(values),
                self._unread(root, task_vars),
            )
            return {**collect.settings(kubespray, cluster), **judged.as_result()}
        except collection.KubesprayError:
            # Which controller_check says, with its cure.
            return _nothing()

    def _unread(self, root: Path, task_vars: dict[str, Any]) -> list[unread.Unread] | Unknown:
        """What is set for a host of each group, of which one stands for the others, and on the command line."""
        manager = without_facts.of_manager(self._task.get_variable_manager())
        groups = task_vars["groups"]
        first = {
            hosts[0]: None
            for group in _groups.CLUSTER_GROUPS
            if (hosts := list(groups.get(group) or ()))
        }
        given: dict[str, Any] = {}
        for name in first:
            given.update(manager.get_vars(host=manager._inventory.get_host(name)))
        given.update(manager.extra_vars)
        directory = given.get("inventory_dir")
        try:
            known = variable_names.known(root)
        except OSError as exc:
            return Unknown(
                "variable_unread",
                f"{exc.filename} of Kubespray cannot be read: {exc.strerror}.",
            )
        return unread.find(given, known, Path(str(directory)) if directory else None)


def _first(task_vars: dict[str, Any], *groups: str) -> str:
    """The first host of the first of these groups that has one, else the task's host."""
    hosts = _groups.hosts(task_vars["groups"], groups)
    return hosts[0] if hosts else str(task_vars["inventory_hostname"])


def _nothing() -> dict[str, Any]:
    return {**collect.NOTHING, **wrong.unknown(NO_SETTINGS).as_result()}
