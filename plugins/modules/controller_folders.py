# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: controller_folders
short_description: Make the folders of an installation of Kubespray, or remove those that were made
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Makes a cluster directory, for its owner only, and in it the folder of a release, which must not be there, and marks
    that with the run that makes it.
  - To take it back removes the release only where it has the mark of this run, and of the folders above it those that
    this run has made and that are empty. What others have put beside it meanwhile stays.
  - Runs on the control node and contacts no host.
extends_documentation_fragment:
  - k8n.cluster.attributes
options:
  directory:
    description: The cluster directory.
    type: path
    required: true
  release:
    description: The folder of the release, as RV(k8n.cluster.controller_plan#module:release) has it.
    type: path
    required: true
  made:
    description: The folders that were made, as RV(made) of an earlier task of this run has them; for O(state=absent).
    type: list
    elements: path
    default: []
  state:
    description: Whether to make them or to take them back.
    type: str
    choices: [present, absent]
    default: present
"""

EXAMPLES = r"""
- name: Make the folders
  k8n.cluster.controller_folders:
    directory: /srv/prod
    release: /srv/prod/.k8n/controller/2.31.0-0a1b2c3d
  register: folders

- name: Take them back
  k8n.cluster.controller_folders:
    directory: /srv/prod
    release: /srv/prod/.k8n/controller/2.31.0-0a1b2c3d
    made: "{{ folders.made }}"
    state: absent
"""

RETURN = r"""
made:
  description: The folders that were made, the topmost first.
  type: list
  elements: str
  returned: with O(state=present)
  sample: [/srv/prod, /srv/prod/.k8n, /srv/prod/.k8n/controller, /srv/prod/.k8n/controller/2.31.0-0a1b2c3d]
removed:
  description: The folders that were removed.
  type: list
  elements: str
  returned: with O(state=absent)
  sample: [/srv/prod/.k8n/controller/2.31.0-0a1b2c3d]
"""
