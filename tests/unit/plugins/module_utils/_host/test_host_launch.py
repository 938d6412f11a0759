# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import stat

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._host import launch
from host_program import PROGRAM

PASSWORDLESS = {"status": "passwordless", "seconds": {"median": 0.01}}
PASSWORD_OK = {"status": "password_ok", "seconds": {"median": 0.01}}


@pytest.fixture
def fake_sudo(tmp_path, monkeypatch):
    """Puts a shell script in the place of sudo."""

    def make(text):
        path = tmp_path / "sudo"
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    return make


def test_the_real_process():
    answer = launch.launch({"login": "root"}, {"status": "requires_tty"}, None, PROGRAM)

    assert answer["root"] is (os.geteuid() == 0)
    assert answer["found"]["identity"]["hostname"] == os.uname().nodename
    assert answer["failed"] == {}


def test_through_the_sudo_that_works_for_the_login(fake_sudo, tmp_path):
    fake_sudo(f'echo "$1 $2 $3" > {tmp_path}/args; shift 2; exec "$@"')

    answer = launch.launch({}, PASSWORDLESS, "not asked for", PROGRAM)

    assert answer["found"]["identity"]["hostname"] == os.uname().nodename
    assert (tmp_path / "args").read_text(encoding="utf-8").startswith("-k -n /")


def test_the_password_comes_before_the_request_and_in_no_argument(fake_sudo, tmp_path):
    fake_sudo(
        f'echo "$@" > {tmp_path}/args; read -r password; echo "$password" > {tmp_path}/in\n'
        'shift 4; exec "$@"'
    )

    answer = launch.launch(
        {"proxies": {"http_proxy": "http://u:pw@p"}}, PASSWORD_OK, "secret", PROGRAM
    )

    assert answer["found"]["identity"]
    assert (tmp_path / "in").read_text(encoding="utf-8") == "secret\n"
    args = (tmp_path / "args").read_text(encoding="utf-8")
    assert args.startswith("-k -S -p k8n-cluster-password: /")
    assert "secret" not in args and "u:pw" not in args


def test_with_the_program_and_the_options_in_force_whatever_its_prompt(fake_sudo, tmp_path):
    fake_sudo(f'echo "$@" > {tmp_path}/args; read -r password; shift 5; exec "$@"')
    (tmp_path / "sudo").rename(tmp_path / "sudo.ws")
    sudo = {**PASSWORD_OK, "status": "prompt_unknown"}

    answer = launch.launch({}, sudo, "secret", PROGRAM, ("sudo.ws", "-H"))

    assert answer["found"]["identity"]
    args = (tmp_path / "args").read_text(encoding="utf-8")
    assert args.startswith("-k -H -S -p k8n-cluster-password: /")


@pytest.mark.parametrize(
    "sudo",
    [
        {"status": "password_required", "seconds": {"median": 0.01}},
        {"status": "requires_tty", "seconds": None},
        {"status": "passwordless", "seconds": {"median": 5.1}},
        {"status": "root", "seconds": None},
        {"status": "sudo_missing", "seconds": None},
    ],
)
def test_without_a_quick_sudo_none_is_run(fake_sudo, tmp_path, sudo):
    fake_sudo(f"touch {tmp_path}/ran; exit 1")

    answer = launch.launch({}, sudo, None, PROGRAM)

    assert answer["found"]["identity"]
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("text", ["echo no >&2; exit 1", "echo garbage", "echo '[]'", "exit 0"])
def test_a_sudo_that_does_not_let_python_run_leaves_the_login(fake_sudo, text):
    fake_sudo(text)

    assert launch.launch({}, PASSWORDLESS, None, PROGRAM)["found"]["identity"]


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'x\033[31m secret' >&2; exit 3", "x[31m ********, and it ended with 3"),
        ("exit 4", "it said nothing, and it ended with 4"),
        ("cat > /dev/null; echo '[]'", "its answer is not a dictionary"),
        ("head -c 300000 /dev/zero | tr '\\0' '['", "it said nothing, and it ended with 0"),
        ("sleep 60", "there was no answer after 0.5 s"),
    ],
)
def test_no_answer_at_all(tmp_path, monkeypatch, script, reason):
    monkeypatch.setattr(launch, "_PYTHON", ("/bin/sh", "-c", script))
    if script.startswith("sleep"):
        monkeypatch.setattr(launch, "_SECONDS", 0.5)

    answer = launch.launch({}, {"status": "root"}, "secret", PROGRAM)

    assert answer == {
        "root": False,
        "container": None,
        "found": {},
        "failed": {"": reason},
    }


def test_no_python(monkeypatch):
    monkeypatch.setattr(launch, "_PYTHON", ("/none/python3",))

    assert launch.launch({}, {"status": "root"}, None, PROGRAM)["failed"] == {
        "": "cannot execute /none/python3: No such file or directory"
    }
