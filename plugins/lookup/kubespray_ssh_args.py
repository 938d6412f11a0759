# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: kubespray_ssh_args
short_description: The arguments of ssh with which Kubespray's plays go through a bastion
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Where an inventory has a host C(bastion), Kubespray's defaults set C(ansible_ssh_common_args), so that its plays
    reach all hosts through that one. This is that value, read from the installed Kubespray and evaluated for the host
    of the task, for a play that runs before Kubespray's and must reach the hosts in the same way.
  - Without Kubespray, or where it has no such default, it is C(ProxyJump) through the bastion.
options:
  _terms:
    description: None are taken.
    type: list
    elements: string
    default: []
"""

EXAMPLES = r"""
- name: Reach the hosts as Kubespray will
  ansible.builtin.set_fact:
    ansible_ssh_common_args: "{{ lookup('k8n.cluster.kubespray_ssh_args') }}"
  when:
    - "'bastion' in groups['all']"
    - ansible_ssh_common_args is undefined
"""

RETURN = r"""
_raw:
  description: The arguments as one text.
  type: list
  elements: string
"""

from typing import Any

from ansible.errors import AnsibleError, AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.templates import trusted
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import collection

_VARIABLE = "ansible_ssh_common_args"
_OWN = (
    "-o ProxyJump={{ hostvars['bastion']['ansible_user'] }}@{{ hostvars['bastion']['ansible_host'] }}"
    ":{{ hostvars['bastion']['ansible_port'] | default(22) }}"
)


class LookupModule(LookupBase):
    """Glue: the default of the installed Kubespray, through Ansible's own templating."""

    def run(
        self, terms: list[str], variables: dict[str, Any] | None = None, **kwargs: Any
    ) -> list[str]:
        self.set_options(var_options=variables, direct=kwargs)
        root = collection.find()
        try:
            text = collection.role_default_text(root, _VARIABLE) if root else None
        except collection.KubesprayError:
            text = None
        try:
            return [str(self._templar.template(trusted(text or _OWN))).strip()]
        except AnsibleError as exc:
            raise AnsibleLookupError(
                "Kubespray reaches the hosts through the host bastion of this inventory, and cannot say how: "
                f"{' '.join(str(exc).split())}. Give bastion an ansible_host and an ansible_user."
            ) from exc
