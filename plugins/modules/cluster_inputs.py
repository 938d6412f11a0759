# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_inputs
short_description: Check the inputs for a cluster directory
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Checks the path, the nodes, the version and source of Kubespray and the other things from which
    M(k8n.cluster.cluster_directory) makes a cluster directory, and says what follows from them.
  - Fails with all mistakes at once, which name the variables of the playbook C(k8n.cluster.init). Runs on the
    control node, contacts no host and writes nothing.
extends_documentation_fragment:
  - k8n.cluster.attributes
options:
  path:
    description: The cluster directory. A relative path starts where ansible-playbook was started.
    type: str
    required: true
  nodes:
    description:
      - The machines, as the option O(k8n.cluster.ip_list#inventory:nodes) of the inventory plugin takes them. In a
        text, a comma separates like a blank; a text in which that could mean something else is refused.
      - If empty, the inventory that is in the directory counts.
    type: raw
  kubespray_version:
    description:
      - A tag or branch of Kubespray, the path of a checkout, or V(installed).
      - If empty, the Kubespray that C(k8n.cluster.controller) has installed into the directory, else
        V(installed).
    type: str
    default: ""
  kubespray_source:
    description: The git repository of Kubespray. If empty, the public one.
    type: str
    default: ""
  known_hosts:
    description: A file with keys of hosts, in the format of known_hosts.
    type: str
    default: ""
  overwrite:
    description: The files that O(k8n.cluster.cluster_directory#module:overwrite) is going to name.
    type: list
    elements: str
    default: []
  ara:
    description: Whether ARA is to record the runs.
    type: bool
    default: false
  goes_on:
    description:
      - Whether the run works with these hosts at once. Then O(nodes) that leave out hosts of the inventory that is
        there are a mistake, else a warning.
    type: bool
    default: false
  control_plane:
    description:
      - How many hosts are control plane, or which, as the option O(k8n.cluster.ip_list#inventory:control_plane) of
        the inventory plugin takes them.
    type: raw
  etcd:
    description:
      - How many hosts are members of etcd, or which, as O(k8n.cluster.ip_list#inventory:etcd) takes them.
    type: raw
  naming:
    description:
      - A pattern for the names of hosts, as O(k8n.cluster.ip_list#inventory:naming) takes it.
    type: str
    default: ""
  zones:
    description:
      - Zones and their networks, as O(k8n.cluster.ip_list#inventory:zones) takes them, or a text such as
        V(rack1=10.10.1.0/24,rack2=10.10.2.0/24).
    type: raw
  user:
    description:
      - The login on the hosts, C(ansible_user) of all of them.
    type: str
    default: ""
  port:
    description:
      - The port of their sshd, C(ansible_port) of all of them.
    type: raw
  jump_host:
    description:
      - The host that the others are reached through, as O(k8n.cluster.ip_list#inventory:bastion) takes it.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Check a list of machines
  k8n.cluster.cluster_inputs:
    path: prod
    nodes: 10.10.1.2-4,10.20.1.3
  register: inputs
"""

RETURN = r"""
path:
  description: The absolute path of the cluster directory.
  type: str
  returned: success
  sample: /home/me/prod
nodes:
  description: The entries for the inventory's option C(nodes). Empty if none were given.
  type: list
  elements: raw
  returned: success
  sample: [10.10.1.2-4, 10.20.1.3]
options:
  description: The other options of the inventory, those that it has from an earlier run among them.
  type: dict
  returned: success
  sample:
    control_plane: 3
    vars:
      all:
        ansible_user: admin
hosts:
  description: Number of hosts that they make, or that the inventory in the directory has.
  type: int
  returned: success
  sample: 4
targets:
  description: These hosts, except this machine itself.
  type: list
  elements: dict
  returned: success
  contains:
    name:
      description: Name of the host.
      type: str
    address:
      description: Its C(ansible_host).
      type: str
    port:
      description: The port of its sshd.
      type: int
    local:
      description: Always V(false).
      type: bool
    jump:
      description: The host that it is reached through, as C(ssh) takes one, or empty.
      type: str
kubespray_path:
  description: A checkout of the wanted Kubespray on this machine. Empty if there is none.
  type: str
  returned: success
  sample: /home/me/kubespray
kubespray_repository:
  description: The repository to fetch it from.
  type: str
  returned: success
  sample: https://github.com/kubernetes-sigs/kubespray.git
kubespray_version:
  description: The tag or branch to fetch. Empty if there is nothing to fetch.
  type: str
  returned: success
  sample: v2.31.0
kubespray_commit:
  description: The commit that this must be. Empty if none was given.
  type: str
  returned: success
  sample: 1c9add48975060f45396b34d8e022c30d7f80dab
known_hosts:
  description: The absolute path of O(known_hosts). Empty if none was given.
  type: str
  returned: success
  sample: /home/me/keys
ara_callback_plugins:
  description: The folder with ARA's callback plugin. Empty without O(ara).
  type: str
  returned: success
  sample: /home/me/venv/lib/python3.11/site-packages/ara/plugins/callback
settings:
  description: What Ansible's settings should be for these hosts on this machine.
  type: dict
  returned: success
  contains:
    cores:
      description: Number of processors of this machine.
      type: int
    memory_mb:
      description: Memory of this machine in MiB.
      type: int
    forks:
      description: How many hosts to work on at a time.
      type: int
    timeout:
      description: Seconds to wait for SSH and sudo.
      type: int
    control_persist:
      description: How long an SSH connection stays open, as ssh takes it.
      type: str
"""
