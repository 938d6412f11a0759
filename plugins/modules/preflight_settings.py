# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: preflight_settings
short_description: Read the variables of the checks, and refuse wrong ones before any host is touched
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Reads the variables C(k8n_checks) and C(k8n_thresholds) of the hosts, and those that are about a whole run, and
    fails with every mistake in them at once, each with what was found, what was wanted, and the hosts if not all have
    it.
  - They count from the inventory, C(group_vars), C(host_vars), the play and the command line. A fact of such a name,
    with which a host would choose what is checked or where the control node writes, is ignored with a warning.
  - C(k8n_checks) maps the id of a check to V(off), V(warn) or V(block); C(k8n_thresholds) maps the name of a threshold
    to a number above 0. The guide C(docs/preflight.md) lists both. A check that C(k8n_waivers) names has the level
    V(warn).
  - Runs on the control node and contacts no host.
extends_documentation_fragment:
  - k8n.cluster.attributes
options:
  hosts:
    description: The hosts whose variables are read.
    type: list
    elements: str
    required: true
seealso:
  - module: k8n.cluster.node_probe
  - module: k8n.cluster.preflight_report
"""

EXAMPLES = r"""
- name: Stop at a wrong name before any host is asked
  k8n.cluster.preflight_settings:
    hosts: "{{ ansible_play_hosts }}"
  run_once: true
"""

RETURN = r"""
started:
  description: When this was, in UTC and ISO 8601, which M(k8n.cluster.preflight_report) takes for the start of the run.
  type: str
  returned: success
  sample: "2026-11-25T09:30:00Z"
levels:
  description:
    - What C(k8n_checks) and C(k8n_waivers) say for each host for which that is not what counts for the run, which
      M(k8n.cluster.preflight_report) goes by.
  type: dict
  returned: success
  sample:
    node-10-10-1-3: {"swap_on": "off"}
thresholds:
  description:
    - C(k8n_thresholds) of each host with other checks or thresholds than the run, where they differ from the defaults.
  type: dict
  returned: success
  sample:
    node-10-10-1-3: {"etcd_fsync_p99_ms": 20.0}
run:
  description: What counts for the run as a whole, by the variables of the first of O(hosts).
  type: dict
  returned: success
  contains:
    levels:
      description: Its C(k8n_checks).
      type: dict
    thresholds:
      description: Its C(k8n_thresholds).
      type: dict
    report_dir:
      description: C(k8n_report_dir), V(null) where there is none.
      type: str
    between:
      description: C(k8n_between).
      type: bool
    fetch_kubeconfig:
      description: C(k8n_fetch_kubeconfig).
      type: bool
    probe_timeout:
      description: C(k8n_probe_timeout), in seconds.
      type: int
    verify_wait_seconds:
      description: C(k8n_verify_wait_seconds), V(null) where it is not set.
      type: float
etcd_members:
  description: The hosts that are or will be members of etcd, which is the control plane where kubeadm makes them.
  type: list
  elements: str
  returned: success
  sample: [node-10-10-1-3]
"""
