# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which playbooks follow each other, and what stops a run: nothing that must not be skipped is left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import collection

PLAYBOOKS = Path(collection.__file__).resolve().parents[3] / "playbooks"
CLUSTER = ":".join(("k8s_cluster", "kube_control_plane", "kube_node", "etcd", "calico_rr"))


def entries(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((PLAYBOOKS / f"{name}.yml").read_text())
    return found


def imports(name: str) -> list[str]:
    """What a playbook imports, in order."""
    return [
        str(entry.get("ansible.builtin.import_playbook", "")).strip() for entry in entries(name)
    ]


def tasks(name: str) -> Iterator[dict[str, Any]]:
    for entry in entries(name):
        listed = entry.get("tasks", [entry])
        for task in listed:
            yield from task.get("block", [task])


def test_deploy_checks_before_and_after_prepare_strictly_and_verifies_in_the_end() -> None:
    first, *rest = imports("deploy")
    assert first == (
        "{{ 'k8n.cluster.audit' if ignore_assert_errors is defined else 'k8n.cluster.check_kubespray' }}"
    )
    assert rest == [
        "k8n.cluster.preflight_before_prepare",
        "k8n.cluster.prepare",
        "k8n.cluster.preflight",
        "k8n.cluster.kubespray",
        "k8n.cluster.verify",
    ]
    assert entries("deploy")[-1]["vars"] == {"k8n_verify_after_deploy": True}


def test_kubespray_runs_after_its_audit_and_with_what_that_has_decided() -> None:
    first, _between, last = imports("kubespray")
    assert first == "k8n.cluster.audit"
    assert "lookup('k8n.cluster.kubespray_playbook', k8n_playbook | default('cluster'))" in last
    assert entries("kubespray")[-1]["vars"] == {
        "ignore_assert_errors": "{{ __k8n_ignore_assert_errors | default(false) }}"
    }
    assert imports("audit")[0] == "k8n.cluster.check_kubespray"


def test_only_the_preflight_before_prepare_lets_anything_pass() -> None:
    """What a play tells the report in a variable of its own is what prepare will change."""
    both = ("preflight", "preflight_before_prepare")
    lenient = [name for name in both if any(entry.get("vars") for entry in entries(name))]
    assert lenient == ["preflight_before_prepare"]
    for name in both:
        inventory, reach, play = entries(name)
        assert inventory["hosts"] == "all:localhost"
        assert inventory["tasks"][0]["ansible.builtin.import_tasks"] == "tasks/inventory.yml"
        assert reach["ansible.builtin.import_playbook"] == "k8n.cluster.reach"
        assert play["hosts"] == f"{{{{ k8n_hosts | default('{CLUSTER}') }}}}"
        parts = [task.get("ansible.builtin.import_tasks") for task in play["tasks"]]
        assert parts[0] == "tasks/look.yml" and parts[-1] == "tasks/report.yml"


@pytest.mark.parametrize(
    ("where", "counted"),
    [
        ("tasks/report", "__k8n_preflight.blocking | int > 0"),
        ("verify", "__k8n_verified.blocking | int > 0"),
    ],
)
def test_what_blocks_ends_the_run(where: str, counted: str) -> None:
    stops = [task for task in tasks(where) if "ansible.builtin.fail" in task]
    last = stops[-1]
    # After it there is only what a run says that ended well.
    after = list(tasks(where))[list(tasks(where)).index(last) + 1 :]
    actions = [[key for key in task if "." in key] for task in after]
    told = [["k8n.cluster.cluster_record"], ["k8n.cluster.cluster_summary"]]
    assert actions == told * (where == "verify")
    assert (last["when"], last["run_once"], last["any_errors_fatal"]) == (counted, True, True)
    # The plays themselves go on where a host cannot be looked at.
    assert where == "verify" or (last["ignore_errors"], last["ignore_unreachable"]) == (False, False)  # fmt: skip


def test_what_is_measured_is_what_is_judged_and_reported() -> None:
    given = {
        next(key for key in task if key.startswith("k8n.")): task for task in tasks("tasks/report")
        if any(key.startswith("k8n.") for key in task)
    }  # fmt: skip
    report = given["k8n.cluster.preflight_report"]["k8n.cluster.preflight_report"]
    for module in ("controller_check", "between_check", "peer_probe"):
        assert given[f"k8n.cluster.{module}"][f"k8n.cluster.{module}"]["probes"] == "__k8n_probe"
    assert report["probes"] == "__k8n_probe"
    assert report["controller"] == given["k8n.cluster.controller_check"]["register"]
    assert report["quorum"] == given["k8n.cluster.quorum"]["register"]
    assert report["between"] == [
        given["k8n.cluster.between_check"]["register"],
        given["k8n.cluster.peer_probe"]["register"],
    ]
    assert report["checks"] == "{{ __k8n_wanted.run.levels }}"
    assert report["host_checks"] == "{{ __k8n_wanted.levels }}"
    assert given["k8n.cluster.peer_probe"]["when"] == "__k8n_wanted.run.between"
    peers = given["k8n.cluster.peer_probe"]["k8n.cluster.peer_probe"]
    assert peers["thresholds"] == report["thresholds"] == "{{ __k8n_wanted.run.thresholds }}"
    assert peers["fail"] is False
