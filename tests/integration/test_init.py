# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cluster directory, made by the real playbook from the real Kubespray, used by Ansible, with a real sshd's key."""

from __future__ import annotations

import json
import re
import stat
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Ran, run

# What stands in ansible.cfg for a person at a terminal.
PLAIN = {"ANSIBLE_STDOUT_CALLBACK": "default"}
LAB = """\
name: init
hosts:
  - {name: n1, address: 10.91.1.2}
"""


def init(directory: Path, *arguments: str, **variables: object) -> Ran:
    """Run the playbook from another directory than the cluster's; nothing that it fetched is left."""
    given = json.dumps({"k8n_dir": str(directory), **variables})
    with tempfile.TemporaryDirectory() as scratch:
        ran = run(
            "ansible-playbook", "k8n.cluster.init", "-e", given, *arguments,
            cwd=Path("/"), env={"TMPDIR": scratch},
        )  # fmt: skip
        assert list(Path(scratch).glob("k8n-*")) == []
    return ran


def contents(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def made(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """A directory of Kubespray v2.31.0 for a host that is there and one that is not; its name has a blank in it."""
    directory = tmp_path_factory.mktemp("init") / "my prod"
    ran = init(
        directory,
        k8n_nodes="10.91.1.2,10.91.1.3",
        kubespray_version="v2.31.0",
        k8n_kubespray_source=str(repository),
    )
    return directory, ran


def test_what_it_makes_and_says(made: tuple[Path, Ran], repository: Path) -> None:
    directory, ran = made
    assert ran.code == 0, ran.output
    assert (
        f"CLUSTER DIRECTORY {directory}, for Kubespray 2.31.0. Files: 31 made.\n\n"
        f"{directory} is the directory of a cluster of 2 hosts: look at cluster.k8n.yml and group_vars. Then:\n"
        "  # SSH needs the keys of 2 hosts (node-10-91-1-2, node-10-91-1-3):\n"
        f'  ansible-playbook k8n.cluster.init -e \'{{"k8n_dir": "{directory}"}}\' -e kubespray_version=v2.31.0 '
        f"-e k8n_kubespray_source={repository} -e k8n_trust_host_keys=true\n"
        "  # or, in place of the last one, -e k8n_known_hosts=FILE that has them\n"
        f"  cd '{directory}'\n"
        "  ansible-playbook k8n.cluster.preflight\n"
        "  ansible-playbook site.yml -b        # with -K where sudo asks for a password\n"
        in ran.output
    )
    top = {path.name for path in directory.iterdir()}
    assert top == {
        *(".gitignore", ".k8n", "ansible.cfg", "cluster.k8n.yml", "group_vars", "known_hosts"),
        *("site.yml", "vault.example.yml"),
    }


def test_group_vars_are_kubesprays_own(made: tuple[Path, Ran], repository: Path) -> None:
    sample = "v2.31.0:inventory/sample/group_vars/all/all.yml"
    text = subprocess.run(
        ["git", "-C", str(repository), "show", sample], check=True, capture_output=True
    ).stdout
    assert (made[0] / "group_vars" / "all" / "all.yml").read_bytes() == text


def test_ansible_reads_it(made: tuple[Path, Ran]) -> None:
    directory = made[0]
    graph = run("ansible-inventory", "--graph", "kube_node", cwd=directory, env=PLAIN)
    assert graph.output == "@kube_node:\n  |--node-10-91-1-2\n  |--node-10-91-1-3\n"
    # From another directory too: the paths in it start at the file.
    dump = run(
        "ansible-config", "dump", "--only-changed", "--type", "all", "--format", "json",
        cwd=Path("/"), env={**PLAIN, "ANSIBLE_CONFIG": str(directory / "ansible.cfg")},
    )  # fmt: skip
    assert f'"value": "{directory}/.k8n/facts"' in dump.output
    known_hosts = f"""-o 'UserKnownHostsFile=\\"{directory}/known_hosts\\"' -o GlobalKnownHostsFile=/dev/null"""
    for setting in (
        '"value": "-o ControlMaster=auto -o ControlPersist=30m -o ServerAliveInterval=15 -o ServerAliveCountMax=4 '
        "-o StrictHostKeyChecking=yes " + known_hosts,
        '"value": [\n            "k8n.cluster.compiled_templates",\n'
        '            "k8n.cluster.cleaned_facts"\n        ]',
        '"name": "DEFAULT_FORKS",\n        "origin": "' + str(directory),
        f'"value": [\n            "{directory}/cluster.k8n.yml"',
    ):  # fmt: skip
        assert setting in dump.output, (setting, dump.output)


def test_every_setting_is_one_that_ansible_knows(made: tuple[Path, Ran]) -> None:
    listed = run("ansible-config", "list", "--type", "all", env=PLAIN).output
    text = (made[0] / "ansible.cfg").read_text()
    for key in re.findall(r"^(\w+) = ", text, re.M):
        assert re.search(rf"^ *-? *key: {key}$", listed, re.M), key


@pytest.mark.usefixtures("kubespray")
def test_site_yml_is_the_whole_way(made: tuple[Path, Ran]) -> None:
    ran = run("ansible-playbook", "site.yml", "-b", "--list-tasks", cwd=made[0], env=PLAIN)
    assert ran.code == 0, ran.output
    assert "Can Kubespray run here, and are the waivers valid" in ran.output
    assert "kubernetes_sigs.kubespray.kubernetes/preinstall" in ran.output or (
        "kubernetes/preinstall" in ran.output
    )


def test_a_second_run_changes_nothing(made: tuple[Path, Ran]) -> None:
    before = contents(made[0])
    ran = init(made[0], "--diff", kubespray_version="v2.31.0")
    assert "Files: all as they were." in ran.output
    assert "changed=0" in ran.output
    assert contents(made[0]) == before


def test_host_keys_on_first_use(made: tuple[Path, Ran], boot: Callable[[str], Path]) -> None:
    directory, state = made[0], boot(LAB)
    known_hosts = directory / "known_hosts"
    key = next(
        line.split()[2]
        for line in (state / "known_hosts").read_text().splitlines()
        if line.split()[:2] == ["10.91.1.2", "ssh-ed25519"]
    )
    look = (
        "ansible", "node-10-91-1-2", "-m", "ansible.builtin.ping", "-u", "server",
        "--private-key", str(state / "id_ed25519"),
    )  # fmt: skip
    refused = run(*look, cwd=directory, env=PLAIN)
    assert refused.code == 4
    assert "Host key verification failed" in refused.output

    checked = init(directory, "--check", kubespray_version="v2.31.0", k8n_trust_host_keys=True)
    assert "changed=1" in checked.output
    assert key not in known_hosts.read_text()

    ran = init(directory, kubespray_version="v2.31.0", k8n_trust_host_keys=True)
    fingerprint = run("ssh-keygen", "-lf", str(state / "known_hosts"), "-F", "10.91.1.2").output
    shown = re.search(r"^node-10-91-1-2  (\S+)  ssh-ed25519$", ran.output, re.M)
    assert shown, ran.output
    assert shown.group(1) in fingerprint
    assert re.search(r"^node-10-91-1-3  10.91.1.3  \S.*$", ran.output, re.M)
    assert "# SSH needs the keys of 1 host (node-10-91-1-3)" in ran.output
    assert known_hosts.read_text().endswith(f"\n10.91.1.2 ssh-ed25519 {key}\n")
    assert stat.S_IMODE(known_hosts.stat().st_mode) == 0o600

    reached = run(*look, cwd=directory, env=PLAIN)
    assert reached.code == 0, reached.output

    other = tmp_key(directory)
    known_hosts.write_text(known_hosts.read_text().replace(key, other))
    before = contents(directory)
    ran = init(directory, kubespray_version="v2.31.0", k8n_trust_host_keys=True)
    assert ran.code == 2
    assert (
        "- node-10-91-1-2 (10.91.1.2) has another key than the one known: ssh-ed25519" in ran.output
    )
    assert f"ssh-keygen -R '10.91.1.2' -f '{known_hosts}', and run this again." in ran.output
    assert contents(directory) == before

    # Given instead: the lab's own file.
    known_hosts.write_text("")
    ran = init(directory, kubespray_version="v2.31.0", k8n_known_hosts=str(state / "known_hosts"))
    assert ran.code == 0, ran.output
    assert known_hosts.read_text() == (state / "known_hosts").read_text()


def tmp_key(directory: Path) -> str:
    """Another public key."""
    path = directory.parent / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return path.with_suffix(".pub").read_text().split()[1]


def checkout(repository: Path, version: str, where: Path) -> str:
    """The source of a version, as a user's checkout."""
    path = where / version
    path.mkdir()
    git = ("git", "-C", str(repository), "archive", version)
    archive = subprocess.run(git, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", path], input=archive, check=True)
    return str(path)


def test_another_kubespray(repository: Path, tmp_path: Path) -> None:
    prod = tmp_path / "prod"
    old, new = (checkout(repository, version, tmp_path) for version in ("v2.29.0", "v2.31.0"))
    assert init(prod, k8n_nodes="10.91.1.2", kubespray_version=old).code == 0
    addons, mine = prod / "group_vars/k8s_cluster/addons.yml", prod / "group_vars/all/mine.yml"
    text = addons.read_text().replace("ingress_nginx_enabled: false", "ingress_nginx_enabled: true")
    addons.write_text(text)
    mine.write_text("ssh_bastion_confing__name: x\n")
    before = contents(prod)

    checked = init(prod, "--check", "--diff", kubespray_version=new)
    assert contents(prod) == before
    ran = init(prod, kubespray_version=new)
    for output in (checked.output, ran.output):
        assert re.search(r"^group_vars/all/offline.yml +updated$", output, re.M)
        assert re.search(
            r"^group_vars/k8s_cluster/addons.yml +yours: you changed it; Kubespray 2.31.0's differs \(\+2 -37 lines\)$",
            output,
            re.M,
        )
        assert re.search(
            r"^ingress_nginx_enabled +group_vars/k8s_cluster/addons.yml:71 +gone in 2.31.0$", output, re.M
        )  # fmt: skip
        assert re.search(
            r"^ssh_bastion_confing__name +group_vars/all/mine.yml:1 +gone in 2.31.0; renamed, at a guess: "
            r"ssh_bastion_config_name$",
            output,
            re.M,
        )
        assert "Gone in Kubespray 2.31.0, and set nowhere here: 81 variables." in output
    assert "+# kube_vip_bgp_sourceip:" in checked.output
    assert addons.read_text() == text

    # Nothing to fetch: only what is wrong still is said again.
    again = init(prod, kubespray_version="v2.31.0", k8n_kubespray_source="/")
    assert "changed=0" in again.output
    assert "ingress_nginx_enabled " in again.output
    assert "set nowhere here" not in again.output

    taken = init(
        prod, kubespray_version=new, init_overwrite=["group_vars/k8s_cluster/addons.yml"]
    )  # fmt: skip
    assert taken.code == 0, taken.output
    assert "ingress_nginx" not in addons.read_text()
    (backup,) = addons.parent.glob("addons.yml.*~")
    assert backup.read_text() == text
    # Ansible reads no backup.
    shown = run("ansible-inventory", "--host", "node-10-91-1-2", cwd=prod, env=PLAIN)
    assert "helm_enabled" in shown.output
    assert "ingress_nginx_enabled" not in shown.output


def test_settings_of_all_hosts_are_not_those_of_this_machine(
    repository: Path, tmp_path: Path
) -> None:
    directory = tmp_path / "prod"
    (directory / "group_vars" / "all").mkdir(parents=True)
    (directory / "group_vars" / "all" / "mine.yml").write_text(
        "ansible_become: true\nansible_become_user: nobody\nansible_become_exe: /nonexistent/sudo\n"
    )
    (directory / "cluster.k8n.yml").write_text("plugin: k8n.cluster.ip_list\nnodes: [10.91.1.2]\n")
    ran = init(
        directory, "-i", str(directory / "cluster.k8n.yml"),
        kubespray_version="v2.31.0", k8n_kubespray_source=str(repository),
    )  # fmt: skip
    assert ran.code == 0, ran.output
    assert f"CLUSTER DIRECTORY {directory}, for Kubespray 2.31.0. Files: 30 made.\n" in ran.output


def test_bad_input_names_everything_and_makes_nothing(tmp_path: Path) -> None:
    ran = init(
        tmp_path / "prod",
        k8n_nodes="10.91.1.2,10.91.1.2,10.91.1.999",
        kubespray_version="/nonexistent",
        k8n_known_hosts="/nonexistent",
    )
    assert ran.code == 2
    assert len(re.findall(r"^- ", ran.output, re.M)) == 4
    assert "4 to fix, each said above. Nothing was written." in ran.output
    assert "Traceback" not in ran.output
    assert list(tmp_path.iterdir()) == []


def test_nothing_given(tmp_path: Path) -> None:
    ran = run("ansible-playbook", "k8n.cluster.init", cwd=tmp_path)
    assert ran.code == 2
    assert (
        "- k8n_dir: nothing is given; name the directory, such as -e k8n_dir=prod, or" in ran.output
    )
    assert "- k8n_nodes: nothing is given, and there is no cluster.k8n.yml yet;" in ran.output
    assert list(tmp_path.iterdir()) == []


def test_a_version_that_cannot_be_fetched(repository: Path, tmp_path: Path) -> None:
    ran = init(
        tmp_path / "prod",
        k8n_nodes="10.91.1.2",
        kubespray_version="v0.0.0",
        k8n_kubespray_source=str(repository),
    )
    assert ran.code == 2
    # Not the whole history first.
    assert "TASK [k8n.cluster.init : Fetch Kubespray v0.0.0]" not in ran.output
    assert (
        f"Kubespray v0.0.0 could not be fetched from file://{repository}. Nothing was written."
        in ran.output
    )
    assert list(tmp_path.iterdir()) == []


def test_an_inventory_with_a_mistake_is_named(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "cluster.k8n.yml").write_text("plugin: k8n.cluster.ip_list\nnodes: 10.91.1.999\n")
    ran = init(tmp_path, kubespray_version="v2.31.0", k8n_kubespray_source=str(repository))
    assert ran.code == 2
    assert (
        f"- {tmp_path}/cluster.k8n.yml: Cannot build the inventory from cluster.k8n.yml:"
        in ran.output
    )
    assert [path.name for path in tmp_path.iterdir()] == ["cluster.k8n.yml"]
