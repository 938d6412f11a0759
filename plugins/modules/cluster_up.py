# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_up
short_description: Say in which directory, and with which Kubespray, a list of addresses becomes a cluster
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - The first step of the playbook C(k8n.cluster.up). It looks at the command line, and asks the person at the terminal
    for what only a person can know. Where there is no terminal, or where the environment variable E(CI) is set, it
    fails instead and names the variable that decides it.
  - Runs on the control node, contacts no host and writes nothing.
extends_documentation_fragment:
  - k8n.cluster.attributes
options:
  path:
    description:
      - The cluster directory. A relative path starts where ansible-playbook was started.
      - If empty, the cluster directory that ansible-playbook was started in, else C(cluster) below the current one.
    type: str
    default: ""
  nodes:
    description: The machines, as O(k8n.cluster.cluster_inputs#module:nodes) takes them.
    type: raw
  kubespray_version:
    description:
      - A tag or branch of Kubespray, the path of a checkout, or V(installed).
      - If empty, the Kubespray that is there counts.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: What is to be done, and where
  k8n.cluster.cluster_up:
    path: prod
    nodes: 10.10.1.2-4,10.20.1.3
  register: up
"""

RETURN = r"""
path:
  description: The absolute path of the cluster directory.
  type: str
  returned: success
  sample: /home/me/prod
nodes:
  description: The machines, as they were given or answered. Empty where the directory has its inventory.
  type: raw
  returned: success
  sample: 10.10.1.2-4,10.20.1.3
controller:
  description: Whether Kubespray is to be installed into the directory first.
  type: bool
  returned: success
command:
  description: The command that goes on from there, without values that look secret.
  type: str
  returned: success
  sample: ansible-playbook /home/me/prod/site.yml -u admin -b
"""
