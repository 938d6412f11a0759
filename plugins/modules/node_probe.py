#!/usr/bin/python
# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: node_probe
short_description: Check everything about one host in one task, whatever state the host is in
version_added: 0.1.0
description:
  - Measures the connection as M(k8n.cluster.ssh_latency) does, then checks sudo and the host's
    names as M(k8n.cluster.sudo_check) and M(k8n.cluster.hostname_check) do, with one execution of a
    module on the host.
  - The same execution reads all that tells whether Kubespray will work there, as root where the
    login is root or has a quick sudo. What that means is judged on the control node, by the settings
    that M(k8n.cluster.kubespray_settings) found.
  - A check of which too little is known never passes. RV(unknown) says why.
  - A host that cannot be reached, has no Python or answers with garbage is a problem among the
    others. With O(fail=false) no host ever fails or becomes unreachable here.
  - It runs as the login user, whatever C(become) says.
extends_documentation_fragment:
  - k8n.cluster.attributes.checks
  - k8n.cluster.checks
  - k8n.cluster.checks.probe
  - k8n.cluster.checks.probe_control
notes:
  - Each wait on the host has a bound. There is none of its own on the first command. Where a host
    may let the login in and then hang, set the task's C(timeout).
  - Nothing remains on the host. A process of it that is left behind, because the run was killed,
    ends by itself within a minute.
  - Over C(ssh) its code goes into the memory of the Python that Ansible would use, through the
    channel that measures the round trips, which spares a host and the control node what Ansible's
    way to run a module costs. Where that Python does not answer as it should, and with other
    connections, it runs as a module.
  - The module, which holds the become password and the proxies, is piped into Python on the host
    even where C(pipelining) is off. A connection plugin that cannot do that uploads it into
    C(remote_tmp), as C(ANSIBLE_KEEP_REMOTE_FILES) makes every one do, and there it remains if the
    run is killed.
seealso:
  - module: k8n.cluster.sudo_check
  - module: k8n.cluster.hostname_check
  - module: k8n.cluster.ssh_latency
author:
  - The k8n maintainers (@k8n)
"""

EXAMPLES = r"""
# In a play with gather_facts false, which would stop at the first host without Python.
- name: Find out all about a host, and do not stop at it
  k8n.cluster.node_probe:
    fail: false
  register: probe

- name: Show what to fix
  ansible.builtin.debug:
    msg: "{{ probe.problems | map(attribute='message') }} {{ probe.fix }}"

- name: Ask what this cluster's Kubespray configuration wants
  k8n.cluster.kubespray_settings:
  register: settings
  run_once: true

- name: Judge the host by that
  k8n.cluster.node_probe:
    fail: false
    settings: settings
    thresholds:
      containerd_free_gib: 40
    checks:
      locale_missing: "off"
  register: probe

- name: Other thresholds
  k8n.cluster.node_probe:
    thresholds:
      sudo_seconds: 1
      ssh_connect_seconds: 10
      ssh_rtt_ms: 600
    hostname:
      expected: "{{ inventory_hostname }}.example.org"
"""

RETURN = r"""
python:
  description:
    - The Python on the host that Ansible uses.
    - V(null) where no module ran.
  returned: always
  type: dict
  contains:
    path:
      description: The path of the interpreter.
      type: str
      sample: /usr/bin/python3
    version:
      description: Its version.
      type: str
      sample: 3.11.2
  sample:
    path: /usr/bin/python3
    version: 3.11.2
latency:
  description:
    - What M(k8n.cluster.ssh_latency) returns, under the same names, without problems and fix.
    - V(null) where it was not run.
  returned: always
  type: dict
sudo:
  description:
    - What M(k8n.cluster.sudo_check) returns, under the same names, without problems and fix.
    - V(null) where it was not run.
  returned: always
  type: dict
hostname:
  description:
    - What M(k8n.cluster.hostname_check) returns, under the same names, without problems and fix.
    - V(null) where it was not run.
  returned: always
  type: dict
sshd:
  description:
    - How much the host's sshd takes on at a time, as C(sshd -T) says for the login user.
    - V(null) where RV(root) is not V(true), and where sshd does not say.
  returned: always
  type: dict
  contains:
    max_sessions:
      description: How many sessions one connection may have open, C(MaxSessions).
      type: int
      sample: 10
    max_startups:
      description: What happens to connections that have not logged in yet, C(MaxStartups).
      type: dict
      contains:
        start:
          description: From how many of them on some are dropped at random.
          type: int
          sample: 10
        rate:
          description: How many of them are then dropped, in percent.
          type: int
          sample: 30
        full:
          description: From how many of them on all are dropped.
          type: int
          sample: 100
      sample:
        start: 10
        rate: 30
        full: 100
  sample:
    max_sessions: 10
    max_startups:
      start: 10
      rate: 30
      full: 100
root:
  description:
    - Whether root found out what is in RV(host). It is the login user that did where the login is
      not root and its sudo does not work or takes longer than 5 seconds.
    - V(null) where no module ran.
  returned: always
  type: bool
  sample: true
host:
  description:
    - What was found on the host, by subject, as it came from there and before it was judged.
    - V(null) for a subject of which nothing could be found out.
  returned: always
  type: dict
  sample:
    identity:
      hostname: node10-1-2
      machine_id: 0d5ab9a8b2f54d6f8a7e3b0c1d2e4f60
      product_uuid: 4c4c4544-0042-3510-8051-b8c04f4b3233
      boot_id: 5ea0f0f4-6a0a-4d7a-8d2e-0d9f5d0c8a11
      macs:
        - 52:54:00:12:34:56
      host_keys:
        - SHA256:Nj1vVwzWbZ6dJ2rT3QkNqz5oPZ8b3v3g5m6n7p8q9r0
problems:
  description: What was found that is not as wanted, none if all is well.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description:
        - The name of the problem. Beside those of the three modules there are V(unreachable) (no
          connection), V(python_missing) (no Python, or one too old for this Ansible),
          V(probe_failed) (the login's shell, home or Python does not work) and those of the host
          itself, such as V(disk_space_low). RV(passed), RV(unknown) and RV(not_applicable) have the
          names of all others.
      type: str
      sample: unreachable
    severity:
      description: V(block) if Kubespray would fail, else V(warn).
      type: str
      sample: block
    message:
      description: What was found and what was wanted.
      type: str
      sample: "Ansible cannot connect to 10.10.1.2: Connection refused."
    fix:
      description: What fixes it.
      type: str
      sample: Start sshd on the host (systemctl enable --now ssh, or sshd where the service is called so).
  sample: []
passed:
  description: The ids of the checks by which the host is as wanted.
  returned: always
  type: list
  elements: str
  sample:
    - hostname_mismatch
    - sudo_slow
unknown:
  description: The checks that could not be made.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The name of the check.
      type: str
      sample: kernel_module_missing
    reason:
      description: Why not, in one sentence.
      type: str
      sample: There is no /lib/modules for the running kernel.
  sample: []
not_applicable:
  description: The checks that do not apply to this host, or that the user switched off.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The name of the check.
      type: str
      sample: ssh_slow_connect
    reason:
      description: Why not, in one sentence.
      type: str
      sample: The connection was open already.
  sample: []
fix:
  description: The fixes of all problems in one text, empty if there are none.
  returned: always
  type: str
  sample: ""
"""

import base64

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.k8n.cluster.plugins.module_utils._arguments import PROBE, PROBE_CONTROL
from ansible_collections.k8n.cluster.plugins.module_utils._host.probe import probe


def main() -> None:
    """Run the checks that run on the host. The action plugin adds its own and judges them all."""
    module = AnsibleModule(argument_spec={**PROBE, **PROBE_CONTROL}, supports_check_mode=True)
    program = base64.b64decode(module.params["control"].pop("program"))
    found = probe({**module.params, "remote_tmp": module._remote_tmp}, program)
    module.exit_json(changed=False, **found)


if __name__ == "__main__":
    main()
