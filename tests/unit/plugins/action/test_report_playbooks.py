# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks preflight and verify on hosts that are this machine: what they hand to the report."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.k8n.cluster.tests.unit import apart

# The bastion comes first in the inventory, and is none of the cluster.
HOSTS = {
    "all": {
        "hosts": {"bastion": {"k8n_checks": {"etcd_not_pinned": "block"}}},
        "vars": {
            "ansible_connection": "local",
            "ansible_become": False,
            "ansible_python_interpreter": sys.executable,
            "k8n_etcd_pin": "etcd: [cp]",
            "k8n_report_dir": "reports",
        },
        "children": {
            "kube_control_plane": {
                "hosts": {"cp": {}},
                "vars": {
                    "k8n_checks": {
                        "hostname_mismatch": "off",
                        "machine_id_duplicate": "warn",
                        "etcd_member_missing": "off",
                    }
                },
            },
            "etcd": {"hosts": {"cp": {}}},
            "kube_node": {"hosts": {"node": {}}, "vars": {"k8n_checks": {"swap_on": "off"}}},
            "k8s_cluster": {"children": {"kube_control_plane": {}, "kube_node": {}}},
        },
    }
}
OF_FIRST = {
    "hostname_mismatch": "off",
    "machine_id_duplicate": "warn",
    "etcd_member_missing": "off",
}


def report(
    folder: Path, playbook: str, facts: dict[str, dict[str, Any]] | None = None
) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """What the playbook printed, its report, and in that each place by its name with what each check said.

    facts: those that hosts have returned in an earlier run.
    """
    (folder / "home").mkdir()
    (folder / "facts").mkdir()
    (folder / "hosts.yml").write_text(yaml.safe_dump(HOSTS))
    if facts:
        # Each ansible-core has its own form of what it keeps.
        keeps = [
            {
                "hosts": host,
                "gather_facts": False,
                "tasks": [{"ansible.builtin.set_fact": {**known, "cacheable": True}}],
            }
            for host, known in facts.items()
        ]
        (folder / "facts.yml").write_text(json.dumps(keeps))
        play(folder, "facts.yml")
    done = play(folder, f"k8n.cluster.{playbook}")
    path = folder / "reports" / f"{playbook}.json"
    assert path.is_file(), done.stdout
    data: dict[str, Any] = json.loads(path.read_text())
    places = {
        place["name"]: {name: check["status"] for name, check in place["checks"].items()}
        for place in [*data["others"], *data["hosts"]]
    }
    return done.stdout, data, places


def play(folder: Path, playbook: str) -> subprocess.CompletedProcess[str]:
    """Run it with facts that are kept."""
    return apart.ansible(
        folder, "playbook", "-i", "hosts.yml", playbook,
        ANSIBLE_CACHE_PLUGIN="jsonfile", ANSIBLE_CACHE_PLUGIN_CONNECTION=str(folder / "facts"),
    )  # fmt: skip


def test_preflight_applies_to_each_host_its_own_levels_and_else_the_first_ones(
    tmp_path: Path,
) -> None:
    _output, data, places = report(tmp_path, "preflight")
    assert data["levels"] == OF_FIRST
    assert data["host_levels"] == [{"levels": {"swap_on": "off"}, "hosts": ["node"]}]
    assert places["cp"]["hostname_mismatch"] == "off"
    assert places["node"]["hostname_mismatch"] == "block"
    assert places["node"]["swap_on"] == "off"
    if Path("/etc/machine-id").exists():
        # A check between hosts said it of both.
        assert places["cp"]["machine_id_duplicate"] == "warn"
        assert places["node"]["machine_id_duplicate"] == "block"
    assert places["(controller)"]["controller_unknown"] == "passed"
    assert places["(inventory)"] == {
        "etcd_members": "passed",
        "even_etcd": "passed",
        "zone_loss": "unknown",
        "etcd_not_pinned": "warn",
        # Without Kubespray.
        "kube_version_unknown": "unknown",
        "registry_invalid": "unknown",
        "download_url_invalid": "unknown",
        "variable_unread": "unknown",
    }


@pytest.mark.usefixtures("no_cluster")
def test_verify_goes_by_the_levels_of_the_clusters_hosts(tmp_path: Path) -> None:
    output, data, places = report(tmp_path, "verify")
    assert data["levels"] == OF_FIRST
    assert data["host_levels"] == [{"levels": {"swap_on": "off"}, "hosts": ["node"]}]
    assert places["cp"]["etcd_member_missing"] == "off"
    # To the end, though no API server has answered from which a kubeconfig could come.
    assert "The cluster is not what the inventory says" in output


def hostile(folder: Path) -> dict[str, Any]:
    """Facts by which a host would decide what happens on this machine, and what is checked."""
    off = {"hostname_mismatch": "warn", "swap_on": "off", "hostname_not_in_hosts": "off"}
    wanted = {
        "levels": dict.fromkeys(("bastion", "cp", "node"), off),
        "run": {"levels": off, "report_dir": str(folder / "evil")},
    }
    return {
        "inventory_dir": str(folder / "evil"),
        "k8n_report_dir": str(folder / "evil"),
        "k8n_checks": off,
        "k8n_thresholds": {"sudo_seconds": 1e9},
        "k8n_between": False,
        "k8n_probe_timeout": 10**6,
        "k8n_waivers": ["even_etcd"],
        "k8n_etcd_pin": None,
        "ip": "203.0.113.66",
        "__k8n_wanted": wanted,
        "__k8n_whole": wanted,
        "__k8n_cluster_probe": {"certificates": []},
        "__k8n_decision": {"ignore_assert_errors": True},
    }


@pytest.mark.parametrize("playbook", ["preflight", "verify"])
def test_facts_of_a_host_decide_nothing(tmp_path: Path, playbook: str) -> None:
    evil = hostile(tmp_path)
    output, data, places = report(
        tmp_path, playbook, dict.fromkeys(("bastion", "cp", "node"), evil)
    )

    assert not (tmp_path / "evil").exists()
    assert data["levels"] == OF_FIRST
    assert data["host_levels"] == [{"levels": {"swap_on": "off"}, "hosts": ["node"]}]
    assert data["thresholds"]["sudo_seconds"] == 2
    said = " ".join(output.split())
    assert (
        "The facts of node have __k8n_cluster_probe, __k8n_decision, __k8n_wanted and 9 more: facts decide nothing "
        "here, only the inventory, group_vars and the command line do."
    ) in said
    assert "203.0.113.66" not in json.dumps(data)
    if playbook == "preflight":
        assert places["node"]["hostname_not_in_hosts"] != "off"
        # Not to be measured over this connection, but tried.
        assert places["node"]["clock_offset"] == "unknown"


@pytest.fixture
def no_cluster() -> None:
    """This machine has none, as the test wants it."""
    if Path("/etc/kubernetes").exists() or Path("/etc/etcd.env").exists():
        pytest.skip("this machine has a cluster or had one")
