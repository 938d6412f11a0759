# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.control_node import config_files


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home, a working directory and a system folder, all of them empty."""
    for name in ("home", "work", "etc", "inventory"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


def places(
    home: Path, in_effect: Path | None, environ: dict[str, str] | None = None
) -> list[config_files.Place]:
    return config_files.places(
        str(in_effect) if in_effect else None,
        environ or {},
        home / "work",
        home / "etc" / "ansible.cfg",
    )


def make(*files: Path) -> None:
    for file in files:
        file.write_text("[defaults]\n")


def test_none_at_all(home: Path) -> None:
    found = places(home, None)
    assert [(place.source, place.state) for place in found] == [
        ("current directory", "missing"),
        ("home directory", "missing"),
        ("system directory", "missing"),
    ]
    assert config_files.values(found) == {
        "file": None,
        "why": "There is none in any place that Ansible looks in, so its own defaults are in effect.",
        "places": [
            {
                "path": f"{home}/work/ansible.cfg",
                "source": "current directory",
                "state": "missing",
            },
            {"path": f"{home}/home/.ansible.cfg", "source": "home directory", "state": "missing"},
            {"path": f"{home}/etc/ansible.cfg", "source": "system directory", "state": "missing"},
        ],
    }
    assert config_files.check(found, {}) == []


def test_the_first_counts_and_the_homes_and_the_systems_behind_it_are_no_problem(
    home: Path,
) -> None:
    current = home / "work" / "ansible.cfg"
    make(current, home / "home" / ".ansible.cfg", home / "etc" / "ansible.cfg")
    found = places(home, current)
    assert [place.state for place in found] == ["in_effect", "later", "later"]
    assert config_files.values(found)["why"] == "It lies in the current directory."
    assert config_files.check(found, {"the inventory a": home / "work"}) == []


def test_why_it_is_the_homes(home: Path) -> None:
    own = home / "home" / ".ansible.cfg"
    make(own)
    assert config_files.values(places(home, own))["why"] == (
        "It lies in the home directory (current directory: missing)."
    )


@pytest.mark.parametrize("named", ["{}/etc/ansible.cfg", "{}/etc", "{}/etc/../etc"])
def test_a_file_that_anothers_name_hides_is_named(home: Path, named: str) -> None:
    chosen, current = home / "etc" / "ansible.cfg", home / "work" / "ansible.cfg"
    make(chosen, current)
    found = places(home, chosen, {"ANSIBLE_CONFIG": named.format(home)})
    assert config_files.values(found)["why"] == (
        "The environment variable ANSIBLE_CONFIG names it."
    )
    assert config_files.check(found, {"the playbook site.yml": home / "work"}) == [
        warn(
            "config_not_read",
            f"{current} in the current directory is not read; Ansible has read {chosen}.",
            f"Run from {home}/work with ANSIBLE_CONFIG unset, or export ANSIBLE_CONFIG={current}, if it is meant.",
        )
    ]


def test_the_current_one_named_by_the_variable_is_one_file(home: Path) -> None:
    current = home / "work" / "ansible.cfg"
    make(current)
    found = places(home, current, {"ANSIBLE_CONFIG": str(current)})
    assert [(place.source, place.state) for place in found] == [
        ("ANSIBLE_CONFIG", "in_effect"),
        ("home directory", "missing"),
        ("system directory", "missing"),
    ]
    assert config_files.check(found, {"the inventory": home / "work"}) == []


def test_a_variable_that_names_nothing(home: Path) -> None:
    current = home / "work" / "ansible.cfg"
    make(current)
    found = places(home, current, {"ANSIBLE_CONFIG": f"{home}/none.cfg"})
    assert config_files.check(found, {}) == [
        warn(
            "config_named_missing",
            f"The environment variable ANSIBLE_CONFIG names {home}/none.cfg, which does not exist; "
            f"Ansible has read {current}.",
            "Correct the variable, or unset ANSIBLE_CONFIG.",
        )
    ]


def test_a_variable_that_can_name_nothing(home: Path) -> None:
    found = places(home, None, {"ANSIBLE_CONFIG": "n" * 5000})
    assert found[0].state == "missing"
    assert config_files.check(found, {}) == [
        warn(
            "config_named_missing",
            f"The environment variable ANSIBLE_CONFIG names {Path.cwd()}/{'n' * 5000}, which does not exist; "
            "Ansible has read none.",
            "Correct the variable, or unset ANSIBLE_CONFIG.",
        )
    ]


def test_a_world_writable_directory(home: Path) -> None:
    make(home / "work" / "ansible.cfg")
    (home / "work").chmod(0o777)
    found = places(home, None)
    assert [place.state for place in found] == ["world_writable", "missing", "missing"]
    assert config_files.check(found, {"the inventory": home / "work"}) == [
        warn(
            "config_world_writable",
            f"{home}/work/ansible.cfg is not read, because anybody may write into {home}/work; "
            "Ansible has read none.",
            f"Run: chmod o-w {home}/work",
        )
    ]


def test_one_beside_the_inventory_is_named_once(home: Path) -> None:
    beside = home / "inventory" / "ansible.cfg"
    make(beside)
    neighbours = {
        "the inventory prod/hosts": home / "inventory",
        "the playbook prod/site.yml": home / "inventory",
        "the playbook other.yml": home / "work",
    }
    assert config_files.check(places(home, None), neighbours) == [
        warn(
            "config_not_read",
            f"{beside} beside the inventory prod/hosts is not read; Ansible has read none.",
            f"Run from {home}/inventory with ANSIBLE_CONFIG unset, or export ANSIBLE_CONFIG={beside}, "
            "if it is meant.",
        )
    ]


def test_an_inventory_beside_the_systems_is_none(home: Path) -> None:
    make(home / "etc" / "ansible.cfg", home / "work" / "ansible.cfg")
    found = places(home, home / "work" / "ansible.cfg")
    assert config_files.check(found, {"the inventory /etc/ansible/hosts": home / "etc"}) == []


def test_an_unreadable_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    current = home / "work" / "ansible.cfg"
    make(current)
    monkeypatch.setattr(os, "access", lambda path, _mode: path != current)
    found = places(home, None)
    assert found[0].state == "unreadable"
    [problem] = config_files.check(found, {})
    assert problem["id"] == "config_not_read"
    assert problem["fix"] == "Let this user read it, or take it away."


def test_one_that_is_everybodys_is_not_closed_to_others(home: Path) -> None:
    make(home / "work" / "ansible.cfg")
    (home / "work").chmod(0o1777)
    assert [problem["fix"] for problem in config_files.check(places(home, None), {})] == [
        "Move it into a folder of your own, and run from there."
    ]


def test_a_command_is_one_for_a_path_with_blanks(home: Path) -> None:
    work = home / "my work"
    work.mkdir()
    make(work / "ansible.cfg", home / "etc" / "ansible.cfg")
    system = home / "etc" / "ansible.cfg"
    chosen = config_files.places(str(system), {"ANSIBLE_CONFIG": str(system)}, work)
    [problem] = config_files.check(chosen, {})
    assert f"or export ANSIBLE_CONFIG='{work}/ansible.cfg', if" in problem["fix"]
    work.chmod(0o777)
    [problem] = config_files.check(config_files.places(None, {}, work), {})
    assert problem["fix"] == f"Run: chmod o-w '{work}'"


def test_the_one_beside_the_inventory_comes_before_all_others(home: Path) -> None:
    inventory, current = home / "inventory" / "ansible.cfg", home / "work" / "ansible.cfg"
    playbook = home / "home" / "ansible.cfg"
    make(inventory, current, playbook)
    neighbours = {"the inventory a": inventory.parent, "the playbook b": playbook.parent}

    def said(in_effect: Path, environ: dict[str, str]) -> list[str]:
        found = config_files.check(places(home, in_effect, environ), neighbours)
        return [problem["message"].partition(" is not read")[0] for problem in found]

    assert said(current, {}) == [f"{inventory} beside the inventory a"]
    # Where that is in effect, nobody expects another one; and so on down the row.
    assert said(inventory, {"ANSIBLE_CONFIG": str(inventory)}) == []
    inventory.unlink()
    assert said(current, {}) == [f"{playbook} beside the playbook b"]
    assert said(playbook, {"ANSIBLE_CONFIG": str(playbook)}) == []
    assert said(inventory, {"ANSIBLE_CONFIG": str(inventory)}) == [
        f"{playbook} beside the playbook b"
    ]


def test_no_advice_leads_into_a_folder_where_it_would_not_be_read(home: Path) -> None:
    beside = home / "inventory" / "ansible.cfg"
    make(beside)
    beside.parent.chmod(0o777)
    [problem] = config_files.check(places(home, None), {"the inventory a": beside.parent})
    assert problem["fix"] == f"Run: export ANSIBLE_CONFIG={beside}, if it is meant."
