# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: controller_plan
short_description: Work out what to install into a cluster directory
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Holds the installations of the directory for this run, and fails where another run is at work on them. Not in check
    mode.
  - Finds the Kubespray that was asked for, names the folder that its installation goes into, and says whether that is
    there and whole. The role P(k8n.cluster.controller#role) does the rest.
  - Fails with all mistakes at once. Runs on the control node and changes nothing. It asks git for a tag or a branch,
    but not for a tag that is already there.
extends_documentation_fragment:
  - k8n.cluster.attributes
options:
  directory:
    description: The cluster directory. An empty text is a mistake, which is reported with all others.
    type: str
    required: true
  version:
    description:
      - A tag or branch of Kubespray's repository, a folder, or V(installed).
      - Empty is the newest release that this collection was tested with.
    type: str
    default: ""
  source:
    description: URL or path of Kubespray's git repository. Empty is the one on GitHub.
    type: str
    default: ""
  python:
    description: The Python for the venv, as a path or a name in E(PATH). Empty leaves the choice.
    type: str
    default: ""
  lock_file:
    description: A file of pinned requirements with hashes.
    type: str
    default: ""
  wheelhouse:
    description: A folder of wheels.
    type: str
    default: ""
  proxy:
    description: The proxy for git, as C(http://[USER:PASSWORD@]HOST:PORT).
    type: str
    default: ""
  ara:
    description: Whether ARA is wanted too.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Is there anything to do
  k8n.cluster.controller_plan:
    directory: prod
    version: v2.31.0
  register: plan
"""

RETURN = r"""
directory:
  description: The cluster directory's absolute path.
  type: str
  returned: success
  sample: /home/me/prod
origin:
  description: The Kubespray that was found.
  type: dict
  returned: success
  contains:
    kind:
      description: V(tag), V(branch), V(path) or V(installed).
      type: str
      sample: tag
    version:
      description: The name of the tag or branch, else the version in the collection's metadata.
      type: str
      sample: v2.31.0
    place:
      description: The repository or the folder.
      type: str
      sample: https://github.com/kubernetes-sigs/kubespray.git
    identity:
      description: The commit, else a digest of the folder's content.
      type: str
      sample: 8f4ac1e0b5ba0e8f6d8f6a8c0a4f1f1c5f1d7a31
repository:
  description: The place as git takes it.
  type: str
  returned: success
  sample: https://github.com/kubernetes-sigs/kubespray.git
own_collection:
  description: The folder of this collection as it is running.
  type: str
  returned: success
  sample: /home/me/.ansible/collections/ansible_collections/k8n/cluster
digest:
  description: SHA-256 of all that determines the installation.
  type: str
  returned: success
  sample: 4a7f3c0e6a9b
release:
  description: The folder of the installation.
  type: str
  returned: success
  sample: /home/me/prod/.k8n/controller/v2.31.0-4a7f3c0e
ready:
  description: Whether it is there and has all that its Kubespray asks for.
  type: bool
  returned: success
  sample: false
python:
  description: The Python that was asked for, as a path, or an empty text.
  type: str
  returned: success
  sample: /usr/bin/python3.12
lock_file:
  description: Absolute path of the lock file, or an empty text.
  type: str
  returned: success
  sample: ""
wheelhouse:
  description: Absolute path of the folder of wheels, or an empty text.
  type: str
  returned: success
  sample: ""
requirements:
  description: What is installed beside Kubespray's C(requirements.txt).
  type: list
  elements: str
  returned: success
  sample: [distlib]
half_made:
  description: Folders that interrupted runs left.
  type: list
  elements: str
  returned: success
  sample: []
obsolete:
  description: Installations that go once this one is current. The one that is current now is never among them.
  type: list
  elements: str
  returned: success
  sample: []
"""
