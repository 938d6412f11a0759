# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the checks, as a task reads those of many hosts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play import Play
from ansible.template import Templar
from ansible.vars.manager import VariableManager
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible import without_facts
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.audit import waiver_variable

INVENTORY = """\
[all]
a k8n_checks="{'swap_on': 'off'}"
b own=warn k8n_checks="{'swap_on': '{{ own }}', 'memory_low': 'block'}"
c
"""


def test_the_hosts_of_a_task_share_one_variable_manager(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hosts.ini").write_text(INVENTORY)
    loader = DataLoader()
    inventory = InventoryManager(loader=loader, sources=[str(tmp_path / "hosts.ini")])
    manager = VariableManager(loader=loader, inventory=inventory)
    play = Play.load({"hosts": "all"}, variable_manager=manager, loader=loader)
    task = SimpleNamespace(get_variable_manager=lambda: manager, get_play=lambda: play)
    action: Any = SimpleNamespace(_task=task, _templar=Templar(loader=loader))
    made = []
    of_manager = without_facts.of_manager

    def counted(given: Any) -> Any:
        made.append(given)
        return of_manager(given)

    monkeypatch.setattr(without_facts, "of_manager", counted)
    hosts = ["a", "b", "c"]

    waivers, mistakes = waiver_variable.by_levels(action, hosts, {"ansible_play_hosts_all": hosts})

    assert [(each.check, each.hosts) for each in waivers] == [("swap_on", frozenset({"a", "b"}))]
    assert mistakes == []
    assert made == [manager]
