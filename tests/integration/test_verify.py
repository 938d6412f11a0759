# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""verify against a real etcd over TLS on three real hosts, with what Kubespray lets pass in silence.

There is no Kubernetes here: kubectl on the control plane host is a PLACEHOLDER that prints answers written by hand
after the reference of the API, and the cluster's DNS is a script.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, Ran, run
from etcd_members import CERTIFICATES, Members

HOSTS = {"ver1": "10.108.1.11", "ver2": "10.108.1.12", "ver3": "10.108.2.13"}
SPEC = "name: verify\nhosts:\n" + "".join(
    f"  - {{name: {name}, address: {address}}}\n" for name, address in HOSTS.items()
)
INVENTORY = """\
all:
  hosts:
{hosts}
  children:
    kube_control_plane: {{hosts: {{ver1: }}}}
    kube_node: {{hosts: {{ver2: , ver3: }}}}
    etcd: {{hosts: {{{etcd}}}}}
    k8s_cluster: {{children: {{kube_control_plane: , kube_node: }}}}
""".format
CONFIG = """\
[defaults]
inventory = hosts.yml
interpreter_python = auto_silent
[ssh_connection]
pipelining = true
"""
SECRET = "LS0tLS1CRUdJTiBTRUNSRVQ="
# As kubeadm writes it.
ADMIN_CONF = f"""\
apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: Y2E=
    server: https://127.0.0.1:6443
  name: cluster.local
contexts:
- context:
    cluster: cluster.local
    user: kubernetes-admin
  name: kubernetes-admin@cluster.local
current-context: kubernetes-admin@cluster.local
kind: Config
preferences: {{}}
users:
- name: kubernetes-admin
  user:
    client-certificate-data: Y3J0
    client-key-data: {SECRET}
"""
KUBECTL = """\
#!/bin/sh
# PLACEHOLDER for kubectl
for last; do :; done
last=${last%%[?]*}
cat "/opt/answers/${last##*/}"
"""
# Answers every question with no more than a count of one.
DNS = """\
import socket
asked = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
asked.bind(("127.0.0.1", 53))
while True:
    question, address = asked.recvfrom(512)
    asked.sendto(question[:2] + bytes([129, 128, 0, 1, 0, 1, 0, 0, 0, 0]) + question[12:], address)
"""
# What is unknown of each host, where no kubelet has joined.
NO_KUBELET = dict.fromkeys(
    ("kubelet_without_api_server", "kubelet_refused"),
    "there is no kubelet.conf on this host, with which a kubelet logs in.",
)
# What Kubespray's task 'Configure | Wait for etcd cluster to be healthy' runs.
KUBESPRAYS_TEST = (
    "set -o pipefail && /usr/local/bin/etcdctl endpoint --cluster status && /usr/local/bin/etcdctl endpoint --cluster "
    "health 2>&1 | grep -v 'Error: unhealthy cluster' >/dev/null"
)


def answers() -> dict[str, object]:
    """What the API server of a whole cluster of these hosts would answer, by the reference of its API."""

    def node(name: str) -> dict[str, object]:
        control_plane = {"node-role.kubernetes.io/control-plane": ""} if name == "ver1" else {}
        taint = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}
        return {
            "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, **control_plane}},
            "spec": {"taints": [taint]} if control_plane else {},
            "status": {
                "addresses": [{"type": "InternalIP", "address": HOSTS[name]}],
                "conditions": [{"type": "Ready", "status": "True"}],
                "nodeInfo": {"kubeletVersion": "v1.35.4"},
            },
        }

    ready = [{"ready": True, "state": {"running": {}}}]
    nothing: dict[str, object] = {"metadata": {}, "items": []}
    dns = {"metadata": {"name": "coredns"}, "spec": {"replicas": 1}}
    return {
        **dict.fromkeys(("daemonsets", "poddisruptionbudgets", "networkpolicies"), nothing),
        **dict.fromkeys(
            ("validatingwebhookconfigurations", "mutatingwebhookconfigurations"), nothing
        ),
        "deployments": {"metadata": {}, "items": [dns]},
        "version": {"gitVersion": "v1.35.4"},
        "nodes": {"items": [node(name) for name in HOSTS]},
        "pods": {
            "items": [
                {
                    "metadata": {"name": f"coredns-{name}", "labels": {"k8s-app": "kube-dns"}},
                    "spec": {"nodeName": name},
                    "status": {"phase": "Running", "containerStatuses": ready},
                }
                for name in HOSTS
            ]
        },
    }


@pytest.fixture(scope="module")
def state(boot: Callable[[str], Path]) -> Path:
    return boot(SPEC)


@pytest.fixture(scope="module")
def members(state: Path, tmp_path_factory: pytest.TempPathFactory) -> Members:
    """The hosts after Kubespray, except that etcd of ver3 has never been able to start."""
    made = Members(HOSTS, state, tmp_path_factory.mktemp("certificates"))
    everywhere = {
        "etc/kubernetes/kubelet-config.yaml": "clusterDomain: cluster.local\nclusterDNS:\n- 127.0.0.1\n"
        "healthzPort: 0\n",
        "etc/sysctl.d/99-sysctl.conf": "net.ipv4.ip_forward=1\n",
        "opt/dns.py": DNS,
    }
    control_plane = {
        "etc/kubernetes/admin.conf": ADMIN_CONF,
        "usr/local/bin/kubectl": KUBECTL,
        **{f"opt/answers/{name}": json.dumps(answer) for name, answer in answers().items()},
    }
    for host in HOSTS:
        made.install(host, {**everywhere, **control_plane} if host == "ver1" else everywhere)
        made.on(
            host, "sysctl -qw net.ipv4.ip_forward=1; systemd-run -q --unit=dns python3 /opt/dns.py"
        )
        for service in ("kubelet", "containerd"):
            made.on(host, f"systemd-run -q --unit={service} sleep infinity")
    made.on("ver3", "sed -i.good s,^ETCD_DATA_DIR=.*,ETCD_DATA_DIR=/dev/null/etcd, /etc/etcd.env")
    made.on("ver3", "systemctl daemon-reload; systemctl start --no-block etcd")
    made.start("ver1", "ver2")
    return made


@pytest.fixture(scope="module")
def whole(members: Members) -> Members:
    """The same after that has been fixed."""
    members.on("ver3", "mv /etc/etcd.env.good /etc/etcd.env")
    members.start("ver3")
    return members


@pytest.fixture
def cluster(state: Path, tmp_path: Path) -> Path:
    """A folder as a user has it: an inventory and the login's variables."""
    write_inventory(tmp_path, "ver1: , ver2: , ver3: ")
    (tmp_path / "ansible.cfg").write_text(CONFIG)
    (tmp_path / "group_vars" / "all").mkdir(parents=True)
    shutil.copy(state / "vars.yml", tmp_path / "group_vars" / "all")
    tmp_path.chmod(0o700)
    return tmp_path


def write_inventory(folder: Path, etcd: str, more: str = "") -> None:
    hosts = "\n".join(
        f"    {name}: {{ip: {address}, ansible_host: {address}}}" for name, address in HOSTS.items()
    )
    (folder / "hosts.yml").write_text(INVENTORY(hosts=hosts + more, etcd=etcd))


def verify(cluster: Path, *arguments: str) -> Ran:
    return run(
        "ansible-playbook",
        "k8n.cluster.verify",
        "-e",
        "k8n_report_dir=reports",
        *arguments,
        cwd=cluster,
    )


def said(cluster: Path, status: str) -> dict[str, dict[str, str]]:
    """By place and check what the report says of the checks with this status."""
    document = json.loads((cluster / "reports" / "verify.json").read_text())
    found: dict[str, dict[str, str]] = {}
    for place in [*document["others"], *document["hosts"]]:
        for name, check in place["checks"].items():
            if check["status"] == status:
                text = (
                    check["problems"][0]["message"]
                    if "problems" in check
                    else check.get("reason", "")
                )
                found.setdefault(place["name"], {})[name] = text
    return found


def test_a_member_that_never_started_passes_kubesprays_own_test_and_is_named(
    members: Members, cluster: Path
) -> None:
    tls = (
        f"ETCDCTL_API=3 ETCDCTL_CACERT=/{CERTIFICATES}/ca.pem ETCDCTL_CERT=/{CERTIFICATES}/admin-ver1.pem "
        f"ETCDCTL_KEY=/{CERTIFICATES}/admin-ver1-key.pem ETCDCTL_ENDPOINTS="
        + ",".join(f"https://{address}:2379" for address in HOSTS.values())
    )
    # It does not raise: two of three are healthy for Kubespray.
    members.on("ver1", f"env {tls} bash -c {shlex.quote(KUBESPRAYS_TEST)}")

    ran = verify(cluster)

    assert ran.code == 2, ran.output[-3000:]
    assert "\nVERIFY: 2 of 3 hosts with nothing wrong. Found: 1 that blocks.\n" in ran.output
    found = said(cluster, "block")
    assert {place: [*checks] for place, checks in found.items()} == {
        "ver3": ["etcd_member_missing"]
    }
    assert re.fullmatch(
        r"The inventory wants an etcd member here, and this host is one of etcd's members and has never started "
        r"\(etcd\.service is (activating|failed)\)\. 2 of 3 members answer, 2 must: no other may fail\.",
        found["ver3"]["etcd_member_missing"],
    )
    assert said(cluster, "unknown")["ver3"] == {
        **NO_KUBELET,
        "etcd_member_unhealthy": "the host has no etcd member to ask.",
        "etcd_alarm": "its etcd member does not answer.",
        "etcd_database_large": "its etcd member does not answer.",
    }


def test_a_whole_cluster_is_not_worth_a_word(whole: Members, cluster: Path) -> None:
    ran = verify(cluster)

    assert ran.code == 0, ran.output[-3000:]
    assert "\nVERIFY: 3 of 3 hosts with nothing wrong.\n" in ran.output
    # No kubelet has joined here, and no engine has an image.
    assert said(cluster, "unknown") == dict.fromkeys(HOSTS, NO_KUBELET)
    assert {place: [*checks] for place, checks in said(cluster, "skipped").items()} == {
        host: ["image_registry_silent"] for host in HOSTS
    }
    # Every other check was made: the control plane's two only on ver1.
    passed = {place: len(checks) for place, checks in said(cluster, "passed").items()}
    assert passed == {"(cluster)": 10, "ver1": 24, "ver2": 22, "ver3": 22}
    assert SECRET not in ran.output
    assert not (cluster / "artifacts").exists()
    # kubectl kept nothing, and nothing of ours is left.
    assert whole.on("ver1", "ls -A /root; ls -A /root/.ansible/tmp 2> /dev/null || true").split() == [
        ".bashrc", ".profile", ".ssh",
    ]  # fmt: skip


@pytest.mark.usefixtures("whole")
def test_the_kubeconfig_is_fetched_where_it_is_asked_for(cluster: Path) -> None:
    ran = verify(cluster, "-e", "k8n_fetch_kubeconfig=true", "-vvv", "--diff")

    assert ran.code == 0, ran.output[-3000:]
    assert SECRET not in ran.output
    kubeconfig = cluster / "artifacts" / "admin.conf"
    assert stat.S_IMODE(kubeconfig.stat().st_mode) == 0o600
    wanted = yaml.safe_load(ADMIN_CONF.replace("127.0.0.1", HOSTS["ver1"]))
    del wanted["preferences"]
    assert yaml.safe_load(kubeconfig.read_text()) == wanted


def test_two_members_lost_and_a_kernel_setting_that_was_only_written(
    whole: Members, cluster: Path
) -> None:
    whole.on("ver1", "sysctl -qw net.ipv4.ip_forward=0")
    for host in ("ver2", "ver3"):
        whole.on(host, "systemctl stop etcd")
    try:
        whole.wait_until_without_leader("ver1")
        ran = verify(cluster)
    finally:
        whole.on("ver1", "sysctl -qw net.ipv4.ip_forward=1")
        whole.start("ver2", "ver3")

    assert ran.code == 2
    found = said(cluster, "block")
    assert {place: [*checks] for place, checks in found.items()} == {
        "(cluster)": ["etcd_no_leader"],
        "ver1": ["sysctl_not_loaded"],
        "ver2": ["etcd_member_unhealthy"],
        "ver3": ["etcd_member_unhealthy"],
    }
    assert found["(cluster)"]["etcd_no_leader"] == (
        "ver1 knows no leader of etcd: 1 of 3 members answer, 2 must agree on one. Nothing can be written."
    )
    assert found["ver2"]["etcd_member_unhealthy"].startswith(
        "Its etcd member does not answer (etcd.service is inactive): "
    )
    assert found["ver1"]["sysctl_not_loaded"] == (
        "Kernel settings in /etc/sysctl.d/99-sysctl.conf are not in force: net.ipv4.ip_forward is 0 instead of 1."
    )


@pytest.mark.usefixtures("whole")
def test_members_that_the_inventory_does_not_know(cluster: Path) -> None:
    write_inventory(cluster, "ver1: , ver2: ")

    ran = verify(cluster)

    assert ran.code == 2
    assert said(cluster, "block")["(cluster)"]["etcd_member_foreign"].startswith(
        "etcd has members that are not etcd hosts of the inventory: etcd3 (10.108.2.13)."
    )


@pytest.mark.usefixtures("whole")
def test_hosts_that_were_lost_one_after_another_are_no_success(cluster: Path) -> None:
    """Ansible then goes on to empty plays, and its recap says failed=0."""
    (cluster / "site.yml").write_text(
        "- hosts: k8s_cluster\n  gather_facts: false\n  tasks:\n"
        "    - ansible.builtin.ping:\n"
        "      vars: {ansible_port: \"{{ 9 if inventory_hostname == 'ver1' else 22 }}\"}\n"
        "- hosts: k8s_cluster\n  gather_facts: false\n  tasks:\n"
        "    - ansible.builtin.ping:\n      vars: {ansible_port: 9}\n"
        "- hosts: k8s_cluster\n  gather_facts: false\n  tasks:\n"
        "    - ansible.builtin.fail: {msg: nobody is here}\n"
        "- import_playbook: k8n.cluster.verify\n"
    )

    ran = run("ansible-playbook", "site.yml", "-e", "k8n_report_dir=reports", cwd=cluster)

    assert "nobody is here" not in ran.output
    assert ran.code != 0
    assert {place: [*checks] for place, checks in said(cluster, "block").items()} == {
        host: ["probe_failed"] for host in HOSTS
    }
    assert said(cluster, "passed") == {}
    assert "3 problems to fix; the table above says where and how." in ran.output


@pytest.mark.usefixtures("whole")
def test_a_host_that_is_down_is_named_and_the_others_tell_of_it(cluster: Path) -> None:
    ran = verify(
        cluster, "-e", '{"ansible_port": "{{ 9 if inventory_hostname == \'ver3\' else 22 }}"}'
    )

    assert ran.code == 2
    assert {place: [*checks] for place, checks in said(cluster, "block").items()} == {
        "ver3": ["unreachable"]
    }
    assert "sysctl_not_loaded" in said(cluster, "unknown")["ver3"]
    # Its member answers the others, and it is a node that is Ready.
    assert {"etcd_member_unhealthy", "node_not_ready"} <= said(cluster, "passed")["ver3"].keys()


def test_a_host_that_hangs_after_the_login_does_not_hold_up_the_others(
    whole: Members, cluster: Path
) -> None:
    whole.on(
        "ver3",
        "printf '#!/bin/sh\\necho $$ >> /run/hangs\\nexec sleep 3600\\n' > /usr/local/bin/hangs; "
        "chmod +x /usr/local/bin/hangs",
    )
    python = "{{ '/usr/local/bin/hangs' if inventory_hostname == 'ver3' else '/usr/bin/python3' }}"
    started = time.monotonic()
    try:
        ran = verify(
            cluster,
            "-e",
            json.dumps({"ansible_python_interpreter": python, "k8n_probe_timeout": 30}),
        )
    finally:
        whole.on("ver3", "kill $(cat /run/hangs); rm /usr/local/bin/hangs /run/hangs")

    assert ran.code == 2
    # The host that hangs would do so for an hour.
    assert time.monotonic() - started < 300
    found = said(cluster, "block")
    assert {place: [*checks] for place, checks in found.items()} == {"ver3": ["probe_failed"]}
    assert re.search(r"\b30\b", found["ver3"]["probe_failed"])
    assert "etcd_member_missing" in said(cluster, "passed")["ver1"]


def test_preflight_leaves_a_running_etcd_alone_and_takes_it_for_no_fault(
    whole: Members, cluster: Path, kubespray: Path
) -> None:
    """Its ports are its own, its data is no remains, and other members reach it as it is."""
    state = "systemctl show etcd -p MainPID -p ExecMainStartTimestampMonotonic -p NRestarts"
    before = {host: whole.on(host, state) for host in HOSTS}

    ran = run(
        "ansible-playbook", "k8n.cluster.preflight", "-e", "k8n_report_dir=reports", cwd=cluster
    )

    assert {host: whole.on(host, state) for host in HOSTS} == before
    assert "ExecMainStartTimestampMonotonic=0" not in "".join(before.values())
    document = json.loads((cluster / "reports" / "preflight.json").read_text())
    checks = {each["name"]: each["checks"] for each in document["hosts"]}
    assert list(checks) == [*HOSTS], ran.output[-3000:]
    for each in checks.values():
        assert each["port_taken"]["status"] == "skipped"
        # In the order in which the kernel lists them.
        assert re.fullmatch(
            r"A cluster runs here already and has its ports: etcd \((2379|2380)/tcp\), etcd \((?!\1)23[78][09]/tcp\)\.",
            each["port_taken"]["reason"],
        )
        assert each["remains_of_cluster"] == {
            "status": "skipped",
            "reason": "A cluster that Kubespray made runs here already (kubelet.service, etcd.service).",
        }
        assert each["port_blocked"]["status"] == "passed", each["port_blocked"]


@pytest.mark.usefixtures("whole", "kubespray")
def test_deploy_refuses_localhost_among_the_hosts_before_any_host(cluster: Path) -> None:
    write_inventory(
        cluster, "ver1: , ver2: , ver3: ", "\n    localhost: {ansible_connection: local}"
    )

    ran = run("ansible-playbook", "-b", "k8n.cluster.deploy", cwd=cluster)

    assert ran.code == 2
    assert ran.tasks() == ["Can Kubespray run here, and are the waivers valid"]
    assert (
        "- localhost is a host of the inventory, though in no group of Kubespray: Kubespray's checks that run once, "
        "for all, may run there with its variables instead of the cluster's, and pass what fails there. Take localhost "
        "out of the inventory; Ansible knows it without that."
    ) in ran.output


def test_verify_is_the_last_part_of_deploy() -> None:
    parts = yaml.safe_load((ROOT / "playbooks" / "deploy.yml").read_text())
    assert parts[-1]["ansible.builtin.import_playbook"] == "k8n.cluster.verify"
