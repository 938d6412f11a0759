# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: inventory_check
short_description: Check that an inventory is read as it is meant
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Fails where the inventory has no control plane, or has groups with an outdated name (C(kube-master),
    C(kube-node), C(k8s-cluster), C(calico-rr)) with hosts that Kubespray would leave out for it.
  - Fails where a variable whose name begins with C(k8n_) is one that nothing reads, with the one that was meant.
  - All mistakes are said at once. Runs on the control node and contacts no host.
extends_documentation_fragment:
  - k8n.cluster.attributes
seealso:
  - module: k8n.cluster.kubespray_check
"""

EXAMPLES = r"""
- name: Stop before any host is looked at if hosts would be left out
  k8n.cluster.inventory_check:
  run_once: true
"""

RETURN = r"""#"""
