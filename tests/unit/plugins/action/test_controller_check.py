# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The check in a real ansible-playbook, whose settings are global to its process. No host is contacted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ansible_collections.k8n.cluster
import pytest
import yaml
from ansible_collections.k8n.cluster.plugins.modules import controller_check
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.listed import OF_CONTROLLER

CHECKOUT = Path(next(iter(ansible_collections.k8n.cluster.__path__)))
COLLECTIONS = CHECKOUT.parent.parent.parent
PLAYBOOK = """\
- hosts: all
  gather_facts: false
  tasks:
    - k8n.cluster.controller_check: {probes: "{{ probes | default({}) }}"}
      run_once: true
      register: checked
    - debug: {var: checked}
      run_once: true
"""
HOSTS = (
    "[kube_control_plane]\nn1\n[kube_node]\nn[1:3]\n[kube_node:vars]\nansible_user=server\n"
    "[k8s_cluster:children]\nkube_node\n"
)
# One that is open and short wherever the tests run.
CONTROL_PATH = "[ssh_connection]\ncontrol_path_dir = /tmp/cp\n"


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Runs the check in a folder with this ansible.cfg, and returns its result."""

    (tmp_path / "home").mkdir()
    (tmp_path / "site.yml").write_text(PLAYBOOK)
    (tmp_path / "hosts").write_text(HOSTS)

    def run(config: str, *arguments: str, **environment: str) -> dict[str, Any]:
        (tmp_path / "ansible.cfg").write_text(config)
        kept = {key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")}
        done = subprocess.run(
            [sys.executable, "-m", "ansible", "playbook", "-i", "hosts", "site.yml", *arguments],
            cwd=tmp_path,
            env={
                **kept,
                "HOME": str(tmp_path / "home"),
                "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
                "ANSIBLE_NOCOLOR": "1",
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        _head, _mark, text = done.stdout.partition('=> {\n    "checked": ')
        checked: dict[str, Any] = json.JSONDecoder().raw_decode(text)[0]
        # Of the venv of these tests, which is not what they are about.
        checked["problems"] = [
            problem
            for problem in checked["problems"]
            if problem["id"] not in ("kubespray_missing", "python_version")
        ]
        return checked

    return run


def ids(checked: dict[str, Any]) -> list[str]:
    return [problem["id"] for problem in checked["problems"]]


def test_ansibles_own_defaults(check: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    checked = check(CONTROL_PATH)
    assert checked["problems"] == []
    assert checked["config"] == {
        "file": f"{tmp_path}/ansible.cfg",
        "why": "It lies in the current directory.",
        "places": [
            {
                "path": f"{tmp_path}/ansible.cfg",
                "source": "current directory",
                "state": "in_effect",
            },
            {
                "path": f"{tmp_path}/home/.ansible.cfg",
                "source": "home directory",
                "state": "missing",
            },
            {
                "path": "/etc/ansible/ansible.cfg",
                "source": "system directory",
                "state": "later" if Path("/etc/ansible/ansible.cfg").exists() else "missing",
            },
        ],
        "overridden": [],
    }
    assert checked["settings"] == {
        "forks": {"value": 5, "origin": "default"},
        "fact_caching": {"value": "memory", "origin": "default"},
        "callbacks_enabled": {"value": [], "origin": "default"},
        "host_key_checking": {"value": True, "origin": "default"},
        "control_persist": {"value": True, "origin": "default"},
    }
    assert checked["changed"] is False


def test_each_of_its_checks_has_passed_or_says_why_not(
    check: Callable[..., dict[str, Any]],
) -> None:
    checked = check(CONTROL_PATH)
    unknown = {each["id"]: each["reason"] for each in checked["unknown"]}
    skipped = {each["id"]: each["reason"] for each in checked["not_applicable"]}
    # Nothing of the hosts was given.
    assert unknown["sshd_max_sessions"] == (
        "The limits of sshd are not known on n1, where only root may read them."
    )
    assert unknown["timeout_short"] == "Nothing was measured of n1, n2, n3."
    assert skipped["fact_cache_public"] == "The fact cache memory keeps no files."
    # Of the venv of these tests.
    left = {"kubespray_missing", "python_version"}
    ids = [*checked["passed"], *unknown, *skipped]
    assert {each.id for each in OF_CONTROLLER} - set(ids) <= left
    assert len(ids) == len(set(ids))
    assert {"forks_low", "config_key_unknown", "localhost_in_inventory"} < set(checked["passed"])


def test_what_it_returns_is_documented(check: Callable[..., dict[str, Any]]) -> None:
    checked = check(CONTROL_PATH)
    documented = yaml.safe_load(controller_check.RETURN)
    assert set(documented) == set(checked) - {"changed", "failed"}
    for name in ("python", "config", "machine", "settings"):
        assert set(documented[name]["contains"]) == set(checked[name])
    place = documented["config"]["contains"]["places"]["contains"]
    assert set(place) == set(checked["config"]["places"][0])


def test_values_are_those_that_ansible_resolved(
    check: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    config = (
        f"{CONTROL_PATH}[defaults]\nforks = 2\ncallbacks_enabled = a, b\nhost_key_checking = no\n"
    )
    checked = check(config, "--forks=3", ANSIBLE_CALLBACKS_ENABLED="c")
    assert checked["settings"]["forks"] == {"value": 3, "origin": "cli: forks"}
    assert checked["settings"]["callbacks_enabled"] == {
        "value": ["c"],
        "origin": "env: ANSIBLE_CALLBACKS_ENABLED",
    }
    assert checked["settings"]["host_key_checking"] == {
        "value": False,
        "origin": f"{tmp_path}/ansible.cfg",
    }
    assert checked["config"]["overridden"] == [
        {
            "section": "defaults",
            "key": "callbacks_enabled",
            "variable": "ANSIBLE_CALLBACKS_ENABLED",
        }
    ]
    assert ids(checked) == ["config_overridden", "host_key_checking_off", "callback_missing"]


def test_mistakes_in_the_keys_as_this_core_knows_them(
    check: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    config = (
        "[ssh_connection]\ncontrol_path_dir = /tmp/cp\nansible_ssh_args = -C\nretires = 3\n"
        "[defaults]\nbecome_user = root\ncallback_whitelist = timer\n"
        # Of plugins that this run has not loaded.
        "[callback_tree]\nx = 1\ndirectory = d\n[url_lookup]\nforce = true\n"
        "[conection]\npipelining = true\n[ara]\napi_client = http\n"
        # Under a name of the user's own.
        "[colors]\nok = green\n[galaxy_server.mine]\nurl = x\n"
    )
    where = f"{tmp_path}/ansible.cfg"
    found = {
        (problem["id"], problem["message"].removeprefix(where)): problem["fix"]
        for problem in check(config)["problems"]
    }
    unknown = "is not a key that this Ansible knows: it has no effect."
    removed = "is no longer known to this Ansible: it has no effect."
    section = "no installed plugin knows the section"
    assert found == {
        ("config_key_unknown", f", line 3: [ssh_connection] ansible_ssh_args {unknown}"): (
            "Write [ssh_connection] ssh_args; ansible_ssh_args is its name as a variable of a host."
        ),
        ("config_key_unknown", f", line 4: [ssh_connection] retires {unknown}"): (
            "Write [ssh_connection] retries."
        ),
        ("config_key_unknown", f", line 6: [defaults] become_user {unknown}"): (
            "Write [privilege_escalation] become_user."
        ),
        ("config_key_removed", f", line 7: [defaults] callback_whitelist {removed}"): (
            "Write [defaults] callbacks_enabled."
        ),
        ("config_key_unknown", f", line 9: [callback_tree] x {unknown}"): (
            "Remove the line, or install the plugin that it is for."
        ),
        (
            "config_section_unknown",
            f": {section} [conection]: its keys have no effect (pipelining).",
        ): "Name the section [connection].",
        (
            "config_section_unknown",
            f": {section} [ara]: its keys have no effect (api_client).",
        ): "Remove the section, or install the plugin that it is for.",
    }


def test_a_world_writable_folder(check: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    checked = check(CONTROL_PATH, HOME="/tmp")
    assert checked["config"]["file"] is None or checked["config"]["file"].startswith("/etc/")
    assert checked["problems"][0]["fix"] == f"Run: chmod o-w {tmp_path}"
    assert ids(checked) == ["config_world_writable"]
    if checked["config"]["file"] is None:
        skipped = {each["id"]: each["reason"] for each in checked["not_applicable"]}
        assert skipped["config_key_unknown"] == "Ansible has read no ansible.cfg."


def test_a_file_beside_the_playbook_that_is_not_read(
    check: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    other = tmp_path / "home" / "other.cfg"
    other.write_text(CONTROL_PATH)
    checked = check(CONTROL_PATH, ANSIBLE_CONFIG=str(other))
    assert checked["config"]["why"] == "The environment variable ANSIBLE_CONFIG names it."
    assert [problem["message"] for problem in checked["problems"]] == [
        f"{tmp_path}/ansible.cfg in the current directory is not read; Ansible has read {other}."
    ]


@pytest.mark.parametrize(
    ("arguments", "environment", "config", "found"),
    [
        (["--limit", "n1"], {}, "", ["limit_without_fact_cache"]),
        (
            ["--limit", "n1"],
            {},
            "[defaults]\nfact_caching=jsonfile\nfact_caching_connection=c\n",
            [],
        ),
        ([], {"ANSIBLE_SSH_ARGS": "-C"}, "", ["control_persist_off"]),
        ([], {"ANSIBLE_HOST_KEY_CHECKING": "False"}, "", ["host_key_checking_off"]),
        (["--ssh-extra-args=-o UserKnownHostsFile=/dev/null"], {}, "", ["known_hosts_discarded"]),
        (["-e", "ansible_ssh_args=-C"], {}, "", ["control_persist_off"]),
        ([], {}, f"control_path = /tmp/{'d' * 70}%%r@%%h-and-more-of-it\n", ["control_path_long"]),
        (["-c", "local"], {"ANSIBLE_SSH_ARGS": "-C"}, "", []),
        (
            ["-e", '{"probes": {"n1": {"latency": {"timeouts": {"connection": 10.0}}}}}'],
            {},
            "",
            ["timeout_short"],
        ),
    ],
)
def test_settings_from_wherever_they_come(
    check: Callable[..., dict[str, Any]],
    arguments: list[str],
    environment: dict[str, str],
    config: str,
    found: list[str],
) -> None:
    assert ids(check(f"{CONTROL_PATH}{config}", *arguments, **environment)) == found


def test_the_configuration_of_a_real_user(
    check: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    reference = CHECKOUT.resolve().parent / "shared" / "reference" / "ansible.cfg"
    if not reference.is_file():
        pytest.skip(f"{reference} is not there; the test above has the same kinds of mistakes")
    checked = check(reference.read_text())
    assert checked["problems"][0]["fix"] == (
        "Write [ssh_connection] ssh_args; ansible_ssh_args is its name as a variable of a host."
    )
    assert {"host_key_checking_off", "fact_cache_public", "callback_missing"} < set(ids(checked))
    assert "config_section_unknown" not in ids(checked)
