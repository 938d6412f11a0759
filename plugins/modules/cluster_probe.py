#!/usr/bin/python
# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_probe
short_description: Ask one host of a deployed cluster what it says of the cluster
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Asks etcd on the host (C(etcdctl)), the API server (C(kubectl), on control plane hosts), the cluster's DNS (as the
    host's kubelet gives it to pods), systemd for the kubelet and the container engine, an API server with the kubelet's
    own kubeconfig, and the registries of the host's images. It reads the end dates of the host's certificates and which
    of the kernel settings that Kubespray has written are not in force. All at once, in one execution.
  - It judges nothing. M(k8n.cluster.cluster_check) does, with the answers of all hosts.
  - It never fails because of what it finds. What could not be asked is V(null), with the reason beside it.
  - It must run as root, so with C(become), and changes nothing. C(kubectl) is only used in a way that leaves no cache
    behind.
  - No key and no certificate is returned, only paths and dates.
extends_documentation_fragment:
  - k8n.cluster.attributes.host
seealso:
  - module: k8n.cluster.cluster_check
options:
  name:
    description: The host's name in the inventory, which Kubespray puts into the names of etcd's certificates.
    type: str
    required: true
  etcd:
    description: Whether the host should be an etcd member.
    type: bool
    default: false
  control_plane:
    description: Whether the host should be part of the control plane.
    type: bool
    default: false
  node:
    description: Whether a kubelet is to run on the host.
    type: bool
    default: false
  bin_dir:
    description: Where Kubespray puts programs, its variable C(bin_dir).
    type: path
    default: /usr/local/bin
  kube_config_dir:
    description: Where Kubernetes has its configuration, Kubespray's variable C(kube_config_dir).
    type: path
    default: /etc/kubernetes
  kube_cert_dir:
    description: Where Kubernetes has its certificates, Kubespray's variable C(kube_cert_dir).
    type: path
    default: /etc/kubernetes/ssl
  etcd_cert_dir:
    description: Where etcd has its certificates, Kubespray's variable C(etcd_cert_dir).
    type: path
    default: /etc/ssl/etcd/ssl
  sysctl_file:
    description: Where Kubespray writes kernel settings, its variable C(sysctl_file_path).
    type: path
    default: /etc/sysctl.d/99-sysctl.conf
  container_manager:
    description: The container engine, Kubespray's variable C(container_manager).
    type: str
    default: containerd
  containerd_cfg_dir:
    description: Where containerd has its configuration, Kubespray's variable C(containerd_cfg_dir).
    type: path
    default: /etc/containerd
  timeout:
    description: Seconds after which one question is given up.
    type: float
    default: 10.0
  wait:
    description:
      - How many seconds to wait at most for nodes that are not Ready yet, for system pods that do not run yet and for
        the cluster's DNS.
      - With V(0), the default, what is there now is returned.
    type: float
    default: 0.0
"""

EXAMPLES = r"""
- name: Ask every host
  k8n.cluster.cluster_probe:
    name: "{{ inventory_hostname }}"
    etcd: "{{ 'etcd' in group_names }}"
    control_plane: "{{ 'kube_control_plane' in group_names }}"
    node: "{{ 'k8s_cluster' in group_names }}"
  become: true
  register: probe
"""

RETURN = r"""
etcd:
  description: What etcd on this host says, V(null) without O(etcd).
  returned: always
  type: dict
  contains:
    configured:
      description: Whether Kubespray or kubeadm has set up an etcd on the host.
      type: bool
    name:
      description: The member's name by its configuration, V(null) where that names none.
      type: str
    urls:
      description: The peer and client URLs that it announces by its configuration.
      type: list
      elements: str
    quota_bytes:
      description: How large the database may get, in bytes, V(null) where the configuration does not say.
      type: int
    service:
      description: The state of C(etcd.service) in the words of systemd, V(null) where there is none.
      type: str
    status:
      description: The member's own state, V(null) where it does not answer.
      type: dict
      contains:
        cluster:
          description: The cluster's id, in hexadecimal.
          type: str
        member:
          description: The member's id, in hexadecimal.
          type: str
        leader:
          description: The id of the leader that it follows, V("0") where it knows none.
          type: str
        term:
          description: Its raft term.
          type: int
        version:
          description: etcd's version.
          type: str
        size_bytes:
          description: The size of the database's file, in bytes.
          type: int
        used_bytes:
          description: How many bytes of it are in use.
          type: int
        errors:
          description: The member's errors and alarms.
          type: list
          elements: str
    members:
      description: The members of the cluster as this one knows them, V(null) where it does not answer.
      type: list
      elements: dict
      contains:
        id:
          description: The member's id, in hexadecimal.
          type: str
        name:
          description: Its name, empty where it was added and has never started.
          type: str
        urls:
          description: Its peer and client URLs.
          type: list
          elements: str
        started:
          description: Whether it has ever started.
          type: bool
        learner:
          description: Whether it has no vote.
          type: bool
    health:
      description: How each member answers this host, V(null) where that could not be asked.
      type: list
      elements: dict
      contains:
        url:
          description: The member's client URL.
          type: str
        error:
          description: What is wrong, V(null) where it is healthy.
          type: str
    errors:
      description: Why C(status), C(members) or C(health) are V(null).
      type: dict
  sample:
    configured: true
    name: etcd1
    urls: ["https://10.10.1.3:2380", "https://10.10.1.3:2379"]
    quota_bytes: 2147483648
    service: active
    status:
      cluster: 89f4a0c5e2d1b7a3
      member: 4f1c2d3e5a6b7c8d
      leader: 4f1c2d3e5a6b7c8d
      term: 4
      version: 3.5.30
      size_bytes: 20480
      used_bytes: 16384
      errors: []
    members:
      - id: 4f1c2d3e5a6b7c8d
        name: etcd1
        urls: ["https://10.10.1.3:2380", "https://10.10.1.3:2379"]
        started: true
        learner: false
    health:
      - url: https://10.10.1.3:2379
        error: null
    errors: {}
kubernetes:
  description: What the API server of this host says, V(null) without O(control_plane).
  returned: always
  type: dict
  contains:
    missing:
      description: What Kubespray should have put here and is not there, of C(kubectl) and C(admin.conf).
      type: list
      elements: str
    version:
      description: The API server's version.
      type: str
    nodes:
      description: The nodes of the cluster.
      type: list
      elements: dict
      contains:
        name:
          description: The node's name.
          type: str
        addresses:
          description: Its addresses.
          type: list
          elements: str
        ready:
          description: Whether it is Ready. V(Unknown) where its kubelet has fallen silent.
          type: str
          choices: ["True", "False", "Unknown"]
        why:
          description: Why it is not Ready.
          type: str
        roles:
          description: Its roles.
          type: list
          elements: str
        taints:
          description: Its taints, as C(key:effect).
          type: list
          elements: str
        version:
          description: Its kubelet's version.
          type: str
        cordoned:
          description: Whether no new pod is placed on it.
          type: bool
        cordoned_since:
          description: Since when, V(null) where Kubernetes does not say.
          type: str
        pod_ranges:
          description: The ranges of its pods.
          type: list
          elements: str
        pressure:
          description: Its conditions beside C(Ready) that are true, each with C(type) and C(why).
          type: list
          elements: dict
    pods:
      description: The pods in C(kube-system).
      type: dict
      contains:
        count:
          description: How many there are.
          type: int
        not_well:
          description:
            - At most 40 of those that do not do their work, each with C(name), C(node), C(state), C(why), and C(image)
              where that could not be pulled.
          type: list
          elements: dict
        more:
          description: How many more of those there are.
          type: int
        dns:
          description: Of the pods of CoreDNS, the C(count), and how many are C(ready).
          type: dict
    daemonsets:
      description:
        - The DaemonSets in C(kube-system) that have no pod on a node that they are meant for, each with C(name),
          C(critical) (whether it serves the node itself), the first 20 of these nodes in C(missing), and how many
          C(more) there are.
        - Of each node its name (C(node)), and whether the template excludes it by its name (C(excluded)).
      type: list
      elements: dict
    dns_replicas:
      description: The Deployments of CoreDNS, each with C(name) and C(replicas).
      type: list
      elements: dict
    budgets:
      description:
        - The first 20 PodDisruptionBudgets that let no pod go though all are well, in C(found), and how many C(more).
        - Each has C(namespace), C(name), C(pods), and C(needed), how many of them must stay.
      type: dict
    dns_policies:
      description: The NetworkPolicies that select CoreDNS, where none of them admits a question to it.
      type: list
      elements: str
    webhooks:
      description:
        - The first 20 webhooks with C(failurePolicy Fail) that do not answer, in C(found), and how many C(more).
        - Each has C(kind), C(configuration), C(target), C(error) and C(rules).
      type: dict
    last_words:
      description: Where the API server does not answer, the line in its log that tells best why.
      type: str
    errors:
      description: Why one of these is V(null).
      type: dict
  sample: null
kubelet:
  description: The host as a node, V(null) without O(node).
  returned: always
  type: dict
  contains:
    service:
      description: The state of C(kubelet.service) in the words of systemd, V(null) where there is none.
      type: str
    health:
      description: Why the running kubelet does not say that it is well, V(null) where it does.
      type: str
    said:
      description: The last error in the kubelet's journal, where it does not run.
      type: str
    engine:
      description: The services of the container engine, each with C(unit) and C(state).
      type: list
      elements: dict
    login:
      description:
        - What an API server answers to the kubelet's own kubeconfig, V(null) where there is none.
        - It has the URL of the C(server), the C(status) of HTTP, whether the API server C(known) who asked, and
          the C(error) where there was no answer.
      type: dict
    ranges:
      description:
        - Where the pods of the host have their addresses from, each with C(name) and C(address). That is a bridge, or
          flannel's file, where the network plugin makes them of the node's range.
      type: list
      elements: dict
  sample:
    service: active
    health: null
    said: null
    engine:
      - {unit: containerd.service, state: active}
    login: {server: "https://localhost:6443", status: 200, known: true, error: null}
    ranges:
      - {name: cni0, address: 10.233.65.1/24}
registries:
  description:
    - The registries that containerd has in its C(certs.d) and that images on the host are from, V(null) without O(node)
      and where there are none.
  returned: always
  type: list
  elements: dict
  contains:
    registry:
      description: Its name, as images have it.
      type: str
    servers:
      description: What is asked for it, each with C(url), and C(error), V(null) where it answers.
      type: list
      elements: dict
  sample:
    - registry: registry.example.org:5000
      servers:
        - {url: "https://registry.example.org:5000/v2/", error: null}
dns:
  description:
    - Whether the cluster's DNS answers this host, V(null) without O(node) and where there is no configuration of a
      kubelet.
  returned: always
  type: dict
  contains:
    name:
      description: The name that was asked for.
      type: str
    answers:
      description: For each name server its C(error), V(null) where it answers.
      type: list
      elements: dict
  sample:
    name: kubernetes.default.svc.cluster.local
    answers:
      - server: 10.233.0.3
        error: null
certificates:
  description: The certificates that the host uses.
  returned: always
  type: dict
  contains:
    count:
      description: How many files with certificates there are.
      type: int
    first:
      description: The first five to end, each with C(path) and C(not_after), in seconds since 1970.
      type: list
      elements: dict
    unreadable:
      description: At most five files that hold no certificate that can be read.
      type: list
      elements: str
  sample:
    count: 1
    first:
      - path: /etc/ssl/etcd/ssl/ca.pem
        not_after: 4934044800
    unreadable: []
sysctl:
  description: The kernel settings that Kubespray has written, V(null) where there is no such file.
  returned: always
  type: dict
  contains:
    path:
      description: The file.
      type: str
    count:
      description: How many settings it holds.
      type: int
    differ:
      description:
        - At most 20 settings that are not in force, each with C(key), C(written) and C(running).
        - C(running) is V(null) where the kernel has no such setting.
      type: list
      elements: dict
  sample:
    path: /etc/sysctl.d/99-sysctl.conf
    count: 8
    differ: []
clock:
  description: When the host was asked, by its own clock, in seconds since 1970.
  returned: always
  type: int
  sample: 1796031237
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.k8n.cluster.plugins.module_utils._cluster.probe import Wanted, collect


def main() -> None:
    """Ask, and return the answers."""
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "etcd": {"type": "bool", "default": False},
            "control_plane": {"type": "bool", "default": False},
            "node": {"type": "bool", "default": False},
            "bin_dir": {"type": "path", "default": "/usr/local/bin"},
            "kube_config_dir": {"type": "path", "default": "/etc/kubernetes"},
            "kube_cert_dir": {"type": "path", "default": "/etc/kubernetes/ssl"},
            "etcd_cert_dir": {"type": "path", "default": "/etc/ssl/etcd/ssl"},
            "sysctl_file": {"type": "path", "default": "/etc/sysctl.d/99-sysctl.conf"},
            "container_manager": {"type": "str", "default": "containerd"},
            "containerd_cfg_dir": {"type": "path", "default": "/etc/containerd"},
            "timeout": {"type": "float", "default": 10.0},
            "wait": {"type": "float", "default": 0.0},
        },
        supports_check_mode=True,
    )
    module.exit_json(changed=False, **collect(Wanted(**module.params)))


if __name__ == "__main__":
    main()
