# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_summary
short_description: Say what there is when a cluster was verified
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Prints the nodes as C(kubectl get nodes) does, where the administrator's kubeconfig is, and what to run next. With
    P(k8n.cluster.progress#callback) that comes at the very end of a run that ended well.
  - Runs on the control node and contacts no host.
extends_documentation_fragment:
  - k8n.cluster.attributes
options:
  nodes:
    description: The nodes, as RV(k8n.cluster.cluster_check#module:nodes) has them.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Its name.
        type: str
        required: true
      status:
        description: Its state, as kubectl shows it.
        type: str
        required: true
      roles:
        description: Its roles.
        type: list
        elements: str
        required: true
      version:
        description: The version of its kubelet.
        type: str
        required: true
      address:
        description: Its first address.
        type: str
        required: true
  host:
    description: A control plane host with an API server that answers.
    type: str
    required: true
  kubeconfig:
    description: The administrator's kubeconfig on this machine. Empty if there is none.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: What there is now
  k8n.cluster.cluster_summary:
    nodes: "{{ cluster.nodes }}"
    host: "{{ cluster.api_server.host }}"
  run_once: true
"""

RETURN = r"""
text:
  description: What was printed, or will be.
  type: str
  returned: success
  sample: "NODES\nNAME   STATUS  ROLES          VERSION  ADDRESS\nnode1  Ready   control-plane  v1.35.4  10.10.1.2"
"""
