# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What the failures that users meet most mean, and what fixes them: one table."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .._ansible import settings
from .kubeadm import refused

# Kubespray's task that waits for all of them where kubeadm has run before.
NODES_READY = r"wait for new control plane nodes to be ready"


@dataclass(frozen=True)
class Known:
    """One kind of failure: regular expressions that must all be found, and two sentences.

    message is searched in all that the module said, task in the task's name, path in its file's path; an empty one
    fits all. normal says that an ignored failure of this kind is how a good run looks.
    """

    message: str
    meaning: str
    fix: str
    task: str = ""
    path: str = ""
    normal: bool = False

    def fits(self, message: str, task: str, path: str) -> bool:
        """Whether all three expressions are found."""
        return all(
            re.search(pattern, text, re.I | re.M)
            for pattern, text in (
                (self.message, message),
                (self.task, task),
                (self.path, path),
            )
            if pattern
        )


def explain(message: str, task: str, path: str) -> tuple[Known, ...]:
    """What kubeadm's own preflight refuses, else the first entry that fits.

    The order of the table goes from the special to the general.
    """
    if refusals := refused(message):
        return tuple(Known("", meaning, fix) for meaning, fix in refusals)
    return tuple(known for known in TABLE if known.fits(message, task, path))[:1]


_NO_API = (
    "The Kubernetes API server did not come up in time.",
    "On the control plane: crictl ps -a, crictl logs of kube-apiserver, journalctl -u kubelet; then whether etcd is"
    " healthy.",
)
_NO_JOIN = (
    "The host cannot join: the API server does not answer it, or does not take its token.",
    "From this host try curl -k https://FIRST_CONTROL_PLANE:6443/healthz; compare the clocks (timedatectl), look for a"
    " firewall between the two. A token ends after a day: the same command makes a new one.",
)
TABLE = (
    # Connection and login.
    Known(
        r"Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED",
        "The host shows an SSH key that is not the one in known_hosts, or none is there.",
        "In a cluster's directory run k8n.cluster.init with -e k8n_dir=. -e k8n_trust_host_keys=true, which adds a"
        " new host's key and names one that has changed. Elsewhere compare its fingerprint at its console, then"
        " ssh-keygen -R ADDRESS and connect once by hand. If it fails only in the middle of the run, ssh options came"
        " from the environment: set ansible_ssh_common_args in the inventory instead.",
    ),
    Known(
        r"Permission denied \((publickey|password|keyboard|gssapi|hostbased)|Failed to authenticate:"
        r"|Too many authentication failures|Invalid/incorrect password",
        "The host is there, but refuses this login.",
        "Give the right user with -u (or ansible_user) and its key with --private-key, or -k where it logs in with a"
        " password.",
    ),
    Known(
        r"Session open refused by peer|kex_exchange_identification|banner exchange"
        r"|via ssh(.|\n)*Connection reset by peer",
        "sshd takes no more sessions or connections at once (MaxSessions and MaxStartups are 10 by default), or"
        " something on the way cuts them.",
        "Fewer forks (-f 5), or larger MaxSessions and MaxStartups: the role k8n.cluster.prepare sets them.",
    ),
    Known(
        r"ssh: connect to host .*(timed out|No route to host|Connection refused|Network is unreachable)"
        r"|ssh: Could not resolve hostname",
        "Nothing answers at this address and port.",
        "Try ssh to it by hand; look at the address in the inventory, the machine, its sshd and any firewall on the"
        " way.",
    ),
    # Becoming root.
    Known(
        r"waiting for privilege escalation prompt",
        "sudo took longer than Ansible's timeout. Most often the host cannot resolve its own name, and every sudo"
        " waits for a name server.",
        "Run the playbook k8n.cluster.prepare, which writes the host's line into /etc/hosts first, or set timeout ="
        f" {settings.TIMEOUT_SECONDS} in ansible.cfg.",
    ),
    Known(
        r"Missing sudo password|sudo: a password is required|a terminal is required to read the password",
        "sudo asks for a password on this host, and Ansible was given none.",
        "Add -K to the command, or set ansible_become_password in a vault.",
    ),
    Known(
        r"Incorrect sudo password|Sorry, try again",
        "sudo refuses the password that was given.",
        "Give the right one with -K; look whether ansible_become_password in the inventory says another one.",
    ),
    Known(
        r"you must have a tty",
        "sudo wants a terminal (requiretty), which pipelining does not give it.",
        "Add the line 'Defaults:LOGIN !requiretty' with visudo on the host, or set ansible_pipelining to false for it.",
    ),
    Known(
        r"is not in the sudoers file|may not run sudo",
        "This login may not use sudo on the host.",
        "Run the playbook k8n.cluster.prepare with prepare_passwordless_sudo=true and prepare_grant_via=su (which needs"
        " prepare_su_password) or prepare_grant_via=root_login.",
    ),
    Known(
        r"groupadd: Permission denied|cannot lock /etc/(group|passwd)|are you root\?|must be (run as )?root"
        r"|This command has to be run under the root user",
        "The task needs root and runs as an ordinary login: become is off.",
        "Run the same command with -b, or set ansible_become: true in the inventory.",
    ),
    # The control node.
    Known(
        r"Ansible must be between",
        "This Kubespray accepts another range of ansible-core than the one that runs here.",
        "Run the playbook k8n.cluster.controller, which installs what this Kubespray wants, or pip install the"
        " ansible of its requirements.txt.",
    ),
    Known(
        r"Python netaddr is not present|requires? (that )?python'?s? ?netaddr|Failed to import the required Python"
        r" library \(netaddr\)",
        "The Python that runs Ansible has no netaddr.",
        "pip install netaddr in the venv that ansible-playbook runs from.",
    ),
    Known(
        r"ipwrap filter",
        "Kubespray's variables were asked for before its facts were there: --tags or -l left out the plays that"
        " gather them for all hosts.",
        "Run it without --tags and -l once, or run the playbook kubernetes_sigs.kubespray.facts first, with a fact"
        " cache.",
    ),
    Known(
        r"has no attribute '?\"?ansible_(default_ipv[46]|hostname|facts|processor|memtotal)",
        "A task asks for a fact of a host whose facts were not gathered: --limit or --tags left it out, or it is"
        " unreachable.",
        "Run it without --limit, or run the playbook kubernetes_sigs.kubespray.facts first, with a fact cache.",
    ),
    # Kubespray.
    Known(
        r"^assertion: |^Assertion failed",
        "One of Kubespray's own checks says no.",
        "Fix what the condition above asks for. The playbook k8n.cluster.audit shows most of Kubespray's checks before"
        " the run, all at once, and how to fix each or waive it by name.",
        path=r"kubespray.*/roles/",
    ),
    Known(
        r"No such file or directory: b?'\S*/etcd'|\betcd: (command )?not found",
        "etcd is not installed yet.",
        "Nothing to do: on a first installation this is so.",
        task=r"etcd.*version",
        normal=True,
    ),
    Known(
        "",
        "The etcd members do not form a cluster: one of them is down, or they cannot reach each other on ports 2379"
        " and 2380, or their clocks differ.",
        "On each member: systemctl status etcd, journalctl -u etcd, timedatectl; look for a firewall between them.",
        task=r"etcd.*healthy",
    ),
    Known(
        r"kubelet is not (running|healthy)|failed while waiting for the kubelet to start"
        r"|(Unable to|Failed to) (re)?start (service )?kubelet|Job for kubelet\.service failed",
        "The kubelet does not answer or does not start.",
        "On the host: systemctl status kubelet, journalctl -u kubelet; swap that is on and a wrong cgroup driver are"
        " the usual reasons.",
    ),
    Known(
        r"\bNode with name .* already exists in the cluster",
        "There is a Ready node with this host's name in the cluster already: another host has that name, or this one"
        " was reset a moment ago.",
        "Give one of the two another name in the inventory; or, if the node is this host itself, run on the control"
        " plane: kubectl delete node NAME, then go on.",
    ),
    Known(
        r"validate the identity of the API Server|request the cluster-info ConfigMap|waiting for TLS bootstrap"
        r"|token id \S+ is invalid|find a JWS signature in the cluster-info",
        *_NO_JOIN,
    ),
    Known(r"^rc: 124$", *_NO_JOIN, task=r"join to cluster"),
    Known(
        r"localhost:8080(/openapi|/api| was refused)",
        "kubectl was called where root has no kubeconfig, so that it asked localhost:8080, where nothing answers.",
        "Run the whole playbook. With --tags add the tag client, whose role writes root's kubeconfig on the control"
        " plane.",
        path=r"/kubespray/",
    ),
    Known(
        "",
        "Not every node of the control plane became Ready.",
        "On a control plane: kubectl describe nodes says why. Where it says that the network plugin is not ready, an"
        " earlier run ended before the plugin was installed: k8n.cluster.deploy and k8n.cluster.kubespray then go on"
        " without this wait. Elsewhere look at that host: systemctl status kubelet, journalctl -u kubelet.",
        task=NODES_READY,
    ),
    Known(
        r"waiting for the control plane to start|couldn't initialize a Kubernetes cluster|timed out waiting for the"
        r" condition|^rc: 124$",
        *_NO_API,
        task=r"kubeadm|control.plane|wait for.*api-?server",
    ),
    Known(
        "",
        *_NO_API,
        task=r"wait for.*api-?server",
    ),
    Known(
        r"connection to the server \S+ was refused|Unable to connect to the server|dial tcp \S+:\d+: (connect:"
        r" connection refused|i/o timeout)",
        "The Kubernetes API server does not answer at the address above.",
        "On the control plane: crictl ps -a, crictl logs of kube-apiserver, journalctl -u kubelet; on a node look at"
        " its local proxy (crictl ps), and for a firewall on the way.",
        path=r"/roles/(kubernetes|network_plugin|kubernetes-apps|win_nodes|upgrade|remove)",
    ),
    Known(
        r"error execution phase",
        "kubeadm stopped in the phase that it names; its message says why.",
        "Correct what it says. On the host journalctl -u kubelet and crictl ps -a tell more.",
    ),
    Known(
        r"Request failed|HTTP Error|url.?open error|Failed to download|failed checksum|Connection failure|certificate"
        r" verify failed|toomanyrequests|manifest unknown|i/o timeout",
        "A download failed: the host has no way to that server, or the server has no such file.",
        "Try the URL with curl on the host. Behind a proxy set http_proxy and https_proxy; without internet set"
        " files_repo and the registries (Kubespray's docs/operations/offline-environment.md).",
        # Elsewhere such words come from the cluster itself: of kubectl, of etcd's health.
        path=r"roles/(download|container-engine|bootstrap[_-]os|system_packages|kubernetes/preinstall|helm-apps"
        r"|kubernetes-apps/helm)/",
    ),
    Known(
        r"no_log: true",
        "A download failed, most often since the host has no way to that server. Kubespray hides the reason.",
        "Run it again with -e unsafe_show_logs=true, which shows it. Behind a proxy set http_proxy and https_proxy;"
        " without internet set files_repo and the registries (Kubespray's docs/operations/offline-environment.md).",
        path=r"roles/download/",
    ),
    # The host.
    Known(
        r"Could not get lock|Unable to acquire the dpkg|Failed to lock apt|dpkg (frontend|status database) .*lock",
        "Another package manager is at work on the host, most often unattended-upgrades after a boot.",
        "Wait until it is done (ps -e | grep -E 'apt|dpkg'), then go on.",
    ),
    Known(
        r"inotify\S*:? .*No space left on device|too many open files.*inotify|inotify.*too many open files",
        "The host may watch no more files (inotify); its disks have nothing to do with it.",
        "Run on the host: sysctl -w fs.inotify.max_user_watches=1048576 fs.inotify.max_user_instances=8192.",
    ),
    Known(
        r"No space left on device",
        "A disk of the host is full.",
        "Look with df -h and df -i on the host and make room.",
    ),
    Known(
        r"python\S*: (No such file|not found|command not found)|interpreter.*(not found|was not found)|No python"
        r" interpreters found",
        "The host has no Python where Ansible looks for it.",
        "Run the playbook k8n.cluster.prepare, which installs it.",
    ),
)
