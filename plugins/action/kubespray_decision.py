# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide ignore_assert_errors from an audit and the waivers, and show both."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible.utils.vars import load_extra_vars
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.refused import RefusedError
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.audit import (
    decide,
    text,
    waiver_variable,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import (
    ControllerAction,
    bulleted,
    columns,
    say,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.assertions.catalog import (
    SWITCH,
)


class ActionModule(ControllerAction):
    """Glue: arguments to plugin_utils/_kubespray/assertions and its text to the terminal."""

    spec: ClassVar = {
        "audit": {"type": "dict", "required": True},
        "told": {"type": "list", "elements": "dict"},
    }

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        audit = arguments["audit"]
        if audit.get("failed") or "gates" not in audit:
            raise RefusedError("", str(audit.get("msg") or "There was no audit."))
        extra_vars = load_extra_vars(self._loader)
        waivers, mistakes = waiver_variable.read(self._loader, self._templar, task_vars)
        by_inventory = waiver_variable.by_inventory(
            task_vars["groups"].get("etcd", ()), task_vars["hostvars"]
        )
        mistakes = mistakes or waiver_variable.differing(
            task_vars["ansible_play_hosts_all"], task_vars["hostvars"]
        )
        mistakes += decide.unknown_ids(audit["gates"], waivers, audit["kubespray_version"])
        concerned = dict.fromkeys(host for gate in audit["gates"] for host in decide.hosts(gate))
        by_levels, wrong = waiver_variable.by_levels(
            self, [host for host in concerned if host in task_vars["hostvars"]], task_vars
        )
        mistakes += wrong
        waivers += by_inventory + by_levels
        told = _told(arguments["told"])
        decision = decide.decide(audit["gates"], waivers, told)
        if SWITCH in extra_vars:
            mistakes.append(decide.switch_given(extra_vars[SWITCH], decision))
        shown = text.audit(
            audit["gates"],
            decision,
            audit["kubespray_version"],
            columns(),
            refused=bool(mistakes),
            told=told or frozenset(),
        )
        say("\n" + shown + "\n")
        found = {
            "ignore_assert_errors": decision.ignore_assert_errors,
            "accepted": [
                {
                    "check": check,
                    "source": waiver.source,
                    "reason": waiver.reason,
                    "until": waiver.until and waiver.until.isoformat(),
                }
                for check, waiver in dict.fromkeys(
                    (decide.name(gate), waiver) for gate, waiver in decision.accepted
                )
            ],
            "blocking": decision.in_the_way,
        }
        count = len(mistakes) + len(decision.in_the_way)
        if count:
            raise RefusedError(
                bulleted(mistakes),
                f"Kubespray does not start; {count} to fix, each said above.",
                **found,
            )
        return found


def _told(problems: list[dict[str, Any]] | None) -> frozenset[tuple[str, str]] | None:
    """The problems of a preflight by host and check."""
    if problems is None:
        return None
    return frozenset((str(each.get("host")), str(each.get("id"))) for each in problems)
