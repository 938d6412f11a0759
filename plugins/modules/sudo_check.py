#!/usr/bin/python
# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sudo_check
short_description: Check whether the login may use sudo, and how long sudo takes
version_added: 0.1.0
description:
  - Runs C(sudo true) on the host a few times and says whether Ansible's C(become) will work there,
    with a password or without, and how long each sudo takes.
  - It always runs as the login user, whatever C(become) says.
  - The time is measured on the host, so it holds nothing of the network. A sudo that waits for a
    dead name server, because the host does not know its own name, is told apart from a slow
    connection.
  - The become password in force for the host, wherever Ansible takes it from, is given to sudo on
    its standard input and to nothing else. It is used only where sudo asks for one, and a wrong one
    is tried once.
  - Credentials that sudo has cached are neither used nor spent.
extends_documentation_fragment:
  - k8n.cluster.attributes.checks
  - k8n.cluster.checks
  - k8n.cluster.checks.sudo
  - k8n.cluster.checks.control
notes:
  - A sudo that does not end within O(timeout) has become root, so its login cannot end it. It is
    left alone, without terminal and pipes, and ends when what it waits for does.
  - sudo goes by the groups that the session got when it logged in. After adding the login to a
    group, use the task C(meta=reset_connection) before this check.
  - The module, which holds the become password, is piped into Python on the host even where
    C(pipelining) is off, if the connection plugin can do that and C(ANSIBLE_KEEP_REMOTE_FILES) is
    not set. Nothing of it remains there if the run is killed.
  - A refused sudo is recorded in the host's log by sudo itself, as it is for every failed
    C(become).
seealso:
  - module: k8n.cluster.hostname_check
  - module: k8n.cluster.node_probe
author:
  - The k8n maintainers (@k8n)
"""

EXAMPLES = r"""
- name: See whether become works on all hosts
  k8n.cluster.sudo_check:

- name: See how long sudo takes, and go on whatever it is
  k8n.cluster.sudo_check:
    samples: 10
    fail: false
  register: sudo
- name: Show it
  ansible.builtin.debug:
    msg: "{{ sudo.status }} in {{ sudo.seconds.median | default('?') }} s. {{ sudo.fix }}"
"""

RETURN = r"""
status:
  description:
    - What sudo does for the login user.
    - V(root) means that the login is root and needs no sudo.
    - V(passwordless) means that sudo works without a password.
    - V(password_ok) means that sudo works with the become password in force.
    - V(password_required) means that sudo asks for a password and there is none.
    - V(prompt_unknown) means that it works with that password, but asks for it in words in which this
      ansible-core does not find its prompt.
    - V(password_wrong) means that sudo refuses the become password in force.
    - V(not_permitted) means that sudo does not let the login run commands as root.
    - V(requires_tty) means that sudo wants a terminal, which Ansible does not have with pipelining.
      What sudo does with a terminal is then found out too, and returned in RV(problems) and
      RV(seconds).
    - V(sudo_missing) means that there is no sudo on the host.
    - V(timed_out) means that sudo was still running after O(timeout).
  returned: always
  type: str
  sample: passwordless
seconds:
  description:
    - How long one sudo takes on the host itself. Where sudo refuses, this is how long it takes to
      say so.
    - V(null) where sudo was not run.
  returned: always
  type: dict
  contains:
    min:
      description: The shortest sample, in seconds.
      type: float
      sample: 0.008
    median:
      description: The median of the samples, in seconds.
      type: float
      sample: 0.009
  sample:
    min: 0.008
    median: 0.009
user:
  description: The login user.
  returned: always
  type: str
  sample: server
groups:
  description: The groups of the login user in this session.
  returned: always
  type: list
  elements: str
  sample:
    - server
    - sudo
in_sudo_group:
  description:
    - Whether one of these groups is C(sudo), C(wheel) or C(admin), which sudoers files commonly
      permit.
  returned: always
  type: bool
  sample: true
hostname_resolves:
  description:
    - Whether the host can resolve its own present name. Where it cannot, sudo waits for the name
      servers.
  returned: always
  type: bool
  sample: true
problems:
  description: What was found that is not as wanted, none if all is well.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description:
        - The name of the problem, one of V(sudo_password_required), V(sudo_password_wrong),
          V(sudo_not_permitted), V(sudo_requires_tty), V(sudo_missing), V(sudo_prompt_unknown),
          V(sudo_timed_out) and V(sudo_slow).
      type: str
      sample: sudo_password_required
    severity:
      description:
        - V(block) if Kubespray would fail, else V(warn).
        - V(sudo_requires_tty) blocks where pipelining is on for the connection. V(sudo_slow) blocks
          where the median reaches the timeout of the connection, after which Ansible gives up.
      type: str
      sample: block
    message:
      description: What was found and what was wanted.
      type: str
      sample: sudo asks the login server for a password and Ansible was given none.
    fix:
      description: What fixes it.
      type: str
      sample: Run ansible-playbook with -K (--ask-become-pass).
  sample: []
fix:
  description: The fixes of all problems in one text, empty if there are none.
  returned: always
  type: str
  sample: ""
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.k8n.cluster.plugins.module_utils._arguments import CONTROL, FAIL, SUDO
from ansible_collections.k8n.cluster.plugins.module_utils._sudo_check import (
    check_sudo,
    control_from,
    measured,
)


def main() -> None:
    """Check sudo for the user that the module runs as."""
    module = AnsibleModule(argument_spec={**SUDO, **CONTROL, **FAIL}, supports_check_mode=True)
    options = module.params
    control = control_from(options["control"])
    runs = check_sudo(control, options["samples"], options["timeout"])
    # What it means, the action plugin of the same name says.
    module.exit_json(changed=False, measured=measured(runs))


if __name__ == "__main__":
    main()
