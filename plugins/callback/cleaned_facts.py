# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make a host's facts into variables once for each change of them."""

from __future__ import annotations

DOCUMENTATION = r"""
name: cleaned_facts
type: aggregate
short_description: Make a host's facts into variables once, not for each of its tasks
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - For each task of each host, and for each look at another host's C(hostvars), Ansible copies all facts of the host
    several times, marks each text in them as not to be templated and takes out names that facts must not have.
    Kubespray keeps the list of all services as a fact.
  - With this callback that is done once, and again when a host's facts have changed. The variables are the same.
  - It prints nothing.
requirements:
  - enabled with C(callbacks_enabled) in the configuration
  - ansible-core before 2.19. On a later one it does nothing.
notes:
  - The control node needs more memory, about four times the size of the facts. In a run of Kubespray that is 0.4 MB for
    each host.
  - A callback or a strategy from elsewhere that changes what lies within a fact, in what Ansible gave to it, changes it
    for the tasks to come.
  - The facts of hosts that are in no play of the run so far, as with C(--limit), are made again for each look at them.
seealso:
  - plugin: k8n.cluster.compiled_templates
    plugin_type: callback
  - name: What it saves
    description: The measurements in the collection's repository.
    link: https://github.com/k8n/cluster/blob/main/docs/performance.md
"""

EXAMPLES = r"""
ansible.cfg: |
  # Enable it for all runs from this folder.
  [defaults]
  callbacks_enabled = k8n.cluster.compiled_templates, k8n.cluster.cleaned_facts
"""

from typing import Any

from ansible.plugins.callback import CallbackBase
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible import cleaned_facts


class CallbackModule(CallbackBase):
    """Only when; the work is done where Ansible reads facts."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "k8n.cluster.cleaned_facts"
    CALLBACK_NEEDS_ENABLED = True

    def v2_playbook_on_play_start(self, play: Any) -> None:
        cleaned_facts.enable(play.get_variable_manager())
