# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_record
short_description: Remember the control plane and the etcd members of a cluster that was verified
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Writes the hosts of the groups C(kube_control_plane) and C(etcd), in their order, and whether they are workers, to
    C(.k8n/deployed.json) beside the inventory, in a directory that the playbook C(k8n.cluster.init) has made.
  - P(k8n.cluster.ip_list#inventory) keeps to it. A list of addresses that grows or is sorted then moves no etcd member
    and no host of the control plane; only whoever names hosts in O(k8n.cluster.ip_list#inventory:control_plane) or
    O(k8n.cluster.ip_list#inventory:etcd) does. Commit the file.
  - Runs on the control node and contacts no host.
extends_documentation_fragment:
  - k8n.cluster.attributes
options: {}
"""

EXAMPLES = r"""
- name: Keep to what is deployed
  k8n.cluster.cluster_record:
  run_once: true
"""

RETURN = r"""
path:
  description: The file, V(null) where the inventory is in no such directory, or has no group C(etcd).
  type: str
  returned: success
  sample: /home/me/prod/.k8n/deployed.json
"""
