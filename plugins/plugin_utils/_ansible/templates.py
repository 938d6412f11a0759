# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Which texts Ansible may take for templates, and how one fails."""

from __future__ import annotations

from ansible.errors import AnsibleError

# What a templating error can be: Ansible's own, and those of Python inside an expression.
ERRORS = (AnsibleError, TypeError, ValueError, KeyError, AttributeError, ZeroDivisionError)

try:
    from ansible.template import trust_as_template
except ImportError:  # before ansible-core 2.19 every text is a template

    def trust_as_template(value: str) -> str:
        """The text itself."""
        return value


def trusted(value: str) -> str:
    """The text, marked as one that may be a template."""
    marked: str = trust_as_template(value)
    return marked
