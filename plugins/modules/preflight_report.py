# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: preflight_report
short_description: Show what the checks found on all hosts as one table, and as HTML, JSON and JUnit
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Prints one table of all problems, worst first, and below it the fixes in the order to apply them. The same finding
    on many hosts is one row. What passed is counted; what is unknown, switched off or left out is said.
  - Writes C(preflight.html), C(preflight.json) and C(preflight.junit.xml), or those of O(report), into O(dest). The
    guide C(docs/preflight_report.md) says what is in them.
  - Runs on the control node and contacts no host. It fails only at wrong O(checks) and O(thresholds); RV(blocking)
    tells whether a play should go on.
extends_documentation_fragment:
  - k8n.cluster.attributes
attributes:
  check_mode:
    details: It prints the table and writes no file.
options:
  report:
    description: The playbook whose report it is. The headline begins with it, and the files are called by it.
    type: str
    choices: [preflight, verify]
    default: preflight
  probes:
    description:
      - For each host the registered result of its M(k8n.cluster.node_probe).
      - The dictionary, or the name that the results are registered by, for those of all hosts of the play. Of one that
        failed earlier the report then says so.
      - A result without RV(k8n.cluster.node_probe#module:problems), because the task itself failed, is a problem that
        blocks.
    type: raw
    required: true
  fixed_by_prepare:
    description:
      - For each host the parts of the role P(k8n.cluster.prepare#role) that are going to run there, as C(fixes.yml) of
        its tasks names them. Each check knows which of them fixes what it finds.
      - Such a problem is shown as V(prepare) and does not block.
      - The dictionary, or the name that each host of the play has its list by, from M(ansible.builtin.set_fact).
    type: raw
    default: {}
  controller:
    description:
      - What M(k8n.cluster.controller_check) returned.
      - A result without RV(k8n.cluster.controller_check#module:problems), because the task itself failed, is a problem
        worth knowing.
      - The dictionary, or the name that a task has registered it by, as with O(quorum), O(settings) and each of
        O(between).
    type: raw
  quorum:
    description:
      - What M(k8n.cluster.quorum) returned.
      - A result without RV(k8n.cluster.quorum#module:problems), because the task itself failed, is a problem that
        blocks.
    type: raw
  between:
    description:
      - Results of checks between the hosts, each with what it says of each host and of the cluster.
      - A result that is none, because the task itself failed, is a problem worth knowing. A skipped task's is left out.
    type: list
    elements: raw
    default: []
  before:
    description:
      - The RV(problems) of an earlier report of the same run. What of them is left and does not block is not told
        again, and what is gone is.
    type: list
    elements: dict
  settings:
    description: What M(k8n.cluster.kubespray_settings) returned.
    type: raw
    default: {}
  checks:
    description:
      - The ids of checks, each to V(off), V(warn) or V(block). It counts for everything that is reported here, but for
        the hosts in O(host_checks).
    type: dict
    default: {}
  host_checks:
    description:
      - For each host the same, for what was found on it and said of it, as M(k8n.cluster.preflight_settings) returned
        it.
    type: dict
    default: {}
  thresholds:
    description: Names of thresholds, each to a number above 0. They are only reported here.
    type: dict
    default: {}
  started:
    description: When the run began, in UTC and ISO 8601.
    type: str
    default: ""
  dest:
    description:
      - The folder for the files, which is made if need be. It is readable by its owner only, as are the files, which
        replace those of an earlier run.
      - Without it they go into C(reports) where the working directory is a cluster directory, and else are not written.
    type: path
"""

EXAMPLES = r"""
- name: Show what is wrong where
  k8n.cluster.preflight_report:
    probes: probe
  run_once: true
"""

RETURN = r"""
ready:
  description: Hosts with nothing wrong, in the order of the inventory.
  type: list
  elements: str
  returned: always
  sample: [node-10-10-1-3]
blocking:
  description: Number of problems that block.
  type: int
  returned: always
  sample: 0
problems:
  description: All problems, worst first.
  type: list
  elements: dict
  returned: always
  contains:
    host:
      description: Name of the host, or V((inventory\)) for a problem of the inventory itself,
        V((controller\)) for one of the control node, V((cluster\)) for one of no single host.
      type: str
    severity:
      description: Whether it blocks, is fixed by the role prepare, or is only worth knowing.
      type: str
      choices: [block, prepare, warn]
    id:
      description: Stable name of the problem.
      type: str
    message:
      description: What was found and what was wanted.
      type: str
    fix:
      description: What to do about it.
      type: str
files:
  description: The paths of the files that were written, none where none was.
  type: dict
  returned: always
  contains:
    html:
      description: The page for a person.
      type: str
    json:
      description: The same for machines.
      type: str
    junit:
      description: The same for a CI system.
      type: str
  sample:
    html: reports/preflight.html
    json: reports/preflight.json
    junit: reports/preflight.junit.xml
"""
