# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_names
short_description: Make the lines for the hosts file by which the hosts of a cluster find each other
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Makes a line for each host of C(k8s_cluster), C(kube_control_plane), C(kube_node), C(etcd) and C(calico_rr), with
    the first of C(access_ip), C(ip) and C(ansible_host) that it has and its names.
  - The addresses are those of the inventory, whatever a host says of itself in its facts, and each of them has to be
    one. Else the task fails, and names the hosts and what was found.
  - Runs on the control node, contacts no host and changes nothing.
extends_documentation_fragment:
  - k8n.cluster.attributes
options: {}
"""

EXAMPLES = r"""
- name: By which names the hosts of the cluster find each other
  k8n.cluster.cluster_names:
  register: names
  run_once: true
"""

RETURN = r"""
lines:
  description: One line for each host.
  type: list
  elements: str
  returned: success
  sample: [10.10.1.2 node-10-10-1-2, 10.10.1.3 db1.example.org db1]
"""
