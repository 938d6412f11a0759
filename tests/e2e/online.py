# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""On machines with internet, to Ready nodes and back; started by `make e2e-online`, and only there (see README.md)."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path

import pytest
import yaml
from _cluster import DEPLOY, Cluster, assert_hosts
from _kubernetes import KUBECTL, SETTLES_WITHIN, assert_ready, items, kubectl, ready, settles

# Three for the cluster, and one that joins and leaves.
ADDRESSES = os.environ.get("K8N_E2E_NODES", "").split()
USER = os.environ.get("K8N_E2E_USER", "")
KEY = os.environ.get("K8N_E2E_KEY", "")
# It answers its own name over HTTP; curl and a resolver are in the image.
IMAGE = "registry.k8s.io/e2e-test-images/agnhost:2.53"
WEB = f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: 3
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: DoNotSchedule
          labelSelector: {{matchLabels: {{app: web}}}}
      containers:
        - {{name: web, image: "{IMAGE}", args: [netexec, --http-port=8080]}}
---
apiVersion: v1
kind: Service
metadata: {{name: web}}
spec:
  selector: {{app: web}}
  ports: [{{port: 80, targetPort: 8080}}]
"""


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    """The directory of a cluster of the first three machines, with Kubespray's own settings."""
    if len(ADDRESSES) != 4 or not USER or not KEY:
        pytest.fail(
            "K8N_E2E_NODES (4 addresses), K8N_E2E_USER and K8N_E2E_KEY are needed: tests/e2e/README.md"
        )
    folder = tmp_path_factory.mktemp("e")
    known_hosts = folder / "cluster" / "known_hosts"
    ssh = [
        "-l",
        USER,
        "-i",
        KEY,
        "-o",
        f"UserKnownHostsFile={known_hosts}",
        "-o",
        "StrictHostKeyChecking=yes",
    ]
    cluster = Cluster(folder, ADDRESSES[:3], ssh)
    login = {"ansible_user": USER, "ansible_ssh_private_key_file": str(Path(KEY).absolute())}
    cluster.init(
        {"k8n_trust_host_keys": True},
        {"z-mine.yml": yaml.safe_dump(login)},
        {"control_plane": ADDRESSES[:1], "etcd": ADDRESSES[:3]},
    )
    return cluster


def test_one_command_makes_a_cluster_that_is_ready(machines: Cluster) -> None:
    ran = machines.run(*DEPLOY)
    assert ran.code == 0, ran.output[-5000:]
    assert_hosts(machines)
    assert_ready(machines)


def test_a_service_answers_on_every_node_from_every_node(machines: Cluster) -> None:
    first = machines.groups()["kube_control_plane"][0]
    machines.said(first, f"printf %s {shlex.quote(WEB)} | {KUBECTL} apply --filename -")
    kubectl(machines, f"rollout status deployment/web --timeout {SETTLES_WITHIN}s")
    pods = {
        pod["metadata"]["name"]: pod["spec"]["nodeName"]
        for pod in items(machines, "pods --selector app=web")
    }
    assert set(pods.values()) == set(machines.hosts)
    # By its name, so that the cluster's DNS is asked, too; often enough for each of three to have its turn.
    ask = "for i in $(seq 60); do curl -s -m 5 http://web.default.svc.cluster.local/hostname; echo; done"
    for pod in pods:
        answers = kubectl(machines, f"exec {pod} -- sh -c {shlex.quote(ask)}").split()
        assert set(answers) == set(pods), f"{pod} on {pods[pod]}"


def test_a_second_run_changes_nothing_of_ours(machines: Cluster) -> None:
    ran = machines.run(*DEPLOY)
    assert ran.code == 0, ran.output[-5000:]
    assert {result.task for result in ran.results if result.ours and result.changed} == set()
    assert ready(machines) == set(machines.hosts)


def test_a_node_joins_and_leaves(machines: Cluster) -> None:
    name = f"node-{ADDRESSES[3].replace('.', '-')}"
    source = machines.directory / "cluster.k8n.yml"
    before = source.read_text(encoding="utf-8")
    source.write_text(before.replace("nodes:\n", f"nodes:\n  - {ADDRESSES[3]}\n"), encoding="utf-8")
    given = {"k8n_dir": str(machines.directory), "k8n_trust_host_keys": True}
    keys = machines.run("ansible-playbook", "k8n.cluster.init", "-e", json.dumps(given))
    assert keys.code == 0, keys.output[-5000:]
    for playbook in (
        ["k8n.cluster.prepare"],
        ["k8n.cluster.preflight"],
        ["k8n.cluster.kubespray", "-e", "k8n_playbook=scale"],
    ):
        ran = machines.run("ansible-playbook", "-b", *playbook)
        assert ran.code == 0, ran.output[-5000:]
    assert settles(lambda: ready(machines) == {*machines.hosts, name})
    leave = {"k8n_playbook": "remove_node", "node": name, "skip_confirmation": True}
    ran = machines.run("ansible-playbook", "-b", "k8n.cluster.kubespray", "-e", json.dumps(leave))
    assert ran.code == 0, ran.output[-5000:]
    source.write_text(before, encoding="utf-8")
    assert settles(lambda: ready(machines) == set(machines.hosts))
