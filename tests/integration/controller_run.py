# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the tests run the playbook controller, and the shell of a user who sourced what it made."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

from conftest import Ran, run

CHANGED = re.compile(r"^localhost +: ok=\d+ +changed=(\d+) ", re.M)


def controller(directory: Path, *arguments: str, **variables: str) -> Ran:
    return run(
        "ansible-playbook", "k8n.cluster.controller", *arguments,
        "-e", json.dumps({"k8n_dir": str(directory), **variables}),
        cwd=next(folder for folder in directory.parents if folder.is_dir()),
    )  # fmt: skip


def changed(ran: Ran) -> int:
    assert ran.code == 0, ran.output[-9000:]
    found = CHANGED.search(ran.output)
    assert found
    return int(found.group(1))


def activated(directory: Path, command: str, shell: str = "sh") -> str:
    """The output of a command in a shell that sourced the file; the text is this file's own."""
    done = subprocess.run(
        [shell, "-euc", f"PS1='$ '\n. '{directory}/activate'\n{command}"],
        capture_output=True,
        check=False,
        text=True,
        cwd=directory.parent,
        env={"PATH": "/usr/bin:/bin", "HOME": os.environ["HOME"], "LANG": "C.UTF-8"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tasks_of_kubespray(directory: Path, playbook: str) -> str:
    """Check the syntax of a playbook of ours, and list its tasks; those of Kubespray have to be among them."""
    (directory.parent / "three.k8n.yml").write_text(
        "plugin: k8n.cluster.ip_list\nnodes: 10.0.0.1-3\n"
    )
    call = f"ansible-playbook -i three.k8n.yml k8n.cluster.{playbook}"
    said = activated(directory, f"{call} --syntax-check > /dev/null\n{call} --list-tasks")
    # Of Kubespray, and not only of what explains a Kubespray that cannot be used.
    assert "preinstall : " in said
    return said
