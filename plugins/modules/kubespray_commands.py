#!/usr/bin/python
# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: kubespray_commands
short_description: Run those of Kubespray's checks that are commands, in one round trip
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Runs on a host the commands that M(k8n.cluster.kubespray_assertions) asks for. Those are commands of Kubespray's own
    tasks which Kubespray declares to change nothing (C(changed_when) is false), such as its test of the control groups
    and its ping.
  - A command that fails is a result, not a failure of this module.
extends_documentation_fragment:
  - k8n.cluster.attributes.host
options:
  requests:
    description: What RV(k8n.cluster.kubespray_assertions#module:requests) holds for the host.
    type: list
    elements: dict
    required: true
    suboptions:
      kind:
        description: Whether to run a command, or to look whether a file is there.
        type: str
        choices: [command, stat]
        required: true
      argv:
        description: The command and its arguments; no shell is involved.
        type: list
        elements: str
      path:
        description: The file to look for.
        type: str
  timeout:
    description: Seconds after which a command is ended.
    type: float
    default: 20
"""

EXAMPLES = r"""
- name: Run the checks that are commands
  k8n.cluster.kubespray_commands:
    requests: "{{ plan.requests[inventory_hostname] }}"
  register: commands
  when: inventory_hostname in plan.requests
"""

RETURN = r"""
results:
  description: One for each of O(requests), in their order.
  type: list
  elements: dict
  returned: success
  contains:
    request:
      description: The request.
      type: dict
    result:
      description: What M(ansible.builtin.command) or M(ansible.builtin.stat) would return, as conditions read it.
      type: dict
  sample:
    - request: {kind: stat, path: /usr/local/bin/calicoctl.sh}
      result: {changed: false, stat: {exists: false}}
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.k8n.cluster.plugins.module_utils._commands import run


def main() -> None:
    """Run all requests."""
    module = AnsibleModule(
        argument_spec={
            "requests": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": {
                    "kind": {"type": "str", "choices": ["command", "stat"], "required": True},
                    "argv": {"type": "list", "elements": "str"},
                    "path": {"type": "str"},
                },
                "required_if": [("kind", "command", ["argv"]), ("kind", "stat", ["path"])],
            },
            "timeout": {"type": "float", "default": 20},
        },
        supports_check_mode=True,
    )
    results = []
    for given in module.params["requests"]:
        request = {key: value for key, value in given.items() if value is not None}
        results.append({"request": request, "result": run(request, module.params["timeout"])})
    module.exit_json(changed=False, results=results)


if __name__ == "__main__":
    main()
