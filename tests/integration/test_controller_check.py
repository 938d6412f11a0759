# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""preflight against one real host, with a good ansible.cfg and with one that has the mistakes of real ones."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import NO_WAY_OUT, ROOT, run

# That of the ansible-playbook in the path.
PYTHON = ROOT / ".venv" / "bin" / "python3"

INVENTORY = """\
all:
  hosts:
    ctl: {ip: 10.92.1.2, ansible_host: 10.92.1.2}
  children:
    kube_control_plane: {hosts: {ctl: }}
    kube_node: {hosts: {ctl: }}
    etcd: {hosts: {ctl: }}
    k8s_cluster: {children: {kube_control_plane: , kube_node: }}
"""
GOOD = """\
[defaults]
inventory = hosts.yml
timeout = 60
interpreter_python = auto_silent
[ssh_connection]
pipelining = true
"""
BAD = """\
[defaults]
inventory = hosts.yml
interpreter_python = auto_silent
timeout = 60
host_key_checking = False
fact_caching = jsonfile
fact_caching_connection = {facts}
fact_caching_timout = 86400
callbacks_enabled = ara_default
[ssh_connection]
ansible_ssh_args = -o ControlMaster=auto -o ControlPersist=30m
ssh_args = -C
[privilege_escalaton]
become = false
"""


@pytest.fixture(scope="module")
def state(boot: Callable[[str], Path]) -> Path:
    """The state folder of a lab of one host."""
    return boot("name: ctl\nhosts:\n  - {name: ctl, address: 10.92.1.2}\n")


@pytest.fixture
def cluster(state: Path, tmp_path: Path) -> Path:
    """A folder as a user has it: an inventory and the login's variables."""
    (tmp_path / "hosts.yml").write_text(INVENTORY)
    (tmp_path / "group_vars" / "all").mkdir(parents=True)
    shutil.copy(state / "vars.yml", tmp_path / "group_vars" / "all")
    (tmp_path / "group_vars" / "all" / "checks.yml").write_text(NO_WAY_OUT)
    tmp_path.chmod(0o700)
    return tmp_path


def report(output: str) -> str:
    """What the task that reports has printed."""
    found = re.search(r"^PREFLIGHT: .*?(?=^(?:ok|fatal): )", output, re.M | re.S)
    assert found, output[-3000:]
    return found.group().rstrip()


def rows_of(text: str) -> tuple[str, list[str]]:
    """The headline, and each row, which are all of the control node, with its fix as one line."""
    head, table, ready, listed, _footer = text.split("\n\n")
    assert ready == "Nothing wrong on: ctl."
    fixes = [
        " ".join(fix.split()).removesuffix(" on (controller)")
        for fix in re.split(r"^ ?\d+\. ", listed, flags=re.M)[1:]
    ]
    rows = " ".join(" ".join(table.split("\n")[1:]).split())
    name, *parts = re.split(r" ?\bwarn (\d+) (?=\w+: )", rows)
    assert name == "(controller)"
    return head, [
        f"{row} fix: {fixes[int(number) - 1]}" for number, row in zip(parts[::2], parts[1::2])
    ]


@pytest.mark.usefixtures("kubespray")
def test_a_good_configuration_is_not_worth_a_word(cluster: Path) -> None:
    (cluster / "ansible.cfg").write_text(GOOD)
    ran = run("ansible-playbook", "k8n.cluster.preflight", cwd=cluster)
    assert ran.code == 0, ran.output[-3000:]
    head, passed, rest = report(ran.output).partition("\nChecks: ")
    assert head.startswith("PREFLIGHT: 1 of 1 host with nothing wrong.") and "Found" not in head
    assert passed
    assert re.match(r"\d{2,} passed, \d+ unknown\.\n", rest)
    assert (
        rest.splitlines()[-1]
        == "For the whole report as HTML, JSON and JUnit: -e k8n_report_dir=reports"
    )
    assert not (cluster / "reports").exists()


def test_the_hosts_sshd_says_its_limits(cluster: Path) -> None:
    (cluster / "ansible.cfg").write_text(GOOD)
    ran = run("ansible", "ctl", "-m", "k8n.cluster.node_probe", cwd=cluster)
    probe = json.loads(ran.output.partition("=> ")[2])
    # As the lab's image sets them; MaxSessions is sshd's own default.
    assert probe["sshd"] == {
        "max_sessions": 10,
        "max_startups": {"start": 200, "rate": 30, "full": 400},
    }


@pytest.mark.usefixtures("kubespray")
def test_each_mistake_is_a_row_with_its_cure(cluster: Path) -> None:
    config, facts = cluster / "ansible.cfg", cluster / "facts"
    facts.mkdir()
    facts.chmod(0o777)
    config.write_text(BAD.format(facts=facts))
    ran = run(
        "ansible-playbook", "k8n.cluster.preflight", cwd=cluster, env={"ANSIBLE_TIMEOUT": "9"}
    )
    # Nothing of this stops Kubespray.
    assert ran.code == 0, ran.output[-3000:]
    head, rows = rows_of(report(ran.output))
    assert head.startswith("PREFLIGHT: 1 of 1 host with nothing wrong. Found: 9 warnings.")
    assert [re.sub(r"(needs) .* (now;)", r"\1 ... \2", row) for row in rows] == [
        f"config_key_unknown: {config}, line 8: [defaults] fact_caching_timout is not a key that this Ansible knows: "
        "it has no effect. fix: Write [defaults] fact_caching_timeout.",
        f"config_key_unknown: {config}, line 11: [ssh_connection] ansible_ssh_args is not a key that this Ansible "
        f"knows: "
        "it has no effect. "
        "fix: Remove the line: line 12 sets [ssh_connection] ssh_args; ansible_ssh_args is its name as a variable of a "
        "host.",
        f"config_section_unknown: {config}: no installed plugin knows the section [privilege_escalaton]: "
        "its keys have no effect (become). fix: Name the section [privilege_escalation].",
        f"config_overridden: Environment variables override what {config} says: [defaults] timeout by ANSIBLE_TIMEOUT. "
        "fix: Unset these variables, or take the keys out of the file, so that one place counts.",
        "timeout_short: The connection's timeout is 9 s (environment variable ANSIBLE_TIMEOUT), and 11 s for sudo. "
        "The slowest of these hosts needs ... now; a sudo that waits for one silent name server takes 20 s, and "
        "Ansible then ends the host with 'Timeout waiting for privilege escalation prompt'. "
        "fix: Run: export ANSIBLE_TIMEOUT=60, or run with --timeout=60.",
        f"control_persist_off: ssh_args ({config}) keeps no connection open (ControlMaster and ControlPersist): "
        "every task logs in to every host again. "
        "fix: Put -o ControlMaster=auto -o ControlPersist=30m before all else in ssh_args in the section "
        f"[ssh_connection] of {config}.",
        f"host_key_checking_off: The hosts' keys are not verified: host_key_checking is off ({config}). "
        "Whoever answers at an address is sent the become password. fix: Fill a known_hosts once and check the "
        "fingerprints, as the playbook k8n.cluster.init does, and take the setting out.",
        f"fact_cache_public: The facts of all hosts are kept in {facts}, into which anybody on this machine may "
        "write: who puts a file there decides what Ansible takes for a host's facts. "
        f"fix: Set fact_caching_connection in the section [defaults] of {config} to a folder of your own, such as "
        ".k8n/facts in the cluster's directory.",
        f"callback_missing: callbacks_enabled ({config}) names ara_default, which is not installed: "
        f"Ansible goes on without it. fix: Run: {PYTHON} -m pip install ara, and set callback_plugins in the section "
        f"[defaults] of {config} to what '{PYTHON} -m ara.setup.callback_plugins' prints; or take it out.",
    ]


@pytest.mark.usefixtures("kubespray")
def test_what_the_playbook_itself_says(cluster: Path) -> None:
    (cluster / "ansible.cfg").write_text(GOOD)
    # What tasks return that have failed.
    given = {
        "__k8n_controller": {"msg": "no controller"},
        "__k8n_quorum": {"msg": "no members"},
    }
    ran = run(
        "ansible-playbook", "k8n.cluster.preflight", "-e", json.dumps(given), "-e", "k8n_report_dir=reports",
        cwd=cluster,
    )  # fmt: skip
    assert ran.code == 2, ran.output[-3000:]
    report = json.loads((cluster / "reports" / "preflight.json").read_text())
    found = {each["check"]: each for each in report["findings"]}
    assert {(check, each["severity"]) for check, each in found.items()} >= {
        ("controller_unknown", "warn"),
        ("etcd_members", "block"),
    }
    assert (
        found["controller_unknown"]["message"]
        == "The check of the control node did not run: no controller"
    )
    assert found["etcd_members"]["message"] == "no members"
