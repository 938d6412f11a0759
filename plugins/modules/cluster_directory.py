# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_directory
short_description: Make a cluster directory and bring it up to date
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Writes the given files and the sample C(group_vars) of a Kubespray into a directory. All of it is written,
    or nothing.
  - What it has written is remembered by checksums in C(.k8n/init.json). A file that somebody else has changed, deleted
    or put there since is left alone and named in a table. A file of the sample that a new Kubespray has no more is
    removed, unless it has been changed.
  - The variables that Kubespray knows are remembered, too. Those that a new Kubespray no longer mentions are
    named, with where they are set in C(group_vars), C(host_vars) and the inventory, and guesses of their new names.
  - The directory and what is in it are readable for their owner only. What is there already keeps its mode.
  - The role P(k8n.cluster.init#role) is the way to use it. It runs on the control node.
extends_documentation_fragment:
  - k8n.cluster.attributes
attributes:
  check_mode:
    details: []
  diff_mode:
    support: full
    details: Of the files that are left alone it prints the difference, too.
options:
  path:
    description: The directory. It is made where it is missing.
    type: str
    required: true
  files:
    description: Paths in the directory and the texts for them, the sample aside.
    type: dict
    required: true
  kubespray:
    description:
      - A checkout of Kubespray, with its C(inventory/sample).
      - Without it, the directory's C(group_vars) stay as they are.
    type: path
  known_hosts:
    description: The text of the known_hosts, as RV(k8n.cluster.host_keys#module:content) has it. It is always written.
    type: str
    required: true
  folders:
    description: Folders of the directory to make.
    type: list
    elements: str
    default: []
  overwrite:
    description: Files to write although they have been changed. The old file is kept as C(FILE.DATE~).
    type: list
    elements: str
    default: []
  hosts:
    description: Number of hosts of the cluster, for what is said at the end.
    type: int
    required: true
  unknown_hosts:
    description: Names of the hosts without a known key, for what is said at the end.
    type: list
    elements: str
    default: []
  again:
    description: Extra variables for another run, for the text at the end.
    type: dict
    default: {}
  goes_on:
    description: Whether the run works with these hosts at once. Then it does not say what to run next.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: A directory with an inventory and Kubespray's sample
  k8n.cluster.cluster_directory:
    path: prod
    kubespray: ~/kubespray
    files:
      cluster.k8n.yml: |
        plugin: k8n.cluster.ip_list
        nodes: [10.10.1.2]
    known_hosts: ""
    hosts: 1
"""

RETURN = r"""
path:
  description: The absolute path of the directory.
  type: str
  returned: success
  sample: /home/me/prod
kubespray_version:
  description: The version of the Kubespray whose sample is in it.
  type: str
  returned: success
  sample: 2.31.0
files:
  description:
    - What happened to each file. V(made), V(updated), V(removed), V(replaced), V(same), or V(yours) for one that was
      left alone.
  type: dict
  returned: success
  sample: {ansible.cfg: updated, site.yml: yours}
backups:
  description: The backups of the files of O(overwrite).
  type: list
  elements: str
  returned: success
  sample: ["ansible.cfg.2026-11-24@07:00:00~"]
removed_variables:
  description: Variables that Kubespray knew when the directory was made, and no longer knows.
  type: list
  elements: dict
  returned: success
  contains:
    name:
      description: The variable.
      type: str
    gone_in:
      description: The version of Kubespray in which it was found to be gone.
      type: str
    guesses:
      description: New names that are like it, best first.
      type: list
      elements: str
    set_in:
      description: Where it is set in the directory, as FILE:LINE.
      type: list
      elements: str
"""
