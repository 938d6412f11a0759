# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users met in the field (docs/field.md), played by the real playbooks on this machine or a stand-in."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from conftest import Ran, run

PLAIN = {"ANSIBLE_STDOUT_CALLBACK": "default"}


@pytest.fixture(scope="module")
def small_kubespray(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As much of a checkout of Kubespray as init looks at."""
    root = tmp_path_factory.mktemp("kubespray")
    files = {
        "meta/runtime.yml": 'requires_ansible: ">=2.17.0"\n',
        "playbooks/ansible_version.yml": "[]\n",
        "galaxy.yml": "version: 2.31.0\n",
        "roles/.keep": "",
        "inventory/sample/group_vars/all/all.yml": "---\n",
        "inventory/sample/group_vars/k8s_cluster/k8s_cluster.yml": "---\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def init(folder: Path, kubespray: Path, *more: str, env: dict[str, str] | None = None) -> Ran:
    """Make the cluster directory prod in the folder."""
    return run(
        "ansible-playbook", "k8n.cluster.init", "-e", "k8n_dir=prod", "-e", f"kubespray_version={kubespray}", *more,
        cwd=folder, env={**PLAIN, **(env or {})},
    )  # fmt: skip


def test_the_cluster_directory_is_an_inventory(tmp_path: Path, small_kubespray: Path) -> None:
    made = init(tmp_path, small_kubespray, "-e", "k8n_nodes=192.0.2.2-4")
    assert made.code == 0, made.output
    prod = tmp_path / "prod"
    wanted = run("ansible-inventory", "--graph", cwd=prod, env=PLAIN).output
    assert "node-192-0-2-4" in wanted

    assert run("ansible-inventory", "-i", ".", "--graph", cwd=prod, env=PLAIN).output == wanted

    # What Kubespray, this collection, ssh-keygen and editors leave there.
    left = {
        "artifacts/admin.conf": "apiVersion: v1\nkind: Config\n",
        "artifacts/kubectl.sh": "#!/bin/bash\n",
        "credentials/kubeadm_certificate_key.creds": "secret\n",
        "reports/preflight.json": "{}\n",
        "reports/preflight.html": "<html></html>\n",
        "reports/preflight.xml": "<testsuite/>\n",
        "logs/run.log": "line\n",
        "activate": "PATH=x\n",
        "known_hosts.old": "host ssh-ed25519 A\n",
        "site.yml.2026-11-30~": "- hosts: all\n",
        ".k8n/facts/node-192-0-2-2": "{}\n",
    }
    for name, text in left.items():
        (prod / name).parent.mkdir(parents=True, exist_ok=True)
        (prod / name).write_text(text)

    assert run("ansible-inventory", "-i", ".", "--graph", cwd=prod, env=PLAIN).output == wanted
    # A mistake in a file that does hold hosts is said as before.
    (prod / "more.k8n.yml").write_text("plugin: k8n.cluster.ip_list\nnodes: 1.2.3.400\n")
    broken = run("ansible-inventory", "-i", ".", "--graph", cwd=prod, env=PLAIN)
    assert broken.code != 0
    assert "1.2.3.400" in broken.output


# What says nothing here: the way out of this machine, and what it is.
OFF = '{"k8n_checks": {"download_unreachable": "off", "registry_unreachable": "off", "systemd_missing": "off"}}'


def preflight(folder: Path, inventory: str, *more: str, env: dict[str, str] | None = None) -> Ran:
    """Look at the hosts of an inventory's text."""
    (folder / "hosts.yaml").write_text(inventory)
    return run(
        "ansible-playbook", "-i", "hosts.yaml", "-b", "k8n.cluster.preflight",
        "-e", "k8n_between=false", "-e", OFF, *more,
        cwd=folder, env={**PLAIN, **(env or {})},
    )  # fmt: skip


LOCAL = "ansible_connection: local, ansible_python_interpreter: /usr/bin/python3"


def test_kubeadm_makes_the_members_of_etcd(tmp_path: Path, kubespray: Path) -> None:
    ran = preflight(
        tmp_path,
        f"""\
all:
  vars: {{{LOCAL}, etcd_deployment_type: kubeadm}}
  hosts:
    node1: {{ip: 192.0.2.2}}
    node2: {{ip: 192.0.2.3}}
    node3: {{ip: 192.0.2.4}}
  children:
    kube_control_plane: {{hosts: {{node1: , node2: }}}}
    kube_node: {{hosts: {{node1: , node2: , node3: }}}}
    etcd: {{hosts: {{node1: , node2: , node3: }}}}
""",
        "-e", f"k8n_report_dir={tmp_path}",
    )  # fmt: skip

    assert (
        "etcd: 2 members, majority 2, survives no loss. The loss of the zone 192.0.2.0/24 stops it.\n"
        "kubeadm makes a member of each host of kube_control_plane (etcd_deployment_type: kubeadm). The group etcd, "
        "which has node1, node2, node3, has no effect; give it the same hosts, or none.\n"
    ) in ran.output
    document = json.loads((tmp_path / "preflight.json").read_text())
    even = [each for each in document["findings"] if each.get("check") == "even_etcd"]
    assert [each["severity"] for each in even] == ["block"]
    # The cure is an option that moves the members.
    made = "Make node1, node2 and node3, and no other host, the group kube_control_plane of the inventory"
    assert any(made in str(each) for each in document["fixes"])


@pytest.mark.skipif(
    os.getuid() != 0, reason="the host is this machine, and prepare must be root on it"
)
@pytest.mark.parametrize("keeps", [False, True])
def test_a_host_keeps_its_name_if_kubespray_lets_it(
    keeps: bool, tmp_path: Path, kubespray: Path
) -> None:
    own = os.uname().nodename
    inventory = f"""\
all:
  vars: {{{LOCAL}, override_system_hostname: {str(not keeps).lower()}}}
  hosts:
    kube-1: {{ip: 192.0.2.2}}
  children:
    kube_control_plane: {{hosts: {{kube-1: }}}}
    kube_node: {{hosts: {{kube-1: }}}}
    etcd: {{hosts: {{kube-1: }}}}
"""
    looked = preflight(tmp_path, inventory)
    assert ("hostname_mismatch:" in looked.output) is not keeps

    prepared = run(
        "ansible-playbook", "-i", "hosts.yaml", "k8n.cluster.prepare", "--check", "--diff",
        cwd=tmp_path, env=PLAIN,
    )  # fmt: skip
    assert prepared.code == 0, prepared.output
    assert ("+hostname = kube-1" in prepared.output) is not keeps
    # The first name of the line is the host's full name: its own, as long as it keeps that.
    assert f"+192.0.2.2 {f'{own} kube-1' if keeps else 'kube-1'}\n" in prepared.output


def test_a_registry_that_is_a_url(tmp_path: Path, kubespray: Path) -> None:
    ran = preflight(
        tmp_path,
        """\
all:
  vars:
    ansible_connection: local
    ansible_python_interpreter: /usr/bin/python3
    registry_host: http://127.0.0.1:1/home/
    kube_image_repo: "{{ registry_host }}"
    gcr_image_repo: "{{ registry_host }}"
    github_image_repo: "{{ registry_host }}"
    docker_image_repo: "{{ registry_host }}"
    quay_image_repo: "{{ registry_host }}"
    etcd_download_url: http://127.0.0.1:1/etcd.tar.gz
  hosts:
    vm: {ip: 192.0.2.2}
  children:
    kube_control_plane: {hosts: {vm: }}
    kube_node: {hosts: {vm: }}
    etcd: {hosts: {vm: }}
""",
        "-e", f"k8n_report_dir={tmp_path}", "-e", '{"k8n_checks": {"systemd_missing": "off"}}',
    )  # fmt: skip

    document = json.loads((tmp_path / "preflight.json").read_text())
    found = {each["check"]: each["message"] for each in document["findings"]}
    assert ran.code != 0
    assert found["registry_invalid"].startswith("registry_host is 'http://127.0.0.1:1/home/', ")
    # No TLS was tried with it, and no other host either.
    assert "registry_unreachable" not in found
    assert "etcd_download_url" in str(document["fixes"])


@pytest.mark.parametrize(
    ("inventory", "named"),
    [
        (
            "[kube_control_plane]\ncp-0\n[etcd]\ncp-0\n[kube-node]\nworker-a\nworker-b\n"
            "[k8s-cluster:children]\nkube_control_plane\nkube-node\n",
            ("kube-node", "k8s-cluster", "worker-a, worker-b"),
        ),
        (
            "[kube-master]\nnode1\n[etcd]\nnode1\n[kube-node]\nnode2\n[k8s-cluster:children]\nkube-master\nkube-node\n",
            ("kube-master", "kube-node", "k8s-cluster", "node1", "node2"),
        ),
    ],
)
@pytest.mark.parametrize("playbook", ["preflight", "check_kubespray", "verify"])
def test_hosts_in_groups_with_an_old_name_are_not_left_out(
    playbook: str, inventory: str, named: tuple[str, ...], tmp_path: Path, kubespray: Path
) -> None:
    (tmp_path / "hosts.ini").write_text(f"{inventory}[all:vars]\nansible_connection=local\n")
    ran = run(
        "ansible-playbook", "-i", "hosts.ini", "-b", f"k8n.cluster.{playbook}", "-e", "k8n_between=false",
        cwd=tmp_path, env={**PLAIN, "ANSIBLE_PYTHON_INTERPRETER": "/usr/bin/python3"},
    )  # fmt: skip
    assert ran.code != 0
    assert all(name in ran.output for name in named), ran.output
    assert "has an outdated name" in ran.output


@pytest.mark.parametrize(
    ("playbook", "given", "said"),
    [
        (
            "preflight",
            ("-e", "k8n_betwen=false"),
            "k8n_betwen: nothing reads this variable; did you mean k8n_between?",
        ),
        (
            "verify",
            ("-e", "k8n_betwen=false"),
            "k8n_betwen: nothing reads this variable; did you mean k8n_between?",
        ),
        (
            "check_kubespray",
            ("-e", "k8n_waiver=x"),
            "k8n_waiver: nothing reads this variable; did you mean k8n_waivers?",
        ),
        ("init", ("-e", "k8n_dir=p", "-e", "k8n_node=10.0.0.1"), "did you mean k8n_nodes?"),
        ("controller", ("-e", "k8n_dir=p", "-e", "k8n_araa=1"), "did you mean k8n_ara?"),
        (
            "init",
            ("-e", "k8n_dir=p", "-e", "k8n_nodes=10.0.0.1 10.0.0.2 10.0.0.3"),
            "Write it with commas in place of the blanks, -e k8n_nodes=10.0.0.1,10.0.0.2,10.0.0.3.",
        ),
    ],
)
def test_a_variable_that_nothing_reads_is_an_error(
    playbook: str, given: tuple[str, ...], said: str, tmp_path: Path, kubespray: Path
) -> None:
    (tmp_path / "hosts.ini").write_text(
        "[kube_control_plane]\nn1 ansible_connection=local\n[etcd]\nn1\n[kube_node]\nn1\n"
    )
    ran = run(
        "ansible-playbook",
        "-i",
        "hosts.ini",
        "-b",
        f"k8n.cluster.{playbook}",
        *given,
        cwd=tmp_path,
        env=PLAIN,
    )
    assert ran.code != 0
    assert said in ran.output, ran.output
    assert not (tmp_path / "p").exists()


ROCKY = """\
NAME="Rocky Linux"
VERSION="9.5 (Blue Onyx)"
ID="rocky"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.5"
PLATFORM_ID="platform:el9"
PRETTY_NAME="Rocky Linux 9.5 (Blue Onyx)"
"""


def can_say_that_it_is_rocky() -> bool:
    return os.getuid() == 0 and run("unshare", "-m", "true").code == 0


@pytest.mark.skipif(
    not can_say_that_it_is_rocky(), reason="it takes root and mount namespaces to be another system"
)
def test_prepare_goes_on_with_a_system_that_it_does_not_know(tmp_path: Path) -> None:
    (tmp_path / "os-release").write_text(ROCKY)
    (tmp_path / "hosts.ini").write_text(
        "[kube_control_plane]\nb2 ip=192.0.2.2 ansible_connection=local ansible_python_interpreter=/usr/bin/python3\n"
    )
    ran = run(
        "unshare", "-m", "sh", "-c", 'mount --bind os-release /etc/os-release && exec "$@"', "sh",
        "ansible-playbook", "-i", "hosts.ini", "k8n.cluster.prepare", "--check", "-e", "prepare_hostname=false",
        cwd=tmp_path, env=PLAIN,
    )  # fmt: skip
    assert ran.code == 0, ran.output
    assert "rocky" not in ran.output.lower()


KEYSCAN = """\
#!/bin/bash
# In place of ssh-keyscan: answers on port 2222 only.
while [ $# -gt 0 ]; do case $1 in -p) port=$2; shift ;; -T|-t) shift ;; --) ;; *) host=$1 ;; esac; shift; done
[ "$port" = 2222 ] && { echo "[$host]:2222 $HOST_KEY"; exit 0; }
echo "$host: Connection timed out" >&2
exit 1
"""


@pytest.mark.parametrize(
    "variables",
    [
        "ansible_port: 2222\n",
        "ansible_ssh_port: 2222\n",
        'ansible_port: "{{ our_port }}"\nour_port: 2222\n',
    ],
)
def test_init_asks_the_port_that_ansible_connects_to(
    variables: str, tmp_path: Path, small_kubespray: Path
) -> None:
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(tmp_path / "key"))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "ssh-keyscan").write_text(KEYSCAN)
    (tmp_path / "bin" / "ssh-keyscan").chmod(0o755)
    key = (tmp_path / "key.pub").read_text().strip()
    env = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "HOST_KEY": key}
    made = init(
        tmp_path,
        small_kubespray,
        "-e",
        "k8n_nodes=192.0.2.12",
        "-e",
        "k8n_trust_host_keys=true",
        env=env,
    )
    assert "node-192-0-2-12  192.0.2.12  22    192.0.2.12: Connection timed out\n" in made.output
    assert "Another port is ansible_port" in made.output

    (tmp_path / "prod/group_vars/k8s_cluster/z-mine.yml").write_text(variables)
    again = init(tmp_path, small_kubespray, "-e", "k8n_trust_host_keys=true", env=env)

    assert again.code == 0, again.output
    assert f"[192.0.2.12]:2222 {key}" in (tmp_path / "prod/known_hosts").read_text()


FAKE_SSH = """\
#!/bin/bash
# In place of ssh: reaches nobody, and notes whether it was told to go through the bastion, or how else.
case " $* " in *" -O check "*) exit 255 ;; esac
way=directly
case "$*" in *127.0.1.1[!0-9]*) way=bastion ;; *our-jump*) way=ours ;; esac
echo "$way" >> "$SSH_LOG"
echo "ssh: connect to host here port 22: Connection timed out" >&2
exit 255
"""
BEHIND = """\
all:
  hosts:
    node1: {ansible_host: 127.0.1.11, ansible_user: user, ip: 10.250.0.11%s}
    bastion: {ansible_host: 127.0.1.1%s}
  children:
    kube_control_plane: {hosts: {node1: }}
    kube_node: {hosts: {node1: }}
    etcd: {hosts: {node1: }}
    bastion: {hosts: {bastion: }}
"""
AS_USER = ", ansible_user: user"


@pytest.mark.parametrize(
    ("playbook", "own", "user", "way"),
    [
        ("preflight", "", AS_USER, "bastion"),
        ("preflight", ", ansible_ssh_common_args: -o ProxyJump=our-jump", AS_USER, "ours"),
        ("prepare", "", AS_USER, "bastion"),
        ("verify", "", AS_USER, "bastion"),
        ("audit", "", AS_USER, "bastion"),
    ],
)
def test_hosts_behind_a_bastion_are_reached_as_kubespray_reaches_them(
    playbook: str, own: str, user: str, way: str, tmp_path: Path, kubespray: Path
) -> None:
    (tmp_path / "ssh").write_text(FAKE_SSH)
    (tmp_path / "ssh").chmod(0o755)
    (tmp_path / "hosts.yaml").write_text(BEHIND % (own, user))
    log = tmp_path / "ssh.log"
    run(
        "ansible-playbook", "-i", "hosts.yaml", "-b", f"k8n.cluster.{playbook}", "-e", "k8n_between=false",
        cwd=tmp_path,
        env={**PLAIN, "ANSIBLE_SSH_EXECUTABLE": str(tmp_path / "ssh"), "SSH_LOG": str(log), "ANSIBLE_SSH_RETRIES": "0"},
    )  # fmt: skip
    assert set(log.read_text().split()) == {way}


def test_a_bastion_of_which_kubespray_does_not_know_the_login(
    tmp_path: Path, kubespray: Path
) -> None:
    (tmp_path / "hosts.yaml").write_text(BEHIND % ("", ""))
    ran = run(
        "ansible-playbook", "-i", "hosts.yaml", "-b", "k8n.cluster.preflight", "-e", "k8n_between=false",
        cwd=tmp_path, env=PLAIN,
    )  # fmt: skip
    assert ran.code != 0
    assert "Give bastion an ansible_host and an ansible_user." in ran.output
