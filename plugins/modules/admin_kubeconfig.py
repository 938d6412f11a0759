# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: admin_kubeconfig
short_description: Write the administrator's kubeconfig beside the inventory, built from what a host has
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Takes the administrator's kubeconfig of a control plane host, as M(ansible.builtin.slurp) has read it, and writes
    C(artifacts/admin.conf) beside the inventory, for its owner only (0600).
  - A kubeconfig can name commands that C(kubectl) runs, files that it reads and proxies that it goes through. So what
    is written is built from values that kubeadm puts into one, which are the names, the certificates and the key,
    each of them checked. Anything else in it is refused, and nothing is written then.
  - The server's address is the inventory's.
  - Runs on the control node and contacts no host.
extends_documentation_fragment:
  - k8n.cluster.attributes
options:
  slurped:
    description: The result of M(ansible.builtin.slurp), or the name of the variable that it is registered in.
    type: raw
    required: true
  host:
    description: The host that it came from.
    type: str
    required: true
  address:
    description:
      - The address at which the host's API server is reached from elsewhere. It takes the place of the one in the
        kubeconfig, unless that is C(apiserver_loadbalancer_domain_name) or the address in C(loadbalancer_apiserver).
    type: str
    required: true
seealso:
  - module: k8n.cluster.cluster_check
"""

EXAMPLES = r"""
- name: Read it
  ansible.builtin.slurp:
    src: /etc/kubernetes/admin.conf
  become: true
  no_log: true
  register: kubeconfig

- name: Write it
  k8n.cluster.admin_kubeconfig:
    # By its name, so that it is in no argument that may be shown.
    slurped: kubeconfig
    host: "{{ inventory_hostname }}"
    address: "{{ ip }}"
"""

RETURN = r"""
path:
  description: The file that was written.
  type: str
  returned: success
  sample: /home/me/prod/artifacts/admin.conf
"""
