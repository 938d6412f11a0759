# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ansible_collections.k8n.cluster.plugins.module_utils._arguments import FAIL, LATENCY
from ansible_collections.k8n.cluster.plugins.plugin_utils._check_action import CheckAction
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.connection import ShellError

if TYPE_CHECKING:
    from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem


class ActionModule(CheckAction):
    """Measure the connection from the control node; no module runs on the host."""

    options: ClassVar = {**LATENCY, **FAIL}

    def check(
        self, options: dict[str, Any], variables: dict[str, Any]
    ) -> tuple[dict[str, Any], list[Problem]]:
        try:
            return self.latency(options)
        except ShellError as exc:
            return {}, [self.shell_problem(exc)]
