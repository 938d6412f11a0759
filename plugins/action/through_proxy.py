# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a module that fetches something through a proxy."""

from __future__ import annotations

import os
from typing import Any

from ansible.module_utils.common.parameters import remove_values
from ansible.plugins.action import ActionBase
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.installation import proxy


class ActionModule(ActionBase):
    """The keyword environment would put the proxy, with its password, into a command line that every login sees.

    A task has a process of its own, and the local connection starts the module with that process's environment.
    """

    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        arguments = self.validate_argument_spec(
            argument_spec={
                "module": {"type": "str", "required": True},
                "args": {"type": "dict", "default": {}},
                "proxy": {"type": "str", "default": "", "no_log": True},
            }
        )[1]
        mistakes = proxy.mistakes(arguments["proxy"])
        if self._connection.transport != "local":
            mistakes.append("through_proxy works on the control node only: connection: local")
        if mistakes:
            result.update(failed=True, msg=" ".join(mistakes))
            return result
        os.environ.update(proxy.environment(arguments["proxy"]))
        result.update(
            self._execute_module(
                module_name=arguments["module"],
                module_args=arguments["args"],
                task_vars=task_vars,
            )
        )
        cleaned: dict[str, Any] = remove_values(result, proxy.secrets(arguments["proxy"]))
        return cleaned
