# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: quorum
short_description: Say what a set of etcd members survives
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Tells of the inventory's etcd members how many may be lost, and what happens when a zone or a pair of members is
    lost or cut off from the others, and proposes the best placement on the same hosts.
  - An even number of members survives no more losses than one member less, and adds network splits in which no side
    has a majority. It does not by itself cause a split brain. It is a problem that blocks unless C(allow_even_etcd) of
    the inventory, or C(even_etcd) in C(k8n_waivers) or C(k8n_checks), explains it.
  - Works on the controller and contacts no host.
extends_documentation_fragment:
  - k8n.cluster.attributes
options:
  members:
    description: The etcd members. The default is the group C(etcd), else C(kube_control_plane).
    type: list
    elements: str
  zones:
    description:
      - For each host the name of the zone that fails as a whole.
      - The default is the host's variable C(k8n_zone), else the subnet of its C(ip) or C(ansible_host), a /24 or /64.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Ask what etcd survives
  k8n.cluster.quorum:
  register: quorum
  run_once: true

- name: Insist on surviving the loss of any zone
  ansible.builtin.assert:
    that: quorum.zones | rejectattr('if_lost', 'equalto', 'keeps quorum') | length == 0
    fail_msg: "Better: {{ quorum.best }}"
  run_once: true
"""

RETURN = r"""
members:
  description: The etcd members.
  type: list
  elements: str
  returned: success
majority:
  description: Number of members that must agree before anything is written.
  type: int
  returned: success
  sample: 2
losses:
  description: Number of members that may be lost.
  type: int
  returned: success
  sample: 1
zones:
  description: What happens with each zone that holds members.
  type: list
  elements: dict
  returned: success
  contains:
    zone:
      description: Name of the zone.
      type: str
    members:
      description: The members in it.
      type: list
      elements: str
    if_lost:
      description: What becomes of etcd without them.
      type: str
      choices: [keeps quorum, loses quorum]
    if_cut_off:
      description: Which side of the network goes on, when they are cut off from the others.
      type: str
      choices: [the rest has the majority, the cut-off side has the majority, no side has a majority]
pairs:
  description: The same for each pair of members.
  type: list
  elements: dict
  returned: success
  contains:
    members:
      description: The two members.
      type: list
      elements: str
    if_lost:
      description: What becomes of etcd without them.
      type: str
      choices: [keeps quorum, loses quorum]
    if_cut_off:
      description: Which side of the network goes on, when they are cut off from the others.
      type: str
      choices: [the rest has the majority, the cut-off side has the majority, no side has a majority]
even:
  description: What the last of an even number of members costs and gains, or null.
  type: str
  returned: success
best:
  description: The line for the inventory that places the members best on the same hosts, or null where they are.
  type: str
  returned: success
  sample: "etcd: [node-10-10-1-3, node-10-10-2-3, node-10-10-3-3]"
problems:
  description: What a preflight has to say.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: V(even_etcd), V(zone_loss) or V(etcd_not_pinned).
      type: str
    severity:
      description: Whether it blocks.
      type: str
      choices: [block, warn]
    message:
      description: What was found and what was wanted.
      type: str
    fix:
      description: What to do about it.
      type: str
passed:
  description: The ids of the checks by which all is as wanted.
  returned: success
  type: list
  elements: str
  sample: [etcd_members, even_etcd]
unknown:
  description: The checks that could not be made.
  returned: success
  type: list
  elements: dict
  contains: &check
    id:
      description: The name of the check.
      type: str
    reason:
      description: Why not, in one sentence.
      type: str
  sample:
    - id: zone_loss
      reason: The zone of n1 is not known.
not_applicable:
  description: The checks that do not apply.
  returned: success
  type: list
  elements: dict
  contains: *check
  sample: []
"""
