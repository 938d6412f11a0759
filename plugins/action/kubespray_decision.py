# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide ignore_assert_errors from an audit and the waivers, and show both."""

from __future__ import annotations

import shutil
from typing import Any

from ansible import constants as C
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible.utils.vars import load_extra_vars
from ansible_collections.k8n.cluster.plugins.plugin_utils import _waiver_variable, _waivers
from ansible_collections.k8n.cluster.plugins.plugin_utils._gates import decide, text
from ansible_collections.k8n.cluster.plugins.plugin_utils._gates.catalog import SWITCH

display = Display()


class ActionModule(ActionBase):
    """Glue: arguments to plugin_utils/_gates and its text to the terminal."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        arguments = self.validate_argument_spec(
            argument_spec={
                "audit": {"type": "dict", "required": True},
                "even_etcd_allowed": {"type": "bool", "default": False},
            }
        )[1]
        audit = arguments["audit"]
        if audit.get("failed") or "gates" not in audit:
            return {**result, "failed": True, "msg": str(audit.get("msg") or "There was no audit.")}
        extra_vars = load_extra_vars(self._loader)
        waivers, mistakes = _waiver_variable.read(self._loader, self._templar, variables)
        mistakes = mistakes or _waiver_variable.differing(
            variables["ansible_play_hosts_all"], variables["hostvars"]
        )
        mistakes += decide.unknown_ids(audit["gates"], waivers, audit["kubespray_version"])
        if arguments["even_etcd_allowed"]:
            waivers.append(_waivers.BY_INVENTORY)
        decision = decide.decide(audit["gates"], waivers)
        width = min(shutil.get_terminal_size((100, 24)).columns, 120)
        if SWITCH in extra_vars:
            mistakes.append(decide.switch_given(extra_vars[SWITCH], decision))
        shown = text.audit(
            audit["gates"], decision, audit["kubespray_version"], width, refused=bool(mistakes)
        )
        display.display("\n" + shown + "\n")
        result.update(
            changed=False,
            ignore_assert_errors=decision.ignore_assert_errors,
            accepted=[
                {
                    "check": decide.name(gate),
                    "source": waiver.source,
                    "reason": waiver.reason,
                    "until": waiver.until and waiver.until.isoformat(),
                }
                for gate, waiver in decision.accepted
            ],
            blocking=[decide.name(gate) for gate in decision.blocking],
        )
        if mistakes:
            # Printed, since a task's result shows a line break as \\n.
            display.display(
                "\n".join(f"- {mistake}" for mistake in mistakes) + "\n", color=C.COLOR_ERROR
            )
        count = len(mistakes) + len(decision.blocking)
        if count:
            result.update(
                failed=True, msg=f"Kubespray does not start; {count} to mend, each said above."
            )
        return result
