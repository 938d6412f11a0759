# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the checks, for the modules of one check and for the module of all of them."""

from __future__ import annotations

import re
from textwrap import indent

_SUDO = r"""
samples:
  description:
    - How often a working sudo is timed at most.
    - The first run that takes more than a second is the last one, so that a sudo of 20 seconds
      costs 20 seconds and not 60. So is the first one that takes less than 0.2 seconds.
  type: int
  default: 3
timeout:
  description:
    - How long to wait for one run of sudo, in seconds.
  type: float
  default: 30.0  # sudo_timeout_seconds
slow_seconds:
  description:
    - The longest time for one sudo, in seconds, that is not a problem.
  type: float
  default: 2.0  # sudo_seconds
"""

_HOSTNAME = r"""
expected:
  description:
    - The name that the host should have.
    - The default is the host's name in the inventory, which is what Kubespray renames the host to.
  type: str
renamed:
  description:
    - Whether the host gets that name. With V(false) it keeps the one that it has, and that one is looked up.
    - The default is Kubespray's variable C(override_system_hostname), which is V(true) where nobody sets it.
  type: bool
timeout:
  description: How long to wait until the name is resolved, in seconds.
  type: float
  default: 30.0
"""

_LATENCY = r"""
samples:
  description: How many round trips to measure.
  type: int
  default: 10
max_connect_seconds:
  description:
    - The longest time for a new connection with its first command, in seconds, that is not a problem.
  type: float
  default: 5.0  # ssh_connect_seconds
max_rtt_ms:
  description:
    - The longest median of the round trips, in milliseconds, that is not a problem.
  type: float
  default: 300.0  # ssh_rtt_ms
"""

_RECONNECT = r"""
reconnect:
  description:
    - Whether to close an open connection first, as C(meta=reset_connection) does, so as to measure a
      new one.
    - If V(false), a new connection is only measured where none was open.
  type: bool
  default: {default}
"""

_SETTINGS = r"""
settings:
  description:
    - What M(k8n.cluster.kubespray_settings) returned. Checks that need something of it which is not
      there do not say that all is well.
    - The dictionary, or the name that a task has registered it by. With a name many hosts take less
      time, since Ansible has no template to fill in for each.
  type: raw
  default: {}
thresholds:
  description:
    - Other thresholds than the default ones, by name, as in the variable C(k8n_thresholds).
  type: dict
  default: {}
checks:
  description:
    - What becomes of what a check finds, by the check's id. V(block), V(warn) or V(off).
  type: dict
  default: {}
proxies:
  description:
    - The proxies through which the host reaches the web, with the keys C(http_proxy),
      C(https_proxy) and C(no_proxy).
    - They reach nothing but the standard input of the process that uses them.
  type: dict
  default: {}
"""

_CONTROL = r"""
become_password:
  description: The become password in force for the host, in base64. Never logged.
  type: str
become_command:
  description: The program of sudo and its options that are in force for the host.
  type: list
  elements: str
  default: [sudo]
wrapped_prompt:
  description: Whether this ansible-core finds its prompt within that of sudo-rs.
  type: bool
  default: false
pipelining:
  description: Whether pipelining is on for the connection.
  type: bool
  default: false
timeout:
  description: The timeout of the connection, in seconds.
  type: float
"""

_PROBE_CONTROL = (
    _CONTROL
    + r"""
wants:
  description:
    - What is to be found out on the host, with O(proxies), as JSON in base64. Never logged, since an
      address of the web may hold a password.
  type: str
program:
  description:
    - The code of the process that runs as root, in base64.
  type: str
"""
)

_CONTROL_TEXT = """
- What only the control node knows of the connection. The action plugin fills it in.
- It is refused in a playbook. To give a become password, use Ansible's own ways, such as
  C(--ask-become-pass) or the variable C(ansible_become_password).
"""


def _of_probe(text: str) -> str:
    """The same for the module of all checks, where thresholds, named in comments, stand in for these defaults."""
    named = r"    - (.*\n)  type: float\n  default: \S+  # (\w+)\n"
    return re.sub(
        named,
        r"    - \1    - The default is the threshold V(\2), see O(thresholds).\n  type: float\n",
        text,
    )


def _options(text: str) -> str:
    return "options:" + indent(text, "  ")


def _suboptions(name: str, description: str, text: str) -> str:
    head = f"\n{name}:\n  description:{description}\n  type: dict\n  suboptions:"
    return indent(head + indent(text, "    "), "  ")


class ModuleDocFragment:
    """One text for each option, at whatever depth it stands."""

    DOCUMENTATION = r"""
options:
  fail:
    description:
      - Whether a problem of severity V(block) makes the task fail. The other problems then become
        warnings of the task.
      - If V(false), problems are only returned.
    type: bool
    default: true
"""

    # Annotated, because ansible-test's yamllint takes any other assignment here for a literal.
    SUDO: str = _options(_SUDO)
    HOSTNAME: str = _options(_HOSTNAME)
    LATENCY: str = _options(_LATENCY + _RECONNECT.format(default="true"))
    PROBE: str = "options:" + "".join(
        (
            _suboptions("sudo", " The options of M(k8n.cluster.sudo_check).", _of_probe(_SUDO)),
            _suboptions("hostname", " The options of M(k8n.cluster.hostname_check).", _HOSTNAME),
            _suboptions(
                "latency",
                " The options of M(k8n.cluster.ssh_latency).",
                _of_probe(_LATENCY) + _RECONNECT.format(default="false"),
            ),
            indent(_SETTINGS, "  "),
        )
    )
    CONTROL: str = "options:" + _suboptions("control", indent(_CONTROL_TEXT, "    "), _CONTROL)
    PROBE_CONTROL: str = "options:" + _suboptions(
        "control", indent(_CONTROL_TEXT, "    "), _PROBE_CONTROL
    )
