# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: kubespray_check
short_description: Check that the installed Kubespray can run here as it is going to be called
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Finds the installed collection C(kubernetes_sigs.kubespray) and reads from its own files its version, the
    ansible-core versions that it accepts and the collections and Python libraries that it asks for.
  - Checks that the waivers of Kubespray's own checks, in the variable C(k8n_waivers), are well-formed and have not
    expired.
  - Checks that C(k8n_playbook) is an extra variable if it is set, for only then it is the playbook that runs.
  - Checks that localhost is not a host of the inventory, where it would take over those of Kubespray's checks that run
    once.
  - Checks what M(k8n.cluster.inventory_check) checks, that C(--limit) leaves a host of the cluster, and that become is
    on for every host of it.
  - Fails with all mistakes at once and the commands that fix them. Runs on the control node and contacts no host.
extends_documentation_fragment:
  - k8n.cluster.attributes
"""

EXAMPLES = r"""
- name: Stop before any host is changed if Kubespray cannot run
  k8n.cluster.kubespray_check:
  run_once: true
"""

RETURN = r"""
kubespray_version:
  description: The version of the installed Kubespray.
  type: str
  returned: success
  sample: 2.31.0
kubespray_path:
  description: The folder it is installed in.
  type: str
  returned: success
  sample: /home/me/.ansible/collections/ansible_collections/kubernetes_sigs/kubespray
ansible_core_window:
  description: The ansible-core versions that it accepts, as a version specifier.
  type: str
  returned: success
  sample: ">=2.18.0,<2.19.0"
"""
