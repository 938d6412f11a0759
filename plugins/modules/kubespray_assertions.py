# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: kubespray_assertions
short_description: Evaluate Kubespray's own checks on every host before Kubespray runs
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Finds in the installed collection C(kubernetes_sigs.kubespray) every task that its C(ignore_assert_errors) would
    switch off (assertions, commands, and the checks of included roles), and every assertion and failure that nothing
    switches off. It evaluates each of them on each host that it would run on, with Kubespray's defaults, your variables
    and the host's facts. Which checks there are is read from Kubespray's files.
  - Gather facts first, such as C(network) and C(hardware); the check of a host without facts is unknown.
  - Checks that are commands need to run on the hosts. RV(requests) holds what M(k8n.cluster.kubespray_commands) is to
    run there; given its results as O(measured), a second call evaluates these, too.
  - A check that cannot be evaluated beforehand is V(unknown), with the reason. It is never counted as passed.
  - Works for all hosts at once and contacts none. The playbook C(k8n.cluster.audit) has the whole order.
extends_documentation_fragment:
  - k8n.cluster.attributes
options:
  playbook:
    description:
      - The playbook of Kubespray that is going to run, such as V(cluster), V(scale) or V(upgrade_cluster).
      - The default is the extra variable C(k8n_playbook), else V(cluster).
    type: str
  measured:
    description: For each host the registered result of its M(k8n.cluster.kubespray_commands).
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Gather the facts that the checks read
  ansible.builtin.setup:
    gather_subset: ["!all", network, hardware]

- name: Read and evaluate Kubespray's own checks
  k8n.cluster.kubespray_assertions:
  register: audit
  run_once: true

- name: Show those that would stop Kubespray
  ansible.builtin.debug:
    var: audit.gates | selectattr('state', 'equalto', 'fails')
  run_once: true
"""

RETURN = r"""
kubespray_version:
  description: The version of the installed Kubespray.
  type: str
  returned: success
  sample: 2.31.0
gates:
  description: All checks of this Kubespray, in the order of file and line.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The name of the task in lower case, every run of other signs than letters and digits an underscore.
      type: str
      sample: stop_if_even_number_of_etcd_hosts
    alias:
      description: The id of the check that stands for the same fault, else null.
      type: str
      sample: even_etcd
    task:
      description: The name of Kubespray's task.
      type: str
    file:
      description: The file with the task, below Kubespray's folder.
      type: str
      sample: roles/validate_inventory/tasks/main.yml
    line:
      description: Its line, from 1 on.
      type: int
    fixed:
      description: Whether nothing switches it off, not even C(ignore_assert_errors).
      type: bool
    waivable:
      description:
        - Whether a waiver helps. Not where it is fixed, and not where a value is such that the check itself cannot be
          evaluated with it.
      type: bool
    once:
      description: Whether Kubespray makes the check on one host for all.
      type: bool
    state:
      description: The worst that it says on a host; V(not_run) where its conditions hold on none.
      type: str
      choices: [fails, unknown, passes, not_run]
    passes:
      description: Number of hosts on which it passes.
      type: int
    not_run:
      description: Number of hosts on which its conditions do not hold.
      type: int
    failures:
      description: What fails, hosts with the same failure together.
      type: list
      elements: dict
      contains:
        hosts:
          description: Names of the hosts.
          type: list
          elements: str
        expression:
          description: The expression that is false, or the command that fails.
          type: str
        values:
          description: The variables that it read, with their values as text.
          type: dict
        message:
          description: What Kubespray would say.
          type: str
    unknown:
      description: Where it cannot be evaluated beforehand.
      type: list
      elements: dict
      contains:
        hosts:
          description: Names of the hosts.
          type: list
          elements: str
        reason:
          description: Why.
          type: str
    meaning:
      description: What the check is for.
      type: str
    fix:
      description: What to do when it fails.
      type: str
requests:
  description: For each host what M(k8n.cluster.kubespray_commands) has to run there, if O(measured) lacks it.
  type: dict
  returned: success
  sample:
    node-10-10-1-3:
      - argv: [ping, -c1, 10.10.1.3]
        kind: command
"""
