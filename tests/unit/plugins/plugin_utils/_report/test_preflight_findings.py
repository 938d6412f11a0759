# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._report import model
from ansible_collections.k8n.cluster.plugins.plugin_utils._report.findings import (
    Fix,
    compact,
    findings,
)
from preflight_sample import probed


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["n1"], "n1"),
        (["n1", "n2", "n3", "n7"], "n[1-3,7]"),
        (["n09", "n10", "n11", "n9"], "n[09-11], n9"),
        (["n008", "n009", "n010"], "n[008-010]"),
        (["n1.example.org", "n2.example.org", "db"], "n[1-2].example.org, db"),
        (["a", "b", "c", "d"], "a, b, c and 1 more"),
        ([f"n{number}" for number in range(0, 80, 2)],
         "n[0,2,4,6,8,10], n[12,14,16,18,20,22], n[24,26,28,30,32,34] and 22 more"),
        (["(controller)"], "(controller)"),
        (["e\x1b[1m"], "e [1m"),
    ],
)  # fmt: skip
def test_names_are_compact(names: list[str], said: str) -> None:
    assert compact(names, 3) == said


def test_the_same_on_many_hosts_is_one_with_their_own_names_taken_out() -> None:
    probes = {
        name: probed(block("x", f"{name} ({address}) is not n.", f"Rename {name}."))
        for name, address in (("n1", "10.0.0.1"), ("n10", "10.0.0.10"))
    }
    known = {"n1": model.Known(address="10.0.0.1"), "n10": model.Known(address="10.0.0.10")}
    found, fixes = findings(model.build(probes, {}, known=known))
    assert [(each.problem["message"], each.hosts, each.fix) for each in found] == [
        ("HOST (ADDRESS) is not n.", ("n1", "n10"), 1)
    ]
    assert fixes == [Fix(1, "Rename HOST.", ("n1", "n10"))]


def test_what_hosts_say_word_for_word_needs_no_placeholder() -> None:
    probes = {name: probed(warn("x", "a is a word", "Say a.")) for name in ("a", "b")}
    found, fixes = findings(model.build(probes, {}))
    assert [each.problem["message"] for each in found] == ["a is a word"]
    assert [fix.text for fix in fixes] == ["Say a."]


def test_one_host_keeps_its_name() -> None:
    found, fixes = findings(model.build({"n1": probed(warn("x", "n1 is slow.", "See n1."))}, {}))
    assert (found[0].problem["message"], fixes[0].text) == ("n1 is slow.", "See n1.")


def test_many_that_differ_in_numbers_are_one_and_few_are_not() -> None:
    probes = {f"n{number}": probed(warn("x", f"{number}.5 s", "Wait.")) for number in range(5)}
    found, _fixes = findings(model.build(probes, {}))
    assert [(each.problem["message"], len(each.hosts)) for each in found] == [
        ("0.5 s (4 more like this, with other numbers.)", 5)
    ]
    del probes["n3"], probes["n4"]
    assert len(findings(model.build(probes, {}))[0]) == 3


def test_a_fix_that_names_other_numbers_stays_one_of_its_own_host() -> None:
    hosts = range(1, 6)

    def ufw(own: int) -> str:
        others = (number for number in hosts if number != own)
        return " and ".join(f"ufw allow proto tcp from 10.0.0.{number}" for number in others)

    probes = {
        f"n{number}": probed(
            block("port_blocked", f"Port {number} of 10.0.0.{number} is closed.", ufw(number)),
            block("port_taken", f"java (pid {number}) has it.", f"End java (pid {number})."),
        )
        for number in hosts
    }
    known = {name: model.Known(address=f"10.0.0.{name[1:]}") for name in probes}
    found, fixes = findings(model.build(probes, {}, known=known))
    told = {fix.text: fix.hosts for fix in fixes}
    assert told == {
        **{ufw(number): (f"n{number}",) for number in hosts},
        **{f"End java (pid {number}).": (f"n{number}",) for number in hosts},
    }
    for each in found:
        assert told[each.problem["fix"]] == each.hosts


def test_of_what_prepare_fixes_nobody_needs_the_fix() -> None:
    probes = {
        f"n{number}": probed(block("sudo_slow", f"It takes {number} s.", f"Wait {number} s."))
        for number in range(5)
    }
    found, fixes = findings(model.build(probes, {name: ["own_name_lookup"] for name in probes}))
    assert ([len(each.hosts) for each in found], fixes) == ([5], [])


def test_fixes_are_in_the_order_to_apply_them_not_by_severity() -> None:
    probe = probed(
        block("etcd_disk_slow", "m", "disk"),
        block("zzz", "m", "rest"),
        warn("name_server_slow", "m", "dns"),
        block("sudo_slow", "m", "sudo"),
        warn("ssh_high_rtt", "m", "ssh"),
        block("unreachable", "m", "reach"),
    )
    report = model.build(
        {"a": probe},
        {},
        probed(warn("zone_loss", "m", "zones")),
        probed(warn("forks_low", "m", "forks")),
    )
    found, fixes = findings(report)
    wanted = ["forks", "zones", "reach", "ssh", "sudo", "dns", "disk", "rest"]
    assert [fix.text for fix in fixes] == wanted
    assert {each.problem["fix"]: each.fix for each in found} == {
        text: number for number, text in enumerate(wanted, 1)
    }
