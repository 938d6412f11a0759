# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils import _hostname
from ansible_collections.k8n.cluster.plugins.module_utils._hostname import (
    HostnameCheck,
    Lookup,
    Names,
    PendingLookup,
    in_hosts,
    judge,
    name_fault,
    read_names,
    static_name,
    valid_form,
)

HOSTS = """\
127.0.0.1\tlocalhost
10.10.1.2 Node1.example.org node1   # the first
# 10.10.1.3 node3
::1 ip6-localhost
10.10.1.4
"""
FOUND = Lookup(["10.10.1.2"], "node1.example.org", 0.0004, answered=True)
UNKNOWN = Lookup([], None, 0.021, answered=True)
# As measured in the lab with one name server that drops every question.
SILENT = Lookup([], None, 10.0088, answered=False)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("node1", True),
        ("NODE1", True),
        ("node1.example.org", True),
        ("node3", False),
        ("node", False),
        ("first", False),
        ("10.10.1.2", False),
        ("localhost", True),
    ],
)
def test_in_hosts(name, known):
    assert in_hosts(HOSTS, name) is known


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("node1\n", "node1"),
        ("# comment\n\n  node1  \n", "node1"),
        ("", None),
        ("# only\n", None),
    ],
)
def test_static_name(text, name):
    assert static_name(text) == name


@pytest.mark.parametrize(
    "name", ["a", "node1", "node10-1-2", "n.example.org", "10.10.1.2", "a" * 63, "xn--bcher-kva"]
)
def test_valid_names(name):
    assert name_fault(name) is None


RULE = "must consist of lower-case letters, digits and '-' and begin and end with a letter or digit"


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("Node1", f"it {RULE}"),
        ("node_1", f"it {RULE}"),
        ("-node", f"it {RULE}"),
        ("node-", f"it {RULE}"),
        ("nöde", f"it {RULE}"),
        ("node1\n", f"it {RULE}"),
        ("", f"it {RULE}"),
        ("a..b", f"it {RULE}"),
        ("a.b_c.d", f"its part 'b_c' {RULE}"),
        ("a" * 64, "it has 64 characters, at most 63 are allowed"),
    ],
)
def test_invalid_names(name, fault):
    assert name_fault(name) == fault


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Node_1", "node-1"),
        ("-x-", "x"),
        ("a..b", "a.b"),
        ("nöde", "n-de"),
        ("___", "node1"),
        ("a" * 70, "a" * 63),
    ],
)
def test_the_suggestion_is_valid(name, form):
    assert valid_form(name) == form
    assert name_fault(form) is None


def test_read_names(tmp_path):
    (tmp_path / "hostname").write_bytes(b"stat\xffic\n")

    assert read_names(tmp_path / "hostname").static == "stat\ufffdic"
    assert read_names(tmp_path / "none").static is None
    assert read_names(tmp_path / "none").kernel


def test_all_is_well():
    values, problems = judge("node1", Names("node1", "node1"), FOUND, hosts=True)

    assert problems == []
    assert values == {
        "expected": "node1",
        "kernel": "node1",
        "static": "node1",
        "resolved": "node1.example.org",
        "valid": True,
        "matches": True,
        "resolves_to": ["10.10.1.2"],
        "resolve_seconds": 0.0,
        "resolved_by": "hosts",
    }


@pytest.mark.parametrize(
    ("names", "called"),
    [
        (Names("old", "old"), "This host is called 'old', while"),
        (Names("old", None), "This host is called 'old' and has no name in /etc/hostname, while"),
        (
            Names("node1", "old"),
            "This host is called 'node1' and has 'old' in /etc/hostname, while",
        ),
        (
            Names("node1.example.org", "node1.example.org"),
            "This host is called 'node1.example.org', while",
        ),
    ],
)
def test_another_name(names, called):
    values, problems = judge("node1", names, FOUND, hosts=True)

    assert values["matches"] is False
    assert problems == [
        {
            "id": "hostname_mismatch",
            "severity": "block",
            "message": f"{called} the inventory calls it 'node1'. Kubespray renames it without a "
            "line in /etc/hosts, after which every sudo waits for the name servers.",
            "fix": "Run the playbook k8n.cluster.prepare (it writes the line in /etc/hosts first, "
            "then the name), or give the host its present name in the inventory.",
        }
    ]


@pytest.mark.parametrize(
    ("lookup", "by", "answer"),
    [
        (FOUND._replace(seconds=0.04), "dns", "only the name servers know it, which took 0.0 s"),
        (UNKNOWN, "none", "the name servers do not know it, which took 0.0 s"),
        (SILENT, "none", "no name server answered in 10.0 s"),
    ],
)
def test_not_in_the_hosts_file(lookup, by, answer):
    values, problems = judge("node1", Names("node1", "node1"), lookup, hosts=False)

    assert values["resolved_by"] == by
    assert problems == [
        {
            "id": "hostname_not_in_hosts",
            "severity": "warn",
            "message": f"The name 'node1' is not in /etc/hosts; {answer}. A host that does not "
            "find its own name there asks the name servers at every sudo, and waits for them when "
            "they are gone.",
            "fix": "Run the playbook k8n.cluster.prepare, or add a line with this host's address "
            "and 'node1' to its /etc/hosts.",
        }
    ]


@pytest.mark.parametrize(
    "canonical", ["localhost", "old.example.org", "node10", "x\x1b[2J.example.org"]
)
def test_a_full_name_of_another_host(canonical):
    _values, problems = judge(
        "node1", Names("node1", "node1"), FOUND._replace(canonical=canonical), hosts=True
    )

    shown = canonical.replace("\x1b", "")
    assert problems == [
        {
            "id": "hostname_fqdn_differs",
            "severity": "warn",
            "message": f"The full name of 'node1' is {shown!r} on this host itself; its first part should be the "
            "host's own name. Kubespray writes the full name of each control plane host into the API server's "
            "certificate.",
            "fix": "Run the playbook k8n.cluster.prepare, or in the line of /etc/hosts with 'node1' put that name, or "
            "its full name, first.",
        }
    ]


@pytest.mark.parametrize("canonical", [None, "node1", "NODE1.example.org"])
def test_a_full_name_of_its_own(canonical):
    found = FOUND._replace(canonical=canonical)
    assert (
        judge(
            "node1.example.org", Names("node1.example.org", "node1.example.org"), found, hosts=True
        )[1]
        == []
    )


def test_an_invalid_name_in_the_inventory():
    values, problems = judge("Node_1", Names("Node_1", "Node_1"), UNKNOWN, hosts=True)

    assert values["valid"] is False
    assert problems == [
        {
            "id": "hostname_invalid",
            "severity": "block",
            "message": "The inventory calls this host 'Node_1', which is not a valid host name: "
            f"it {RULE}.",
            "fix": "Rename the host in the inventory, for example to 'node-1'.",
        }
    ]


def test_an_invalid_present_name_is_fixed_by_renaming():
    values, problems = judge("node1", Names("Old_Name", "Old_Name"), FOUND, hosts=True)

    assert values["valid"] is False
    assert [problem["id"] for problem in problems] == ["hostname_mismatch"]


def test_every_problem_at_once():
    _values, problems = judge("Node_1", Names("old", "old"), SILENT, hosts=False)

    assert [problem["id"] for problem in problems] == [
        "hostname_invalid",
        "hostname_mismatch",
        "hostname_not_in_hosts",
    ]


def test_a_real_lookup_of_a_name_in_the_hosts_file():
    lookup = PendingLookup("localhost").result(10)

    assert set(lookup.addresses) & {"127.0.0.1", "::1"}
    assert lookup.answered
    assert lookup.seconds < 10


@pytest.mark.parametrize("name", ["nöde", "x" * 300])
def test_a_name_that_cannot_be_looked_up(name):
    lookup = PendingLookup(name).result(10)

    assert lookup.addresses == []
    assert lookup.canonical is None


def test_the_whole_check_of_this_machine():
    measured = HostnameCheck("localhost", timeout=10).measured()

    assert measured["hosts"] is True
    assert measured["names"] == read_names()._asdict()
    assert measured["lookup"]["answered"] is True


def test_a_host_that_keeps_its_name_is_judged_by_that():
    names = Names("old-server", "old-server")

    values, problems = judge(
        "node1", names, Lookup(["10.0.0.1"], "old-server", 0.0, True), True, renamed=False
    )

    assert problems == []
    assert values["matches"] is False
    assert values["expected"] == "node1"

    _values, problems = judge("node1", names, SILENT, False, renamed=False)
    assert [problem["id"] for problem in problems] == ["hostname_not_in_hosts"]
    assert "The name 'old-server' is not in /etc/hosts" in problems[0]["message"]

    # The node of Kubernetes is called as in the inventory all the same.
    _values, problems = judge("Node_1", names, SILENT, True, renamed=False)
    assert [problem["id"] for problem in problems] == ["hostname_invalid"]


@pytest.mark.parametrize(
    ("renamed", "own"), [(None, "no-such-name"), (True, "no-such-name"), (False, None)]
)
def test_which_name_is_looked_up(renamed, own, monkeypatch):
    asked: list[str] = []
    monkeypatch.setattr(_hostname, "PendingLookup", asked.append)

    HostnameCheck("no-such-name", timeout=10, renamed=renamed)

    assert asked == [own or read_names().kernel]


@pytest.mark.parametrize(("renamed", "found"), [(None, False), (True, False), (False, True)])
def test_which_name_is_looked_for_in_the_hosts_file(renamed, found, monkeypatch):
    names = Names("old-server", "old-server")
    monkeypatch.setattr(_hostname, "read_names", lambda: names)
    monkeypatch.setattr(_hostname, "_read", lambda path: "127.0.1.1 old-server\n")

    measured = HostnameCheck("no-such-name", timeout=10, renamed=renamed).measured()

    assert measured["names"] == names._asdict()
    assert measured["hosts"] is found
