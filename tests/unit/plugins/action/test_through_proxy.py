# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a proxy's password is while a module runs, seen from within the module's own processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import ansible_collections
import pytest

PROXY = "http://me:s3cr%2Ft@127.0.0.1:9"
# Says whether the proxy is in the environment, and in the command line of any process between here and the test. The
# words that it looks for are apart, since it is in a command line itself.
LOOK = """
import os
seen, pid = "absent", os.getpid()
while pid > 1:
    with open(f"/proc/{pid}/cmdline") as cmdline:
        text = cmdline.read()
    if "PLAYBOOK" ".json" in text:
        break
    if "s3cr" in text:
        seen = "present"
    with open(f"/proc/{pid}/status") as status:
        pid = next(int(line.split()[1]) for line in status if line.startswith("PPid:"))
print(os.environ.get("https_proxy", "none").count("s3cr"), seen, os.environ.get("https_proxy"))
""".replace("s3cr", "s3c" + '" "r')


def run(tmp_path: Path, task: dict[str, Any], *arguments: str, **environment: str) -> str:
    """The output of a play with one task; the proxy is read from a file, as from a vault."""
    (tmp_path / "proxy.json").write_text(json.dumps({"proxy": PROXY}))
    play = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": sys.executable},
        "tasks": [{**task, "register": "done"}, {"ansible.builtin.debug": {"var": "done.stdout"}}],
    }
    (tmp_path / "PLAYBOOK.json").write_text(json.dumps([play]))
    collections = os.pathsep.join(str(Path(path).parent) for path in ansible_collections.__path__)
    done = subprocess.run(
        [
            sys.executable, "-m", "ansible", "playbook", "-e", "@proxy.json", "-vvvv", *arguments,
            "PLAYBOOK.json",
        ],
        capture_output=True,
        check=False,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "ANSIBLE_HOME": str(tmp_path), "ANSIBLE_NOCOLOR": "1",
             "ANSIBLE_COLLECTIONS_PATH": collections, **environment},
    )  # fmt: skip
    return done.stdout + done.stderr


COMMAND = {
    "module": "ansible.builtin.command",
    "args": {"argv": [sys.executable, "-c", LOOK]},
}


def test_it_is_in_the_environment_and_in_no_command_line_or_output(tmp_path: Path) -> None:
    said = run(tmp_path, {"k8n.cluster.through_proxy": {**COMMAND, "proxy": "{{ proxy }}"}})
    assert '"done.stdout": "1 absent ' in said
    assert "s3cr" not in said


def test_the_keyword_environment_would_show_it(tmp_path: Path) -> None:
    """Why there is this module at all; and that the test above would notice."""
    task = {
        "ansible.builtin.command": COMMAND["args"],
        "environment": {"https_proxy": "{{ proxy }}"},
    }
    assert '"done.stdout": "1 present ' in run(tmp_path, task)


def test_without_a_proxy_that_of_the_environment_stays(tmp_path: Path) -> None:
    said = run(
        tmp_path, {"k8n.cluster.through_proxy": {**COMMAND, "proxy": ""}}, https_proxy="http://p:1"
    )
    assert '"done.stdout": "0 absent http://p:1"' in said


@pytest.mark.parametrize(
    ("proxy", "connection", "wanted"),
    [
        (
            "http://me:s3cret@p",
            "local",
            "controller_proxy is not of the form http://[USER:PASSWORD@]HOST:PORT.",
        ),
        (PROXY, "ssh", "through_proxy works on the control node only: connection: local"),
    ],
)
def test_what_it_refuses(proxy: str, connection: str, wanted: str, tmp_path: Path) -> None:
    task = {
        "k8n.cluster.through_proxy": {**COMMAND, "proxy": proxy},
        "vars": {"ansible_connection": connection},
    }
    said = run(tmp_path, task)
    assert f'"msg": "{wanted}"' in said
    assert "Traceback" not in said
