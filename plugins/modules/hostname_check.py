#!/usr/bin/python
# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: hostname_check
short_description: Check the name of a host and how it is resolved
version_added: 0.1.0
description:
  - Compares what the host is called with what the inventory calls it, and looks up the expected
    name on the host.
  - It finds this trap early. Kubespray renames each host to its name in the inventory and
    writes no line into C(/etc/hosts). A host that cannot resolve its own name makes each C(sudo)
    wait for the name servers, 20 seconds for one that is gone, and Ansible then stops with a
    timeout.
  - It runs as the login user, whatever C(become) says.
extends_documentation_fragment:
  - k8n.cluster.attributes.checks
  - k8n.cluster.checks
  - k8n.cluster.checks.hostname
seealso:
  - module: k8n.cluster.sudo_check
  - module: k8n.cluster.node_probe
author:
  - The k8n maintainers (@k8n)
"""

EXAMPLES = r"""
- name: See whether all hosts carry their names from the inventory
  k8n.cluster.hostname_check:

- name: Look at another name, and go on whatever is found
  k8n.cluster.hostname_check:
    expected: node10-1-2.example.org
    timeout: 5
    fail: false
  register: name
"""

RETURN = r"""
expected:
  description: The name that the host should have.
  returned: always
  type: str
  sample: node10-1-2
kernel:
  description: The name that the running kernel has.
  returned: always
  type: str
  sample: node10-1-2
static:
  description: The name in C(/etc/hostname), V(null) if there is none.
  returned: always
  type: str
  sample: node10-1-2
resolved:
  description:
    - The canonical name that the expected name resolves to on the host, V(null) if it does not.
  returned: always
  type: str
  sample: node10-1-2.example.org
valid:
  description:
    - Whether the expected name and the present ones are valid names for a Kubernetes node, which is
      RFC 1123 in lower case with at most 63 characters.
  returned: always
  type: bool
  sample: true
matches:
  description:
    - Whether both the kernel's name and the one in C(/etc/hostname) are exactly the expected one.
  returned: always
  type: bool
  sample: true
resolves_to:
  description: The addresses that the expected name resolves to on the host.
  returned: always
  type: list
  elements: str
  sample:
    - 10.10.1.2
resolve_seconds:
  description:
    - How long it took to resolve the expected name, in seconds. O(timeout) if there was no answer
      by then.
  returned: always
  type: float
  sample: 0.001
resolved_by:
  description:
    - Who knows the expected name.
    - V(hosts) means that C(/etc/hosts) has it.
    - V(dns) means that it resolves otherwise, as a rule by a name server.
    - V(none) means that nobody knows it.
  returned: always
  type: str
  sample: hosts
problems:
  description: What was found that is not as wanted, none if all is well.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description:
        - The name of the problem, one of V(hostname_invalid), V(hostname_mismatch),
          V(hostname_not_in_hosts) and V(hostname_fqdn_differs).
      type: str
      sample: hostname_not_in_hosts
    severity:
      description: V(block) if Kubespray would fail, else V(warn).
      type: str
      sample: warn
    message:
      description: What was found and what was wanted.
      type: str
      sample: The name 'node1' is not in /etc/hosts; no name server answered for it within 30.0 s.
    fix:
      description: What fixes it.
      type: str
      sample: Run the playbook k8n.cluster.prepare.
  sample: []
fix:
  description: The fixes of all problems in one text, empty if there are none.
  returned: always
  type: str
  sample: ""
"""

import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.k8n.cluster.plugins.module_utils._arguments import FAIL, HOSTNAME
from ansible_collections.k8n.cluster.plugins.module_utils._hostname import HostnameCheck


def main() -> None:
    """Check the names of the host that the module runs on."""
    module = AnsibleModule(argument_spec={**HOSTNAME, **FAIL}, supports_check_mode=True)
    options = module.params
    expected = options["expected"] or os.uname().nodename
    # What it means, the action plugin of the same name says.
    check = HostnameCheck(expected, options["timeout"], options["renamed"])
    module.exit_json(changed=False, measured=check.measured())


if __name__ == "__main__":
    main()
