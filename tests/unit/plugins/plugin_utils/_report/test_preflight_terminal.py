# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._report import model
from ansible_collections.k8n.cluster.plugins.plugin_utils._report.between import measured
from ansible_collections.k8n.cluster.plugins.plugin_utils._report.terminal import table
from preflight_sample import DNS, SLOW, hostile, large, peers, probed


def test_the_worst_host_comes_first_and_its_rows_stay_together() -> None:
    report = model.build({"a": probed(DNS), "b": probed(DNS, SLOW), "c": probed()}, {})
    assert table(report, 80) == (
        "PREFLIGHT: 1 of 3 hosts with nothing wrong. Found: 1 that blocks, 2 warnings.\n"
        "\n"
        "HOST           FIX  FOUND\n"
        "b     block      1  sudo_slow: One sudo takes 20.0 s.\n"
        "a, b  warn       2  hostname_not_in_hosts: Not in /etc/hosts.\n"
        "\n"
        "Nothing wrong on: c.\n"
        "\n"
        "FIXES, in this order:\n"
        "1. Run k8n.cluster.prepare.\n"
        "   on b\n"
        "2. Add it.\n"
        "   on a, b"
    )


def test_all_well_is_short() -> None:
    report = model.build(
        {"a": probed(passed=["swap_on", "sudo_slow"]), "b": probed(passed=["swap_on"])}, {}
    )
    assert table(report, 80) == ("PREFLIGHT: 2 of 2 hosts with nothing wrong.\nChecks: 3 passed.")


def test_what_prepare_fixes_has_no_fix_of_its_own() -> None:
    report = model.build({"a": probed(SLOW)}, {"a": ["own_name_lookup"]})
    assert table(report, 80) == (
        "PREFLIGHT: 0 of 1 host with nothing wrong. Found: 1 that prepare fixes.\n"
        "\n"
        "HOST           FIX  FOUND\n"
        "a     prepare       sudo_slow: One sudo takes 20.0 s."
    )


def test_what_did_not_pass_and_is_no_problem_is_said() -> None:
    run = model.Run(levels={"swap_on": "off", "zone_loss": "block"}, left_out=("n7", "n8"))
    probe = probed(
        passed=["swap_on"],
        unknown=[
            {"id": name, "reason": "sudo does not work."} for name in ("w", "x", "y", "z", "z")
        ],
    )
    report = model.build({"a": probe, "b": probe}, {}, run=run)
    assert table(report, 100) == (
        "PREFLIGHT: 2 of 2 hosts with nothing wrong. 10 checks could not be made: sudo does not work.\n"
        "Checks: 0 passed, 10 unknown.\n"
        "Unknown on a, b: w, x, y and 1 more. sudo does not work.\n"
        "1 check switched off: swap_on.\n"
        "1 check with another level: zone_loss block.\n"
        "Left out of this run: n[7-8]; nothing is known of them, nor of their connections."
    )


def test_levels_that_only_some_hosts_have_are_said_with_them() -> None:
    own = {"a": {"swap_on": "off", "memory_low": "warn"}, "b": {}, "c": {"zone_loss": "block"}}
    run = model.Run(levels={"zone_loss": "block"}, host_levels=own)
    text = table(model.build(dict.fromkeys("abc", probed()), {}, run=run), 100)
    assert text.split("\n")[1:] == [
        "1 check with another level: zone_loss block.",
        "Levels of a alone: memory_low warn, swap_on off.",
        "Levels of b alone: none but the default ones.",
    ]


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (peers(4), "24 of 24 tried ports are open, on all 12 pairs of hosts."),
        (
            peers(3, 497),
            "8,958 of 8,958 tried ports are open, on 4,479 of 249,500 pairs of hosts: control plane and etcd in "
            "full, each of 497 workers with 3 of those and 3 workers.",
        ),
        # Nothing of which could be a sample: the missing pairs are those of hosts that are unknown themselves.
        (
            {**peers(3), "sample": {**peers(3)["sample"], "pairs": 2}},
            "12 of 12 tried ports are open, on 2 of 6 pairs of hosts.",
        ),
        (
            {**peers(2), "ports": {"pairs": {}, "tried": 0, "open": 0, "blocked": []}},
            "No port was tried, on all 2 pairs of hosts.",
        ),
        (peers(1), ""),
        ({"skipped": True}, ""),
    ],
)
def test_how_much_was_measured_between_hosts_is_one_line(result: dict[str, Any], said: str) -> None:
    run = model.Run(between=measured([{"hosts": {}}, result]))
    text = table(model.build({"a": probed()}, {}, between=[result], run=run), 300)
    assert text.split("\n")[1:] == ([f"Between hosts: {said}"] if said else [])


def test_what_a_host_sent_cannot_steer_the_terminal() -> None:
    evil = block("x", "\x1b[2Jgone\r\n\x07", "no\tway")
    text = table(model.build({"a": probed(evil)}, {}), 80)
    assert "block      1  x:  [2Jgone" in text
    for each in (text, table(hostile(), 80)):
        assert all(char.isprintable() for line in each.split("\n") for char in line)


def test_no_line_is_wider_than_asked_for_and_long_names_are_whole() -> None:
    name = "a-very-long-name-of-a-host.in.a.long.domain.example.org"
    problem = block("sudo_slow", "word " * 60, "fix " * 40)
    text = table(model.build({name: probed(problem)}, {}), 80)
    assert max(len(line) for line in text.split("\n")) <= 80
    assert "".join(line[:24].strip() for line in text.split("\n")[3:6]) == name


def test_hundreds_of_hosts_are_a_screen() -> None:
    text = table(large(500, 90), 80)
    assert text.startswith("PREFLIGHT: 428 of 500 hosts with nothing wrong. Found: 72 warnings.")
    assert len(text.split("\n")) < 40
    assert max(len(line) for line in text.split("\n")) <= 80


def test_a_terminal_gets_a_hundred_findings_and_how_many_more_there_are() -> None:
    words = ["".join(chr(97 + int(digit)) for digit in str(number)) for number in range(150)]
    probes = {"a": probed(*(warn("x", f"Found {word}.", f"Fix {word}.") for word in words))}
    text = table(model.build(probes, {}), 80)
    assert "\n... and 50 more findings.\n" in text
    assert "\n... and 50 more fixes." in text


def test_problems_of_the_controller_come_before_the_inventorys() -> None:
    lines = table(model.build({"a": probed()}, {}, probed(DNS), probed(SLOW)), 80).split("\n")
    assert [line.split()[0] for line in lines[3:5]] == ["(controller)", "(inventory)"]


def test_the_second_report_of_a_run_says_what_has_changed_and_what_is_left() -> None:
    mount = block("mount_noexec", "/var is noexec.", "Mount it otherwise.")
    first = model.build(
        {"a": probed(SLOW, DNS), "b": probed(DNS, mount)}, {"a": ["own_name_lookup"]}
    )
    before = [(row.host, row.problem["id"]) for row in first.rows]
    swap = warn("swap_on", "Swap is on.", "Switch it off.")
    second = model.build(
        {"a": probed(DNS, passed=["sudo_slow"]), "b": probed(DNS, mount, swap)}, {}
    )
    assert table(second, 100, before) == (
        "PREFLIGHT: 0 of 2 hosts with nothing wrong. Found: 1 that blocks, 3 warnings.\n"
        "Since the first look: sudo_slow on a is gone.\n"
        "Still there, with the fixes above: hostname_not_in_hosts on a, b.\n"
        "\n"
        "HOST           FIX  FOUND\n"
        "b     block      1  mount_noexec: /var is noexec.\n"
        "      warn       2  swap_on: Swap is on.\n"
        "\n"
        "FIXES, in this order:\n"
        "1. Mount it otherwise.\n"
        "   on b\n"
        "2. Switch it off.\n"
        "   on b\n"
        "\n"
        "Checks: 1 passed."
    )
    assert table(second, 100, []).splitlines()[1] == "Since the first look: nothing is gone."


def test_the_headline_counts_what_is_unknown_and_says_why() -> None:
    unknown = [{"id": name, "reason": "No root."} for name in ("x", "y")]
    one = model.build({"a": probed(unknown=unknown)}, {})
    assert table(one, 200).splitlines()[0] == (
        "PREFLIGHT: 1 of 1 host with nothing wrong. 2 checks could not be made: No root."
    )
    other = model.build({"a": probed(unknown=[*unknown, {"id": "z", "reason": "No idea."}])}, {})
    assert (
        table(other, 200).splitlines()[0].endswith("3 checks could not be made, mostly: No root.")
    )
