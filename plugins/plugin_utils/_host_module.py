# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""An action that runs the module of its own name on the host, where Ansible does not do what the answer says."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase

from ._ssh.module_result import cleaned


class HostModule(ActionBase):
    """The result is the module's, without facts, and with warnings that say whose they are."""

    _supports_check_mode = True
    _supports_async = True

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        found = self._execute_module(task_vars=variables, wrap_async=self._task.async_val)
        host = str(self._task.delegate_to or variables.get("inventory_hostname"))
        python = self._discovered_interpreter if self._discovered_interpreter_key else None
        return {**result, **cleaned(found, host, python)}
