# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.module_failure import (
    module_failure,
    no_tmpdir,
    one_line,
)

INSTALL = (
    "Run the playbook k8n.cluster.prepare, which installs Python, or set "
    "ansible_python_interpreter for this host if it has one elsewhere."
)
PING = "Run 'ansible HOST -m ansible.builtin.ping -vvvv' and fix what it shows."
# A traceback quotes the module, which is one line of a hundred thousand characters and more.
ZIP = "    zip_data='" + "UEsDBBQAAAAIAAEOd11zbilzYwAAAHkAAAATAAAAYW5z" * 5000 + "'"


# Recorded with ansible-core 2.17 to 2.21.
@pytest.mark.parametrize(
    ("result", "message"),
    [
        (
            {
                "module_stderr": "Shared connection to 10.94.1.18 closed.\r\n",
                "module_stdout": "/bin/sh: 1: /usr/bin/python3: not found\r\n",
                "msg": "The module failed to execute correctly, you probably need to set the "
                "interpreter.\nSee stdout/stderr for the exact error",
                "rc": 127,
            },
            "/bin/sh: 1: /usr/bin/python3: not found",
        ),
        (
            {
                "module_stderr": "bash: line 1: /usr/bin/python3.11: No such file or directory\n",
                "module_stdout": "",
                "msg": "The module interpreter '/usr/bin/python3.11' was not found.",
            },
            "bash: line 1: /usr/bin/python3.11: No such file or directory",
        ),
        (
            {"msg": "The module interpreter '/opt/py' was not found."},
            "The module interpreter '/opt/py' was not found",
        ),
    ],
)
def test_no_python(result, message):
    assert module_failure(result) == {
        "id": "python_missing",
        "severity": "block",
        "message": f"Ansible finds no Python on this host: {message}.",
        "fix": INSTALL,
    }


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (
            {
                "msg": "ansible-core requires a minimum of Python version 3.8. "
                "Current version: 3.7.16 (default) [GCC 12.2.0]",
                "failed": True,
            },
            "ansible-core requires a minimum of Python version 3.8. "
            "Current version: 3.7.16 (default) [GCC 12.2.0]",
        ),
        (
            {
                "msg": "Ansible requires Python 3.9 or newer on the target. "
                "Current version: 3.8.18 (default)"
            },
            "Ansible requires Python 3.9 or newer on the target. Current version: 3.8.18 (default)",
        ),
        (
            {
                "module_stderr": f"Traceback (most recent call last):\n{ZIP}\n"
                '    msg=f"ansible-core requires a minimum of Python version",\n          ^\n'
                "SyntaxError: invalid syntax\n",
                "module_stdout": "",
                "msg": "MODULE FAILURE",
            },
            "SyntaxError: invalid syntax",
        ),
    ],
)
def test_old_python(result, message):
    started = time.process_time()

    assert module_failure(result) == {
        "id": "python_missing",
        "severity": "block",
        "message": f"This host's Python is too old for this Ansible: {message}.",
        "fix": INSTALL,
    }
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (
            {"module_stdout": "This account is currently not available.\n", "module_stderr": ""},
            "This account is currently not available",
        ),
        (
            {
                "module_stdout": "noise",
                "module_stderr": "Traceback\nOSError: [Errno 5] Input/output error\n",
            },
            "OSError: [Errno 5] Input/output error",
        ),
        (
            {
                "module_stdout": "",
                "module_stderr": "Shared connection to 10.94.1.21 closed.\r\n",
                "msg": "MODULE FAILURE\nSee stdout/stderr for the exact error",
            },
            "they say nothing at all",
        ),
        ({"msg": "argument 'x' is wrong."}, "argument 'x' is wrong"),
        ({}, "they say nothing at all"),
        ({"module_stdout": "\x00\x1b[31m\x07" * 3 + "bad", "msg": ""}, "[31m" * 3 + "bad"),
    ],
)
def test_anything_else(result, said):
    assert module_failure(result) == {
        "id": "probe_failed",
        "severity": "block",
        "message": f"Ansible's modules do not run on this host: {said}.",
        "fix": PING,
    }


@pytest.mark.parametrize(
    "said",
    [
        "OSError: [Errno 28] No space left on device",
        "FileNotFoundError: [Errno 2] No usable temporary directory found in ['/tmp', '/home/server']",
    ],
)
def test_no_room(said):
    assert module_failure({"module_stdout": "", "module_stderr": f"Traceback\n{said}\n"}) == {
        "id": "probe_failed",
        "severity": "block",
        "message": f"Ansible's modules do not run on this host: {said}.",
        "fix": "Look on the host at the free space, the mounts and the permissions of the directories for temporary "
        "files (df -h /tmp /var/tmp ~; ls -ld /tmp /var/tmp ~).",
    }


@pytest.mark.parametrize(
    ("tail", "said"),
    [
        ("exited with result 1", "exited with result 1"),
        (
            "exited with result 1, stdout output: mkdir: cannot create directory: "
            "Read-only file system\n",
            "exited with result 1, stdout output: mkdir: cannot create directory: "
            "Read-only file system",
        ),
    ],
)
def test_no_place_for_ansibles_files(tail, said):
    text = (
        "Failed to create temporary directory. In some cases, you may have been able to "
        "authenticate and did not have permissions on the target directory. Failed command was: "
        f'( umask 77 && mkdir -p "` echo ~/.ansible/tmp `" ), {tail}'
    )

    assert no_tmpdir(text) == {
        "id": "probe_failed",
        "severity": "block",
        "message": f"Ansible cannot make its temporary directory on this host: mkdir {said}.",
        "fix": "Look on the host at the free space, the mounts and the permissions of the login's "
        "home (df -h ~; ls -ld ~ ~/.ansible), or set ansible_remote_tmp to a directory it can "
        "write.",
    }


def test_another_connection_error():
    assert no_tmpdir("Failed to connect to the host via ssh: Connection refused") is None


@pytest.mark.parametrize(("text", "line"), [("a.\nb.\n\n", "b"), ("", ""), (" \n\t", "")])
def test_one_line(text, line):
    assert one_line(text) == line
