# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The callback k8n.cluster.cleaned_facts with the real ansible-playbook."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import play

SITE = """\
- name: Facts that change
  hosts: all
  gather_facts: true
  gather_subset: ["!all"]
  tasks:
    - name: Before
      ansible.builtin.debug: {msg: "{{ ansible_system }}, {{ colour | default('none') }}"}
    - name: Change
      ansible.builtin.set_fact: {colour: "red {{ inventory_hostname }}", cacheable: true}
    - name: After
      ansible.builtin.debug: {msg: "{{ groups.all | map('extract', hostvars, 'colour') | list }}"}
    - name: Clear
      ansible.builtin.meta: clear_facts
    - name: Cleared
      ansible.builtin.debug: {msg: "{{ ansible_system | default('no system') }}, {{ ansible_facts }}"}
"""
HOSTS = "node[1:2] ansible_connection=local ansible_python_interpreter=/usr/bin/python3\n"
WITNESS = """\
from ansible.plugins.callback import CallbackBase
from ansible.vars import manager


class CallbackModule(CallbackBase):
    CALLBACK_NAME = "witness"

    def v2_playbook_on_play_start(self, play):
        self._variables = play.get_variable_manager()

    def v2_playbook_on_stats(self, stats):
        for each in (type(self._variables._fact_cache), manager.clean_facts, manager.namespace_facts):
            self._display.display(f"BY {each.__module__}")
"""
OURS = "ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.cleaned_facts"


@pytest.mark.parametrize("cache", ["memory", "jsonfile"])
@pytest.mark.parametrize("enabled", [False, True], ids=["without", "with"])
def test_tasks_see_the_same(enabled: bool, cache: str, tmp_path: Path) -> None:
    output = play(
        tmp_path,
        SITE,
        HOSTS,
        {
            "ANSIBLE_CALLBACKS_ENABLED": "k8n.cluster.cleaned_facts" if enabled else "",
            "ANSIBLE_CACHE_PLUGIN": cache,
            "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(tmp_path / "facts"),
        },
        WITNESS,
    )
    said = re.findall(r'"msg": ("[^"]*"|\[[^]]*\])', output)
    both = '["rednode1","rednode2"]'
    assert ["".join(each.split()) for each in said] == [
        *['"Linux,none"'] * 2, *[both] * 2, *['"nosystem,{}"'] * 2,
    ]  # fmt: skip
    by = re.findall(r"BY (\S+)", output)
    assert by.count(OURS) == (3 if enabled else 0), output
