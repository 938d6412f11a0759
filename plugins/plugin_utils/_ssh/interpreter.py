# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The Python of a host that Ansible would run a module with, without the two commands that it spends on finding it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import Any

from ansible import constants as C

# The fact that Ansible keeps what it found in.
FACT = "discovered_interpreter_python"
_MODES = ("", "auto", "auto_silent")


def interpreter(variables: Mapping[str, Any], template: Callable[[Any], Any]) -> str | None:
    """The interpreter's path where it is known, and None where it is to be looked for: see search().

    As ansible-core's module_common does it, but for auto_legacy, which was a mode up to 2.20: taken for a path here.
    variables: those of the host; template: a templar's template method.
    """
    configured = C.config.get_config_value("INTERPRETER_PYTHON", variables=variables)
    # In this order: what strip() returns is no template any more from 2.19 on.
    python = str(template(configured) or "").strip()
    if python not in _MODES:
        return python
    known = variables.get("ansible_facts", {}).get(FACT)
    return str(known) if known else None


def search(variables: Mapping[str, Any]) -> str:
    """What a POSIX shell finds it with: the first there is, as ansible-core's interpreter_discovery takes it."""
    names = C.config.get_config_value("INTERPRETER_PYTHON_FALLBACK", variables=variables)
    return " || ".join(f"command -v {shlex.quote(name)}" for name in names)
