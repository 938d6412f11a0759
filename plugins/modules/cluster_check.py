# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_check
short_description: Judge a deployed cluster against the inventory
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Puts together what M(k8n.cluster.cluster_probe) returned of all hosts and compares it with the inventory. The etcd
    members, the control plane and the nodes must be the hosts of their groups, each of them healthy; no certificate may
    end soon; the kernel settings that Kubespray has written must be in force; the cluster's DNS must answer; nothing
    may keep pods from their nodes.
  - What follows from another finding is in C(unknown), and names that one.
  - A check that could not be made is in C(unknown), with the reason. It never passes.
  - It never fails because of what it finds.
  - Works on the control node and contacts no host.
extends_documentation_fragment:
  - k8n.cluster.attributes
seealso:
  - module: k8n.cluster.cluster_probe
  - module: k8n.cluster.preflight_report
options:
  probes:
    description:
      - For each host the registered result of its M(k8n.cluster.cluster_probe), also where the host was unreachable.
      - A host of the cluster that is not in here, nor in O(left_out), has failed earlier in the run, which is a problem
        that blocks.
    type: dict
    required: true
  left_out:
    description:
      - The hosts of the cluster that the run was not meant for, because of C(--limit).
      - They are in RV(hosts) only where the others tell of a problem there.
    type: list
    elements: str
    default: []
  started:
    description:
      - When the hosts began to be asked, in ISO 8601 in UTC, such as V(2026-11-30T09:00:00Z). Their clocks are held
        against each other and against the control node's, between then and now.
      - Without it, the moment in which this module runs.
    type: str
    default: ""
  thresholds:
    description:
      - The user's own thresholds, as the variable C(k8n_thresholds) has them. Wrong ones make the task fail.
      - C(etcd_database_percent) is the largest part of its quota, in percent, that etcd's database may have. The
        default is 80.
      - C(certificate_days) is how many days a certificate must be good for. The default is 30.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Judge
  k8n.cluster.cluster_check:
    probes: "{{ dict(ansible_play_hosts | zip(ansible_play_hosts | map('extract', hostvars, 'probe'))) }}"
  register: cluster
  run_once: true

- name: Insist on a whole etcd
  ansible.builtin.assert:
    that: "'etcd_member_unhealthy' in cluster.hosts[item].passed"
  loop: "{{ groups['etcd'] }}"
  run_once: true
"""

RETURN = r"""
hosts:
  description: For each host of the cluster what was found.
  type: dict
  returned: success
  contains: &found
    problems:
      description: What is not as wanted, each with C(id), C(severity), C(message) and C(fix).
      type: list
      elements: dict
    passed:
      description: The ids of the checks that found nothing wrong.
      type: list
      elements: str
    unknown:
      description: The checks that could not be made, each with C(id) and C(reason).
      type: list
      elements: dict
    skipped:
      description: The checks that do not apply, each with C(id) and C(reason).
      type: list
      elements: dict
  sample:
    node-10-10-1-3:
      problems:
        - id: etcd_member_unhealthy
          severity: block
          message: "Its etcd member does not answer (etcd.service is failed): Failed to get the status of endpoint
            https://127.0.0.1:2379 (context deadline exceeded). 2 of 3 members answer, 2 must: no other may fail."
          fix: Fix what 'journalctl -u etcd -n 50' says on this host, then run 'systemctl restart etcd' there.
      passed: [etcd_member_missing, sysctl_not_loaded]
      unknown:
        - id: etcd_alarm
          reason: its etcd member does not answer.
      skipped: []
cluster:
  description: The same for the cluster as a whole.
  type: dict
  returned: success
  contains: *found
  sample:
    problems: []
    passed: [etcd_member_foreign, etcd_no_leader, etcd_raft_terms_differ]
    unknown: []
    skipped: []
api_server:
  description:
    - The first control plane host whose API server answers, as C(host), and at which C(address) others reach it.
    - V(null) where none answers.
  type: dict
  returned: success
  sample:
    host: node-10-10-1-3
    address: 10.10.1.3
nodes:
  description: The nodes that the cluster has. Empty where no API server answers.
  type: list
  elements: dict
  returned: success
  contains:
    name:
      description: Its name.
      type: str
    status:
      description: Its state, as kubectl shows it.
      type: str
    roles:
      description: Its roles, sorted.
      type: list
      elements: str
    version:
      description: The version of its kubelet.
      type: str
    address:
      description: Its first address.
      type: str
  sample:
    - {name: node-10-10-1-3, status: Ready, roles: [control-plane], version: v1.35.4, address: 10.10.1.3}
"""
