# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ansible_collections.k8n.cluster.plugins.module_utils._arguments import FAIL, HOSTNAME
from ansible_collections.k8n.cluster.plugins.plugin_utils._check_action import CheckAction
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host.access import (
    RENAMES,
    renames,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.module_result import kept

if TYPE_CHECKING:
    from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem


class ActionModule(CheckAction):
    """Run the module of the same name as the login user, with the name from the inventory."""

    options: ClassVar = {**HOSTNAME, **FAIL}

    def check(
        self, options: dict[str, Any], variables: dict[str, Any]
    ) -> tuple[dict[str, Any], list[Problem]]:
        expected = options["expected"] or self.host_name(variables)
        renamed = options["renamed"]
        if renamed is None:
            renamed = renames(self.value(variables, RENAMES, True))
        told = {**options, "expected": expected, "renamed": renamed}
        found = self.run_module("hostname_check", told, variables)
        values, problems = self.judged_hostname(found["measured"], told)
        return {**values, **kept(found)}, problems
