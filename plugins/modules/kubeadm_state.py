#!/usr/bin/python
# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: kubeadm_state
short_description: Say how far kubeadm has come on a host, and whether a network plugin is there
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - A run of Kubespray that ends between C(kubeadm init) and the network plugin cannot be continued by Kubespray
    alone. It waits for Ready nodes of the control plane wherever kubeadm has run before, and installs the network
    plugin, without which no node is Ready, only after that. The playbook C(k8n.cluster.kubespray) asks this module, and
    then leaves out the wait by Kubespray's own variable C(control_plane_node_become_ready_tries).
  - Where there is no network plugin yet, it asks the API server on the host, with C(kubectl), whether C(kubeadm init)
    came to its end.
  - It must run as root, so with C(become), and changes nothing.
extends_documentation_fragment:
  - k8n.cluster.attributes.host
options:
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
seealso:
  - module: k8n.cluster.node_probe
"""

EXAMPLES = r"""
- name: How far has kubeadm come
  k8n.cluster.kubeadm_state:
  become: true
  register: state

- name: Tell what is missing
  ansible.builtin.debug:
    msg: kubeadm has run here, and there is no network plugin yet.
  when: state.without_network
"""

RETURN = r"""
ran:
  description: Whether kubeadm has run here, as Kubespray itself finds it out (C(/var/lib/kubelet/config.yaml)).
  returned: success
  type: bool
joined:
  description: Whether kubelet has its own C(kubelet.conf).
  returned: success
  type: bool
joining:
  description: Whether there is a C(bootstrap-kubelet.conf), with which kubelet gets its own.
  returned: success
  type: bool
ca:
  description: Whether the cluster's C(ca.crt) is there.
  returned: success
  type: bool
networks:
  description: At most five names of network plugins' files in C(/etc/cni/net.d).
  returned: success
  type: list
  elements: str
without_network:
  description: Whether RV(ran) is true and RV(networks) empty, so that the node cannot be Ready.
  returned: success
  type: bool
initialized:
  description:
    - Where RV(without_network) is true, whether C(kubeadm init) came to its end. Until then nobody can join, and
      Kubespray does not run it again.
    - V(null) where the API server does not say.
  returned: success
  type: bool
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.k8n.cluster.plugins.module_utils._host.kubeadm import state


def main() -> None:
    """Look, and return what is there."""
    module = AnsibleModule(
        argument_spec={
            "bin_dir": {"type": "path", "default": "/usr/local/bin"},
            "kube_config_dir": {"type": "path", "default": "/etc/kubernetes"},
            "kube_cert_dir": {"type": "path", "default": "/etc/kubernetes/ssl"},
        },
        supports_check_mode=True,
    )
    module.exit_json(changed=False, **state(module.params))


if __name__ == "__main__":
    main()
