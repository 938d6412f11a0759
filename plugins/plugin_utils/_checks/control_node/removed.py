# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Keys of ansible.cfg that older releases of ansible-core knew, and what has taken their place.

Only for the text of a finding: whether a key is known at all is asked of the Ansible in use.
"""

from __future__ import annotations

_BECOME = "privilege_escalation"
_FACTS = (
    "Remove the line; a play of your own sets {} for ansible.builtin.setup in its module_defaults."
)
_GONE = "Remove the line; nothing has taken its place."

# Section to key to the section and the key that took its place, or to the fix where there is none.
REMOVED: dict[str, dict[str, tuple[str, str] | str]] = {
    "defaults": {
        "ask_sudo_pass": (_BECOME, "become_ask_pass"),
        "callback_whitelist": ("defaults", "callbacks_enabled"),
        "collections_paths": ("defaults", "collections_path"),
        "command_warnings": _GONE,
        "conditional_bare_variables": _GONE,
        "fact_path": _FACTS.format("fact_path"),
        "gather_subset": _FACTS.format("gather_subset"),
        "gather_timeout": _FACTS.format("gather_timeout"),
        "merge_multiple_cli_tags": _GONE,
        "squash_actions": _GONE,
        "string_conversion_action": _GONE,
        "sudo": (_BECOME, "become"),
        "sudo_exe": (_BECOME, "become_exe"),
        "sudo_flags": (_BECOME, "become_flags"),
        "sudo_user": (_BECOME, "become_user"),
    },
}
