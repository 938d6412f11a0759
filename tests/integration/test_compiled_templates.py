# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The callback k8n.cluster.compiled_templates with the real ansible-playbook."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import play

SITE = """\
- name: The same for each host
  hosts: all
  gather_facts: false
  vars:
    greeting: "Hello {{ inventory_hostname | upper }}"
  tasks:
    - name: Greet
      ansible.builtin.debug: {msg: "{{ greeting }}"}
    - name: Look for what was compiled
      ansible.builtin.find: {paths: "{{ lookup('env', 'ANSIBLE_LOCAL_TEMP') }}", patterns: __jinja2_*, recurse: true}
      register: files
      run_once: true
    - name: Count
      ansible.builtin.debug: {msg: "FILES {{ files.matched }} {{ files.files | map(attribute='mode') | unique }}"}
      run_once: true
    - name: Nothing to compile
      ansible.builtin.debug: {msg: plain}
"""
# What the main process does not have that workers have left.
WITNESS = """\
import os

from ansible import constants as C
from ansible.plugins.callback import CallbackBase
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible import compiled_templates


class CallbackModule(CallbackBase):
    CALLBACK_NAME = "witness"

    def v2_playbook_on_stats(self, stats):
        left = [name[9:-6] for name in os.listdir(C.DEFAULT_LOCAL_TMP) if name.startswith("__jinja2_")]
        missing = [key for key in left if key not in compiled_templates._codes]
        self._display.display(f"LEFT {len(left)} MISSING {len(missing)}")
"""


CALLBACK = "k8n.cluster.compiled_templates"
HOSTS = "node[1:3] ansible_connection=local ansible_python_interpreter=/usr/bin/python3\n"


@pytest.mark.parametrize(
    ("enabled", "files", "left"),
    [
        ("", r"FILES 0 \[\]", "LEFT 0 MISSING 0"),
        (CALLBACK, r"FILES [1-9]\d* \['0600'\]", r"LEFT [1-9]\d* MISSING 0"),
    ],
    ids=["without", "with"],
)
def test_what_is_compiled_is_kept_for_the_run(
    enabled: str, files: str, left: str, tmp_path: Path
) -> None:
    local = tmp_path / "local"
    local.mkdir()
    output = play(
        tmp_path,
        SITE,
        HOSTS,
        {"ANSIBLE_CALLBACKS_ENABLED": enabled, "ANSIBLE_LOCAL_TEMP": str(local)},
        WITNESS,
    )
    assert set(re.findall(r"Hello \w+", output)) == {
        "Hello NODE1",
        "Hello NODE2",
        "Hello NODE3",
    }
    assert re.search(files, output), output
    assert re.search(left, output), output
    assert not list(local.iterdir())


ROLES = """\
- name: A filter that a role has under a name of Jinja2's
  hosts: node1
  gather_facts: false
  vars: {numbers: [1, 0, 2]}
  tasks:
    - name: Jinja2's
      ansible.builtin.debug: {msg: "{{ numbers | select }}"}
    - name: The role's
      ansible.builtin.include_role: {name: chosen}
"""
# Jinja2's own is called with the context before the value, which stands in the code that calls it.
FILTER = """\
class FilterModule:
    def filters(self):
        return {"select": lambda *values: f"ROLE {values}"}
"""


@pytest.mark.parametrize("enabled", ["", CALLBACK], ids=["without", "with"])
def test_a_roles_filter_is_called_as_it_wants(enabled: str, tmp_path: Path) -> None:
    role = tmp_path / "roles" / "chosen"
    for part, name, text in (
        ("tasks", "main.yml", '- ansible.builtin.debug: {msg: "{{ numbers | select }}"}\n'),
        ("filter_plugins", "chosen.py", FILTER),
    ):
        (role / part).mkdir(parents=True)
        (role / part / name).write_text(text)
    output = play(tmp_path, ROLES, HOSTS, {"ANSIBLE_CALLBACKS_ENABLED": enabled})
    assert '"msg": "ROLE ([1, 0, 2],)"' in output
