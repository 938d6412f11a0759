# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The answers are those of a real etcd 3.4.23; tests/integration/test_verify.py asks a real one."""

from __future__ import annotations

import json
import stat

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._cluster import etcd

ENV = """\
# Environment file for etcd 3.6.8
ETCD_DATA_DIR=/var/lib/etcd
ETCD_NAME=etcd1
ETCD_INITIAL_ADVERTISE_PEER_URLS=https://10.0.0.1:2380
ETCD_ADVERTISE_CLIENT_URLS=https://10.0.0.1:2379
ETCD_QUOTA_BACKEND_BYTES=2147483648
ETCDCTL_ENDPOINTS=https://127.0.0.1:2379
ETCDCTL_CACERT=/etc/ssl/etcd/ssl/ca.pem
ETCDCTL_KEY=/etc/ssl/etcd/ssl/admin-n1-key.pem
ETCDCTL_CERT=/etc/ssl/etcd/ssl/admin-n1.pem
"""
STATUS = [
    {
        "Endpoint": "https://127.0.0.1:2379",
        "Status": {
            "header": {
                "cluster_id": 1668517083425054814,
                "member_id": 1064911436893814905,
                "revision": 1,
                "raft_term": 2,
            },
            "version": "3.4.23",
            "dbSize": 20480,
            "leader": 9355865021436633673,
            "raftIndex": 9,
            "raftTerm": 2,
            "raftAppliedIndex": 9,
            "dbSizeInUse": 16384,
        },
    }
]
MEMBERS = {
    "header": {"cluster_id": 1668517083425054814, "member_id": 1064911436893814905, "raft_term": 2},
    "members": [
        {
            "ID": 1064911436893814905,
            "name": "etcd1",
            "peerURLs": ["https://10.0.0.1:2380"],
            "clientURLs": ["https://10.0.0.1:2379"],
        },
        {"ID": 255, "name": "", "peerURLs": ["https://10.0.0.2:2380"], "isLearner": True},
    ],
}
HEALTH = [
    {"endpoint": "https://10.0.0.1:2379", "health": True, "took": "9.7ms"},
    {
        "endpoint": "https://10.0.0.2:2379",
        "health": False,
        "took": "5.0s",
        "error": "context deadline exceeded",
    },
]


@pytest.fixture
def places(tmp_path):
    """etcd.env, and an etcdctl that answers as given, and keeps its arguments and environment."""

    def make(status="[]", members="{}", health="[]", env=ENV):
        (tmp_path / "etcd.env").write_text(env, encoding="utf-8")
        for name, text in (("status", status), ("list", members), ("health", health)):
            (tmp_path / name).write_text(text, encoding="utf-8")
        script = tmp_path / "etcdctl"
        script.write_text(
            "#!/bin/sh\n"
            f'echo "$@" >> {tmp_path}/asked\n'
            f"env >> {tmp_path}/env\n"
            "for word; do case $word in\n"
            f"status|list|health) cat {tmp_path}/$word; echo 'Error: it is broken' >&2; exit 1;;\n"
            "esac; done\n",
            encoding="utf-8",
        )
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        return etcd.Places(str(script), str(tmp_path / "etcd.env"), str(tmp_path / "kubeadm"))

    return make


def test_everything_is_asked_with_the_certificate_that_kubespray_names(
    places, tmp_path, monkeypatch
):
    monkeypatch.setattr(etcd, "state", lambda _unit, _timeout: "active")
    monkeypatch.setenv("ETCDCTL_CERT", "/root/other.pem")
    monkeypatch.setenv("https_proxy", "http://proxy:3128")
    there = places(json.dumps(STATUS), json.dumps(MEMBERS), json.dumps(HEALTH))

    found = etcd.collect(there, 10.0)

    assert found.pop("service") == "active"
    assert found == {
        "configured": True,
        "name": "etcd1",
        "urls": ["https://10.0.0.1:2380", "https://10.0.0.1:2379"],
        "quota_bytes": 2147483648,
        "status": {
            "cluster": "1727c3727b38a05e",
            "member": "ec7534f494e8079",
            "leader": "81d6b5aae13ba249",
            "term": 2,
            "version": "3.4.23",
            "size_bytes": 20480,
            "used_bytes": 16384,
            "errors": [],
        },
        "members": [
            {
                "id": "ec7534f494e8079",
                "name": "etcd1",
                "urls": ["https://10.0.0.1:2380", "https://10.0.0.1:2379"],
                "started": True,
                "learner": False,
            },
            {
                "id": "ff",
                "name": "",
                "urls": ["https://10.0.0.2:2380"],
                "started": False,
                "learner": True,
            },
        ],
        "health": [
            {"url": "https://10.0.0.1:2379", "error": None},
            {"url": "https://10.0.0.2:2379", "error": "context deadline exceeded"},
        ],
        "errors": {},
    }
    login = (
        "--endpoints=https://127.0.0.1:2379 --cacert=/etc/ssl/etcd/ssl/ca.pem "
        "--cert=/etc/ssl/etcd/ssl/admin-n1.pem --key=/etc/ssl/etcd/ssl/admin-n1-key.pem --command-timeout=4s -w json"
    )
    assert sorted((tmp_path / "asked").read_text(encoding="utf-8").splitlines()) == [
        f"{login} endpoint health --cluster",
        f"{login} endpoint status",
        f"{login} member list",
    ]
    # etcdctl refuses a variable beside its flag, and a proxy would lead elsewhere.
    env = (tmp_path / "env").read_text(encoding="utf-8")
    assert "ETCDCTL_CERT" not in env
    assert "proxy" not in env


def test_a_member_without_leader(places):
    status = json.loads(json.dumps(STATUS))
    del status[0]["Status"]["leader"]
    status[0]["Status"]["errors"] = ["etcdserver: no leader"]

    found = etcd.collect(places(json.dumps(status)), 10.0)

    assert found["status"]["leader"] == "0"
    assert found["status"]["errors"] == ["etcdserver: no leader"]


@pytest.mark.parametrize("answer", ["", "null", "[]", "{", "panic: no\n"])
def test_no_answer_has_the_reason_that_etcdctl_gives(places, answer):
    found = etcd.collect(places(answer, answer, answer), 10.0)

    assert found["configured"] is True
    assert found["status"] is found["members"] is found["health"] is None
    assert found["errors"] == dict.fromkeys(("status", "members", "health"), "Error: it is broken")


@pytest.mark.parametrize(
    "answer", ['[{"Status": {}}]', '{"members": 1}', "[1]", '"text"', '{"members": [{"ID": "x"}]}']
)
def test_an_answer_of_another_form_is_no_answer(places, answer):
    found = etcd.collect(places(answer, answer, answer), 10.0)

    assert found["status"] is found["members"] is found["health"] is None
    assert set(found["errors"].values()) == {"its answer has an unknown form"}


def test_no_etcd_is_set_up(places, tmp_path):
    there = places(env="PATH=/bin\n")

    found = etcd.collect(there, 10.0)

    assert found == {
        "configured": False,
        "name": None,
        "urls": [],
        "quota_bytes": None,
        "service": None,
        "status": None,
        "members": None,
        "health": None,
        "errors": {},
    }
    assert not (tmp_path / "asked").exists()


def test_the_etcd_of_kubeadm_has_its_certificates_beside_those_of_kubernetes(places, tmp_path):
    there = places(json.dumps(STATUS), env="")
    (tmp_path / "etcd.env").unlink()
    (tmp_path / "kubeadm").mkdir()
    (tmp_path / "kubeadm" / "server.crt").touch()

    assert etcd.collect(there, 10.0)["status"] is not None
    assert (
        f"--endpoints=https://127.0.0.1:2379 --cacert={tmp_path}/kubeadm/ca.crt "
        f"--cert={tmp_path}/kubeadm/server.crt --key={tmp_path}/kubeadm/server.key"
        in (tmp_path / "asked").read_text(encoding="utf-8")
    )


def test_no_etcdctl(places, tmp_path):
    there = places()
    (tmp_path / "etcdctl").unlink()

    errors = etcd.collect(there, 10.0)["errors"]

    assert set(errors) == {"status", "members", "health"}
    assert all("No such file or directory" in error for error in errors.values())


def test_an_etcdctl_that_hangs_is_ended(places, tmp_path):
    there = places()
    (tmp_path / "etcdctl").write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")

    assert set(etcd.collect(there, 0.5)["errors"].values()) == {
        "it was still running after 0.5 seconds"
    }
