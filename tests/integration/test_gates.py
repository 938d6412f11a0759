# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The audit and the real Kubespray agree on every check that both come to, and each check is made to fail."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.assertions import asserted
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.assertions import catalog
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.collection import (
    TESTED_VERSION,
)
from conftest import ROOT, Ran, run

HERE = Path(__file__).parent / "gates"
TRIPS: dict[str, Any] = yaml.safe_load((HERE / "trips.yml").read_text())
ADDRESSES = [f"10.95.1.{last}" for last in range(11, 40)]
TABLE = ROOT / ".cache" / "gates"
# Guest-wide faults, each with what undoes it.
FAULTS = {
    "cgroups": (
        "printf '#!/bin/sh\\nexit 1\\n' | sudo tee /usr/local/bin/stat; sudo chmod 755 /usr/local/bin/stat",
        "sudo rm /usr/local/bin/stat",
    ),
    # In place of calico's own program on a running cluster: its pool has another block size than the inventory.
    "calico_pool": (
        "printf '#!/bin/sh\\n[ \"$2\" = ipPool ] && echo %s\\n' "
        '\'{\\"spec\\":{\\"blockSize\\":20,\\"cidr\\":\\"10.233.64.0/18\\"}}\' '
        "| sudo tee /usr/local/bin/calicoctl.sh; sudo chmod 755 /usr/local/bin/calicoctl.sh",
        "sudo rm /usr/local/bin/calicoctl.sh",
    ),
}


class Lab:
    """One real host with the addresses of all hosts of the tests."""

    def __init__(self, state: Path) -> None:
        self.state = state
        addresses = " ".join(ADDRESSES[1:])
        self.sh(
            f"for a in {addresses}; do sudo ip addr add $a/24 dev eth0; done; "
            "printf 'MaxSessions 100\\nMaxStartups 100\\n' | sudo tee /etc/ssh/sshd_config.d/05-gates.conf; "
            "sudo systemctl reload ssh"
        )

    def sh(self, command: str) -> None:
        """Run a shell text of this file's own on the host."""
        subprocess.run(
            ["ssh", "-F", str(self.state / "ssh_config"), "c1", command],
            check=True,
            stdout=subprocess.PIPE,
        )


@pytest.fixture(scope="module")
def lab(boot: Callable[[str], Path], kubespray: Path) -> Lab:
    return Lab(boot(f"name: checks\nhosts:\n  - {{name: c1, address: {ADDRESSES[0]}}}\n"))


@pytest.fixture(scope="module")
def version(kubespray: Path) -> str:
    manifest = json.loads((kubespray / "MANIFEST.json").read_text())
    return str(manifest["collection_info"]["version"])


class Both:
    """One run: what the audit said, and then what Kubespray did."""

    def __init__(
        self, lab: Lab, kubespray: Path, folder: Path, inventory: dict[str, Any], *arguments: str
    ) -> None:
        inventory["all"]["vars"] = {
            **yaml.safe_load((lab.state / "vars.yml").read_text()),
            "upstream_dns_servers": ["192.0.2.53"],
        }
        (folder / "inventory.yml").write_text(yaml.safe_dump(inventory))
        record = folder / "record.jsonl"
        record.write_text("")
        self.ran: Ran = run(
            "ansible-playbook", "-i", "inventory.yml", str(HERE / "gates.yml"), "-f", "10",
            "-e", f"gate_audit={folder / 'audit.json'} gate_kubespray={kubespray}", *arguments,
            cwd=folder,
            env={
                "ANSIBLE_PIPELINING": "1",
                "ANSIBLE_PYTHON_INTERPRETER": "/usr/bin/python3",
                "ANSIBLE_CALLBACK_PLUGINS": str(HERE),
                "ANSIBLE_CALLBACKS_ENABLED": "record",
                "K8N_RECORD": str(record),
            },
        )  # fmt: skip
        assert "UNREACHABLE" not in self.ran.output, self.ran.output[-3000:]
        assert (folder / "audit.json").is_file(), self.ran.output[-3000:]
        self.gates: list[dict[str, Any]] = json.loads((folder / "audit.json").read_text())
        self.states: dict[tuple[str, str], str] = {}
        for text in record.read_text().splitlines():
            line = json.loads(text)
            place = line["place"].removeprefix(f"{kubespray}/")
            self.states[(place, line["host"])] = line["state"]

    def stopped_at(self) -> dict[str, list[str]]:
        """The checks at which Kubespray stopped, with the hosts."""
        found: dict[str, list[str]] = {}
        for gate in self.gates:
            for (place, host), state in self.states.items():
                if place == f"{gate['file']}:{gate['line']}" and state == "fails":
                    found.setdefault(gate["id"], []).append(host)
        return found

    def disagreements(self) -> tuple[list[str], int]:
        """Where Kubespray did something else than the audit said, and how many were compared."""
        wrong, compared = [], 0
        stopped = {host for (_place, host), state in self.states.items() if state == "fails"}
        for gate in self.gates:
            failing = {host for failure in gate["failures"] for host in failure["hosts"]}
            unknown = {host for each in gate["unknown"] for host in each["hosts"]}
            for (place, host), state in self.states.items():
                if place != f"{gate['file']}:{gate['line']}" or host in unknown:
                    continue
                compared += 1
                if (state == "fails") != (host in failing):
                    wrong.append(
                        f"{gate['id']} on {host}: Kubespray {state}, the audit: {gate['state']}"
                    )
            there = {
                host: state
                for (place, host), state in self.states.items()
                if place == f"{gate['file']}:{gate['line']}"
            }
            counted = list(there.values())
            if gate["state"] == "not_run" and "passes" in counted:
                wrong.append(
                    f"{gate['id']}: Kubespray ran it, the audit says that it does not apply"
                )
            # A host that another check had stopped before may be the one on which this one passes.
            complete = not stopped - there.keys()
            if gate["state"] == "passes" and complete and set(counted) == {"not_run"}:
                wrong.append(f"{gate['id']}: Kubespray skipped it, the audit says that it passes")
        return wrong, compared


def inventory(hosts: dict[str, dict[str, Any]], members: int = 1, drop: str = "") -> dict[str, Any]:
    """Hosts of which the first is the control plane, and the first few are etcd members."""
    names = list(hosts)
    groups = {
        "kube_control_plane": [
            names[0],
            *(name for name in names if "kube_control_plane" in hosts[name].get("groups", ())),
        ],
        "etcd": names[:members],
        "kube_node": names,
        "k8s_cluster": names,
    }
    if drop:
        groups[drop] = []
    return {
        "all": {
            "hosts": {
                name: {key: value for key, value in each.items() if key != "groups"}
                for name, each in hosts.items()
            },
            "children": {
                group: {"hosts": dict.fromkeys(members)} for group, members in groups.items()
            },
        }
    }


def node(number: int, **variables: Any) -> dict[str, Any]:
    return {"ansible_host": ADDRESSES[0], "ip": ADDRESSES[number], **variables}


def note(version: str, rows: dict[str, str]) -> None:
    """Add to this version's column of the table that is the tests' output."""
    TABLE.mkdir(parents=True, exist_ok=True)
    column = TABLE / f"{version}.json"
    known = json.loads(column.read_text()) if column.is_file() else {}
    column.write_text(json.dumps({**known, **rows}, indent=1))


def test_checks_that_each_host_has_for_itself(
    lab: Lab, kubespray: Path, version: str, tmp_path: Path
) -> None:
    hosts = {"h0": node(0)}
    expected = {}
    for number, (gate, given) in enumerate(TRIPS["hosts"].items(), 1):
        variables = dict(given)
        name = variables.pop("name", f"h{number}")
        hosts[name] = node(number, **variables)
        expected[gate] = [name]
    both = Both(lab, kubespray, tmp_path, inventory(hosts))
    ids = {gate["id"] for gate in both.gates}
    # Some checks are not in every version.
    expected = {gate: names for gate, names in expected.items() if gate in ids}
    wrong, compared = both.disagreements()
    assert not wrong, "\n".join(wrong)
    assert both.stopped_at() == expected
    assert compared > 100
    said = {
        gate["id"]: [host for each in gate["failures"] for host in each["hosts"]]
        for gate in both.gates
    }
    assert {gate: said[gate] for gate in expected} == expected
    note(version, dict.fromkeys(expected, "stops there, as said"))


# A run takes 20 seconds: `nox -s gates` makes all of them, the test of every change makes those of the inventory.
RUNS = list(TRIPS["runs"])
if os.environ.get("K8N_GATES") != "all":
    RUNS = RUNS[:6]


@pytest.mark.parametrize("gate", RUNS)
def test_checks_that_are_made_once(
    gate: str, lab: Lab, kubespray: Path, version: str, tmp_path: Path
) -> None:
    given = TRIPS["runs"][gate]
    hosts = {"h1": node(1), "h2": node(2), "h3": node(3)}
    arguments = ["-e", json.dumps(given.get("extra", {}))]
    if "limit" in given:
        arguments += ["--limit", given["limit"]]
    if "fault" in given:
        lab.sh(FAULTS[given["fault"]][0])
    both = Both(
        lab,
        kubespray,
        tmp_path,
        inventory(hosts, given.get("members", 1), given.get("drop", "")),
        *arguments,
    )
    if "fault" in given:
        lab.sh(FAULTS[given["fault"]][1])
    if gate not in {each["id"] for each in both.gates}:
        pytest.skip(f"Kubespray {version} has no such check")
    wrong, _compared = both.disagreements()
    assert not wrong, "\n".join(wrong)
    assert list(both.stopped_at()) == [gate], both.ran.output[-3000:]
    assert gate in [each["id"] for each in both.gates if each["state"] == "fails"]
    note(version, {gate: "stops there, as said"})


def test_nothing_fails_on_hosts_as_they_should_be(
    lab: Lab, kubespray: Path, version: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = Both(
        lab,
        kubespray,
        tmp_path,
        inventory({"h1": node(1), "h2": node(2), "h3": node(3)}, members=3),
    )
    assert both.ran.code == 0, both.ran.output[-3000:]
    wrong, compared = both.disagreements()
    assert not wrong, "\n".join(wrong)
    assert compared > 40
    assert [gate["id"] for gate in both.gates if gate["state"] == "fails"] == []
    switched = [gate for gate in both.gates if not gate["fixed"]]
    assert [gate["id"] for gate in switched if gate["state"] == "unknown"] == []
    ids = [gate["id"] for gate in switched]
    # Each that can be switched off is either made to fail by a test of this file, or named as one that cannot be.
    assert [gate for gate in ids if not any(gate in part for part in TRIPS.values())] == []
    note(
        version, {gate: TRIPS["unreachable"][gate] for gate in ids if gate in TRIPS["unreachable"]}
    )
    with capsys.disabled():
        print(f"\n\n{table()}")


# Kubespray had it until its dashboard went.
_OLDER = {"stop_if_rbac_is_not_enabled_when_dashboard_is_enabled"}


def test_a_check_stands_for_assertions_that_kubespray_has(kubespray: Path, version: str) -> None:
    if f"v{version}" != TESTED_VERSION:
        pytest.skip("the names are those of the newest Kubespray that is supported")
    ids = {gate.id for gate in catalog.read(kubespray).gates.values()}
    assert asserted().keys() - ids == _OLDER


def table() -> str:
    """All versions tested so far on this machine, as a table of checks and versions."""
    columns = {path.stem: json.loads(path.read_text()) for path in sorted(TABLE.glob("*.json"))}
    gates = list(dict.fromkeys(gate for column in columns.values() for gate in column))
    lines = [f"| check | {' | '.join(columns)} |", "|---|" + "---|" * len(columns)]
    for gate in gates:
        cells = [columns[name].get(gate, "not in this version") for name in columns]
        lines.append(f"| {gate} | {' | '.join(cells)} |")
    return "\n".join(lines)
