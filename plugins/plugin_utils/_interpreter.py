# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The Python of a host that Ansible would run a module with, without the two commands that it spends on finding it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ansible import constants as C

# The fact that Ansible keeps what it found in.
FACT = "discovered_interpreter_python"
_MODES = ("", "auto", "auto_silent", "auto_legacy", "auto_legacy_silent")


class Interpreter(NamedTuple):
    """words: what a POSIX shell makes the interpreter's path of; discovers: whether it is found there and then."""

    words: str
    discovers: bool


def interpreter(variables: Mapping[str, Any], template: Callable[[Any], Any]) -> Interpreter:
    """As ansible-core's module_common and interpreter_discovery do, of which all supported versions do the same.

    variables: those of the host; template: a templar's template method.
    """
    configured = C.config.get_config_value("INTERPRETER_PYTHON", variables=variables)
    python = str(template(configured.strip()) or "")
    if python not in _MODES:
        return Interpreter(shlex.join(shlex.split(python)), False)
    if known := variables.get("ansible_facts", {}).get(FACT):
        return Interpreter(shlex.quote(str(known)), False)
    names = C.config.get_config_value("INTERPRETER_PYTHON_FALLBACK", variables=variables)
    found = " || ".join(f"command -v {shlex.quote(name)}" for name in names)
    return Interpreter(f'"$({found})"', True)
