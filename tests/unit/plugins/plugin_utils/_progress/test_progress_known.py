# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each entry of the table against the text that Ansible and Kubespray really print."""

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.known import TABLE, explain

KUBESPRAY = "/c/ansible_collections/kubernetes_sigs/kubespray"
# Split, since ansible-test takes it for a call.
OPENING = "url" + "open"
SSH = "Failed to connect to the host via ssh: "
ANY = "Gathering Facts", "/home/me/site.yml:1"
VERSION = (
    "Check 2.18.0 <= Ansible version < 2.19.0",
    f"{KUBESPRAY}/playbooks/ansible_version.yml:12",
)
NETADDR = "Check that python netaddr is installed", f"{KUBESPRAY}/playbooks/ansible_version.yml:20"
USER = "adduser : User | Create User Group", f"{KUBESPRAY}/roles/adduser/tasks/main.yml:2"
DEFAULTS = (
    "kubespray_defaults : Set facts",
    f"{KUBESPRAY}/roles/kubespray_defaults/tasks/main.yml:2",
)
ETCD_VERSION = (
    "etcd : Get currently-deployed etcd version",
    f"{KUBESPRAY}/roles/etcd/tasks/install_host.yml:2",
)
EVEN = (
    "validate_inventory : Stop if even number of etcd hosts",
    f"{KUBESPRAY}/roles/validate_inventory/tasks/main.yml:58",
)
SWAP = (
    "kubernetes/preinstall : Stop if swap",
    f"{KUBESPRAY}/roles/kubernetes/preinstall/tasks/0040-verify-settings.yml:1",
)
KUBEADM = (
    "kubernetes/control-plane : Kubeadm | Initialize first control plane node (1st try)",
    f"{KUBESPRAY}/roles/kubernetes/control-plane/tasks/kubeadm-setup.yml:1",
)
APISERVER = (
    "kubernetes/client : Wait for k8s apiserver",
    f"{KUBESPRAY}/roles/kubernetes/client/tasks/main.yml:48",
)
JOIN = (
    "kubernetes/kubeadm : Join to cluster if needed",
    f"{KUBESPRAY}/roles/kubernetes/kubeadm/tasks/main.yml:86",
)
FLANNEL = (
    "network_plugin/flannel : Flannel | Start Resources",
    f"{KUBESPRAY}/roles/network_plugin/flannel/tasks/main.yml:23",
)
NODES_READY = (
    "kubernetes/control-plane : Wait for new control plane nodes to be Ready",
    f"{KUBESPRAY}/roles/kubernetes/control-plane/tasks/kubeadm-secondary.yml:102",
)
CALICO = (
    "network_plugin/calico : Calico | wait for etcd",
    f"{KUBESPRAY}/roles/network_plugin/calico/tasks/install.yml:60",
)
DOWNLOAD = (
    "download : Download_file | Download item",
    f"{KUBESPRAY}/roles/download/tasks/download_file.yml:59",
)
ETCD_HEALTHY = (
    "etcd : Configure | Wait for etcd cluster to be healthy",
    f"{KUBESPRAY}/roles/etcd/tasks/configure.yml:101",
)
# The message, the task and its place, and how the sentence that explains it begins.
REAL = (
    (
        f"{SSH}No ED25519 host key is known for 10.94.1.2 and you have requested strict checking.\n"
        "Host key verification failed.",
        *ANY,
        "The host shows an SSH key",
    ),
    (
        f"{SSH}admin@10.94.1.2: Permission denied (publickey,password).",
        *ANY,
        "The host is there, but refuses",
    ),
    (
        f"{SSH}mux_client_request_session: session request failed: Session open refused by peer",
        *ANY,
        "sshd takes no more sessions",
    ),
    (
        f"{SSH}kex_exchange_identification: Connection closed by remote host",
        *ANY,
        "sshd takes no more sessions",
    ),
    (f"{SSH}ssh: connect to host 10.94.1.2 port 22: Connection refused", *ANY, "Nothing answers"),
    (f"{SSH}ssh: connect to host 10.94.1.2 port 22: No route to host", *ANY, "Nothing answers"),
    (
        f"{SSH}ssh: Could not resolve hostname node7: Name or service not known",
        *ANY,
        "Nothing answers",
    ),
    ("Timeout (12s) waiting for privilege escalation prompt: ", *ANY, "sudo took longer"),
    ("Missing sudo password", *ANY, "sudo asks for a password"),
    ("MODULE FAILURE\nsudo: a password is required", *ANY, "sudo asks for a password"),
    ("Incorrect sudo password", *ANY, "sudo refuses the password"),
    ("sudo: sorry, you must have a tty to run sudo", *ANY, "sudo wants a terminal"),
    ("server is not in the sudoers file.", *ANY, "This login may not use sudo"),
    (
        "groupadd: Permission denied.\ngroupadd: cannot lock /etc/group; try again later.",
        *USER,
        "The task needs root",
    ),
    (
        "E: Could not open lock file /var/lib/apt/lists/lock - open (13: Permission denied)\n"
        "E: Unable to lock directory, are you root?",
        *ANY,
        "The task needs root",
    ),
    (
        "Ansible must be between 2.18.0 and 2.19.0 exclusive - you have 2.17.14\n"
        'assertion: ansible_version.string is version(minimal_ansible_version, ">=")',
        *VERSION,
        "This Kubespray accepts another range",
    ),
    (
        "Python netaddr is not present\nassertion: '127.0.0.1' | ansible.utils.ipaddr == '127.0.0.1'",
        *NETADDR,
        "The Python that runs Ansible has no netaddr",
    ),
    (
        "Unrecognized type <<class 'ansible.template.AnsibleUndefined'>> for ipwrap filter <value>",
        *DEFAULTS,
        "Kubespray's variables were asked for",
    ),
    (
        "'ansible.vars.hostvars.HostVarsVars object' has no attribute 'ansible_default_ipv4'",
        *ANY,
        "A task asks for a fact of a host",
    ),
    (
        "[Errno 2] No such file or directory: b'/usr/local/bin/etcd'",
        *ETCD_VERSION,
        "etcd is not installed yet.",
    ),
    ("non-zero return code\nrc: 1", *ETCD_HEALTHY, "The etcd members do not form a cluster"),
    (
        "Assertion failed\nassertion: groups.get('etcd', groups.kube_control_plane) | length is not divisibleby 2",
        *EVEN,
        "One of Kubespray's own checks says no.",
    ),
    (
        "Swap must be off for the kubelet\nassertion: ansible_swaptotal_mb == 0",
        *SWAP,
        "One of Kubespray's own checks says no.",
    ),
    (
        "non-zero return code\nrc: 1\nstderr: [kubelet-check] The kubelet is not healthy after 4m0.0s",
        *KUBEADM,
        "The kubelet does not answer",
    ),
    # What kubeadm prints in every run is no reason: that it has asked the kubelet, that the unit is not enabled.
    (
        "non-zero return code\nrc: 1\nstderr: \t[WARNING Service-Kubelet]: kubelet service is not enabled, please run"
        " 'systemctl enable kubelet.service'\nerror: error execution phase wait-control-plane: failed while waiting for"
        " the control plane to start: kube-apiserver check failed at https://10.0.0.1:6443/livez\n"
        "stdout: [kubelet-check] The kubelet is healthy after 501.3ms",
        *KUBEADM,
        "The Kubernetes API server did not come up",
    ),
    ("non-zero return code\nrc: 124", *KUBEADM, "The Kubernetes API server did not come up"),
    ("non-zero return code\nrc: 124", *JOIN, "The host cannot join"),
    # A mirror on the host's own port.
    ("HTTP Error 404: Not Found http://localhost:8080/x", *DOWNLOAD, "A download failed"),
    (
        f"Status code was -1 and not [200]: Request failed: <{OPENING} error [Errno 111] Connection refused>",
        *APISERVER,
        "The Kubernetes API server did not come up",
    ),
    (
        "non-zero return code\nrc: 1\nstderr: error: error execution phase upload-certs: cannot encrypt the secret",
        *KUBEADM,
        "kubeadm stopped in the phase",
    ),
    (
        'error execution phase kubelet-start: a Node with name "node2" and status "Ready" already exists in the'
        " cluster. You must delete the existing Node or change the name of this new joining Node",
        *JOIN,
        "There is a Ready node with this host's name",
    ),
    (
        "error execution phase preflight: couldn't validate the identity of the API Server: failed to request the"
        " cluster-info ConfigMap: client rate limiter Wait returned an error: context deadline exceeded",
        *JOIN,
        "The host cannot join",
    ),
    (
        'error: error validating "/etc/kubernetes/cni-flannel-rbac.yml": error validating data: failed to'
        ' download openapi: Get "http://localhost:8080/openapi/v2?timeout=32s": dial tcp [::1]:8080:'
        " connect: connection refused",
        *FLANNEL,
        "kubectl was called where root has no kubeconfig",
    ),
    (
        "error: error validating data: failed to download openapi: Get"
        ' "https://127.0.0.1:6443/openapi/v2?timeout=32s": dial tcp 127.0.0.1:6443: i/o timeout',
        *FLANNEL,
        "The Kubernetes API server does not answer",
    ),
    (
        "The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?",
        *FLANNEL,
        "The Kubernetes API server does not answer",
    ),
    ('["False"]\nrc: 0', *NODES_READY, "Not every node of the control plane became Ready"),
    (
        f"Request failed: <{OPENING} error [Errno -3] Temporary failure in name resolution>",
        *DOWNLOAD,
        "A download failed",
    ),
    ("Request failed\nstatus_code: 404 HTTP Error 404: Not Found", *DOWNLOAD, "A download failed"),
    (
        "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (unattended-upgr)",
        *ANY,
        "Another package manager",
    ),
    (
        "Failed to lock apt for exclusive operation: E:Unlocking failed",
        *ANY,
        "Another package manager",
    ),
    (
        "failed to create fsnotify watcher: inotify_init: too many open files",
        *ANY,
        "The host may watch no more files",
    ),
    ("inotify_add_watch: No space left on device", *ANY, "The host may watch no more files"),
    ("write error: No space left on device", *ANY, "A disk of the host is full."),
    ("/bin/sh: 1: /usr/bin/python3: not found", *ANY, "The host has no Python"),
    (
        "the output has been hidden due to the fact that 'no_log: true' was specified for this result",
        *DOWNLOAD,
        "A download failed, most often since the host has no way to that server.",
    ),
)


@pytest.mark.parametrize(("message", "task", "path", "meaning"), REAL)
def test_it_is_explained(message: str, task: str, path: str, meaning: str) -> None:
    (known,) = explain(message, task, path)
    assert known.meaning.startswith(meaning)


def test_every_entry_has_a_real_text() -> None:
    met = {
        known for message, task, path, _meaning in REAL for known in explain(message, task, path)
    }
    assert [known.meaning for known in TABLE if known not in met] == []


@pytest.mark.parametrize(
    ("message", "task", "path"),
    [
        # The sentence of Kubespray's checks is not for everybody's.
        ("Assertion failed\nassertion: a == b", "My check", "/home/me/site.yml:7"),
        ("non-zero return code\nrc: 1", "Run my tool", "/home/me/site.yml:9"),
        (
            f"Request failed: <{OPENING} error [Errno 111] Connection refused>",
            "My API",
            "/home/me/site.yml:9",
        ),
        ("HTTP Error 404: Not Found", "Fetch mine", "/home/me/site.yml:9"),
        # Words of a table's entry that stand for something else there.
        (f"Request failed: <{OPENING} error [Errno 111] Connection refused>", *CALICO),
        ("unauthorized: authentication failed", *DOWNLOAD),
        ("cp: cannot open '/x': Permission denied (13)", *ANY),
        ("[Errno 13] Permission denied: b'/usr/local/bin/etcd'", *ETCD_VERSION),
        ("captured the adaptable block", *ANY),
    ],
)
def test_what_is_not_known_is_not_explained(message: str, task: str, path: str) -> None:
    assert explain(message, task, path) == ()


REFUSED = (
    "non-zero return code\nrc: 1\nstderr: [preflight] Some fatal errors occurred:\n"
    "\t[ERROR SystemVerification]: cgroups v1 support is deprecated and will be removed in a future release.\n"
    "\t[ERROR Port-10250]: Port 10250 is in use\n"
    "\t[ERROR Whatever-New.1]: it is Tuesday\n"
    "[preflight] If you know what you are doing, you can make a check non-fatal with"
    " `--ignore-preflight-errors=...`\nerror: error execution phase preflight: preflight checks failed"
)


def test_each_refusal_of_kubeadms_preflight_comes_with_its_own_cure() -> None:
    found = explain(REFUSED, *KUBEADM)
    assert [known.meaning for known in found] == [
        "kubeadm refuses the host [SystemVerification]: The host has cgroups version 1, with which neither kubeadm nor "
        "kubelet starts from Kubernetes 1.35 on.",
        "kubeadm refuses the host [Port-10250]: Port 10250 of the host is taken.",
        "kubeadm refuses the host [Whatever-New.1]: This collection does not know the check; what kubeadm says of it "
        "stands above.",
    ]
    assert [known.fix for known in found] == [
        "Boot the host with systemd.unified_cgroup_hierarchy=1 on the kernel's command line. To stay with version 1 "
        "set kubelet_fail_cgroup_v1: false and set kubeadm_ignore_preflight_errors: [SystemVerification].",
        "See by whom: ss -lntp 'sport = :10250'. End that program if it is none of Kubernetes; else an earlier kubeadm "
        "has started it. If this host is not to keep anything of Kubernetes, run on it: "
        "/usr/local/bin/kubeadm reset -f --cert-dir /etc/kubernetes/ssl (the folders are Kubespray's bin_dir and "
        "kube_cert_dir), then go on.",
        "Change on the host what it names. If you know that it does not matter, set "
        "kubeadm_ignore_preflight_errors: [Whatever-New.1].",
    ]


def test_only_a_missing_etcd_is_normal() -> None:
    assert [known.meaning for known in TABLE if known.normal] == ["etcd is not installed yet."]


def test_a_cluster_directory_has_a_known_hosts_of_its_own() -> None:
    (known,) = explain(REAL[0][0], *ANY)
    assert known.fix.startswith(
        "In a cluster's directory run k8n.cluster.init with -e k8n_dir=. -e k8n_trust_host_keys=true, which adds a new "
        "host's key and names one that has changed. Elsewhere compare its fingerprint"
    )
