# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: kubespray_decision
short_description: Decide Kubespray's ignore_assert_errors from an audit and the waivers
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Shows every check of Kubespray that would stop it, with where, why and how to fix it, and which of them are waived.
  - Where all that fail are waived by name, RV(ignore_assert_errors) is true. Where none fails it is false. Else the
    task fails with all of them at once.
  - Since C(ignore_assert_errors) switches off all checks, one that cannot be evaluated beforehand must be waived by
    name, too, as soon as another one is.
  - The waivers are the variable C(k8n_waivers), the same on all hosts of the play. It is a list of ids, of mappings or
    of both, or a text of ids with commas. A mapping has C(check) (the id of a check), and may have C(reason) (a text)
    and C(until) (the last day on which it holds, such as C(2026-12-31)).
  - What C(k8n_checks) of a host sets to V(warn) or V(off) is waived on that host.
  - Where C(k8n_allow_even_etcd) of an etcd member is true, as C(allow_even_etcd) of the inventory C(ip_list) sets it,
    the inventory itself waives V(even_etcd).
  - An unknown id and an expired waiver are errors; a waiver of a check that does not fail is a warning.
  - Refuses C(ignore_assert_errors) as an extra variable, and says which waivers do what it was meant to do.
  - Runs on the control node and contacts no host.
extends_documentation_fragment:
  - k8n.cluster.attributes
options:
  audit:
    description: The registered result of M(k8n.cluster.kubespray_assertions).
    type: dict
    required: true
  told:
    description:
      - The RV(k8n.cluster.preflight_report#module:problems) of a preflight of the same run. What it has shown of a host
        is not shown again.
    type: list
    elements: dict
"""

EXAMPLES = r"""
- name: Accept an even number of etcd members, and nothing else, until the third one is there
  k8n.cluster.kubespray_decision:
    audit: "{{ audit }}"
  vars:
    k8n_waivers:
      - check: even_etcd
        reason: node3 is being replaced
        until: 2026-12-31
  register: decision
  run_once: true
"""

RETURN = r"""
ignore_assert_errors:
  description: The value for Kubespray's C(ignore_assert_errors).
  type: bool
  returned: always
  sample: false
accepted:
  description: The failing checks that are waived.
  type: list
  elements: dict
  returned: always
  contains:
    check:
      description: The id of the check.
      type: str
    source:
      description: The variable that waives it.
      type: str
    reason:
      description: Why, or null.
      type: str
    until:
      description: The last day on which the waiver holds, or null.
      type: str
blocking:
  description: The checks that would stop Kubespray and are not waived.
  type: list
  elements: str
  returned: always
  sample: [even_etcd]
"""
