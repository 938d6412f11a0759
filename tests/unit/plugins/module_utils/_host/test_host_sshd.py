# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import stat

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._host import sshd

PRINTED = "port 22\nmaxsessions 10\nmaxstartups 10:30:100\npermitrootlogin no\n"
LIMITS = {"max_sessions": 10, "max_startups": {"start": 10, "rate": 30, "full": 100}}


@pytest.fixture
def script(tmp_path):
    """Puts a shell script in the place of sshd."""

    def make(name, text):
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return make


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
    assert sshd.parse(text) == found


def test_the_limits_of_the_login(script, tmp_path, monkeypatch):
    text = f'echo "$@" > {tmp_path}/args\nprintf "maxsessions 7\\nmaxstartups 1:2:3\\n"'
    monkeypatch.setattr(sshd, "_SSHD", str(script("sshd", text)))

    assert sshd.collect({"login": "server"}) == {
        "limits": {"max_sessions": 7, "max_startups": {"start": 1, "rate": 2, "full": 3}}
    }
    assert (tmp_path / "args").read_text(encoding="utf-8") == (
        "-T -C user=server,host=localhost,addr=127.0.0.1\n"
    )


@pytest.mark.parametrize("text", ["exit 1", f"printf '{PRINTED}'; exit 1", "echo nothing"])
def test_an_sshd_that_does_not_say_is_no_error(script, monkeypatch, text):
    monkeypatch.setattr(sshd, "_SSHD", str(script("sshd", text)))

    assert sshd.collect({}) == {"limits": None}


def test_no_sshd_is_no_error(monkeypatch, tmp_path):
    monkeypatch.setattr(sshd, "_SSHD", str(tmp_path / "none"))

    assert sshd.collect({}) == {"limits": None}
