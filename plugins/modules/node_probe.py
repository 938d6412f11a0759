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
    - What M(k8n.cluster.ssh_latency) returns, without problems and fix.
    - V(null) where it was not run.
  returned: always
  type: dict
  contains:
    connection:
      description: The connection plugin that Ansible uses for the host.
      type: str
      sample: ssh
    local:
      description:
        - Whether the host is the control node itself, reached without a network. Then nothing is
          measured.
      type: bool
      sample: false
    connect_seconds:
      description:
        - The time from nothing to the end of a first command that does nothing, in seconds. That is
          connection, key exchange, login and shell.
        - V(null) if RV(latency.local).
      type: float
      sample: 0.312
    rtt_ms:
      description:
        - What one round trip takes. What is measured depends on RV(latency.method).
        - V(null) if RV(latency.local).
      type: dict
      contains:
        min:
          description: The shortest round trip, in milliseconds.
          type: float
          sample: 0.402
        median:
          description: The median, in milliseconds.
          type: float
          sample: 0.467
        p95:
          description: The time that 95 % of the round trips do not exceed, in milliseconds.
          type: float
          sample: 0.981
        max:
          description: The longest round trip, in milliseconds.
          type: float
          sample: 1.052
      sample:
        min: 0.402
        median: 0.467
        p95: 0.981
        max: 1.052
    samples:
      description: How many round trips were measured.
      type: int
      sample: 10
    method:
      description:
        - V(channel) means that single bytes went to the host and back through a channel of the SSH
          connection, which is the true round trip.
        - V(command) means that whole commands that do nothing were timed, because the connection
          plugin is not C(ssh), or because SSH logs in with a password and keeps no connection open.
          Such a figure holds several round trips, a whole login where no connection is kept, and is
          not judged.
        - V(null) if RV(latency.local).
      type: str
      sample: channel
    timeouts:
      description: The timeouts in force for the host.
      type: dict
      contains:
        connection:
          description:
            - The timeout of the connection, in seconds. V(null) if the connection plugin has none.
          type: float
          sample: 10.0
        origin:
          description: Where it was set, as in C(ansible-config dump). V(null) if there is none.
          type: str
          sample: default
        become:
          description:
            - How long Ansible waits for the password prompt or the start of a C(become), in
              seconds.
            - V(null) if the connection plugin is not C(ssh).
          type: float
          sample: 12.0
      sample:
        connection: 10.0
        origin: default
        become: 12.0
    recommended_timeout:
      description:
        - A timeout for C(ansible.cfg), in seconds. Ten times RV(latency.connect_seconds), rounded
          up to tens, and at least 30.
        - V(null) if RV(latency.local).
      type: int
      sample: 30
sudo:
  description:
    - What M(k8n.cluster.sudo_check) returns, without problems and fix.
    - V(null) where it was not run.
  returned: always
  type: dict
  contains:
    status:
      description:
        - What sudo does for the login user.
        - V(root) means that the login is root and needs no sudo.
        - V(passwordless) means that sudo works without a password.
        - V(password_ok) means that sudo works with the become password in force.
        - V(password_required) means that sudo asks for a password and there is none.
        - V(prompt_unknown) means that it works with that password, but asks for it in words in which this
          ansible-core does not find its prompt.
        - V(password_wrong) means that sudo refuses the become password in force.
        - V(not_permitted) means that sudo does not let the login run commands as root.
        - V(requires_tty) means that sudo wants a terminal, which Ansible does not have with
          pipelining. What sudo does with a terminal is then found out too, and returned in
          RV(problems) and RV(sudo.seconds).
        - V(sudo_missing) means that there is no sudo on the host.
        - V(timed_out) means that sudo was still running after O(sudo.timeout).
      type: str
      sample: passwordless
    seconds:
      description:
        - How long one sudo takes on the host itself. Where sudo refuses, this is how long it takes
          to say so.
        - V(null) where sudo was not run.
      type: dict
      contains:
        min:
          description: The shortest sample, in seconds.
          type: float
          sample: 0.008
        median:
          description: The median of the samples, in seconds.
          type: float
          sample: 0.009
      sample:
        min: 0.008
        median: 0.009
    user:
      description: The login user.
      type: str
      sample: server
    groups:
      description: The groups of the login user in this session.
      type: list
      elements: str
      sample:
        - server
        - sudo
    in_sudo_group:
      description:
        - Whether one of these groups is C(sudo), C(wheel) or C(admin), which sudoers files commonly
          permit.
      type: bool
      sample: true
    hostname_resolves:
      description:
        - Whether the host can resolve its own present name. Where it cannot, sudo waits for the
          name servers.
      type: bool
      sample: true
hostname:
  description:
    - What M(k8n.cluster.hostname_check) returns, without problems and fix.
    - V(null) where it was not run.
  returned: always
  type: dict
  contains:
    expected:
      description: The name that the host should have.
      type: str
      sample: node10-1-2
    kernel:
      description: The name that the running kernel has.
      type: str
      sample: node10-1-2
    static:
      description: The name in C(/etc/hostname), V(null) if there is none.
      type: str
      sample: node10-1-2
    resolved:
      description:
        - The canonical name that the expected name resolves to on the host, V(null) if it does not.
      type: str
      sample: node10-1-2.example.org
    valid:
      description:
        - Whether the expected name and the present ones are valid names for a Kubernetes node,
          which is RFC 1123 in lower case with at most 63 characters.
      type: bool
      sample: true
    matches:
      description:
        - Whether both the kernel's name and the one in C(/etc/hostname) are exactly the expected
          one.
      type: bool
      sample: true
    resolves_to:
      description: The addresses that the expected name resolves to on the host.
      type: list
      elements: str
      sample:
        - 10.10.1.2
    resolve_seconds:
      description:
        - How long it took to resolve the expected name, in seconds. O(hostname.timeout) if there
          was no answer by then.
      type: float
      sample: 0.001
    resolved_by:
      description:
        - Who knows the expected name.
        - V(hosts) means that C(/etc/hosts) has it.
        - V(dns) means that it resolves otherwise, as a rule by a name server.
        - V(none) means that nobody knows it.
      type: str
      sample: hosts
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
      sample: Start sshd on the host (systemctl enable --now ssh).
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
