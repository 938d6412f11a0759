# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The judges of what each host tells of itself, and all judges together."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._cluster.probe import Wanted, collect
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.deployed import (
    certificates,
    check,
    clock,
    control_plane,
    dns,
    etcd,
    gather,
    kubelet,
    nodes,
    pods,
    registries,
    rules,
    shape,
    sysctl,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Skipped, Unknown
from whole_cluster import ADDRESSES, DAY, NOW, lose, probe, whole

JUDGES = (
    etcd, control_plane, kubelet, nodes, pods, rules, dns, registries, certificates, sysctl, clock,
)  # fmt: skip
CERTIFICATES = {
    "/etc/kubernetes/ssl/apiserver.crt": "'kubeadm certs renew all && crictl pods ",
    "/etc/kubernetes/ssl/etcd/server.crt": "'kubeadm certs renew all && crictl pods ",
    "/etc/kubernetes/admin.conf": "'kubeadm certs renew all && crictl pods ",
    "/etc/kubernetes/ssl/front-proxy-ca.crt": "Replace the authority",
    "/etc/ssl/etcd/ssl/ca.pem": "Replace the authority",
    "/etc/ssl/etcd/ssl/member-n1.pem": "Run k8n.cluster.deploy again",
    "/var/lib/kubelet/pki/kubelet-client-current.pem": "'systemctl restart kubelet'",
    "/var/lib/kubelet/pki/kubelet.crt": "'rm /var/lib/kubelet/pki/kubelet.crt /var/lib/kubelet/pki/kubelet.key && "
    "systemctl restart kubelet'",
}


def test_certificates(cluster):
    cluster.found["n1"]["certificates"]["first"] = [
        {"path": "/etc/kubernetes/ssl/apiserver.crt", "not_after": int(NOW) - DAY},
        {"path": "/etc/kubernetes/admin.conf", "not_after": int(NOW) - DAY},
        {"path": "/etc/kubernetes/scheduler.conf", "not_after": int(NOW) + 29 * DAY},
        {"path": "/etc/ssl/etcd/ssl/member-n1.pem", "not_after": int(NOW) + 29 * DAY},
        {"path": "/etc/kubernetes/ssl/ca.crt", "not_after": int(NOW) + 31 * DAY},
    ]
    cluster.found["n2"]["certificates"] = {"count": 0, "first": [], "unreadable": []}
    cluster.found["n3"]["certificates"]["unreadable"] = ["/x.pem"]

    found: list[tuple[str, Any]] = list(certificates.judge(cluster))

    assert [(each["severity"], each["message"]) for place, each in found if place == "n1"] == [
        (
            "block",
            "Certificates have ended: /etc/kubernetes/ssl/apiserver.crt on 2027-01-14, /etc/kubernetes/admin.conf on "
            "2027-01-14.",
        ),
        ("warn", "Certificates end within 30 days: /etc/kubernetes/scheduler.conf on 2027-02-13."),
        ("warn", "Certificates end within 30 days: /etc/ssl/etcd/ssl/member-n1.pem on 2027-02-13."),
    ]
    assert found[3:] == [
        (
            "n2",
            Unknown("certificate_expires", "no certificate of etcd or Kubernetes is on this host."),
        ),
        (
            "n3",
            Unknown("certificate_expires", "these hold no certificate that can be read: /x.pem."),
        ),
    ]
    cluster.thresholds["certificate_days"] = 7.0
    found = list(certificates.judge(cluster))
    assert [each["severity"] for place, each in found if place == "n1"] == ["block"]


@pytest.mark.parametrize(("path", "fix"), CERTIFICATES.items())
def test_the_fix_renews_the_certificate_and_kubelets_own_blocks_nothing(cluster, path, fix):
    cluster.found["n1"]["certificates"]["first"] = [{"path": path, "not_after": int(NOW) - DAY}]

    found: list[tuple[str, Any]] = list(certificates.judge(cluster))
    place, problem = found[0]

    assert place == "n1"
    assert fix in problem["fix"]
    assert problem["severity"] == ("warn" if path.endswith("kubelet.crt") else "block")


def test_a_kernel_setting_that_was_written_and_never_loaded(cluster):
    cluster.found["n1"]["sysctl"]["differ"] = [
        {"key": "net/ipv4/ip_forward", "written": "1", "running": "0"},
        {"key": "net/ipv4/conf/eth0.100/rp_filter", "written": "2", "running": None},
    ]
    cluster.found["n2"]["sysctl"]["differ"] = [
        {"key": "fs/inotify/max_user_instances", "written": "8192", "running": "128"}
    ]
    cluster.found["n3"]["sysctl"] = None

    fix = (
        "Run 'sysctl -p /etc/sysctl.d/99-sysctl.conf' on this host as root and fix what it refuses, or load the "
        "kernel module that brings the setting."
    )
    assert list(sysctl.judge(cluster)) == [
        (
            "n1",
            block(
                "sysctl_not_loaded",
                "Kernel settings in /etc/sysctl.d/99-sysctl.conf are not in force: net.ipv4.ip_forward is 0 instead of "
                "1, net.ipv4.conf.eth0/100.rp_filter is unknown to the kernel instead of 2.",
                fix,
            ),
        ),
        (
            "n2",
            warn(
                "sysctl_not_loaded",
                "Kernel settings in /etc/sysctl.d/99-sysctl.conf are not in force: fs.inotify.max_user_instances is "
                "128 instead of 8192.",
                fix,
            ),
        ),
        (
            "n3",
            Skipped(
                "sysctl_not_loaded", "there is no file in which Kubespray writes kernel settings."
            ),
        ),
    ]


def test_cluster_dns(cluster):
    cluster.found["n1"]["dns"]["answers"] = []
    cluster.found["n2"]["dns"]["answers"] = [
        {"server": "169.254.25.10", "error": "no answer within 2 s"},
        {"server": "10.233.0.3", "error": None},
    ]
    cluster.found["n3"]["dns"]["answers"] = [{"server": "10.233.0.3", "error": "NXDOMAIN"}]

    found: list[tuple[str, Any]] = list(dns.judge(cluster))

    assert found[0] == (
        "n1",
        Skipped(
            "cluster_dns_silent", "the kubelet gives pods no name server of the cluster (dns_mode)."
        ),
    )
    assert [(place, each["severity"]) for place, each in found[1:]] == [
        ("n2", "warn"),
        ("n3", "block"),
    ]
    assert found[2][1] == block(
        "cluster_dns_silent",
        "Pods on this host are given name servers that do not know kubernetes.default.svc.cluster.local: 10.233.0.3 "
        "(NXDOMAIN).",
        "Look at the pods coredns and nodelocaldns ('kubectl -n kube-system get pods -o wide') and at kube-proxy "
        "and the pod network on this host.",
    )
    cluster.found["n1"]["dns"] = None
    assert next(dns.judge(cluster))[1] == Unknown(
        "cluster_dns_silent",
        "no kubelet is set up on this host, which would tell the name servers of pods.",
    )


def test_every_check_of_a_whole_cluster_passes(cluster):
    hosts, all_of_it = check.judge(cluster, {})

    workers = {
        each.id for judge in JUDGES if judge is not control_plane for each in judge.HOST_CHECKS
    }
    assert set(hosts["n2"].passed) == set(hosts["n3"].passed) == workers
    assert set(hosts["n1"].passed) == {each.id for judge in JUDGES for each in judge.HOST_CHECKS}
    assert set(all_of_it.passed) == {each.id for judge in JUDGES for each in judge.CLUSTER_CHECKS}
    for judged in (*hosts.values(), all_of_it):
        assert judged.problems == judged.unknown == judged.skipped == []
        assert len(set(judged.passed)) == len(judged.passed)


def test_the_ids_are_unique_and_each_judge_says_only_its_own():
    ids = [each.id for judge in JUDGES for each in judge.CHECKS]
    assert len(set(ids)) == len(ids)
    for judge in JUDGES:
        assert (*judge.HOST_CHECKS, *judge.CLUSTER_CHECKS) == judge.CHECKS


def test_nothing_passes_of_which_nothing_is_known(cluster):
    for host in ADDRESSES:
        lose(cluster, host)
    gone = block("unreachable", "gone", "Bring it back.")

    hosts, all_of_it = check.judge(cluster, {"n1": gone})

    assert hosts["n1"].problems == [gone]
    assert all_of_it.passed == []
    assert [judged.passed for judged in hosts.values()] == [[], [], []]


def shapes(value, path=()):
    """Every place in a value at which something can be replaced."""
    yield path
    for key in (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    ):
        yield from shapes(value[key], (*path, key))


def test_whatever_a_host_sends_is_judged_or_refused():
    """Each part of a probe in turn is something else: nothing but a refusal, or findings, comes of it."""
    good = probe("n1")
    assert shape.fits(good, shape.PROBE)
    refused = 0
    for path in shapes(good):
        for other in (None, [], {}, "\x1b[2Jx", 7, -1, 2**70, [None], {"a": 1}, True):
            sent = copy.deepcopy(good)
            if path:
                at = sent
                for key in path[:-1]:
                    at = at[key]
                at[path[-1]] = other
            else:
                sent = other
            if shape.fits(sent, shape.PROBE):
                cluster = whole()
                cluster.found["n1"] = sent
                check.judge(cluster, {})
            else:
                refused += 1
    assert refused > 500


def test_the_shape_is_that_of_the_module(tmp_path):
    missing = str(tmp_path / "none")
    found = collect(
        Wanted(
            "n1", True, True, True, missing, missing, missing, missing, missing,
            container_manager="containerd", containerd_cfg_dir=missing, timeout=1.0, wait=0.0,
        )
    )  # fmt: skip
    assert shape.fits(found, shape.PROBE)


HOSTVARS = {
    "n1": {
        "ip": "10.0.0.1",
        "access_ip": "192.0.2.1",
        "ansible_host": "n1.example.org",
        "secret": "x",
    },
    "n2": {"ip": "10.0.0.2"},
    "n3": {"ansible_host": "10.0.0.3"},
}
GROUPS = {
    "all": ["n1", "n2", "n3"],
    "kube_control_plane": ["n1"],
    "kube_node": ["n2", "n3"],
    "etcd": ["n1"],
}


def test_gather_what_was_registered():
    cluster, lost = gather.gather(
        GROUPS,
        HOSTVARS,
        {
            "n1": {**probe("n1"), "changed": False},
            "n2": {
                "unreachable": True,
                "msg": "Failed to connect to the host via ssh: Permission denied",
            },
        },
        [],
        {"certificate_days": 7.0},
        NOW - 20,
        NOW,
    )

    assert list(cluster.hosts) == ["n1", "n2", "n3"]
    assert cluster.hosts["n1"].groups == {"all", "kube_control_plane", "etcd"}
    assert "secret" not in cluster.hosts["n1"].variables
    assert list(cluster.found) == ["n1"]
    assert cluster.thresholds == {"certificate_days": 7.0}
    assert lost["n2"]["id"] == "unreachable"
    assert lost["n3"] == block(
        "probe_failed",
        "Kubespray did not finish here: this host failed or became unreachable earlier in this run, or was "
        "stopped when another one did. Nothing is known of it now.",
        "Fix what the failed task says above, and run k8n.cluster.deploy again.",
    )
    assert gather.api_server(cluster) == {"host": "n1", "address": "192.0.2.1"}


def test_a_host_that_was_left_out_is_no_problem_and_not_known():
    cluster, lost = gather.gather(
        GROUPS, HOSTVARS, {"n1": probe("n1"), "n2": probe("n2")}, ["n3"], {}, NOW, NOW
    )

    assert lost == {}
    assert cluster.unseen == {"n3": "the host was left out of this run (--limit)."}


def test_a_module_that_did_not_run_and_one_that_sent_something_else():
    results = {
        "n1": {
            "failed": True,
            "msg": "MODULE FAILURE",
            "module_stdout": "",
            "module_stderr": "sudo: a password is required",
        },
        "n2": {**probe("n2"), "etcd": "no"},
        "n3": "text",
    }
    cluster, lost = gather.gather(GROUPS, HOSTVARS, results, [], {}, NOW, NOW)

    assert cluster.found == {}
    assert [problem["id"] for problem in lost.values()] == ["probe_failed"] * 3
    assert "a password is required" in lost["n1"]["message"]


def test_the_address_of_an_api_server_of_ipv6(cluster):
    cluster.hosts["n1"].variables["ip"] = "fd00::1"

    assert gather.api_server(cluster) == {"host": "n1", "address": "[fd00::1]"}
    cluster.found["n1"]["kubernetes"]["version"] = None
    assert gather.api_server(cluster) is None
