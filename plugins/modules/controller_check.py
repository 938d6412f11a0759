# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: controller_check
short_description: Check the machine that Ansible runs on, and the settings that it runs with
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Compares ansible-core, Python, the libraries and the collections with what the installed Kubespray asks for.
  - Says which C(ansible.cfg) is in effect and why, which others are there and not read, which of its keys this Ansible
    does not know, and which of them environment variables override.
  - Judges forks, timeout, the connection C(ssh), the fact cache and the callbacks for the hosts of the play. The values
    are those that Ansible has resolved, from whatever source.
  - Contacts no host. It takes what it has to know of the hosts from O(probes).
  - It never fails. Problems of severity V(block) are those with which Kubespray would fail.
notes:
  - The options of the connection are those of the host that the task runs for. Run it once, with C(run_once).
  - Pipelining on a host whose sudo wants a terminal is a problem of that host, V(sudo_requires_tty) of
    M(k8n.cluster.node_probe).
  - A C(stdout_callback) that is not installed stops Ansible before any task.
extends_documentation_fragment:
  - k8n.cluster.attributes
seealso:
  - module: k8n.cluster.node_probe
  - module: k8n.cluster.preflight_report
options:
  probes:
    description:
      - For each host the registered result of its M(k8n.cluster.node_probe).
      - The dictionary, or the name that the results are registered by, for those of all hosts of the play.
      - Without it the timeout, the limits of the hosts' sshd and what their sudo asks for are unknown, and the hosts
        that forks are compared with are those of Kubespray's groups.
    type: raw
    default: {}
"""

EXAMPLES = r"""
- name: Look at the hosts
  k8n.cluster.node_probe:
    fail: false
  register: probe

- name: Look at the control node and its settings
  k8n.cluster.controller_check:
    probes: probe
  register: controller
  run_once: true

- name: Show what to fix here
  ansible.builtin.debug:
    var: controller.problems
  run_once: true
"""

RETURN = r"""
ansible_core:
  description: The version of ansible-core that runs.
  type: str
  returned: always
  sample: 2.18.19
python:
  description: The Python that it runs on.
  type: dict
  returned: always
  contains:
    path:
      description: The path of the interpreter.
      type: str
    version:
      description: Its version.
      type: str
  sample:
    path: /home/me/k8n/bin/python3
    version: 3.13.5
kubespray:
  description: The installed Kubespray, V(null) where there is none or it cannot be read.
  type: dict
  returned: always
  contains:
    version:
      description: Its version.
      type: str
    path:
      description: The folder it is installed in.
      type: str
    ansible_core_window:
      description: The ansible-core versions that it accepts, as a version specifier.
      type: str
  sample:
    version: 2.31.0
    path: /home/me/.ansible/collections/ansible_collections/kubernetes_sigs/kubespray
    ansible_core_window: ">=2.18.0,<2.19.0"
config:
  description: The configuration file of Ansible.
  type: dict
  returned: always
  contains:
    file:
      description: The one in effect, V(null) if there is none.
      type: str
      sample: /home/me/prod/ansible.cfg
    why:
      description: Why it is that one, as a sentence.
      type: str
      sample: The environment variable ANSIBLE_CONFIG names it.
    places:
      description: The places that Ansible looks in, in its order.
      type: list
      elements: dict
      contains:
        path:
          description: The file.
          type: str
          sample: /home/me/prod/ansible.cfg
        source:
          description: Why Ansible looks there.
          type: str
          sample: ANSIBLE_CONFIG
        state:
          description:
            - V(in_effect), or why it is not read.
            - V(later) means that one before it is, V(world_writable) that anybody may write into its folder.
          type: str
          choices: [in_effect, later, missing, unreadable, world_writable]
          sample: in_effect
    overridden:
      description: The keys of the file that environment variables override.
      type: list
      elements: dict
      contains:
        section:
          description: The section of the key.
          type: str
          sample: defaults
        key:
          description: The key.
          type: str
          sample: forks
        variable:
          description: The environment variable.
          type: str
          sample: ANSIBLE_FORKS
machine:
  description: The size of this machine, and what it leaves to Ansible.
  type: dict
  returned: always
  contains:
    cores:
      description: How many cores it has.
      type: int
      sample: 4
    memory_mb:
      description: All of its memory, in MiB.
      type: int
      sample: 7940
    memory_available_mb:
      description: The memory that processes could have now without swapping, in MiB, V(null) where it is not known.
      type: int
      sample: 5210
    open_files:
      description: How many files one process may have open, V(null) where there is no limit.
      type: int
      sample: 1024
settings:
  description:
    - What was judged, each as RV(settings.forks) with a value and where it was set, in the words of
      C(ansible-config dump).
  type: dict
  returned: always
  contains:
    forks:
      description: The number of workers.
      type: dict
      sample:
        value: 20
        origin: /home/me/prod/ansible.cfg
    fact_caching:
      description: The plugin that keeps facts.
      type: dict
    callbacks_enabled:
      description: The callbacks that are enabled beside that of the terminal.
      type: dict
    host_key_checking:
      description: Whether hosts' keys are verified, V(null) where the connection is not C(ssh).
      type: dict
    control_persist:
      description: Whether ssh keeps connections open, V(null) where the connection is not C(ssh).
      type: dict
problems:
  description: What was found that is not as wanted, none if all is well.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The name of the problem.
      type: str
      sample: config_key_unknown
    severity:
      description: V(block) if Kubespray would fail, else V(warn).
      type: str
      choices: [block, warn]
      sample: warn
    message:
      description: What was found and what was wanted.
      type: str
    fix:
      description: What fixes it.
      type: str
  sample: []
passed:
  description: The ids of the checks by which all is as wanted.
  returned: always
  type: list
  elements: str
  sample: [forks_low, timeout_short]
unknown:
  description: The checks that could not be made.
  returned: always
  type: list
  elements: dict
  contains: &check
    id:
      description: The name of the check.
      type: str
    reason:
      description: Why not, in one sentence.
      type: str
  sample:
    - id: sshd_max_sessions
      reason: The limits of sshd are not known on n1, where only root may read them.
not_applicable:
  description: The checks that do not apply, such as those of ssh where the connection is another.
  returned: always
  type: list
  elements: dict
  contains: *check
  sample: []
"""
