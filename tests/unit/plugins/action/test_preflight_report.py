# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two actions around a preflight in a real ansible-playbook. No host is contacted."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.k8n.cluster.plugins.action import (
    kubespray_decision,
    preflight_report,
    preflight_settings,
)
from ansible_collections.k8n.cluster.plugins.modules import kubespray_decision as decision_docs
from ansible_collections.k8n.cluster.plugins.modules import preflight_report as report_docs
from ansible_collections.k8n.cluster.plugins.modules import preflight_settings as settings_docs
from ansible_collections.k8n.cluster.tests.unit import apart

PLAYBOOK = """\
- hosts: k8s_cluster
  gather_facts: false
  tasks:
    - k8n.cluster.preflight_settings: {hosts: "{{ ansible_play_hosts }}"}
      run_once: true
      register: wanted
    - k8n.cluster.preflight_report:
        probes: "{{ dict(ansible_play_hosts | product([{'problems': [], 'passed': ['swap_on', 'sudo_slow']}])) }}"
        checks: "{{ wanted.run.levels }}"
        host_checks: "{{ wanted.levels }}"
        started: "{{ wanted.started }}"
        dest: "{{ k8n_report_dir | default(omit) }}"
      run_once: true
"""
HOSTS = {
    "all": {
        "children": {
            "k8s_cluster": {
                "children": {
                    "kube_control_plane": {"hosts": {"n1": {"ip": "10.105.1.11"}}},
                    "kube_node": {"hosts": {"n2": {"k8n_zone": "attic"}, "n3": {}}},
                }
            }
        }
    }
}
Play = Callable[..., tuple[int, str]]


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Runs the playbook in tmp_path; returns how it ended and what it printed."""
    (tmp_path / "home").mkdir()
    (tmp_path / "site.yml").write_text(PLAYBOOK)
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump(HOSTS))

    def run(*arguments: str) -> tuple[int, str]:
        done = apart.ansible(
            tmp_path, "playbook", "-i", "hosts.yml", "site.yml", *arguments, COLUMNS="100"
        )
        return done.returncode, done.stdout

    return run


def test_every_mistake_is_said_once_with_its_hosts(play: Play, tmp_path: Path) -> None:
    folder = tmp_path / "host_vars"
    folder.mkdir()
    (folder / "n2.yml").write_text("k8n_checks: {sudo_slow: off, zone_los: off}\n")
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "group_vars" / "all.yml").write_text("k8n_thresholds: [1]\n")
    code, output = play()
    assert code == 2
    assert (
        "- k8n_thresholds is [1]; it must be a dictionary, such as k8n_thresholds: {etcd_fsync_p99_ms: 20}.\n"
        "- k8n_checks: there is no check 'zone_los'; did you mean zone_loss? (on n2)\n"
    ) in output
    assert '"msg": "2 mistakes in variables of the checks, above."' in output
    assert "preflight_report" not in output


def test_of_two_values_the_one_counts_that_a_task_would_have(play: Play, tmp_path: Path) -> None:
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "group_vars" / "all.yml").write_text("k8n_thresholds: [1]\nk8n_checks: [1]\n")
    (tmp_path / "host_vars").mkdir()
    (tmp_path / "host_vars" / "n2.yml").write_text("k8n_thresholds: [2]\n")
    of_play = "  gather_facts: false\n  vars: {k8n_thresholds: [3]}\n"
    (tmp_path / "site.yml").write_text(PLAYBOOK.replace("  gather_facts: false\n", of_play))
    _code, output = play("-e", '{"k8n_checks": [4]}')
    said = re.findall(r"- (\S+) is (\S+); ", output)
    assert said == [("k8n_checks", "[4]"), ("k8n_thresholds", "[3]")]


def test_a_variable_that_cannot_be_evaluated_is_named(play: Play, tmp_path: Path) -> None:
    (tmp_path / "host_vars").mkdir()
    (tmp_path / "host_vars" / "n2.yml").write_text("k8n_checks: '{{ nowhere }}'\n")
    code, output = play()
    assert code == 2
    assert "k8n_checks of n2 has no value: " in output and "'nowhere' is undefined" in output


def test_a_cluster_directory_gets_its_reports(play: Play, tmp_path: Path) -> None:
    (tmp_path / ".k8n").mkdir()
    code, output = play("-e", '{"k8n_checks": {"swap_on": false}}', "--limit", "n1,n2")
    assert code == 0
    assert (
        "PREFLIGHT: 2 of 2 hosts with nothing wrong.\n"
        "Checks: 2 passed.\n"
        "1 check switched off: swap_on.\n"
        "Left out of this run: n3; nothing is known of it, nor of its connections.\n"
        "The whole report: reports/preflight.html\n"
    ) in output
    written: dict[str, Any] = json.loads((tmp_path / "reports" / "preflight.json").read_text())
    assert [
        (host["name"], host["zone"], host["address"], host["roles"]) for host in written["hosts"]
    ] == [
        ("n1", "10.105.1.0/24", "10.105.1.11", ["control plane"]),
        ("n2", "attic", None, ["worker"]),
    ]
    assert written["left_out"] == ["n3"]
    assert written["levels"] == {"swap_on": "off"}
    assert written["started"].startswith("20")
    assert stat.S_IMODE((tmp_path / "reports").stat().st_mode) == 0o700


def test_a_group_may_have_levels_of_its_own(play: Play, tmp_path: Path) -> None:
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "group_vars" / "kube_control_plane.yml").write_text("k8n_checks: {swap_on: off}\n")
    (tmp_path / "group_vars" / "kube_node.yml").write_text("k8n_checks: {sudo_slow: warn}\n")
    _code, output = play("-e", f"k8n_report_dir={tmp_path}")
    # swap_on has passed on all; only n1, which is the first host, has it off.
    assert "Checks: 5 passed.\n1 check switched off: swap_on.\n" in output
    assert "Levels of n[2-3] alone: sudo_slow warn.\n" in output
    written: dict[str, Any] = json.loads((tmp_path / "preflight.json").read_text())
    assert [host["checks"]["swap_on"]["status"] for host in written["hosts"]] == [
        "off", "passed", "passed",
    ]  # fmt: skip


def test_a_waiver_is_the_level_warn_and_an_earlier_name_still_works(
    play: Play, tmp_path: Path
) -> None:
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "group_vars" / "all.yml").write_text(
        "k8n_waivers: [{check: swap_on, until: 2999-12-31}, stop_if_new]\nk8n_checks: {os: warn}\n"
    )
    _code, output = play("-e", f"k8n_report_dir={tmp_path}")
    text = " ".join(output.split())
    assert "os is deprecated, and the next release does not know it any more." in text
    written = json.loads((tmp_path / "preflight.json").read_text())
    assert written["levels"] == {"os_unsupported": "warn", "swap_on": "warn"}
    assert written["host_levels"] == []
    code, output = play("-e", '{"k8n_checks": {"swap_on": "block"}}')
    assert code == 2
    assert (
        "- k8n_checks: swap_on is block, and k8n_waivers waives it; keep one of the two.\n"
        in output
    )
    _code, output = play("-e", '{"k8n_waivers": [{"check": "swap_on", "until": "2020-01-01"}]}')
    assert "k8n_waivers[0]: the waiver of swap_on ended on 2020-01-01." in " ".join(output.split())


def test_elsewhere_a_report_is_written_only_where_it_is_wanted(play: Play, tmp_path: Path) -> None:
    _code, output = play()
    assert "For the whole report as HTML, JSON and JUnit: -e k8n_report_dir=reports\n" in output
    _code, output = play("-e", "k8n_report_dir=there", "--check")
    assert "No report is written in check mode.\n" in output
    assert not (tmp_path / "there").exists()
    play("-e", f"k8n_report_dir={tmp_path}/there")
    assert sorted(path.name for path in (tmp_path / "there").iterdir()) == [
        "preflight.html", "preflight.json", "preflight.junit.xml",
    ]  # fmt: skip


def test_a_folder_that_cannot_be_written_is_said_and_no_failure(play: Play, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, output = play("-e", "k8n_report_dir=file")
    assert code == 0
    assert "The report cannot be written: file: File exists.\n" in output
    assert "Give -e k8n_report_dir=FOLDER to write it elsewhere.\n" in output


@pytest.mark.parametrize(
    ("action", "docs"),
    [
        (preflight_report, report_docs),
        (preflight_settings, settings_docs),
        (kubespray_decision, decision_docs),
    ],
)
def test_the_documentation_has_the_options(action: Any, docs: Any) -> None:
    documented = yaml.safe_load(docs.DOCUMENTATION)["options"]
    assert _shape(documented, "suboptions") == _shape(action.ActionModule.spec, "options")


def _shape(options: dict[str, Any], nested: str) -> dict[str, Any]:
    keys = ("type", "elements", "default", "required", "choices")
    return {
        name: {
            **{key: option[key] for key in keys if key in option},
            "nested": _shape(option[nested], nested) if nested in option else None,
        }
        for name, option in options.items()
    }


BY_NAME = """\
- hosts: k8s_cluster
  gather_facts: false
  tasks:
    - ansible.builtin.fail: {msg: gone}
      when: inventory_hostname == 'n3'
    - ansible.builtin.set_fact:
        probe: {problems: [], passed: [swap_on]}
        compared: {hosts: {n1: {problems: [], passed: [twin], unknown: [], not_applicable: []}}}
    - k8n.cluster.preflight_report:
        probes: probe
        between: [compared]
        controller: "{{ controller | default(omit) }}"
        settings: "{{ settings | default({}) }}"
        dest: .
      run_once: true
"""


def test_results_by_name_and_a_host_that_failed_earlier(play: Play, tmp_path: Path) -> None:
    (tmp_path / "site.yml").write_text(BY_NAME)
    _code, output = play()
    written: dict[str, Any] = json.loads((tmp_path / "preflight.json").read_text())
    checks = {host["name"]: host["checks"] for host in written["hosts"]}
    passed = {"status": "passed"}
    assert checks["n1"] == {"swap_on": passed, "twin": passed}
    [problem] = checks["n3"]["probe_failed"]["problems"]
    assert problem["message"] == "The check did not run: this host failed earlier in this run."
    assert "PREFLIGHT: 2 of 3 hosts with nothing wrong." in output


def test_names_that_hold_no_result(play: Play, tmp_path: Path) -> None:
    (tmp_path / "site.yml").write_text(BY_NAME)
    code, output = play("-e", '{"controller": "nothing", "settings": [1]}')
    wanted = "it must be a dictionary, or the name that a task has registered one by"
    assert code == 2
    assert (
        f"k8n.cluster.preflight_report: controller is 'nothing', {wanted}; settings is [1], {wanted}."
        in output
    )
    assert not (tmp_path / "preflight.json").exists()
