# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import stat

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils import _sshd

PRINTED = "port 22\nmaxsessions 10\nmaxstartups 10:30:100\npermitrootlogin no\n"
LIMITS = {"max_sessions": 10, "max_startups": {"start": 10, "rate": 30, "full": 100}}


@pytest.fixture
def script(tmp_path, monkeypatch):
    """Puts a shell script in the place of sudo or of sshd."""

    def make(name, text):
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        return path

    return make


def sudo(status, seconds=0.01):
    return {"status": status, "user": "server", "seconds": {"min": seconds, "median": seconds}}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (PRINTED, LIMITS),
        (f"sudo: unable to resolve host n1\n{PRINTED}", LIMITS),
        ("", None),
        ("maxsessions 10\n", None),
        ("maxsessions many\nmaxstartups 10:30:100\n", None),
        ("xmaxsessions 10\nmaxstartups 10:30:100\n", None),
    ],
)
def test_parse(text, found):
    assert _sshd.parse(text) == found


def test_through_the_sudo_that_works_for_the_login(script, tmp_path):
    script("sudo", f'echo "$@" > {tmp_path}/args\nprintf "maxsessions 7\\nmaxstartups 1:2:3\\n"')

    assert _sshd.limits(sudo("passwordless"), None) == {
        "max_sessions": 7,
        "max_startups": {"start": 1, "rate": 2, "full": 3},
    }
    assert (tmp_path / "args").read_text(encoding="utf-8") == (
        "-k -n /usr/sbin/sshd -T -C user=server,host=localhost,addr=127.0.0.1\n"
    )


def test_the_password_is_given_where_sudo_wants_one(script, tmp_path):
    script("sudo", f"cat > {tmp_path}/stdin\nprintf 'maxsessions 7\\nmaxstartups 1:2:3\\n'")

    limits = _sshd.limits(sudo("password_ok"), "secret")
    assert limits is not None
    assert limits["max_sessions"] == 7
    assert (tmp_path / "stdin").read_text(encoding="utf-8") == "secret\n"


def test_root_needs_no_sudo(script, monkeypatch):
    script("sudo", "exit 1")
    monkeypatch.setattr(_sshd, "_SSHD", str(script("sshd", f"printf '{PRINTED}'")))

    assert _sshd.limits(sudo("root"), None) == LIMITS


@pytest.mark.parametrize(
    "found",
    [
        sudo("password_required"),
        sudo("requires_tty"),
        sudo("timed_out", 30.0),
        sudo("passwordless", 1.1),
        {"status": "sudo_missing", "user": "server", "seconds": None},
    ],
)
def test_without_a_quick_sudo_nothing_is_run(script, tmp_path, found):
    script("sudo", f"touch {tmp_path}/ran\nprintf '{PRINTED}'")

    assert _sshd.limits(found, None) is None
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("script_text", ["exit 1", f"printf '{PRINTED}'; exit 1", "echo nothing"])
def test_an_sshd_that_does_not_say_is_no_error(script, script_text):
    script("sudo", script_text)

    assert _sshd.limits(sudo("passwordless"), None) is None


def test_no_sshd_and_no_sudo_are_no_error(monkeypatch, tmp_path):
    monkeypatch.setattr(_sshd, "_SSHD", str(tmp_path / "none"))
    monkeypatch.setenv("PATH", str(tmp_path))

    assert _sshd.limits(sudo("root"), None) is None
    assert _sshd.limits(sudo("passwordless"), None) is None
