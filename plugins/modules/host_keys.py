# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: host_keys
short_description: Say what the known_hosts of a cluster is to hold
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Adds to what a known_hosts holds the keys of a given file and, by choice, those that unknown hosts show, whose
    fingerprints it prints. It writes nothing; RV(content) is the content for the file.
  - A key never takes the place of another one. If a host shows, or the given file has, another key than the one that is
    known, it fails and names every such host with both fingerprints and the command that forgets the old key.
  - Runs on the control node and asks 32 hosts at a time with C(ssh-keyscan), 4 through a jump host. A host that does
    not answer within 10 seconds is named and left out.
  - Where a host has no known key and O(trust=false), it asks the person at the terminal whether to trust what the hosts
    show, whose fingerprints it prints first. It does not ask in check mode, nor where there is no terminal or the
    environment variable E(CI) is set.
extends_documentation_fragment:
  - k8n.cluster.attributes
options:
  path:
    description: The known_hosts, which need not be there yet. Its hashed names and patterns count, too.
    type: path
    required: true
  hosts:
    description: The hosts, as RV(k8n.cluster.cluster_inputs#module:targets) has them.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the host.
        type: str
        required: true
      address:
        description: Address or name to which ssh connects.
        type: str
        required: true
      port:
        description: Port of its sshd.
        type: int
        default: 22
      local:
        description: Whether it is this machine itself, which needs no key.
        type: bool
        default: false
      jump:
        description:
          - The host that it is reached through, as C(ssh) takes one, such as V(ssh://admin@198.51.100.7:22). That one
            asks it for its key. Empty if there is none.
        type: str
        default: ""
  trust:
    description:
      - Trust, on this first use, the key that an unknown host shows. Of a host's keys one is kept, Ed25519 before ECDSA
        before RSA.
    type: bool
    default: false
  source:
    description: A file with keys to add, in the format of known_hosts.
    type: path
  goes_on:
    description: Whether the run works with these hosts at once. Then it fails where one of them has no known key.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Which hosts have no known key
  k8n.cluster.host_keys:
    path: prod/known_hosts
    hosts:
      - {name: node1, address: 10.10.1.2}
  register: keys
"""

RETURN = r"""
content:
  description: The text for the known_hosts.
  type: str
  returned: success
  sample: "10.10.1.2 ssh-ed25519 AAAA..."
added:
  description: The keys that are trusted from now on.
  type: list
  elements: dict
  returned: success
  contains:
    host:
      description: Name of the host.
      type: str
    key:
      description: Kind of the key.
      type: str
    fingerprint:
      description: Its fingerprint, as C(ssh-keygen -l) shows it.
      type: str
unknown:
  description: Names of the hosts that have no key in RV(content).
  type: list
  elements: str
  returned: success
  sample: [node1]
"""
