# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._cluster import daemonsets, policies

OS = "kubernetes.io/os"


def node(name, labels=None, taints=(), os="linux"):
    given = {"kubernetes.io/hostname": name, OS: os} if labels is None else labels
    return {
        "metadata": {"name": name, "labels": given},
        "spec": {"taints": list(taints)},
        "status": {"nodeInfo": {"operatingSystem": os, "architecture": "amd64"}},
    }


def daemonset(name="kube-proxy", critical=True, **spec):
    priority = {"priorityClassName": "system-node-critical"} if critical else {}
    everywhere = {"nodeSelector": {OS: "linux"}, "tolerations": [{"operator": "Exists"}]}
    template = {**everywhere, **priority, **spec}
    return daemonsets.keep(
        {"metadata": {"name": name}, "spec": {"template": {"spec": {**template, "containers": []}}}}
    )


def affinity(*expressions, **fields):
    terms = [{"matchExpressions": list(expressions), **fields}]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    return {"nodeAffinity": required}


def lacking(sets, nodes, *owned):
    pods = {("DaemonSet", name, at) for name, at in owned}
    found = daemonsets.lacking({"items": sets}, {"items": nodes}, pods)
    return {each["name"]: each["missing"] for each in found}


def test_every_node_has_its_pod():
    assert (
        lacking([daemonset()], [node("n1"), node("n2")], ("kube-proxy", "n1"), ("kube-proxy", "n2"))
        == {}
    )


def test_a_label_of_the_kubelets_that_is_just_gone():
    """For Kubernetes the DaemonSet is complete in that moment: 1 desired, 1 ready."""
    assert lacking([daemonset()], [node("n1"), node("n2", {})], ("kube-proxy", "n1")) == {
        "kube-proxy": [{"node": "n2", "excluded": False}]
    }


def test_a_node_that_was_excluded_by_its_name():
    excludes = {"key": "kubernetes.io/hostname", "operator": "NotIn", "values": ["n2"]}
    sets = [daemonset(affinity=affinity(excludes))]
    missing = {"kube-proxy": [{"node": "n2", "excluded": True}]}
    assert lacking(sets, [node("n1"), node("n2")], ("kube-proxy", "n1")) == missing
    # What does not serve the node itself may be for some of them.
    sets = [daemonset(critical=False, affinity=affinity(excludes))]
    assert lacking(sets, [node("n1"), node("n2")], ("kube-proxy", "n1")) == {}
    by_field = {"key": "metadata.name", "operator": "NotIn", "values": ["n2"]}
    sets = [daemonset(critical=False, affinity=affinity(matchFields=[by_field]))]
    assert lacking(sets, [node("n1"), node("n2")], ("kube-proxy", "n1")) == {}
    sets = [daemonset(affinity=affinity(matchFields=[by_field]))]
    assert lacking(sets, [node("n1"), node("n2")], ("kube-proxy", "n1")) == missing


@pytest.mark.parametrize(
    ("expression", "is_meant"),
    [
        ({"key": "kubernetes.io/arch", "operator": "In", "values": ["amd64"]}, True),
        ({"key": "kubernetes.io/arch", "operator": "In", "values": ["arm64"]}, False),
        ({"key": "gpu", "operator": "Exists"}, True),
        ({"key": "gpu", "operator": "DoesNotExist"}, False),
        ({"key": "none", "operator": "Exists"}, False),
        ({"key": "gpu", "operator": "Gt", "values": ["1"]}, True),
        ({"key": "gpu", "operator": "Lt", "values": ["1"]}, False),
        ({"key": "none", "operator": "Gt", "values": ["1"]}, False),
        ({"key": "gpu", "operator": "Unheard", "values": ["1"]}, False),
    ],
)
def test_affinities(expression, is_meant):
    sets = [daemonset("d", affinity=affinity(expression))]
    assert lacking(sets, [node("n1", {"gpu": "2", OS: "linux"})]) == (
        {"d": [{"node": "n1", "excluded": False}]}
        if is_meant
        else {}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("tolerations", "is_meant"),
    [
        ([], False),
        ([{"operator": "Exists"}], True),
        ([{"key": "mine", "operator": "Exists", "effect": "NoSchedule"}], True),
        ([{"key": "mine", "operator": "Exists", "effect": "NoExecute"}], False),
        ([{"key": "mine", "value": "yes"}], True),
        ([{"key": "mine", "value": "no"}], False),
        ([{"key": "other", "operator": "Exists"}], False),
    ],
)
def test_taints(tolerations, is_meant):
    mine = {"key": "mine", "value": "yes", "effect": "NoSchedule"}
    soft = {"key": "soft", "effect": "PreferNoSchedule"}
    pressure = {"key": "node.kubernetes.io/disk-pressure", "effect": "NoSchedule"}
    there = node("n1", taints=[mine, soft, pressure])
    assert bool(lacking([daemonset(tolerations=tolerations)], [there])) is is_meant


def test_another_system_is_not_meant():
    assert lacking([daemonset()], [node("n1", os="windows")]) == {}


def test_bounded():
    found = daemonsets.lacking(
        {"items": [daemonset()]}, {"items": [node(f"n{each}") for each in range(100)]}, set()
    )
    assert len(found[0]["missing"]) == 20
    assert found[0]["more"] == 80


def budget(name, pods, needed, allowed=0):
    return policies.keep_budget(
        {
            "metadata": {"namespace": "shop", "name": name},
            "spec": {"minAvailable": needed, "selector": {}},
            "status": {
                "expectedPods": pods,
                "desiredHealthy": needed,
                "disruptionsAllowed": allowed,
            },
        }
    )


def test_budgets():
    found = policies.budgets(
        {"items": [
            budget("all", 2, 2), budget("one-may", 2, 1, 1), budget("nobody", 0, 0),
            # Only now, since one of them is not well.
            budget("for-now", 3, 2, 0),
            {**budget("new", 2, 2), "status": {}},
        ]}
    )  # fmt: skip
    assert found == {
        "found": [{"namespace": "shop", "name": "all", "pods": 2, "needed": 2}],
        "more": 0,
    }


DENY = {"podSelector": {}, "policyTypes": ["Ingress"]}


def policy(name="deny", **spec):
    return {"metadata": {"name": name}, "spec": {**DENY, **spec}}


@pytest.mark.parametrize(
    ("given", "refusing"),
    [
        ([], None),
        ([policy()], ["deny"]),
        ([policy(policyTypes=["Egress"])], None),
        ([policy(podSelector={"matchLabels": {"k8s-app": "kube-dns"}})], ["deny"]),
        ([policy(podSelector={"matchLabels": {"k8s-app": "metrics-server"}})], None),
        ([policy(podSelector={"matchExpressions": [{"key": "k8s-app", "operator": "In", "values": ["kube-dns"]}]})],
         ["deny"]),
        ([policy(podSelector={"matchExpressions": [{"key": "k8s-app", "operator": "NotIn", "values": ["kube-dns"]}]})],
         None),
        ([policy(podSelector={"matchExpressions": [{"key": "x", "operator": "DoesNotExist"}]})], ["deny"]),
        ([policy(podSelector={"matchExpressions": [{"key": "x", "operator": "Exists"}]})], None),
        # A second one admits it.
        ([policy(), policy("dns", ingress=[{"ports": [{"protocol": "UDP", "port": 53}]}])], None),
        ([policy(), policy("some", ingress=[{"from": [{"podSelector": {}}]}])], None),
        ([policy(), policy("web", ingress=[{"ports": [{"protocol": "TCP", "port": 53}]}])], ["deny", "web"]),
        ([policy(ingress=[{"ports": [{"protocol": "UDP", "port": 9153}]}])], ["deny"]),
        ([policy(ingress=[{"ports": [{"protocol": "UDP", "port": 1, "endPort": 100}]}])], None),
        ([policy(ingress=[{"ports": [{"protocol": "UDP", "port": "dns"}]}])], None),
        ([policy(ingress=[{"ports": [{"protocol": "UDP"}]}])], None),
        ([policy(ingress=[{}])], None),
    ],
)  # fmt: skip
def test_policies_before_the_dns(given, refusing):
    assert policies.dns_policies({"items": given}) == refusing
