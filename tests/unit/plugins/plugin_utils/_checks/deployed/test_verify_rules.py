# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The judges of the cluster's rules and of its DNS, and what follows from another finding."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.deployed import causes, dns, rules
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.deployed.model import CLUSTER
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    Judged,
    Skipped,
    Unknown,
)


def judged(judge, cluster) -> list[tuple[str, Any]]:
    return list(judge.judge(cluster))


def of_cluster(judge, cluster) -> list[Any]:
    return [found for place, found in judged(judge, cluster) if place == CLUSTER]


def test_a_whole_cluster(cluster):
    assert judged(rules, cluster) == judged(dns, cluster) == []


def test_nothing_is_known_without_an_api_server(cluster):
    cluster.found["n1"]["kubernetes"].update(
        webhooks=None, budgets=None, dns_policies=None, pods=None
    )
    for judge in (rules, dns):
        assert {found.id for found in of_cluster(judge, cluster)} == {
            check.id for check in judge.CLUSTER_CHECKS
        }


def test_a_webhook_that_refuses_everything(cluster):
    silent = {
        "kind": "validatingwebhookconfigurations",
        "configuration": "guard",
        "target": "the Service guard/webhook",
        "error": "there is no such Service",
    }
    cluster.found["n1"]["kubernetes"]["webhooks"] = {
        "count": 3,
        "found": [{**silent, "rules": ["CREATE of pods"]}, {**silent, "rules": ["CREATE of pods", "* of *"]}],
        "more": 0,
    }  # fmt: skip

    assert judged(rules, cluster) == [
        (
            CLUSTER,
            block(
                "webhook_silent",
                "The validatingwebhookconfiguration guard must agree to each CREATE of pods, * of *, and the Service "
                "guard/webhook does not answer: there is no such Service. The API server refuses all of these.",
                "Bring back what answers behind the Service guard/webhook; or do without it, unchecked: on n1 run as "
                "root 'kubectl delete validatingwebhookconfiguration guard'.",
            ),
        )
    ]


def test_a_disruption_budget_that_allows_nothing(cluster):
    cluster.found["n1"]["kubernetes"]["budgets"] = {
        "found": [{"namespace": "shop", "name": "db", "pods": 2, "needed": 2}],
        "more": 4,
    }

    assert judged(rules, cluster) == [
        (
            CLUSTER,
            warn(
                "disruption_never_allowed",
                "A PodDisruptionBudget lets none of its pods go, even while all of them are well: shop/db (2 of 2 pods "
                "must stay). There are 4 more. A drain, and so an upgrade, waits for it for ever.",
                "Give its workload more pods, or let one of them go: on n1 run as root 'kubectl -n shop patch "
                'poddisruptionbudget db --type merge -p "spec: {minAvailable: null, maxUnavailable: 1}"\'.',
            ),
        )
    ]


def test_a_network_policy_before_the_dns(cluster):
    cluster.found["n1"]["kubernetes"]["dns_policies"] = ["deny-all"]

    assert judged(rules, cluster) == [
        (
            CLUSTER,
            block(
                "dns_policy_refuses",
                "NetworkPolicies of kube-system select CoreDNS, and none of them lets a question to UDP port 53 in: "
                "deny-all. Where the network plugin enforces them, no pod can look up any name.",
                "Let one of them admit UDP and TCP port 53, or on n1 run as root 'kubectl -n kube-system delete "
                "networkpolicy deny-all'.",
            ),
        )
    ]


def test_dns_that_is_scaled_to_nothing(cluster):
    cluster.found["n1"]["kubernetes"]["dns_replicas"][0]["replicas"] = 0
    cluster.found["n1"]["kubernetes"]["pods"]["dns"] = {"count": 0, "ready": 0}

    assert of_cluster(dns, cluster) == [
        block(
            "cluster_dns_down",
            "The Deployment coredns of kube-system is scaled to 0: no pod can look up any name.",
            "On n1 run as root 'kubectl -n kube-system scale deployment coredns --replicas=2'.",
        )
    ]


def test_dns_without_pods_or_deployment(cluster):
    cluster.found["n1"]["kubernetes"]["pods"]["dns"] = {"count": 0, "ready": 0}
    (found,) = of_cluster(dns, cluster)
    assert found["fix"] == (
        "Fix what its events say: on n1 run as root 'kubectl -n kube-system describe replicasets -l k8s-app=kube-dns'."
    )

    cluster.found["n1"]["kubernetes"]["dns_replicas"] = []
    (found,) = of_cluster(dns, cluster)
    assert found == block(
        "cluster_dns_down",
        "There is no pod of CoreDNS in kube-system, nor a Deployment of it: no pod can look up any name.",
        "Run k8n.cluster.deploy again: Kubespray makes what is missing of it.",
    )
    # Where pods are given no name server of the cluster, none is missed.
    for host in cluster.found:
        cluster.found[host]["dns"]["answers"] = []
    assert of_cluster(dns, cluster) == [
        Skipped(
            "cluster_dns_down", "the kubelets give pods no name server of the cluster (dns_mode)."
        )
    ]


def explained(**places):
    """What is left of the problems at each place, and what is unknown there."""
    judged = {
        place.replace("cluster", CLUSTER): Judged(
            problems=[
                (block if level == "block" else warn)(name, "m", "f")
                for name, level in said.items()
            ],
            passed=["etcd_member_unhealthy"] if not said else [],
        )
        for place, said in places.items()
    }
    causes.explain(judged)
    return {
        place: ([each["id"] for each in found.problems], [tuple(each) for each in found.unknown])
        for place, found in judged.items()
    }


def test_what_follows_from_another_finding_is_unknown():
    found = explained(
        n1={"kubelet_not_running": "block", "node_not_ready": "block", "node_cordoned": "warn"},
        n2={"node_not_ready": "block", "cluster_dns_silent": "block"},
        cluster={"cluster_dns_down": "block"},
    )

    assert found == {
        "n1": (
            ["kubelet_not_running", "node_cordoned"],
            [("node_not_ready", "kubelet_not_running comes first, which may be why.")],
        ),
        # Its own kubelet runs.
        "n2": (
            ["node_not_ready"],
            [
                (
                    "cluster_dns_silent",
                    "cluster_dns_down on (cluster) comes first, which may be why.",
                )
            ],
        ),
        CLUSTER: (["cluster_dns_down"], []),
    }


def test_a_node_that_is_gone_is_why_its_host_has_no_dns():
    found = explained(
        n1={"node_missing": "block", "cluster_dns_silent": "block"},
        n2={"cluster_dns_silent": "block"},
    )
    assert [problems for problems, _unknown in found.values()] == [["node_missing"], []]


def test_a_kubelet_that_is_refused_does_not_come_up():
    found = explained(n1={"kubelet_not_running": "block", "kubelet_refused": "block"})
    assert found["n1"][0] == ["kubelet_refused"]


def test_what_only_warns_hides_nothing_that_blocks():
    found = explained(
        n1={"cluster_dns_silent": "block"},
        n2={"system_pod_not_running": "warn"},
        n3={"system_pod_not_running": "block"},
    )
    assert found["n1"] == (
        [], [("cluster_dns_silent", "system_pod_not_running on n3 comes first, which may be why.")],
    )  # fmt: skip
    found = explained(n1={"cluster_dns_silent": "block"}, n2={"system_pod_not_running": "warn"})
    assert found["n1"] == (["cluster_dns_silent"], [])


@pytest.mark.parametrize("whole", [True, False])
def test_one_member_of_several_is_not_why_an_api_server_is_silent(whole):
    others: dict[str, dict[str, str]] = {} if whole else {"n2": {}}
    found = explained(n1={"etcd_member_unhealthy": "block", "api_server_silent": "block"}, **others)

    assert ("api_server_silent" in found["n1"][0]) is not whole


def test_every_name_in_the_table_is_a_check():
    from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.registry import REGISTRY

    named = {name for effect, others, _where in causes._CAUSES for name in (effect, *others)}
    assert named <= set(REGISTRY)


def test_unknown_is_no_cause():
    judged = {
        "n1": Judged(
            problems=[block("node_not_ready", "m", "f")],
            unknown=[Unknown("kubelet_not_running", "x")],
        )
    }
    causes.explain(judged)
    assert [each["id"] for each in judged["n1"].problems] == ["node_not_ready"]
