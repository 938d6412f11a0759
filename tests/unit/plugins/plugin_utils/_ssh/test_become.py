# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest
from ansible.plugins.loader import become_loader
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.become import (
    Secret,
    knows_wrapped_prompt,
    sudo_way,
)


def find(active=None, method="sudo", prompted=None, variables=None, template=lambda value: value):
    return sudo_way(active, method, prompted, variables or {}, template).password


@pytest.fixture(autouse=True)
def _no_password_in_the_environment(monkeypatch):
    for name in ("ANSIBLE_BECOME_PASS", "ANSIBLE_SUDO_PASS"):
        monkeypatch.delenv(name, raising=False)


def test_none():
    assert find() is None
    assert find(prompted="") is None
    assert find(variables={"ansible_become_password": ""}) is None


@pytest.mark.parametrize(
    "name", ["ansible_become_password", "ansible_become_pass", "ansible_sudo_pass"]
)
def test_from_a_variable(name):
    assert find(variables={name: "secret"}) == "secret"


def test_variables_are_templated():
    variables = {"ansible_become_password": "{{ vault }}", "other": "{{ broken }}"}

    assert find(variables=variables, template={"{{ vault }}": "secret"}.get) == "secret"


def test_a_number_is_a_text():
    assert find(variables={"ansible_become_password": 1234}) == "1234"


def test_from_the_prompt():
    assert find(prompted="secret") == "secret"


@pytest.mark.parametrize("name", ["ANSIBLE_BECOME_PASS", "ANSIBLE_SUDO_PASS"])
def test_from_the_environment(monkeypatch, name):
    monkeypatch.setenv(name, "secret")

    assert find() == "secret"


@pytest.mark.parametrize("method", ["su", "community.general.doas"])
def test_the_password_of_another_method_is_not_for_sudo(method):
    assert find(method=method, variables={"ansible_become_password": "root's"}) is None


def test_sudo_under_its_full_name():
    variables = {"ansible_become_password": "secret"}

    assert find(method="ansible.builtin.sudo", variables=variables) == "secret"


class Become:
    def __init__(self, name, password):
        self.name = name
        self.password = password

    def get_option(self, name):
        return {"become_pass": self.password, "become_exe": None, "become_flags": "-H -S -n"}[name]


def test_from_the_plugin_of_the_task():
    assert find(active=Become("sudo", "secret"), variables={"ansible_sudo_pass": "no"}) == "secret"
    assert find(active=Become("sudo", None)) is None
    assert find(active=Become("su", "root's")) is None


def test_a_secret_does_not_show():
    secret = Secret("hunter2")

    assert repr({"password": secret}) == "{'password': '********'}"
    assert json.dumps({"password": secret}) == '{"password": "hunter2"}'
    assert secret == "hunter2"


def command(**variables):
    return sudo_way(None, "sudo", None, variables, lambda value: value).command


def test_the_command_is_the_one_that_ansible_runs_but_that_it_may_ask():
    assert command() == ["sudo", "-H", "-S"]
    assert command(ansible_become_exe="sudo.ws") == ["sudo.ws", "-H", "-S"]
    assert command(ansible_become_exe="/opt/my sudo/sudo") == ["/opt/my", "sudo/sudo", "-H", "-S"]
    assert command(ansible_become_flags="-nE --non-interactive --preserve-env=A") == [
        "sudo",
        "-E",
        "--preserve-env=A",
    ]
    assert sudo_way(None, "su", None, {"ansible_become_exe": "x"}, lambda value: value).command == [
        "sudo"
    ]


def test_whether_ansible_knows_the_prompt_of_sudo_rs_is_asked_of_ansible(monkeypatch):
    def answers(known):
        monkeypatch.setattr(
            become_loader.get("sudo").__class__,
            "check_password_prompt",
            lambda plugin, output: known and output.startswith(b"[sudo: [sudo via ansible, key="),
        )
        return knows_wrapped_prompt()

    assert answers(True) is True
    assert answers(False) is False
