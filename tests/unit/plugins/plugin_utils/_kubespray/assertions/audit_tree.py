# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Audits a made-up Kubespray as the action plugin does; run by test_gate_flow.py in a process of its own.

Ansible finds collections once per process, so that two trees would be one.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from typing import Any

from ansible import context
from ansible.inventory.manager import InventoryManager
from ansible.module_utils.common.collections import ImmutableDict
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader
from ansible.vars.hostvars import HostVars
from ansible.vars.manager import VariableManager

init_plugin_loader([])

# Only now is the finder of collections there.
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.audit import report  # noqa: E402  # see above
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import collection  # noqa: E402  # see above
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.assertions.evaluate import (  # noqa: E402  # see above
    Evaluator,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.assertions.flow import Reader  # noqa: E402  # see above


def audit(given: dict[str, Any]) -> dict[str, Any]:
    """The verdicts, requests and report as JSON, or what is wrong with Kubespray."""
    context.CLIARGS = ImmutableDict(
        tags=("all",), skip_tags=(), become=False, become_method="sudo", become_user=None,
        verbosity=0, check=False, diff=False, forks=5, remote_user=None,
    )  # fmt: skip
    loader = DataLoader()
    inventory = InventoryManager(loader, sources=[given["inventory"]])
    variables = VariableManager(loader, inventory)
    variables._hostvars = HostVars(inventory=inventory, variable_manager=variables, loader=loader)
    for host, facts in given["facts"].items():
        variables.set_host_facts(host, facts)
    reader = Reader(variables, loader, inventory)
    root = collection.find()
    if root is None:
        raise RuntimeError("no Kubespray")
    try:
        flow = reader.read(root, given["playbook"], given["play_vars"])
    except collection.KubesprayError as exc:
        return {"error": str(exc).replace(str(root), "ROOT")}
    findings = Evaluator(reader, given["measured"], "1.0.0").run(flow)
    return {
        "verdicts": {
            gate: {host: dataclasses.asdict(verdict) for host, verdict in hosts.items()}
            for gate, hosts in findings.verdicts.items()
        },
        "once": sorted(findings.once),
        "requests": findings.requests,
        "report": report.gates(flow, findings),
    }


if __name__ == "__main__":
    print(json.dumps(audit(json.load(sys.stdin))))
