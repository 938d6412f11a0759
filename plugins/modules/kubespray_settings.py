# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: kubespray_settings
short_description: Say what this cluster's Kubespray configuration asks of its hosts
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Gives Ansible a play with the installed Kubespray's roles, and evaluates with the variables that a host has in it
    what hosts must be like. So role defaults, group_vars, host_vars, vaults, the C(vars) of an C(import_playbook) and
    C(-e) count as they do in Kubespray's run.
  - What the programs that Kubespray installs choose themselves, such as the port of kubelet, is their own default.
  - Works on the control node and contacts no host. Run it once, with C(run_once).
  - It never fails. What this Kubespray does not have, or what cannot be evaluated, is V(null). So is everything where
    there is no Kubespray, or one that cannot be read, which M(k8n.cluster.controller_check) says.
notes:
  - The values are those of the first host of C(kube_control_plane), and those of etcd are those of the first host of
    C(etcd). A variable that is another on each host is not followed.
  - Where a value hangs on facts that have not been gathered, it is that of a Debian 12 host of the architecture x86_64.
    So are the addresses in RV(downloads.urls).
  - Proxies are not returned, since they may hold passwords, but RV(no_proxy) is. Nor is a login or a token in a
    download's address.
extends_documentation_fragment:
  - k8n.cluster.attributes
seealso:
  - module: k8n.cluster.node_probe
  - module: k8n.cluster.between_check
  - module: k8n.cluster.kubespray_assertions
"""

EXAMPLES = r"""
- name: Ask what Kubespray wants of the hosts
  k8n.cluster.kubespray_settings:
  register: settings
  run_once: true

- name: Show which ports a firewall must let through
  ansible.builtin.debug:
    msg: "{{ item.port }}/{{ item.protocol }} on {{ item.on }} from {{ item.from }}: {{ item.why }}"
  loop: "{{ settings.ports | selectattr('from') }}"
  run_once: true
"""

RETURN = r"""
kubespray:
  description: The installed Kubespray.
  type: dict
  returned: always
  contains:
    version:
      description: Its version.
      type: str
    path:
      description: The folder it is installed in.
      type: str
  sample:
    version: 2.31.0
    path: /home/me/.ansible/collections/ansible_collections/kubernetes_sigs/kubespray
kube_version:
  description: The version of Kubernetes that it is going to install.
  type: str
  returned: always
  sample: 1.35.4
os:
  description: The operating systems.
  type: dict
  returned: always
  contains:
    distributions:
      description: Those that Kubespray knows, as in the fact C(ansible_distribution).
      type: list
      elements: str
    any:
      description: Whether C(allow_unsupported_distribution_setup) allows every other.
      type: bool
  sample:
    distributions: [Ubuntu, Debian, Rocky]
    any: false
architectures:
  description: The machines, as C(uname -m) has them, for which this Kubespray has a kubelet of RV(kube_version).
  type: list
  elements: str
  returned: always
  sample: [aarch64, x86_64, ppc64le]
network:
  description: The networks of pods and services.
  type: dict
  returned: always
  contains:
    plugin:
      description: The network plugin.
      type: str
    proxy_mode:
      description: The mode of kube-proxy.
      type: str
    kube_proxy:
      description: Whether kube-proxy is installed at all.
      type: bool
    ipv4:
      description: Whether IPv4 is used.
      type: bool
    ipv6:
      description: Whether IPv6 is used.
      type: bool
    pods:
      description: The networks of the pods, of IPv4 before that of IPv6.
      type: list
      elements: str
    services:
      description: The networks of the services, in the same order.
      type: list
      elements: str
    dns:
      description: The addresses that Kubespray gives to the cluster's own DNS.
      type: list
      elements: str
    node_prefixes:
      description:
        - The prefix length, in bits, of what one node gets of each of RV(network.pods), in the same order.
        - With calico that is a block, and a node can take several.
      type: list
      elements: int
    encapsulation:
      description: What packets of pods are put into between hosts, V(null) if into nothing.
      type: str
      choices: [vxlan, ipip, geneve, wireguard]
    mtu:
      description: The MTU of the pods in bytes that is set, V(null) where the network plugin finds it out.
      type: int
  sample:
    plugin: calico
    proxy_mode: ipvs
    kube_proxy: true
    ipv4: true
    ipv6: false
    pods: [10.233.64.0/18]
    services: [10.233.0.0/18]
    dns: [10.233.0.3, 10.233.0.4, 169.254.25.10]
    node_prefixes: [26]
    encapsulation: vxlan
    mtu: null
kernel:
  description: What the kernel must have.
  type: dict
  returned: always
  contains:
    modules:
      description: The modules that Kubespray's tasks load with this configuration, and RV(network.encapsulation)'s.
      type: list
      elements: dict
      contains:
        name:
          description: The module.
          type: str
        why:
          description: Who needs it.
          type: str
        required:
          description: Whether Kubespray's run ends without it.
          type: bool
    builtin_ok:
      description: Whether a module that is part of the kernel itself is as good.
      type: bool
    minimum:
      description: The lowest version that Kubespray accepts, V(null) where it does not say.
      type: str
  sample:
    modules:
      - name: br_netfilter
        why: "Kubespray: Enable br_netfilter module"
        required: true
    builtin_ok: true
    minimum: null
cgroup:
  description: Control groups.
  type: dict
  returned: always
  contains:
    fail_v1:
      description: Whether kubelet refuses to start with version 1.
      type: bool
  sample:
    fail_v1: true
kubeadm:
  description: What kubeadm's own preflight refuses on a host where it has not run yet.
  type: dict
  returned: always
  contains:
    refuses_v1:
      description: Whether it refuses version 1 of control groups (its check C(SystemVerification)).
      type: bool
    ignored:
      description: The names of its checks that do not count (C(kubeadm_ignore_preflight_errors)), in lower case.
      type: list
      elements: str
    cert_dir:
      description: Where Kubernetes has its certificates.
      type: str
  sample:
    refuses_v1: true
    ignored: []
    cert_dir: /etc/kubernetes/ssl
ntp:
  description: Whether Kubespray installs and starts a time service.
  type: bool
  returned: always
  sample: false
swap:
  description: Swap.
  type: dict
  returned: always
  contains:
    fail:
      description: Whether kubelet refuses to start with swap.
      type: bool
  sample:
    fail: true
memory:
  description: The least memory that Kubespray accepts.
  type: dict
  returned: always
  contains:
    control_plane_mb:
      description: That of a control plane host, in MiB.
      type: int
    node_mb:
      description: That of a node, in MiB.
      type: int
  sample:
    control_plane_mb: 1500
    node_mb: 1024
selinux_state:
  description: The state that Kubespray gives SELinux where there is one.
  type: str
  returned: always
  sample: permissive
directories:
  description: The directories on the hosts.
  type: dict
  returned: always
  contains:
    etcd:
      description: The data of etcd.
      type: str
    etcd_ssl:
      description: The certificates of etcd.
      type: str
    containerd:
      description: The images and containers, whatever the container engine.
      type: str
    kubelet:
      description: What kubelet keeps.
      type: str
    releases:
      description: What is downloaded.
      type: str
    bin:
      description: The programs.
      type: str
    config:
      description: The configuration of Kubernetes.
      type: str
  sample:
    etcd: /var/lib/etcd
    etcd_ssl: /etc/ssl/etcd/ssl
    containerd: /var/lib/containerd
    kubelet: /var/lib/kubelet
    releases: /tmp/releases
    bin: /usr/local/bin
    config: /etc/kubernetes
container_manager:
  description: The container engine.
  type: str
  returned: always
  sample: containerd
etcd:
  description: The settings of etcd.
  type: dict
  returned: always
  contains:
    deployment:
      description: How it runs, V(host), V(docker) or V(kubeadm).
      type: str
    heartbeat_ms:
      description: The heartbeat interval, in milliseconds.
      type: int
    election_ms:
      description: The election timeout, in milliseconds.
      type: int
  sample:
    deployment: host
    heartbeat_ms: 250
    election_ms: 5000
ports:
  description: The ports that hosts listen on.
  type: list
  elements: dict
  returned: always
  contains:
    port:
      description: The port.
      type: int
    protocol:
      description: Its protocol.
      type: str
      choices: [tcp, udp]
    "on":
      description: The group whose hosts listen.
      type: str
    not_on:
      description: The group whose hosts do not, though they are also of that one. V(null) where there is none.
      type: str
    from:
      description: The group whose hosts connect, V(null) where only the host itself does.
      type: str
    why:
      description: What it is for.
      type: str
    process:
      description: The names of the processes that may hold it, none where the kernel does.
      type: list
      elements: str
  sample:
    - port: 2380
      protocol: tcp
      "on": etcd
      not_on: null
      from: etcd
      why: etcd, among its members
      process: [etcd]
downloads:
  description: What is downloaded from the web.
  type: dict
  returned: always
  contains:
    urls:
      description: The files.
      type: list
      elements: dict
      contains:
        url:
          description: The address.
          type: str
        what:
          description: The name of the file in Kubespray's list of downloads.
          type: str
        variable:
          description: The variable that the address stands in, empty where that is not one alone.
          type: str
        "on":
          description: The groups whose hosts get it.
          type: list
          elements: str
        machines:
          description: The RV(architectures) on which it is this address.
          type: list
          elements: str
    registries:
      description: The registries of the images.
      type: list
      elements: dict
      contains:
        host:
          description: The registry, with its port if it is not that of HTTPS.
          type: str
        what:
          description: The names of the images in Kubespray's list of downloads, with commas.
          type: str
        "on":
          description: The groups whose hosts pull them.
          type: list
          elements: str
        mirrors:
          description: The addresses that containerd is told to ask instead, in their order.
          type: list
          elements: str
    offline:
      description: Whether C(files_repo) or C(registry_host) is set.
      type: bool
    once:
      description: Whether C(download_run_once) is set, so that one host downloads for all.
      type: bool
    localhost:
      description: Whether C(download_localhost) is set, so that this host is the control node.
      type: bool
    validate_certs:
      description: Whether the certificates of web servers must be valid, C(download_validate_certs).
      type: bool
  sample:
    urls:
      - url: https://dl.k8s.io/release/v1.35.4/bin/linux/amd64/kubelet
        what: kubelet
        variable: kubelet_download_url
        "on": [k8s_cluster]
        machines: [x86_64]
    registries:
      - host: quay.io
        what: calico_node, calico_cni
        "on": [k8s_cluster]
        mirrors: []
    offline: false
    once: false
    localhost: false
    validate_certs: true
no_proxy:
  description:
    - What Kubespray is going to set C(no_proxy) to, where the inventory has a proxy and no C(no_proxy), else V(null).
    - The hosts' addresses are those of the inventory, and of C(ansible_host) where it has none; their names are those
      of the inventory until facts are gathered.
  type: str
  returned: always
  sample: 10.10.1.2,node1,node1.cluster.local,127.0.0.1,localhost,10.233.0.0/18,10.233.64.0/18,svc,svc.cluster.local
problems:
  description: What is wrong with the settings themselves.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: V(kube_version_unknown), V(registry_invalid), V(download_url_invalid) or V(variable_unread).
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
  sample: [registry_invalid, download_url_invalid, variable_unread]
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
    - id: kube_version_unknown
      reason: What this Kubespray configuration wants is not known.
not_applicable:
  description: The checks that do not apply.
  returned: success
  type: list
  elements: dict
  contains: *check
  sample: []
"""
