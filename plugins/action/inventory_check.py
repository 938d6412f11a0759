# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refuse an inventory that a run would read otherwise than it is meant."""

from __future__ import annotations

from typing import Any

from ansible.utils.vars import load_extra_vars
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.refused import RefusedError
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks import user_variables
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.control_node import inventory
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import (
    ControllerAction,
    bulleted,
)


class ActionModule(ControllerAction):
    """Glue: groups and variables to plugin_utils/_checks/control_node/inventory and _variables."""

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        mistakes = inventory.mistakes(task_vars["groups"])
        mistakes += user_variables.of(task_vars, load_extra_vars(self._loader))
        if mistakes:
            # All of it in the message too, which is what is left of a run that ends at its first task.
            said = mistakes[0] if len(mistakes) == 1 else bulleted(mistakes)
            raise RefusedError("" if len(mistakes) == 1 else said, " ".join(mistakes))
        return {}
