#!/usr/bin/python
# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ssh_latency
short_description: Measure the connection that Ansible uses for a host
version_added: 0.1.0
description:
  - Measures how long a new connection takes and how long a round trip over the open connection
    takes, and says which timeouts are in force and which one to set.
  - It measures through the connection plugin and with the settings that Ansible really uses for the
    host. Neither C(sudo) nor Python on the host is in the figures.
  - To measure a new connection it closes the open one first, as C(meta=reset_connection) does.
  - An unreachable host is unreachable here as in any task. M(k8n.cluster.node_probe) returns it as
    a problem instead.
extends_documentation_fragment:
  - k8n.cluster.attributes.checks
  - k8n.cluster.checks
  - k8n.cluster.checks.latency
notes:
  - There is no bound of its own on the first command. Where a host may let the login in and then
    hang, set the task's C(timeout).
seealso:
  - module: k8n.cluster.node_probe
author:
  - The k8n maintainers (@k8n)
"""

EXAMPLES = r"""
- name: Measure all hosts
  k8n.cluster.ssh_latency:
  register: ssh

- name: Hosts in another country
  k8n.cluster.ssh_latency:
    samples: 50
    max_connect_seconds: 10
    max_rtt_ms: 600
"""

RETURN = r"""
connection:
  description: The connection plugin that Ansible uses for the host.
  returned: when the login shell works
  type: str
  sample: ssh
local:
  description:
    - Whether the host is the control node itself, reached without a network. Then nothing is
      measured.
  returned: when the login shell works
  type: bool
  sample: false
connect_seconds:
  description:
    - The time from nothing to the end of a first command that does nothing, in seconds. That is
      connection, key exchange, login and shell.
    - V(null) if RV(local).
  returned: when the login shell works
  type: float
  sample: 0.312
rtt_ms:
  description:
    - What one round trip takes. What is measured depends on RV(method).
    - V(null) if RV(local).
  returned: when the login shell works
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
  returned: when the login shell works
  type: int
  sample: 10
method:
  description:
    - V(channel) means that single bytes went to the host and back through a channel of the SSH
      connection, which is the true round trip.
    - V(command) means that whole commands that do nothing were timed, because the connection plugin
      is not C(ssh), or because SSH logs in with a password and keeps no connection open. Such a
      figure holds several round trips, a whole login where no connection is kept, and is not
      judged.
    - V(null) if RV(local).
  returned: when the login shell works
  type: str
  sample: channel
timeouts:
  description: The timeouts in force for the host.
  returned: when the login shell works
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
        - How long Ansible waits for the password prompt or the start of a C(become), in seconds.
        - V(null) if the connection plugin is not C(ssh).
      type: float
      sample: 12.0
  sample:
    connection: 10.0
    origin: default
    become: 12.0
recommended_timeout:
  description:
    - A timeout for C(ansible.cfg), in seconds. Ten times RV(connect_seconds), rounded up to tens,
      and at least 30.
    - V(null) if RV(local).
  returned: when the login shell works
  type: int
  sample: 30
problems:
  description: What was found that is not as wanted, none if all is well.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description:
        - The name of the problem, one of V(ssh_slow_connect), V(ssh_high_rtt), V(ssh_timeout_short)
          (three logins take longer than the timeout in force) and V(probe_failed) (the login shell
          runs no command).
      type: str
      sample: ssh_slow_connect
    severity:
      description: V(block) if Kubespray would fail, else V(warn). Only V(probe_failed) blocks.
      type: str
      sample: warn
    message:
      description: What was found and what was wanted.
      type: str
      sample: A new SSH connection takes 16.2 s until its first command has run.
    fix:
      description: What fixes it.
      type: str
      sample: See with 'ssh -vvv' where it waits.
  sample: []
fix:
  description: The fixes of all problems in one text, empty if there are none.
  returned: always
  type: str
  sample: ""
"""

# All of it happens on the control node: see the action plugin of the same name.
