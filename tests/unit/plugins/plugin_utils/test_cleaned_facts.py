# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts that are made into variables once, and are what they are without that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible.inventory.host import Host
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.vars import clean, manager
from ansible.vars.manager import VariableManager
from ansible_collections.k8n.cluster.plugins.plugin_utils import _cleaned_facts as cleaned_facts

FACTS = {
    "ansible_hostname": "node1",
    "ansible_processor": ["0", "GenuineIntel"],
    "ansible_memtotal_mb": 2048,
    "ansible_local": {"mine": {"text": "{{ 1 + 1 }}", "_ansible_internal": 1}},
    # Names that facts must not have.
    "ansible_ssh_common_args": "-v",
    "ansible_become_password": "secret",
    "ansible_python_interpreter": "/bin/false",
    "ansible_ssh_host_key_rsa_public": "AAAA",
    "services": {"ssh.service": {"name": "ssh.service", "state": "running"}},
    "_ansible_facts_gathered": True,
    "nothing": None,
}
CACHE = getattr(manager, "FactCache", None)
needs_it = pytest.mark.skipif(
    not CACHE, reason="this ansible-core makes facts into variables otherwise"
)


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test enables ends with it."""
    with monkeypatch.context() as patch:
        for name in ("namespace_facts", "clean_facts"):
            patch.setattr(manager, name, getattr(manager, name))
        if CACHE:
            for name in ("get", "__setitem__"):
                patch.setattr(CACHE, name, getattr(CACHE, name))
        yield


class Variables:
    """Two hosts and Ansible's own variable manager."""

    def __init__(self) -> None:
        loader = DataLoader()
        self.inventory = InventoryManager(loader=loader, sources=["node1,node2,"])
        self.manager = VariableManager(loader=loader, inventory=self.inventory)

    def of(self, name: str) -> dict[str, Any]:
        host: Host | None = self.inventory.get_host(name)
        assert host
        every = self.manager.get_vars(host=host, include_hostvars=False)
        return {key: value for key, value in every.items() if key not in ("groups", "omit")}


def typed(value: Any) -> Any:
    """A value with the types of all its parts and the order of its keys."""
    if isinstance(value, dict):
        return type(value), [(typed(key), typed(part)) for key, part in value.items()]
    if isinstance(value, (list, tuple)):
        return type(value), [typed(part) for part in value]
    return type(value), value


@needs_it
def test_the_same_variables() -> None:
    seen = []
    for enable in (lambda: None, cleaned_facts.enable):
        enable()
        variables = Variables()
        variables.manager.set_host_facts("node1", dict(FACTS))
        seen += [typed(variables.of(name)) for name in ("node1", "node1", "node2")]
    assert seen[:3] == seen[3:]
    first = variables.of("node1")
    assert first["ansible_local"] == {"mine": {"text": "{{ 1 + 1 }}"}}
    assert first["ansible_facts"]["become_password"] == "secret"
    assert "ansible_become_password" not in first
    assert (
        "ansible_facts" not in variables.of("node2") or not variables.of("node2")["ansible_facts"]
    )


@needs_it
def test_once_for_each_change(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    original = clean.clean_facts

    def clean_facts(facts: dict[str, Any]) -> Any:
        made.append(facts)
        return original(facts)

    monkeypatch.setattr(clean, "clean_facts", clean_facts)
    cleaned_facts.enable()
    variables = Variables()
    variables.manager.set_host_facts("node1", dict(FACTS))
    for _task in range(3):
        assert variables.of("node1")["ansible_hostname"] == "node1"
    assert len(made) == 1
    variables.manager.set_host_facts("node1", {"ansible_hostname": "renamed", "ansible_new": [1]})
    for _task in range(3):
        changed = variables.of("node1")
        assert (changed["ansible_hostname"], changed["ansible_facts"]["new"]) == ("renamed", [1])
        assert changed["services"] == FACTS["services"]
    assert len(made) == 2


@needs_it
def test_facts_that_are_cleared() -> None:
    cleaned_facts.enable()
    variables = Variables()
    variables.manager.set_host_facts("node1", dict(FACTS))
    assert "services" in variables.of("node1")
    variables.manager.clear_facts("node1")
    assert "services" not in variables.of("node1")
    variables.manager.set_host_facts("node1", {"ansible_hostname": "again"})
    assert variables.of("node1")["ansible_facts"] == {"hostname": "again"}


@needs_it
def test_what_a_task_adds_is_its_own() -> None:
    cleaned_facts.enable()
    variables = Variables()
    variables.manager.set_host_facts("node1", dict(FACTS))
    for _task in range(2):
        its = variables.of("node1")
        assert "added" not in its["ansible_facts"]
        assert "added" not in its
        its["ansible_facts"]["added"] = its["added"] = True


def test_nothing_is_changed_in_a_later_ansible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaned_facts, "FactCache", None)
    before = (manager.namespace_facts, manager.clean_facts)
    cleaned_facts.enable()
    assert (manager.namespace_facts, manager.clean_facts) == before
