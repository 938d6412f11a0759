# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The attributes that the modules of this collection document."""

from __future__ import annotations


class ModuleDocFragment:
    """What each attribute means, and how far three kinds of modules support it."""

    # Of what works on the control node alone and changes nothing.
    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: Can run in C(check_mode) and return the changed status without changing anything.
    support: full
    details: It changes nothing in any mode.
  diff_mode:
    description: Returns what has changed, or what would change in C(check_mode), in diff mode.
    support: N/A
    details: It changes nothing.
  action:
    description: Has an action plugin of the same name, which works on the control node.
    support: full
  platform:
    description: The operating systems of the hosts that it works on.
    support: full
    platforms: all
"""

    # Of a module that looks at a host and changes nothing there.
    HOST = r"""
attributes:
  check_mode:
    description: Can run in C(check_mode) and return the changed status without changing anything.
    support: full
    details: It changes nothing in any mode.
  diff_mode:
    description: Returns what has changed, or what would change in C(check_mode), in diff mode.
    support: N/A
    details: It changes nothing.
  platform:
    description: The operating systems of the hosts that it works on.
    support: full
    platforms: posix
"""

    # Of a check of a host, which is always the same: it changes nothing.
    CHECKS = r"""
attributes:
  check_mode:
    description: Can run in C(check_mode) and return the changed status without changing anything.
    support: full
    details: It changes nothing in any mode.
  diff_mode:
    description: Returns what has changed, or what would change in C(check_mode), in diff mode.
    support: N/A
    details: It changes nothing.
  idempotent:
    description: Running it again under the same conditions changes nothing more.
    support: full
    details: It changes nothing.
  action:
    description: Has an action plugin of the same name, which works on the control node.
    support: full
  platform:
    description: The operating systems of the hosts that it works on.
    support: full
    platforms: posix
  action_group:
    description: The names for C(module_defaults) under which defaults can be set for it.
    support: full
    membership: k8n.cluster.checks
"""
