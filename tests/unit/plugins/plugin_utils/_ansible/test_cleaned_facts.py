# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts that are made into variables once, and are what they are without that."""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible import constants as C
from ansible.inventory.host import Host
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import connection_loader
from ansible.utils import unsafe_proxy
from ansible.vars import clean, manager
from ansible.vars.manager import VariableManager
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible import cleaned_facts

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


Made = list[str]


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    """What Ansible makes of facts, each time it does; what a test enables ends with it."""
    calls = Made()
    for name in ("namespace_facts", "clean_facts"):
        original = getattr(clean, name)

        def count(facts: Any, name: str = name, original: Any = original) -> Any:
            calls.append(name)
            return original(facts)

        monkeypatch.setattr(clean, name, count)
        monkeypatch.setattr(manager, name, count)
    return calls


class Variables:
    """Two hosts, the facts of the first, and Ansible's own variable manager."""

    def __init__(self, enable: bool = True, facts: Mapping[str, Any] | None = None) -> None:
        loader = DataLoader()
        self.inventory = InventoryManager(loader=loader, sources=["node1,node2,"])
        self.manager = VariableManager(loader=loader, inventory=self.inventory)
        self.manager.set_host_facts("node1", copy.deepcopy(facts or FACTS))
        if enable:
            cleaned_facts.enable(self.manager)

    def of(self, name: str = "node1") -> dict[str, Any]:
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
@pytest.mark.parametrize("injected", [True, False])
@pytest.mark.parametrize("behaviour", ["replace", "merge"])
def test_the_same_variables(
    injected: bool, behaviour: str, monkeypatch: pytest.MonkeyPatch, made: Made
) -> None:
    monkeypatch.setattr(C, "INJECT_FACTS_AS_VARS", injected)
    monkeypatch.setattr(C, "DEFAULT_HASH_BEHAVIOUR", behaviour)
    without, with_it = (Variables(enable) for enable in (False, True))
    for name in ("node1", "node1", "node2"):
        assert typed(with_it.of(name)) == typed(without.of(name))
    first = with_it.of()
    assert first["ansible_local"]["mine"]["text"] == "{{ 1 + 1 }}"
    assert ("_ansible_internal" in first["ansible_local"]["mine"]) is not injected
    assert first["ansible_facts"]["become_password"] == "secret"
    assert "ansible_become_password" not in first
    # Cleaning warns of names, so it is not done without need.
    assert ("clean_facts" in made) is injected


@needs_it
def test_once_for_each_change(made: Made) -> None:
    variables = Variables()
    for _task in range(3):
        assert variables.of()["ansible_hostname"] == "node1"
    assert made == ["namespace_facts", "clean_facts"]
    variables.manager.set_host_facts("node1", {"ansible_hostname": "renamed", "ansible_new": [1]})
    for _task in range(3):
        changed = variables.of()
        assert (changed["ansible_hostname"], changed["ansible_facts"]["new"]) == ("renamed", [1])
        assert changed["services"] == FACTS["services"]
    assert made == ["namespace_facts", "clean_facts"] * 2


@needs_it
def test_nothing_is_marked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = Variables()
    variables.of()
    marked = []
    original = unsafe_proxy._wrap_dict

    def wrap_dict(value: Any) -> Any:
        marked.append(set(value))
        return original(value)

    monkeypatch.setattr(unsafe_proxy, "_wrap_dict", wrap_dict)
    variables.of()
    assert marked == []
    variables.manager.set_host_facts("node1", {"ansible_new": 1})
    variables.of()
    assert {"ssh.service"} in marked


@needs_it
def test_facts_that_are_cleared() -> None:
    variables = Variables()
    assert "services" in variables.of()
    variables.manager.clear_facts("node1")
    assert "services" not in variables.of()
    variables.manager.set_host_facts("node1", {"ansible_hostname": "again"})
    assert variables.of()["ansible_facts"] == {"hostname": "again"}


@needs_it
def test_facts_that_the_cache_has_read_anew() -> None:
    variables = Variables()
    variables.of()
    variables.manager._fact_cache._plugin._cache["node1"] = {"ansible_hostname": "from the disk"}
    assert variables.of()["ansible_facts"] == {"hostname": "from the disk"}


@needs_it
def test_a_role_brings_a_connection_whose_settings_no_fact_may_be(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    variables = Variables(facts={"ansible_own_host": "elsewhere"})
    assert variables.of()["ansible_own_host"] == "elsewhere"
    (tmp_path / "own.py").write_text("")
    monkeypatch.setattr(connection_loader, "_extra_dirs", [])
    monkeypatch.setattr(connection_loader, "_paths", None)
    connection_loader.add_directory(str(tmp_path))
    assert "ansible_own_host" not in variables.of()


@needs_it
def test_facts_that_change_while_they_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = Variables()
    original = unsafe_proxy.wrap_var

    def meanwhile(value: Any) -> Any:
        done = original(value)
        monkeypatch.setattr(unsafe_proxy, "wrap_var", original)
        variables.manager.set_host_facts("node1", {"ansible_hostname": "renamed"})
        return done

    monkeypatch.setattr(unsafe_proxy, "wrap_var", meanwhile)
    assert variables.of()["ansible_hostname"] == "node1"
    assert variables.of()["ansible_hostname"] == "renamed"


@needs_it
def test_what_a_task_adds_is_its_own() -> None:
    variables = Variables()
    for _task in range(2):
        its = variables.of()
        assert "added" not in its["ansible_facts"]
        assert "added" not in its
        its["ansible_facts"]["added"] = its["added"] = True


@needs_it
def test_a_worker_keeps_nothing(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    variables = Variables()
    variables.of()
    variables.manager.set_host_facts("node2", {"ansible_hostname": "node2"})
    monkeypatch.setattr(os, "getpid", lambda: -1)
    made.clear()
    for _look in range(2):
        variables.of("node1")
    assert made == []
    for _look in range(2):
        assert variables.of("node2")["ansible_hostname"] == "node2"
    assert made == ["namespace_facts", "clean_facts"] * 2


@needs_it
def test_enabled_once() -> None:
    """Not again for the next play, and not where Ansible could not load its cache."""
    variables = Variables()
    caches: list[Any] = [variables.manager._fact_cache, {}]
    for cache in caches:
        variables.manager._fact_cache = cache
        cleaned_facts.enable(variables.manager)
        assert variables.manager._fact_cache is cache


def test_nothing_is_changed_in_a_later_ansible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaned_facts, "FactCache", None)
    before = (manager.namespace_facts, manager.clean_facts)
    cleaned_facts.enable(VariableManager())
    assert (manager.namespace_facts, manager.clean_facts) == before
