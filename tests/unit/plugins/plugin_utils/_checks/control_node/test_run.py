# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.control_node import run
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.control_node.values import Value
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    Finding,
    Skipped,
    Unknown,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._text.origins import Key

CONFIG = "/x/ansible.cfg"
CALLBACKS = Key("defaults", "callbacks_enabled", CONFIG)
CACHE = Key("defaults", "fact_caching", CONFIG)
PLACE = Value(None, "default", Key("defaults", "fact_caching_connection", CONFIG))
NO_FILES = Skipped("fact_cache_public", "The fact cache memory keeps no files.")


def callbacks(*names: str, missing: dict[str, str]) -> list[Finding]:
    return list(
        run.check_callbacks(Value(list(names), CONFIG, CALLBACKS), missing.get, "/v/bin/python3")
    )


@pytest.mark.parametrize(
    ("name", "full_name", "fix"),
    [
        (
            "ara_default",
            "ara_default",
            "Run: /v/bin/python3 -m pip install ara, and set callback_plugins in the section [defaults] of "
            "/x/ansible.cfg to what '/v/bin/python3 -m ara.setup.callback_plugins' prints; or take it out.",
        ),
        (
            "profile_tasks",
            "ansible.posix.profile_tasks",
            "Run: ansible-galaxy collection install ansible.posix, or take it out.",
        ),
        ("mine", "mine", "Install the plugin, or take it out."),
    ],
)
def test_a_callback_that_is_not_installed(name: str, full_name: str, fix: str) -> None:
    assert callbacks("timer", name, missing={name: full_name}) == [
        warn(
            "callback_missing",
            f"callbacks_enabled ({CONFIG}) names {name}, which is not installed: Ansible goes on without it.",
            fix,
        )
    ]


def test_no_callbacks_are_enabled() -> None:
    assert (
        list(run.check_callbacks(Value(None, "default", CALLBACKS), lambda name: name, "python3"))
        == []
    )


def test_a_limit_without_a_fact_cache() -> None:
    others = ["n1", "n2", "n3", "n4"]
    assert list(
        run.check_fact_cache(Value("memory", "default", CACHE), PLACE, None, "n5", others)
    ) == [
        warn(
            "limit_without_fact_cache",
            "The run is limited to n5, and no fact cache (Ansible's default) remembers n1, n2, n3 and 1 more, whose "
            "facts Kubespray asks for: it stops at an undefined variable.",
            "Set fact_caching = jsonfile in the section [defaults] of /x/ansible.cfg, and fact_caching_connection in "
            "the section [defaults] of /x/ansible.cfg to a folder of your own. Then, once without --limit: "
            "ansible-playbook kubernetes_sigs.kubespray.facts",
        ),
        NO_FILES,
    ]


@pytest.mark.parametrize(
    ("plugin", "limit", "left_out"),
    [("memory", None, ["n1"]), ("jsonfile", "n5", ["n1"]), ("memory", "all", [])],
)
def test_no_limit_or_a_fact_cache(
    plugin: str, limit: str | None, left_out: list[str], tmp_path: Path
) -> None:
    found = list(
        run.check_fact_cache(Value(plugin, CONFIG, CACHE), PLACE, tmp_path, limit, left_out)
    )
    assert found == ([NO_FILES] if plugin == "memory" else [])


@pytest.mark.parametrize(
    "plugin", ["jsonfile", "ansible.builtin.jsonfile", "community.general.pickle"]
)
def test_facts_where_anybody_may_write(plugin: str, tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    assert list(run.check_fact_cache(Value(plugin, CONFIG, CACHE), PLACE, tmp_path, None, [])) == [
        warn(
            "fact_cache_public",
            f"The facts of all hosts are kept in {tmp_path}, into which anybody on this machine may write: who puts a "
            "file there decides what Ansible takes for a host's facts.",
            "Set fact_caching_connection in the section [defaults] of /x/ansible.cfg to a folder of your own, such as "
            ".k8n/facts in the cluster's directory.",
        )
    ]


@pytest.mark.parametrize(
    ("plugin", "folder"),
    [("redis", Path("/tmp")), ("jsonfile", Path("/no/such")), ("jsonfile", None)],
)
def test_a_cache_that_is_no_folder(plugin: str, folder: Path | None) -> None:
    found = list(run.check_fact_cache(Value(plugin, CONFIG, CACHE), PLACE, folder, None, []))
    no_files = Skipped("fact_cache_public", "The fact cache redis keeps no files.")
    assert found == ([no_files] if plugin == "redis" else [])


def test_localhost_among_the_hosts() -> None:
    groups = {"all": ["localhost", "n1"], "kube_node": ["localhost", "n1"], "etcd": ["n1"]}
    [local] = run.check_hosts(groups, {})
    assert isinstance(local, dict)
    assert local["id"] == "localhost_in_inventory"


def test_the_localhost_that_ansible_makes_up_is_in_no_group() -> None:
    assert list(run.check_hosts({"all": ["n1"], "kube_node": ["n1"]}, {})) == []


def asking(status: str, in_sudo_group: bool) -> dict[str, Any]:
    return {"sudo": {"status": status, "in_sudo_group": in_sudo_group}}


def test_a_become_password_that_nobody_gave() -> None:
    probes: dict[str, object] = {
        "n1": asking("password_required", True),
        "n2": asking("passwordless", True),
        # Prepare is for this one: no password helps it.
        "n3": asking("password_required", False),
        "n4": None,
    }
    assert list(run.check_hosts({}, probes)) == [
        warn(
            "become_password_not_given",
            "sudo asks for a password on n1, whose logins may use sudo, and this run was given none.",
            "Run ansible-playbook with -K, or keep ansible_become_password in a vault.",
        )
    ]


def test_what_sudo_asks_for_is_unknown_of_a_host_that_did_not_say_it() -> None:
    probes: dict[str, object] = {
        "n1": asking("passwordless", True),
        "n2": None,
        "n3": {"sudo": None},
    }
    assert list(run.check_hosts({}, probes)) == [
        Unknown("become_password_not_given", "What sudo asks for is not known of n2, n3.")
    ]


def test_folders_of_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prod").mkdir()
    (tmp_path / "prod" / "hosts.yml").touch()
    found = run.folders(
        ["prod/hosts.yml", "prod", "n1,n2,", "n," * 2000], ["k8n.cluster.preflight"]
    )
    assert found == {
        "the inventory prod/hosts.yml": tmp_path / "prod",
        "the inventory prod": tmp_path / "prod",
    }
