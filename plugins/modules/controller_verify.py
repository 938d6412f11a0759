# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: controller_verify
short_description: Check that an installation has what its Kubespray asks for
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Compares what is installed in a folder that the role P(k8n.cluster.controller#role) made with what the Kubespray in
    it asks for. These are the packages of its C(requirements.txt), its window of ansible-core and the collections that
    it depends on.
  - Fails with all that is missing or of another version. Runs on the control node and changes nothing.
extends_documentation_fragment:
  - k8n.cluster.attributes
options:
  path:
    description: The folder of the installation.
    type: path
    required: true
  ara:
    description: Whether ARA has to be there too.
    type: bool
    default: false
  activate:
    description: The file to source, which is named at the end.
    type: path
"""

EXAMPLES = r"""
- name: Is the current installation whole
  k8n.cluster.controller_verify:
    path: /home/me/prod/.k8n/controller/current
"""

RETURN = r"""
kubespray:
  description: The version of Kubespray in it.
  type: str
  returned: success
  sample: 2.31.0
ansible_core:
  description: The version of ansible-core in it.
  type: str
  returned: success
  sample: 2.18.19
python:
  description: The version of its Python.
  type: str
  returned: success
  sample: 3.11.2
"""
