# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: between_check
short_description: Compare all hosts with each other by what their probes found
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Finds hosts that are copies of each other, by hostname, machine-id, product UUID, MAC addresses and SSH host keys.
  - Finds addresses and routes of hosts that the networks of pods and services overlap with, pod and service networks
    that overlap with each other, and ones that are too small for the cluster. What a live cluster itself has set up on
    its hosts is not an overlap.
  - Works on the control node and contacts no host. Run it once, with C(run_once).
  - It never fails. Problems of severity V(block) are those with which Kubespray would fail or the cluster would not
    work.
extends_documentation_fragment:
  - k8n.cluster.attributes
seealso:
  - module: k8n.cluster.node_probe
  - module: k8n.cluster.kubespray_settings
options:
  probes:
    description:
      - For each host the registered result of its M(k8n.cluster.node_probe).
      - The dictionary, or the name that the results are registered by, for those of all hosts of the play. With a name
        many hosts take much less time, since Ansible has no template to fill in.
    type: raw
    required: true
  settings:
    description:
      - The result of M(k8n.cluster.kubespray_settings).
      - The dictionary, or the name that a task has registered it by.
      - Without it nothing is said of the networks of pods and services.
    type: raw
    default: {}
"""

EXAMPLES = r"""
- name: Look at the hosts
  k8n.cluster.node_probe:
    fail: false
  register: probe

- name: Ask what Kubespray wants of the hosts
  k8n.cluster.kubespray_settings:
  register: settings
  run_once: true

- name: Compare the hosts
  k8n.cluster.between_check:
    probes: probe
    settings: settings
  register: between
  run_once: true

- name: Insist on hosts that are not copies
  ansible.builtin.assert:
    that: "'machine_id_duplicate' in item.value.passed"
  loop: "{{ between.hosts | dict2items }}"
  run_once: true
"""

RETURN = r"""
hosts:
  description:
    - For each host of O(probes) whose probe found anything what was found out about it, with the keys of RV(cluster).
    - A problem that hosts have in common is one of each of them, with the same text.
  type: dict
  returned: always
  sample:
    node1:
      problems: []
      passed: [hostname_duplicate, machine_id_duplicate, mac_duplicate, host_key_duplicate, pod_network_overlap]
      unknown:
        - id: product_uuid_duplicate
          reason: "The host did not say the product UUID: it has none of its own, or only root may read it."
      skipped: []
cluster:
  description: What was found out about the cluster as a whole.
  type: dict
  returned: always
  contains:
    problems:
      description: What is not as wanted.
      type: list
      elements: dict
      contains:
        id:
          description: The name of the check.
          type: str
          sample: pod_network_small
        severity:
          description: V(block) if Kubespray would fail or the cluster would not work, else V(warn).
          type: str
          choices: [block, warn]
        message:
          description: What was found and what was wanted.
          type: str
        fix:
          description: What fixes it.
          type: str
    passed:
      description: The names of the checks that found nothing.
      type: list
      elements: str
      sample: [pod_service_overlap, service_network_small]
    unknown:
      description: The checks that could not be made.
      type: list
      elements: dict
      contains:
        id:
          description: The name of the check.
          type: str
        reason:
          description: Why.
          type: str
    skipped:
      description: The checks that do not apply.
      type: list
      elements: dict
      contains:
        id:
          description: The name of the check.
          type: str
        reason:
          description: Why.
          type: str
"""
