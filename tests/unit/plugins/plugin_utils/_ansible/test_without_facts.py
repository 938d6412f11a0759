# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.vars.hostvars import HostVars
from ansible.vars.manager import VariableManager
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible import without_facts

INVENTORY = {
    "all": {
        "vars": {"k8n_checks": {"swap_on": "warn"}, "mine": "{{ ansible_facts.hostname }}"},
        "hosts": {"n1": {"ip": "10.1.1.1"}, "n2": {"ip": "10.1.1.2"}},
    }
}
FACTS = {
    "ip": "203.0.113.66\n203.0.113.66 registry.k8s.io",
    "access_ip": "203.0.113.66",
    "k8n_checks": {"swap_on": "off"},
    "inventory_dir": "/evil",
    "ansible_hostname": "called",
    "discovered_interpreter_python": "/usr/bin/python3",
}


@pytest.fixture
def hostvars(tmp_path: Path) -> Any:
    source = tmp_path / "hosts.yml"
    source.write_text(yaml.safe_dump(INVENTORY))
    loader = DataLoader()
    inventory = InventoryManager(loader, [str(source)])
    manager = VariableManager(loader, inventory)
    found = HostVars(inventory, manager, loader)
    manager.set_host_facts("n1", dict(FACTS))
    manager.set_nonpersistent_facts("n1", {"registered": 1})
    return found


def test_what_counts_of_a_host(hostvars: Any, tmp_path: Path) -> None:
    # So it is with Ansible alone.
    assert hostvars["n1"]["ip"] == FACTS["ip"]

    own = without_facts.of_hosts(hostvars)["n1"]

    assert own["ip"] == "10.1.1.1"
    assert "access_ip" not in own
    assert own["k8n_checks"] == {"swap_on": "warn"}
    assert own["inventory_dir"] == str(tmp_path)
    # What a task has registered, and what an inventory asks for by its own templates.
    assert own["registered"] == 1
    assert own["mine"] == "called"
    assert own["ansible_facts"]["discovered_interpreter_python"] == "/usr/bin/python3"
    # Ansible's own are as they were.
    assert hostvars["n1"]["ip"] == FACTS["ip"]


def test_what_counts_of_a_task(hostvars: Any, tmp_path: Path) -> None:
    variables = {
        **hostvars.raw_get("n1"),
        "hostvars": hostvars,
        "inventory_hostname": "n1",
        # Of the task, which beats facts.
        "access_ip": "10.9.9.9",
    }

    own = without_facts.of_task(variables)

    assert own["ip"] == "10.1.1.1"
    assert own["access_ip"] == "10.9.9.9"
    assert own["k8n_checks"] == {"swap_on": "warn"}
    assert own["inventory_dir"] == str(tmp_path)
    assert own["registered"] == 1
    assert own["hostvars"]["n1"]["ip"] == "10.1.1.1"
    assert variables["ip"] == FACTS["ip"]


def test_names_that_do_not_count(hostvars: Any) -> None:
    for seen in (hostvars, without_facts.of_hosts(hostvars)):
        assert without_facts.foreign(seen, "n1") == [
            "access_ip", "inventory_dir", "ip", "k8n_checks",
        ]  # fmt: skip
    assert without_facts.foreign(hostvars, "n2") == []


def test_without_ansible_there_are_no_facts() -> None:
    plain = {"n1": {"ip": "10.1.1.1"}}

    assert without_facts.of_hosts(plain) is plain
    assert without_facts.of_task({"inventory_hostname": "n1", "x": 1}) == {
        "inventory_hostname": "n1",
        "x": 1,
    }
    assert without_facts.foreign(plain, "n1") == []
