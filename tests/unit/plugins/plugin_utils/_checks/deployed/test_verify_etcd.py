# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.deployed import etcd
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.deployed.model import (
    CLUSTER,
    Cluster,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Unknown
from whole_cluster import ADDRESSES, lose, member

FIX_MEMBER = "Fix what 'journalctl -u etcd -n 50' says on this host, then run 'systemctl restart etcd' there."


def judged(cluster: Cluster) -> list[tuple[str, Any]]:
    return list(etcd.judge(cluster))


def stop(cluster, host):
    """The member does not answer, and the others say so."""
    part = cluster.found[host]["etcd"]
    part.update(
        status=None,
        members=None,
        health=None,
        service="failed",
        errors={"status": "context deadline exceeded"},
    )
    for other, found in cluster.found.items():
        if other != host:
            for each in found["etcd"]["health"] or ():
                if each["url"] in part["urls"]:
                    each["error"] = "context deadline exceeded"


def test_a_whole_etcd(cluster):
    assert judged(cluster) == []


def test_one_of_three_has_not_started_which_kubespray_lets_pass(cluster):
    stop(cluster, "n2")

    assert judged(cluster) == [
        (
            "n2",
            block(
                "etcd_member_unhealthy",
                "Its etcd member does not answer (etcd.service is failed): context deadline exceeded. "
                "2 of 3 members answer, 2 must: no other may fail.",
                FIX_MEMBER,
            ),
        ),
        ("n2", Unknown("etcd_alarm", "its etcd member does not answer.")),
        ("n2", Unknown("etcd_database_large", "its etcd member does not answer.")),
        (CLUSTER, Unknown("etcd_raft_terms_differ", "2 of 3 etcd hosts have told their term.")),
    ]


def test_two_of_three_are_gone(cluster):
    stop(cluster, "n2")
    stop(cluster, "n3")
    last = cluster.found["n1"]["etcd"]
    # What a real member says then: it lists, it knows no leader, and nobody is healthy.
    last["status"].update(leader="0", errors=["etcdserver: no leader"])
    last["health"] = [{**each, "error": "context deadline exceeded"} for each in last["health"]]

    found = judged(cluster)

    assert [(place, each["id"]) for place, each in found if not isinstance(each, Unknown)] == [
        ("n2", "etcd_member_unhealthy"),
        ("n3", "etcd_member_unhealthy"),
        (CLUSTER, "etcd_no_leader"),
    ]
    assert found[0][1]["message"].endswith("1 of 3 members answer, 2 must: etcd has stopped.")
    assert dict(found)[CLUSTER] == Unknown(
        "etcd_raft_terms_differ", "1 of 3 etcd hosts have told their term."
    )
    assert (
        CLUSTER,
        block(
            "etcd_no_leader",
            "n1 knows no leader of etcd: 1 of 3 members answer, 2 must agree on one. Nothing can be written.",
            "Bring back the members that do not answer; if they are lost for good, use Kubespray's playbook "
            "recover_control_plane.",
        ),
    ) in found


def test_a_host_that_is_down_is_known_from_the_others(cluster):
    stop(cluster, "n2")
    lose(cluster, "n2")

    assert judged(cluster) == [
        ("n2", Unknown("etcd_clusters_differ", "the host could not be asked.")),
        ("n2", Unknown("etcd_alarm", "the host could not be asked.")),
        ("n2", Unknown("etcd_database_large", "the host could not be asked.")),
        (
            "n2",
            block(
                "etcd_member_unhealthy",
                "Its etcd member does not answer n1, n3: context deadline exceeded. "
                "2 of 3 members answer, 2 must: no other may fail.",
                "Open the TCP ports 2379 and 2380 between the etcd hosts, and read 'journalctl -u etcd' on this one.",
            ),
        ),
        (CLUSTER, Unknown("etcd_raft_terms_differ", "2 of 3 etcd hosts have told their term.")),
    ]


def test_a_host_that_ansible_cannot_reach_and_etcd_can(cluster):
    lose(cluster, "n2")

    # Its membership and its health are known, and well.
    assert {each.id for _place, each in judged(cluster)} == {
        "etcd_clusters_differ",
        "etcd_alarm",
        "etcd_database_large",
        "etcd_raft_terms_differ",
    }


def test_nobody_can_be_asked(cluster):
    for host in ("n1", "n2", "n3"):
        lose(cluster, host)

    found = judged(cluster)

    assert all(isinstance(each, Unknown) for _place, each in found)
    for host in ("n1", "n2", "n3"):
        assert {each.id for place, each in found if place == host} == {
            check.id for check in etcd.HOST_CHECKS
        }
    assert {each.id for place, each in found if place == CLUSTER} == {
        check.id for check in etcd.CLUSTER_CHECKS
    }


def test_no_etcd_on_a_host_of_the_group(cluster):
    cluster.found["n3"]["etcd"].update(configured=False, status=None, members=None, health=None)

    found = judged(cluster)

    assert found[0] == (
        "n3",
        block(
            "etcd_member_missing",
            "The inventory wants an etcd member here, and none is set up: there is no /etc/etcd.env with etcdctl's "
            "certificate in it.",
            "Run k8n.cluster.deploy again, for all hosts, and look at Kubespray's tasks of the role etcd for this one.",
        ),
    )
    assert {each.id for place, each in found[1:] if place == "n3"} == {
        check.id for check in etcd.HOST_CHECKS[1:]
    }


def test_a_member_that_the_others_do_not_know(cluster):
    stop(cluster, "n3")
    for host in ("n1", "n2"):
        cluster.found[host]["etcd"]["members"] = [member("n1"), member("n2")]
        cluster.found[host]["etcd"]["health"] = cluster.found[host]["etcd"]["health"][:2]

    assert judged(cluster)[0] == (
        "n3",
        block(
            "etcd_member_missing",
            "The inventory wants an etcd member here, and this host is not among etcd's members, which are etcd1 "
            "(10.0.0.1), etcd2 (10.0.0.2). 2 of 2 members answer, 2 must: no other may fail.",
            "Fix what 'journalctl -u etcd -n 50' says on this host, and start it, or add it as Kubespray's "
            "docs/operations/nodes.md says.",
        ),
    )


def test_a_member_that_has_never_started_which_kubespray_does_not_ask(cluster):
    stop(cluster, "n3")
    for host in ("n1", "n2"):
        part = cluster.found[host]["etcd"]
        part["members"][2].update(urls=["https://10.0.0.3:2380"], started=False)
        part["health"].pop()

    place, found = judged(cluster)[0]

    assert (place, found["id"]) == ("n3", "etcd_member_missing")
    assert found["message"] == (
        "The inventory wants an etcd member here, and this host is one of etcd's members and has never started "
        "(etcd.service is failed). 2 of 3 members answer, 2 must: no other may fail."
    )

    lose(cluster, "n3")
    found = [each for place, each in judged(cluster) if place == "n3" and isinstance(each, dict)]
    assert [each["id"] for each in found] == ["etcd_member_missing"]


def test_a_host_of_which_no_other_member_tells(cluster):
    lose(cluster, "n3")
    for host in ("n1", "n2"):
        cluster.found[host]["etcd"]["health"] = None

    assert ("n3", Unknown("etcd_member_unhealthy", "the host could not be asked.")) in judged(
        cluster
    )


def test_a_member_that_is_no_host_of_the_group(cluster):
    for host in ("n1", "n2", "n3"):
        cluster.found[host]["etcd"]["members"].append(
            {
                "id": "ff",
                "name": "etcd4",
                "urls": ["https://10.0.0.9:2379"],
                "started": True,
                "learner": False,
            }
        )

    assert judged(cluster) == [
        (
            CLUSTER,
            block(
                "etcd_member_foreign",
                "etcd has members that are not etcd hosts of the inventory: etcd4 (10.0.0.9). Each of them counts for "
                "the majority, which is 3 of 4.",
                "Write the host back into the group etcd, or run 'etcdctl member remove' with the member's id.",
            ),
        )
    ]


def test_a_host_that_made_a_cluster_of_its_own(cluster):
    own = cluster.found["n3"]["etcd"]
    own["status"].update(cluster="c9", leader="n3n3n3n3")
    own["members"] = [member("n3")]
    own["health"] = own["health"][2:]

    assert judged(cluster)[0] == (
        "n3",
        block(
            "etcd_clusters_differ",
            "Its etcd has the cluster id c9, that of n1, n2 is c1: it has made a cluster of its own instead of "
            "joining.",
            "Remove this host's etcd data (by default /var/lib/etcd) after a backup, and let it join as Kubespray's "
            "docs/operations/nodes.md says.",
        ),
    )


def test_a_member_that_answers_only_itself(cluster):
    for host in ("n1", "n2"):
        cluster.found[host]["etcd"]["health"][2]["error"] = "connection refused"

    assert judged(cluster) == [
        (
            "n3",
            block(
                "etcd_member_unhealthy",
                "Its etcd member does not answer n1, n2: connection refused. 3 of 3 members answer, 2 must: 1 more may "
                "fail.",
                "Open the TCP ports 2379 and 2380 between the etcd hosts, and read 'journalctl -u etcd' on this one.",
            ),
        )
    ]


def test_a_learner(cluster):
    for host in ("n1", "n2", "n3"):
        cluster.found[host]["etcd"]["members"][1]["learner"] = True

    ((place, found),) = judged(cluster)
    assert place == "n2"
    assert found["message"].startswith("Its etcd member is a learner, which has no vote.")


def test_terms_that_differ(cluster):
    cluster.found["n2"]["etcd"]["status"]["term"] = 9

    assert judged(cluster) == [
        (
            CLUSTER,
            warn(
                "etcd_raft_terms_differ",
                "The etcd members are in different raft terms (n1 3, n2 9, n3 3): an election is going on, or one of "
                "them does not hear the leader.",
                "Run k8n.cluster.verify again; if they still differ, look at the network and the clocks between the "
                "members.",
            ),
        )
    ]


NO_SPACE = (
    "On this host run as root 'etcdctl.sh compact $(etcdctl.sh endpoint status -w json | grep -oE "
    '"revision.:[0-9]+" | head -1 | cut -d: -f2); etcdctl.sh defrag --cluster; etcdctl.sh alarm disarm\'. If the alarm '
    "comes back, raise etcd_quota_backend_bytes and run k8n.cluster.deploy."
)


def test_an_alarm_and_a_full_database(cluster):
    # Every member reports the alarms of all.
    for number, host in enumerate(ADDRESSES):
        cluster.found[host]["etcd"]["status"].update(
            member=f"a{number}", errors=["memberID:161 alarm:NOSPACE "]
        )
        cluster.found[host]["etcd"]["members"] = [
            {**member(each), "id": f"a{n}"} for n, each in enumerate(ADDRESSES)
        ]
        # And for etcdctl none of them is healthy then.
        for each in cluster.found[host]["etcd"]["health"]:
            each["error"] = "Active Alarm(s): NOSPACE "
    cluster.found["n2"]["etcd"]["status"].update(size_bytes=2040109466, used_bytes=1073741824)

    assert judged(cluster) == [
        (
            "n2",
            block(
                "etcd_alarm",
                "Its etcd member has raised the alarm NOSPACE: its database has reached its limit, and etcd refuses "
                "every write.",
                NO_SPACE,
            ),
        ),
        (
            "n2",
            warn(
                "etcd_database_large",
                "etcd's database has 1946 MiB, 95 % of the 2048 MiB at which it refuses writes; wanted are at most 80 "
                "%. 1024 MiB of it are in use.",
                "Run 'etcdctl defrag' member by member, and raise etcd_quota_backend_bytes if that frees little.",
            ),
        ),
    ]
    cluster.thresholds["etcd_database_percent"] = 96.0
    assert [found["id"] for _place, found in judged(cluster)] == ["etcd_alarm"]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ("memberID:161 alarm:CORRUPT ", "The etcd member a1 has raised the alarm CORRUPT: its database is not that of "
         "the other members."),
        ("memberID:161 alarm:NEWKIND ", "The etcd member a1 reports memberID:161 alarm:NEWKIND."),
        ("etcdserver: something is wrong", "Its etcd member reports etcdserver: something is wrong."),
    ],
)  # fmt: skip
def test_an_alarm_of_a_member_that_is_no_host_is_told_once(cluster, error, message):
    for host in ("n1", "n2") if "memberID" in error else ("n1",):
        cluster.found[host]["etcd"]["status"]["errors"] = [error]

    ((place, found),) = judged(cluster)

    assert (place, found["id"], found["message"]) == ("n1", "etcd_alarm", message)


def test_a_foreign_member_that_answers_counts(cluster):
    """Four members, one of them a stranger that answers, one that never started: three of four, not two."""
    stranger = {
        **member("n3"),
        "id": "ffff",
        "urls": ["https://10.0.0.9:2380", "https://10.0.0.9:2379"],
    }
    never = {
        "id": "eeee",
        "name": "",
        "urls": ["https://10.0.0.3:2380"],
        "started": False,
        "learner": False,
    }
    lose(cluster, "n3")
    for host in ("n1", "n2"):
        part = cluster.found[host]["etcd"]
        part["members"] = [member("n1"), member("n2"), stranger, never]
        part["health"] = [
            {"url": url, "error": None}
            for url in (member("n1")["urls"][1], member("n2")["urls"][1], stranger["urls"][1])
        ]

    found = {
        check["id"]: check["message"]
        for _place, check in judged(cluster)
        if isinstance(check, dict)
    }

    assert found["etcd_member_missing"].endswith(
        " 3 of 4 members answer, 3 must: no other may fail."
    )
    assert [*found] == ["etcd_member_missing", "etcd_member_foreign"]


@pytest.mark.parametrize(
    ("service", "fix"),
    [
        ("inactive", "On this host run 'systemctl start etcd'."),
        ("masked", "On this host run 'systemctl unmask etcd && systemctl start etcd'."),
        ("activating", FIX_MEMBER),
        # kubeadm's is a pod.
        (None, "Fix what 'crictl logs $(crictl ps -a -q --name etcd | head -1)' says on this host; its settings are in "
         "/etc/kubernetes/manifests/etcd.yaml."),
    ],
)  # fmt: skip
def test_how_a_member_comes_back(cluster, service, fix):
    cluster.found["n2"]["etcd"].update(service=service, status=None, members=None, health=None)
    cluster.found["n2"]["etcd"]["errors"] = {"status": "connection refused"}

    found = next(check for place, check in judged(cluster) if place == "n2")

    assert (found["id"], found["fix"]) == ("etcd_member_unhealthy", fix)


def test_without_a_group_etcd_the_control_plane_is_it(cluster):
    for name, host in cluster.hosts.items():
        cluster.hosts[name] = type(host)(name, host.groups - {"etcd"}, host.variables)

    assert cluster.etcd == ["n1"]
    # The other two members are foreign then.
    ((place, found),) = judged(cluster)
    assert (place, found["id"]) == (CLUSTER, "etcd_member_foreign")
