# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: controller_python
short_description: Choose a Python of this machine for a Kubespray
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Reads from a Kubespray's own files which ansible-core it wants, and chooses a Python that runs it and can make a
    venv. The system's own comes before others, and the newest of the others first.
  - Looks at C(/usr/bin), E(PATH), C(~/.pyenv), C(~/.local) (uv) and the Python that runs this.
  - Fails where none fits, and says which were found, which is wanted and what to install. Changes nothing.
extends_documentation_fragment:
  - k8n.cluster.attributes
options:
  path:
    description: The folder of the Kubespray, a checkout or an installed collection.
    type: path
    required: true
  python:
    description: Look at this Python only. Empty looks at all.
    type: path
    default: ""
"""

EXAMPLES = r"""
- name: Which Python runs this Kubespray
  k8n.cluster.controller_python:
    path: /home/me/kubespray
  register: chosen
"""

RETURN = r"""
python:
  description: The Python that fits; for a venv, the one that the venv was made from.
  type: str
  returned: success
  sample: /usr/bin/python3.11
python_version:
  description: Its version.
  type: str
  returned: success
  sample: 3.11.2
kubespray_version:
  description: The version in the Kubespray's metadata.
  type: str
  returned: success
  sample: 2.31.0
ansible_core_window:
  description: The ansible-core versions that the Kubespray accepts, as a version specifier.
  type: str
  returned: success
  sample: ">=2.18.0,<2.19.0"
"""
