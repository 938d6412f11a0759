# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compile each template once in a run."""

from __future__ import annotations

DOCUMENTATION = r"""
name: compiled_templates
type: aggregate
short_description: Compile each template once in a run, not in each task of each host
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Ansible evaluates each task in a process of its own for each host, and whatever templates that process compiles are
    compiled again by the next one. In a run of Kubespray that is more than half of what the control node computes.
  - With this callback the first process that compiles a template leaves the code in the temporary directory of the run,
    from which the others read it, most of them with what they are forked from.
  - All values are the same. Templates in which Jinja2 evaluates a filter or a test while it compiles, such as
    C({{ '%H:%M' | strftime }}), are compiled each time as before. Only a variable that refers to itself is reported
    in other words, as C(maximum recursion depth exceeded).
  - It prints nothing.
requirements:
  - enabled with C(callbacks_enabled) in the configuration
  - ansible-core before 2.19. On a later one it does nothing.
notes:
  - The code of a template holds its text, which may be a secret in the arguments of a task with C(no_log), in a
    template file or in a vaulted variable that is a template. The directory is the one that Ansible makes for each run
    in C(local_tmp), for this user alone, and removes at the end. It stays where Ansible is killed or loses its
    terminal (SIGKILL, SIGTERM, SIGHUP), as do the other files that Ansible has in it.
seealso:
  - name: What it saves
    description: The measurements in the collection's repository.
    link: https://github.com/k8n/cluster/blob/main/docs/performance.md
"""

EXAMPLES = r"""
ansible.cfg: |
  # Enable it for all runs from this folder.
  [defaults]
  callbacks_enabled = k8n.cluster.compiled_templates

shell: |
  # For one run, of Kubespray's own playbook.
  ANSIBLE_CALLBACKS_ENABLED=k8n.cluster.compiled_templates \
    ansible-playbook -i inventory -b kubernetes_sigs.kubespray.cluster
"""

from typing import Any

from ansible.plugins.callback import CallbackBase
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible import compiled_templates


class CallbackModule(CallbackBase):
    """Only when; the work is done where templates are compiled."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "k8n.cluster.compiled_templates"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        compiled_templates.enable()

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        compiled_templates.take_in()

    def v2_playbook_on_handler_task_start(self, task: Any) -> None:
        compiled_templates.take_in()
