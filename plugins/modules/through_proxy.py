# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: through_proxy
short_description: Run a module on the control node through a proxy that nobody sees
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Runs a module with E(http_proxy) and E(https_proxy) set. A proxy may hold a password, and the keyword
    C(environment) of a task would write it into the command line of a shell, where every login of the machine can read
    it. Here it is in the environment of the module's process only, and in no output.
extends_documentation_fragment:
  - k8n.cluster.attributes
attributes:
  check_mode:
    support: full
    details: As far as the module that it runs.
  diff_mode:
    support: full
    details: As far as the module that it runs.
options:
  module:
    description: The module's full name. One that is an action of the control node, such as a template, is none.
    type: str
    required: true
  args:
    description: Its options.
    type: dict
    default: {}
  proxy:
    description: The proxy, as C(http://[USER:PASSWORD@]HOST:PORT). Empty leaves the environment as it is.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Install a package through a proxy
  k8n.cluster.through_proxy:
    module: ansible.builtin.pip
    args:
      name: netaddr
      virtualenv: /home/me/venv
    proxy: "{{ vault_proxy }}"
  connection: local
"""

RETURN = r"""
msg:
  description: What the module says; everything else of its result is there too.
  type: str
  returned: when the module says it
"""
