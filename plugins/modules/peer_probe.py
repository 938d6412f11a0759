# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: peer_probe
short_description: Measure clocks, ports, round trips and packet sizes between all hosts at a time
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Runs once, on the control node, and starts a small agent on every host at the same time, over the SSH connections
    that Ansible keeps open. It costs less than half of an C(ansible.builtin.ping) of the same hosts.
  - B(Clocks.) How far each is from the median of all, bracketed by the round trip of the question.
  - B(Ports.) Each port of O(settings) that one group of hosts must offer to another is opened for a moment and tried
    from the others. Where a service has it already, a connection to that is tried.
  - B(Round trips) between the control plane and the etcd members, against the timing of etcd.
  - B(Packet sizes.) Whether packets as large as the interface sends them, or as the pods' network needs them, arrive.
  - Control plane and etcd members are tried all against all. Each further host is tried with O(neighbours) of these,
    both ways, and with as many further hosts. RV(sample) says how many that were.
  - Nothing remains on the hosts. An agent ends with its connection, and at the latest four minutes after its last
    command, whatever becomes of the control node. It writes no file.
  - An agent is started as root, with C(sudo -n), only where a port below 1024 has to be opened and the host's
    M(k8n.cluster.node_probe) found that sudo works without a password. Else it runs as the login.
extends_documentation_fragment:
  - k8n.cluster.attributes
notes:
  - Call it once, with C(run_once), after M(k8n.cluster.node_probe), whose connections it uses.
  - A host is measured that has the connection C(ssh) and a Python. A host that wants a password to log in is measured
    while a connection to it is open, as it is for the time of C(ControlPersist). For every other host all checks are
    in RV(hosts) as unknown, with the reason.
  - The hosts listen where Kubernetes will, on C(ip), else on the address of the default route, and are tried at
    C(access_ip) where the inventory has it.
  - A service that starts in these seconds on a port that it did not have before finds it taken, and has to try again.
  - A service of a running cluster that is tried may log a connection that said nothing.
seealso:
  - module: k8n.cluster.node_probe
  - module: k8n.cluster.preflight_report
options:
  probes:
    description:
      - For each host to measure, the registered result of its M(k8n.cluster.node_probe).
      - The dictionary, or the name that the results are registered by, for those of all hosts of the play.
    type: raw
    required: true
  settings:
    description:
      - What the cluster's configuration of Kubespray means for its hosts, as C(k8n.cluster.kubespray_settings) returns
        it. Read are the keys C(ports), C(etcd) and C(network).
      - C(ports) is a list of dictionaries, of which C(port), C(protocol) (V(tcp) or V(udp)), C(on) (the group of the
        hosts that listen), C(from) (the group of the hosts that connect, V(null) for a port that only the host itself
        uses) and C(why) (a few words) are read. Quote the key C(on) where you write YAML.
      - The dictionary, or the name that a task has registered it by.
      - Without it no port is tried.
    type: raw
    default: {}
  thresholds:
    description:
      - Other thresholds than those by default. Names that belong to other checks are not looked at.
      - V(clock_offset_seconds) is how far a clock may be from the median of all in seconds, by default V(0.5).
      - V(clock_offset_block_seconds) is from where on that blocks in seconds, by default V(60). A certificate that one
        host has just made is not valid yet on another.
    type: dict
    default: {}
  neighbours:
    description:
      - With how many of the control plane and etcd members, and with how many of its own kind, a further host is tried.
    type: int
    default: 3
  timeout:
    description:
      - How long the agent of one host may take until it listens, in seconds, a login included. What it is asked then
        has bounds of its own.
    type: float
    default: 20
  fail:
    description:
      - Whether a problem that blocks makes the task fail. With V(false) problems are only returned.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Look at the hosts
  k8n.cluster.node_probe:
    fail: false
  register: probe

- name: Measure between them
  k8n.cluster.peer_probe:
    probes: probe
    settings:
      ports:
        - port: 2380
          protocol: tcp
          "on": etcd
          from: etcd
          why: etcd among its members
        - port: 6443
          protocol: tcp
          "on": kube_control_plane
          from: k8s_cluster
          why: Kubernetes API
      etcd:
        heartbeat_ms: 250
        election_ms: 5000
    fail: false
  register: peers
  run_once: true

- name: Show the round trips in milliseconds
  ansible.builtin.debug:
    var: peers.rtt_ms
  run_once: true
"""

RETURN = r"""
hosts:
  description: For each host what its checks said.
  returned: always
  type: dict
  contains:
    problems:
      description: What was found that is not as wanted, each with C(id), C(severity), C(message) and C(fix).
      type: list
      elements: dict
    passed:
      description: The ids of the checks that found nothing.
      type: list
      elements: str
    unknown:
      description: The checks that could not be made, or not in all parts, each with C(id) and C(reason).
      type: list
      elements: dict
    skipped:
      description: The checks that do not apply, or not in all parts, each with C(id) and C(reason).
      type: list
      elements: dict
  sample:
    node-10-10-1-2:
      problems:
        - id: port_blocked
          severity: block
          message: >-
            TCP 2380 (etcd among its members) of this host (10.10.1.2) cannot be reached from node-10-10-2-2: no answer,
            as when a firewall drops the packets (wanted: open).
          fix: >-
            Let the firewall of node-10-10-1-2 and those on the way to it (security groups, routers) accept this, on the
            host with 'ufw allow proto tcp from 10.10.2.2 to any port 2380'.
      passed: [clock_offset, mtu_path]
      unknown: []
      skipped: []
cluster:
  description: What the checks said that are of the cluster, as RV(hosts) has it for one host.
  returned: always
  type: dict
  sample:
    problems: []
    passed: [etcd_rtt_high]
    unknown: []
    skipped: []
clock:
  description: For each host how far its clock is from the control node's.
  returned: always
  type: dict
  contains:
    offset_s:
      description: How much it is ahead, in seconds.
      type: float
      sample: 0.0004
    error_s:
      description: By how much that may be wrong, in seconds, half of the quickest of five round trips.
      type: float
      sample: 0.0011
  sample:
    node-10-10-1-2:
      offset_s: 0.0004
      error_s: 0.0011
rtt_ms:
  description:
    - For each host of the control plane and each etcd member the round trip to each other, the median of five, in
      milliseconds.
    - A pair that has no port open between them is missing.
  returned: always
  type: dict
  sample:
    node-10-10-1-2:
      node-10-10-2-2: 0.412
ports:
  description: What became of the ports.
  returned: always
  type: dict
  contains:
    pairs:
      description: From each host to each other to which any was tried, how many were tried and how many were open.
      type: dict
      sample:
        node-10-10-1-2:
          node-10-10-2-2: {tried: 5, open: 5}
    tried:
      description: How many were tried, each from one host to another.
      type: int
      sample: 264
    open:
      description: How many of them were open.
      type: int
      sample: 263
    blocked:
      description: The first 500 of the others, each with C(from), C(to), C(port), C(protocol) and C(result).
      type: list
      elements: dict
      sample:
        - from: node-10-10-2-2
          to: node-10-10-1-2
          port: 2380
          protocol: tcp
          result: timeout
sample:
  description: Between how many hosts was measured.
  returned: always
  type: dict
  contains:
    hubs:
      description: How many hosts are of the control plane or etcd members. They are tried all against all.
      type: int
      sample: 3
    workers:
      description: How many others there are.
      type: int
      sample: 5
    neighbours:
      description: The value of O(neighbours).
      type: int
      sample: 3
    pairs:
      description: How many pairs of hosts were tried, each direction counted.
      type: int
      sample: 51
    possible_pairs:
      description: How many there are.
      type: int
      sample: 56
"""
