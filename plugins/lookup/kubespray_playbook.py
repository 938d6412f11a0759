# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: kubespray_playbook
short_description: Name of a playbook of the installed Kubespray, for import_playbook
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Names an imported playbook of Kubespray if Kubespray is installed and this ansible-core may run it.
  - Otherwise it names C(k8n.cluster.check_kubespray), which says what to install. Without this a missing
    Kubespray ends with C(Could not find or access) before any play of ours can explain it, because
    M(ansible.builtin.import_playbook) is resolved before anything runs.
options:
  _terms:
    description: Names of playbooks of Kubespray, such as V(cluster).
    type: list
    elements: string
    required: true
"""

EXAMPLES = r"""
- name: Run Kubespray where it is usable, explain where it is not
  ansible.builtin.import_playbook: "{{ lookup('k8n.cluster.kubespray_playbook', 'cluster') }}"
"""

RETURN = r"""
_raw:
  description: For each term the name of the playbook to import.
  type: list
  elements: string
"""

from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible.release import __version__ as core_version
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import collection


class LookupModule(LookupBase):
    """Glue: resolves names through plugin_utils/_kubespray/collection."""

    def run(
        self, terms: list[str], variables: dict[str, Any] | None = None, **kwargs: Any
    ) -> list[str]:
        self.set_options(var_options=variables, direct=kwargs)
        try:
            kubespray = collection.usable(collection.find(), core_version)
        except collection.KubesprayError:
            return ["k8n.cluster.check_kubespray"] * len(terms)
        for term in terms:
            if not (kubespray.path / "playbooks" / f"{term}.yml").is_file():
                raise AnsibleLookupError(
                    f"Kubespray {kubespray.version} in {kubespray.path} has no playbook '{term}'."
                )
        return [f"{collection.COLLECTION}.{term}" for term in terms]
