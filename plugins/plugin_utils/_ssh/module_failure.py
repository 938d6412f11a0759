# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Why a module did not run on a host that lets the login in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, block

from .unreachable import lines_said

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_PYTHON = re.compile(
    r"python[\d.]*'?: (\S+: )?(not found|command not found|No such file or directory)"
    r"|module interpreter '[^']*' was not found"
)
# What ansible-core says, and what Python says where it is too old to even read ansible-core.
_OLD_PYTHON = re.compile(r"requires a minimum of Python|Ansible requires Python|^SyntaxError: ")
# What Python says where Ansible has no place to unpack a module in.
_NO_ROOM = re.compile(r"No usable temporary directory|No space left on device")
_NO_TMPDIR = "Failed to create temporary directory"
_TMPDIR_RESULT = re.compile(r"exited with result \d+.*", re.DOTALL)


def one_line(text: str) -> str:
    """The last line of a text that says something, without its full stop; "" if there is none."""
    lines = lines_said(text)
    return lines[-1].rstrip(".") if lines else ""


def module_failure(result: Mapping[str, Any]) -> Problem:
    """The problem behind the result of a module that gave no result of its own."""
    # What Ansible itself says (msg) of a module that printed garbage tells nothing.
    keys = ("module_stderr", "module_stdout") if "module_stdout" in result else ("msg",)
    streams = [str(result.get(key) or "") for key in keys]
    lines = [line for stream in streams for line in lines_said(stream)]
    if missing := next(filter(_NO_PYTHON.search, lines), None):
        return _python(f"Ansible finds no Python on this host: {missing.rstrip('.')}.")
    if old := next(filter(_OLD_PYTHON.search, reversed(lines)), None):
        return _python(f"This host's Python is too old for this Ansible: {old.rstrip('.')}.")
    said = next((line for line in map(one_line, streams) if line), "they say nothing at all")
    message = f"Ansible's modules do not run on this host: {said}."
    if _NO_ROOM.search(said):
        return block(
            "probe_failed",
            message,
            "Look on the host at the free space, the mounts and the permissions of the directories for temporary files "
            "(df -h /tmp /var/tmp ~; ls -ld /tmp /var/tmp ~).",
        )
    return probe_failed(message)


def _python(message: str) -> Problem:
    return block(
        "python_missing",
        message,
        "Run the playbook k8n.cluster.prepare, which installs Python, or set "
        "ansible_python_interpreter for this host if it has one elsewhere.",
    )


def probe_failed(message: str) -> Problem:
    """The problem of a host on which nothing more can be found out."""
    return block(
        "probe_failed",
        message,
        "Run 'ansible HOST -m ansible.builtin.ping -vvvv' and fix what it shows.",
    )


def no_tmpdir(text: str) -> Problem | None:
    """The problem behind a connection error which is none: Ansible found no place for its files."""
    if _NO_TMPDIR not in text:
        return None
    result = _TMPDIR_RESULT.search(text)
    said = one_line(result[0]) if result else one_line(text)
    return block(
        "probe_failed",
        f"Ansible cannot make its temporary directory on this host: mkdir {said}.",
        "Look on the host at the free space, the mounts and the permissions of the login's home "
        "(df -h ~; ls -ld ~ ~/.ansible), or set ansible_remote_tmp to a directory it can write.",
    )
