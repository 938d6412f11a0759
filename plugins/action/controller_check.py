# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check the machine that Ansible runs on, and the settings that it runs with."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller import resolved


class ActionModule(ActionBase):
    """Glue: the connection and the variables of one host to plugin_utils/_controller."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        probes = self.validate_argument_spec(
            argument_spec={"probes": {"type": "dict", "default": {}}}
        )[1]["probes"]
        values, problems = resolved.check(self._connection, task_vars or {}, probes)
        result.update(values, changed=False, problems=problems)
        return result
