# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a list of addresses to Kubespray's own plays: the demo, and what deploy refuses, on the same real hosts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import LAB, ROOT, Ran, run

DEMO = ROOT / "tests" / "demo" / "demo.py"
WORK = ROOT / ".demo"
HOSTS = [f"node-10-77-{tail}" for tail in ("1-11", "1-12", "1-13", "2-11", "3-11")]


@pytest.fixture(scope="module")
def demo() -> Iterator[Ran]:
    """The demo up to Kubespray's first download; its hosts stay up for the tests of this module.

    To Ready nodes it goes in `make demo`, and so do the tests of tests/e2e.
    """
    yield run(sys.executable, str(DEMO), "--first-download")
    # Not --down, which would remove the image that other tests boot from.
    subprocess.run([*LAB, "down", str(DEMO.parent / "lab.yml")], check=True)
    shutil.rmtree(WORK)


def deploy(*arguments: str, env: dict[str, str] | None = None) -> Ran:
    return run("ansible-playbook", "k8n.cluster.deploy", *arguments, cwd=WORK, env=env)


def on_host(host: str, command: str) -> str:
    """What the lab's login sees."""
    config = ROOT / ".lab" / "demo" / "ssh_config"
    return run("ssh", "-F", str(config), host, command).output.strip()


def test_the_demo_names_and_fixes_its_three_mistakes(demo: Ran) -> None:
    assert demo.code == 0, demo.output[-3000:]
    assert (
        "The three mistakes were named by preflight, fixed by prepare, "
        "and the second preflight found nothing." in demo.output
    )


@pytest.mark.parametrize("host", HOSTS)
def test_prepare_left_every_host_with_its_name_and_a_quick_sudo(demo: Ran, host: str) -> None:
    address = host.removeprefix("node-").replace("-", ".")
    assert on_host(host, "hostname") == host
    assert on_host(host, f"getent hosts {host}").split()[0] == address
    # Two seconds instead of the twenty that the name server cost; the timeout kills a sudo that waits.
    assert on_host(host, "timeout 2 sudo -k -n id -u") == "0"


@pytest.mark.usefixtures("kubespray")
def test_kubesprays_own_plays_ran_up_to_the_first_download(demo: Ran) -> None:
    assert "Kubespray's own plays ran on the five hosts:" in demo.output
    assert "That is its first download: the lab's hosts have no way out, on purpose." in demo.output
    # Its checks were on, and passed.
    assert "validate_inventory : Stop if even number of etcd hosts" in demo.output
    assert "Kubespray runs with all of its checks on." in demo.output


CHECK = "Can Kubespray run here, and are the waivers valid"
AUDIT = [
    CHECK,
    "Gather the facts that Kubespray gathers",
    "Read Kubespray's own checks",
    "Run those that are commands",
    "Evaluate Kubespray's own checks",
    "Which of them are waived",
]


@pytest.mark.usefixtures("demo", "kubespray")
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("ignore_assert_errors=no", "-e ignore_assert_errors=no is the text 'no', not a boolean."),
        (
            '{"ignore_assert_errors": true}',
            "-e ignore_assert_errors=True would switch off every one of Kubespray's checks, not only those that fail "
            "here. Leave it out; nothing fails on this cluster.",
        ),
    ],
)
def test_ignore_assert_errors_stops_before_any_host_is_changed(given: str, said: str) -> None:
    ran = deploy("-b", "-e", given)
    assert ran.code == 2
    assert ran.tasks() == AUDIT
    assert said in ran.output
    assert "Traceback" not in ran.output


def even(*arguments: str) -> Ran:
    """The demo's hosts with two etcd members; of Kubespray's tasks only those tagged always."""
    return run(
        "ansible-playbook", "-i", "even.yml", "-b", "--tags", "always", *arguments, cwd=WORK
    )  # fmt: skip


@pytest.fixture(scope="module")
def even_inventory(demo: Ran) -> None:
    """Two etcd members on the demo's hosts, without a word of the inventory that allows it."""
    hosts = "\n".join(
        f"    {host}: {{ip: {address}, ansible_host: {address}}}"
        for host in HOSTS
        for address in [host.removeprefix("node-").replace("-", ".")]
    )
    groups = {"kube_control_plane": HOSTS[:1], "etcd": HOSTS[:2], "kube_node": HOSTS}
    children = "\n".join(
        f"    {group}: {{hosts: {{{', '.join(f'{host}: ' for host in names)}}}}}"
        for group, names in groups.items()
    )
    (WORK / "even.yml").write_text(
        f"all:\n  hosts:\n{hosts}\n  children:\n{children}\n"
        "    k8s_cluster: {children: {kube_control_plane: , kube_node: }}\n"
    )


@pytest.mark.usefixtures("even_inventory", "kubespray")
@pytest.mark.parametrize(
    "playbook",
    [
        ["k8n.cluster.kubespray"],
        # As Kubespray's docs/operations/nodes.md has it for a member more, and for one less.
        [
            "k8n.cluster.kubespray",
            "-e",
            "k8n_playbook=upgrade_cluster",
            "--limit",
            "etcd,kube_control_plane",
        ],
        ["k8n.cluster.kubespray", "-e", "k8n_playbook=remove_node", "-e", f"node={HOSTS[1]}"],
    ],
    ids=["cluster", "upgrade_cluster", "remove_node"],
)
def test_an_even_etcd_is_refused_and_accepted_by_a_waiver_for_this_run(playbook: list[str]) -> None:
    refused = even(*playbook)
    assert refused.code == 2
    assert refused.tasks()[-1] == AUDIT[-1]
    assert "FAILS    even_etcd: Stop if even number of etcd hosts" in refused.output
    argument = '-e \'{"k8n_waivers": ["even_etcd"]}\''
    assert f"To accept exactly this, for this run only:  {argument}" in refused.output

    waiver = '{"k8n_waivers": [{"check": "even_etcd", "reason": "node 2 is being replaced", "until": "2999-12-31"}]}'
    accepted = even(*playbook, "-e", waiver)
    assert (
        "accepted by the extra variable k8n_waivers until 2999-12-31: node 2 is being replaced"
        in accepted.output
    )
    assert "Kubespray runs with ignore_assert_errors: true" in accepted.output
    # Kubespray's own check, reached and let pass.
    name = "kubernetes_sigs.kubespray.validate_inventory : Stop if even number of etcd hosts"
    assert f"TASK [{name}] " in accepted.output
    assert accepted.code == 0, accepted.output[-3000:]


@pytest.mark.usefixtures("even_inventory", "kubespray")
def test_a_waiver_that_is_wrong_stops_before_any_host() -> None:
    ran = even(
        "k8n.cluster.kubespray",
        "-e",
        '{"k8n_waivers": [{"check": "even_etcd", "until": "2020-01-01"}]}',
    )
    assert ran.code == 2
    assert ran.tasks() == [CHECK]
    assert (
        "- k8n_waivers[0]: the waiver of even_etcd ended on 2020-01-01. "
        "Extend its until, or take it out and fix what it waives."
    ) in ran.output


@pytest.mark.usefixtures("even_inventory", "kubespray")
def test_a_waiver_of_an_unknown_check_is_refused() -> None:
    ran = even("k8n.cluster.audit", "-e", "k8n_waivers=even_etdc")
    assert ran.code == 2
    assert (
        "- the extra variable k8n_waivers: Kubespray 2.31.0 has no check 'even_etdc'; did you mean even_etcd?"
    ) in ran.output


@pytest.mark.usefixtures("demo", "kubespray")
def test_without_become_it_stops_before_any_host() -> None:
    ran = deploy()
    assert ran.code == 2
    assert ran.tasks() == [CHECK]
    assert (
        "Kubespray works as root, and become is off for node-10-77-1-11, node-10-77-1-12, node-10-77-1-13 "
        "and 2 more hosts. Run the same command with -b, or set ansible_become: true in the inventory."
    ) in ran.output


@pytest.mark.usefixtures("demo")
def test_a_missing_kubespray_is_explained_before_any_host(tmp_path: Path) -> None:
    place = tmp_path / "ansible_collections" / "k8n"
    place.mkdir(parents=True)
    (place / "cluster").symlink_to(ROOT)
    ran = deploy("-b", env={"ANSIBLE_COLLECTIONS_PATH": str(tmp_path)})
    assert ran.code == 2
    assert ran.tasks() == [CHECK]
    assert (
        "Kubespray is not installed: the collection kubernetes_sigs.kubespray is in none of"
        in ran.output
    )
    assert "ansible-galaxy collection install --force --no-deps git+https://" in ran.output


@pytest.mark.usefixtures("demo")
def test_another_core_than_kubespray_wants_is_explained_before_any_host(
    kubespray: Path, tmp_path: Path
) -> None:
    """The real Kubespray, made to want another core in the file from which that is read."""
    vendor = tmp_path / "ansible_collections" / "kubernetes_sigs"
    vendor.mkdir(parents=True)
    subprocess.run(["cp", "-r", str(kubespray), str(vendor / "kubespray")], check=True)
    runtime = vendor / "kubespray" / "meta" / "runtime.yml"
    runtime.write_text('requires_ansible: ">=2.30.0,<2.31.0"\n')
    (vendor / "kubespray" / "playbooks" / "ansible_version.yml").write_text("[]\n")
    ours = str(ROOT / ".cache" / "collections")
    ran = deploy("-b", env={"ANSIBLE_COLLECTIONS_PATH": f"{tmp_path}{os.pathsep}{ours}"})
    assert ran.code == 2
    assert ran.tasks() == [CHECK]
    assert "wants ansible-core >=2.30.0,<2.31.0; this is ansible-core 2." in ran.output


@pytest.mark.usefixtures("demo", "kubespray")
def test_an_unreachable_host_is_a_row_and_the_others_are_checked(tmp_path: Path) -> None:
    source = (WORK / "cluster.k8n.yml").read_text().replace("10.77.3.11", "10.77.3.11 10.77.3.99")
    (WORK / "bigger.k8n.yml").write_text(source)
    ran = run("ansible-playbook", "-i", "bigger.k8n.yml", "k8n.cluster.preflight", cwd=WORK)
    assert ran.code == 2
    assert "PREFLIGHT: 5 of 6 hosts with nothing wrong. Found: 1 that blocks." in ran.output
    assert re.search(r"^node-10-77-3-99  block      1  unreachable: ", ran.output, re.M)
    assert (
        "1 problem to fix before Kubespray may start; the table above says where and how."
        in ran.output
    )


@pytest.mark.usefixtures("demo", "kubespray")
def test_kubespray_does_not_start_without_a_host_on_which_prepare_failed() -> None:
    refused = WORK / "host_vars" / "node-10-77-1-13"
    refused.mkdir(parents=True)
    (refused / "refused.yml").write_text("prepare_sshd_max_sessions: 0\n")
    ran = deploy("-b")
    (refused / "refused.yml").unlink()
    assert ran.code == 2
    assert "prepare_sshd_max_sessions is '0', wanted is a number from 1 on." in ran.output
    assert (
        "probe_failed: The check did not run: this host failed earlier in this run." in ran.output
    )
    assert ran.tasks()[-1] == "Stop if anything blocks"


@pytest.mark.usefixtures("demo")
def test_hosts_that_are_nowhere_are_no_success() -> None:
    ran = run("ansible-playbook", "k8n.cluster.preflight", "-e", "k8n_hosts=typo", cwd=WORK)
    assert ran.code == 2
    assert (
        "k8n_hosts is 'typo', which is neither a host nor a group of this inventory." in ran.output
    )


@pytest.mark.usefixtures("demo")
def test_an_inventory_that_cannot_be_read_is_no_success(tmp_path: Path) -> None:
    (tmp_path / "typo.k8n.yml").write_text("plugin: k8n.cluster.ip_list\nnodes: 10.77.1.300\n")
    ran = run("ansible-playbook", "-i", str(tmp_path / "typo.k8n.yml"), "k8n.cluster.preflight")
    assert ran.code != 0
    assert "10.77.1.300" in ran.output
    assert "The inventory has no host in the group kube_control_plane." in ran.output


@pytest.mark.usefixtures("demo", "kubespray")
def test_an_existing_playbook_imports_ours(tmp_path: Path) -> None:
    site = tmp_path / "site.yml"
    site.write_text(
        "- hosts: kube_control_plane\n  gather_facts: false\n  tasks:\n"
        "    - k8n.cluster.ssh_latency:\n      register: latency\n"
        "    - ansible.builtin.assert: {that: latency.rtt_ms.median < 1000}\n"
        "- import_playbook: k8n.cluster.preflight\n"
        "- import_playbook: k8n.cluster.deploy\n  vars: {k8n_waivers: [even_etcd]}\n"
    )
    ran = run("ansible-playbook", "-b", str(site), "--list-tasks", cwd=WORK)
    assert ran.code == 0, ran.output[-2000:]
    # Kubespray's own tasks are in there, behind ours.
    assert "Stop if even number of etcd hosts" in ran.output
