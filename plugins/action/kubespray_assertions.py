# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Evaluate every check of Kubespray that ignore_assert_errors would switch off, before Kubespray runs."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible.errors import AnsibleError
from ansible.utils.vars import load_extra_vars
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible import (
    cleaned_facts,
    compiled_templates,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.refused import RefusedError
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.audit import report
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import ControllerAction
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import collection
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.assertions.evaluate import (
    Evaluator,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.assertions.flow import Reader


class ActionModule(ControllerAction):
    """Glue: Ansible's inventory and variables to plugin_utils/_kubespray/assertions."""

    spec: ClassVar = {
        "playbook": {"type": "str"},
        "measured": {"type": "dict", "default": {}},
    }

    sees_facts = True

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        variables = self._task.get_variable_manager()
        # The same few hundred templates for each host.
        compiled_templates.enable()
        cleaned_facts.enable(variables)
        # This process is a copy of the control node's, so that what the evaluation sets in them ends with the task.
        reader = Reader(variables, self._loader, variables._inventory)
        try:
            root = collection.find()
            if root is None:
                raise collection.KubesprayError(collection.not_installed())
            kubespray = collection.read(root)
            # As Ansible chooses the playbook that runs: before it knows any other variable.
            extra_vars = load_extra_vars(self._loader)
            playbook = arguments["playbook"] or str(extra_vars.get("k8n_playbook") or "cluster")
            flow = reader.read(root, playbook, self._task.get_play().vars)
            findings = Evaluator(reader, _results(arguments["measured"]), kubespray.version).run(
                flow
            )
        except (collection.KubesprayError, AnsibleError) as exc:
            raise RefusedError("", str(exc)) from exc
        return {
            "kubespray_version": kubespray.version,
            "gates": report.gates(flow, findings),
            "requests": findings.requests,
        }


def _results(measured: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """What kubespray_commands returned, by host; nothing of a host on which it did not run."""
    return {
        host: given["results"]
        for host, given in measured.items()
        if isinstance(given, dict) and isinstance(given.get("results"), list)
    }
