# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What hosts and peers can hand us."""

from __future__ import annotations

import base64
import contextlib
import json
import time
from collections.abc import Sequence
from typing import Any

import inputs
import yaml
from ansible_collections.k8n.cluster.plugins.module_utils._host import collect
from ansible_collections.k8n.cluster.plugins.module_utils._hostname import HostnameCheck
from ansible_collections.k8n.cluster.plugins.module_utils._hostname import judge as judge_names
from ansible_collections.k8n.cluster.plugins.module_utils._sudo_check import Control
from ansible_collections.k8n.cluster.plugins.module_utils._sudo_check import judge as judge_sudo
from ansible_collections.k8n.cluster.plugins.modules import (
    cluster_probe,
    kubespray_settings,
    node_probe,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts import (
    answers,
    targets,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts import (
    check as between,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.deployed import check, gather
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host import (
    access,
    answer,
    judge,
    measured,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Host, Judged
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.registry import THRESHOLDS
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir import host_keys, kubeconfig
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir.nodes import (
    Target as SshTarget,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory import hosts_file, quorum
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress import failure, known
from ansible_collections.k8n.cluster.plugins.plugin_utils._report import (
    document,
    html,
    junit,
    model,
    terminal,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh import (
    module_failure,
    module_result,
    unreachable,
)
from hypothesis import strategies as st
from target import Target, all_shown, shown

GROUPS = {
    "kube_control_plane": ["n1"], "etcd": ["n1", "n2"], "kube_node": ["n2", "n3"], "k8s_cluster": ["n1", "n2", "n3"],
    "all": ["n1", "n2", "n3"],
}  # fmt: skip
HOSTVARS = {f"n{number}": {"ip": f"10.1.1.{number}"} for number in (1, 2, 3)}


def _samples(module: Any) -> dict[str, Any]:
    return {name: each.get("sample") for name, each in yaml.safe_load(module.RETURN).items()}


_SETTINGS = _samples(kubespray_settings)
HOST = Host("n1", frozenset(GROUPS), {"ip": "10.1.1.1"}, _SETTINGS, THRESHOLDS)
# What this machine says of itself, without what takes long.
ANSWER = collect.collect(
    {**judge.wants(HOST), "login": "root", "remote_tmp": {"path": "/tmp", "above": "/tmp", "writable": True},
     "left_out": ["downloads", "etcd_disk"]},
    collect.PARTS,
)  # fmt: skip
SUDO = {
    "finding": {
        "status": "passwordless", "seconds": [0.1, 3.0], "reason": "", "with_tty": None, "asked": "Password:",
    },
    "login": {"user": "server", "groups": ["sudo"], "sudo_group": "sudo"}, "kernel_name": "n1", "name_resolves": True,
}  # fmt: skip
NAMES = json.loads(json.dumps(HostnameCheck("localhost", 5.0).measured()))


def _node_probe(given: Any) -> None:
    taken = answer.take(given, ("identity", "sshd", *judge.JUDGES))
    judged = judge.judge(taken, HOST)
    all_shown(judged)


def _measured(given: Any) -> None:
    runs = measured.sudo(given["sudo"] if isinstance(given, dict) and "sudo" in given else given)
    sudo, problems = judge_sudo(runs, Control(None, False, 10.0), 30.0, 2.0)
    names = judge_names("n1", *measured.hostname(given.get("names")))
    python = measured.python(given.get("python"))
    values = {"latency": None, "sudo": sudo, "hostname": names[0], "python": python}
    judged = access.judge(values, problems + names[1])
    all_shown(judged)
    for problem in judged.problems:
        assert "curl" not in problem["fix"]


def _module(given: Any) -> None:
    if isinstance(given, dict):
        kept = module_result.cleaned(given, "n1", given.get("python"))
        for warning in kept.get("warnings", ()):
            shown(warning, 1000)
        assert set(kept.get("ansible_facts", ())) <= {"discovered_interpreter_python"}
        all_shown(Judged([module_failure.module_failure(given)]))
        for line in failure.said(given):
            shown(line, 10**6)
        known.explain("\n".join(failure.said(given)), "task", "path")


def _between(given: Any) -> None:
    found = between.known(given if isinstance(given, dict) else {})
    between.check(found, _SETTINGS, 3, ["10.1.1.9"])


def _verify(given: Any) -> None:
    now = time.time()
    cluster, lost = gather.gather(
        GROUPS, HOSTVARS, given if isinstance(given, dict) else {}, (), THRESHOLDS, now, now
    )  # fmt: skip
    hosts, whole = check.judge(cluster, lost)
    for judged in (*hosts.values(), whole):
        for problem in judged.problems:
            assert set(problem) == {"id", "severity", "message", "fix"}
    gather.api_server(cluster)


def _report(given: Any) -> None:
    report = model.build(
        given if isinstance(given, dict) else {}, {"n1": ["hostname"]}, None, given, [given],
        settings=given,
    )  # fmt: skip
    shown(terminal.table(report, 100), 10**7)
    data = document.document(report)
    text = json.dumps(data)
    assert text.isascii()
    assert "\x1b" not in junit.xml(data)
    page = html.page(data)
    assert "<script>alert(1)" not in page


def _kubeconfig(given: str) -> None:
    made = kubeconfig.remade(
        base64.b64encode(given.encode("utf-8", "replace")).decode(), "10.1.1.1"
    )
    data = yaml.safe_load(made)
    assert set(data) == {"apiVersion", "kind", "clusters", "contexts", "users", "current-context"}
    assert set(data["users"][0]["user"]) == {"client-certificate-data", "client-key-data"}
    assert data["clusters"][0]["cluster"]["server"].startswith("https://10.1.1.1:")


def _peer(line: bytes) -> None:
    said = answers.decode(line)
    greeting = answers.greeting(said)
    assert greeting.address is None or greeting.address.isprintable()
    for take in (
        lambda: answers.clock(said),
        lambda: answers.listening(said, 2),
        lambda: answers.probed(said, [2]),
    ):
        try:
            take()
        except answers.AgentError as exc:
            shown(str(exc), 400)


class _Answering:
    """In place of ssh-keyscan."""

    def __init__(self, said: tuple[str, str]) -> None:
        self._said = said

    def __call__(self, _argv: Sequence[str], _seconds: float) -> tuple[str, str]:
        return self._said


def _ssh(text: str) -> None:
    all_shown(Judged([unreachable.unreachable(text, "10.1.1.1", "server", None)]))
    shown(module_failure.one_line(text))
    host_keys.keys(text)
    target = SshTarget("n1", "10.1.1.1")
    for said in (("", text), (text, ""), (text, text)):
        _keys, why = host_keys._scan(target, _Answering(said))
        shown(why, 100)


def _facts(given: Any) -> None:
    if isinstance(given, dict):
        lines, mistakes = hosts_file.lines(["n1"], {"n1": given})
        for line in lines:
            assert len(line.splitlines()) == 1 and line.split()[1] == "n1", line
        for mistake in mistakes:
            shown(ascii(mistake))
        quorum.zone_of(given)
        probe = {"host": given, "python": given, "sudo": given}
        with contextlib.suppress(targets.NoWayError):
            targets.peer("n1", probe, frozenset(), given, [], _connect)


def _connect(_name: str, remote: str) -> tuple[bytes, ...]:
    return (remote.encode("utf-8", "replace"),)


_CLUSTER = {name: _samples(cluster_probe) for name in ("n1", "n2", "n3")}
_NODE = {name: each for name, each in _samples(node_probe).items() if name != "fix"}
_PEER = {
    "token": "k8n", "address": "10.1.1.1", "firewall": "ufw", "root": True, "time": 1.5, "spare": {"tcp": 1, "udp": 2},
    "ports": ["listening", "in_use"],
    "targets": [{"ports": ["open", "refused"], "rtt": [0.1, 0.2], "mtu": {"interface": 1500, "largest": 1400}}],
}  # fmt: skip
_ADMIN = {
    "apiVersion": "v1", "kind": "Config", "preferences": {}, "current-context": "a@b",
    "clusters": [{"name": "b", "cluster": {"server": "https://127.0.0.1:6443", "certificate-authority-data": "Y2E="}}],
    "contexts": [{"name": "a@b", "context": {"cluster": "b", "user": "a"}}],
    "users": [{"name": "a", "user": {"client-certificate-data": "Y3J0", "client-key-data": "a2V5"}}],
}  # fmt: skip
_RESULT = {
    "failed": True, "msg": "MODULE FAILURE", "module_stdout": "Traceback\nValueError: x", "module_stderr": "sudo: x",
    "warnings": ["one"], "ansible_facts": {"ip": "10.1.1.1"}, "problems": [], "rc": 1, "python": "/usr/bin/python3",
    "exception": "x", "stderr": "y",
}  # fmt: skip
_FACTS = {"ip": "10.1.1.1", "access_ip": "10.1.1.2", "ansible_host": "n1", "k8n_zone": None,
          "path": "/usr/bin/python3", "status": "passwordless",
          "firewall": {"closed": [{"tool": "ufw", "port": 22, "protocol": "tcp"}]}}  # fmt: skip
_JUDGED = {
    "problems": [{"id": "sudo_slow", "severity": "block", "message": "a", "fix": "b"}], "passed": ["swap_on"],
    "unknown": [{"id": "kernel_old", "reason": "c"}], "not_applicable": [], "skipped": [],
}  # fmt: skip
_SAID = (
    "ssh: connect to host 10.1.1.1 port 22: Connection refused\r\nkex_exchange_identification: x\n"
    "10.1.1.1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0\n# 10.1.1.1:22 SSH-2.0-OpenSSH_9.2\n"
)

TARGETS = (
    Target("node_probe", inputs.altered(ANSWER, most=8), _node_probe, weight=8),
    Target(
        "measured", inputs.altered({"sudo": SUDO, "names": NAMES, "python": {"path": "/x"}}), _measured,
        (measured.MeasuredError, AttributeError), weight=10,
    ),
    Target("module_result", inputs.altered(_RESULT), _module, weight=8),
    Target("between", inputs.altered(
        {name: {"host": ANSWER["found"]} for name in ("n1", "n2")}, most=8), _between, weight=3),
    Target("peer", st.one_of(
        inputs.each(inputs.text_of(inputs.altered(_PEER), json.dumps), lambda text: text.encode("utf-8", "replace")),
        st.binary(max_size=200)), _peer, (answers.AgentError,), weight=14),
    Target("verify", inputs.altered(_CLUSTER, most=6), _verify, weight=4),
    Target("kubeconfig", inputs.text_of(inputs.altered(_ADMIN), yaml.dump), _kubeconfig,
           (kubeconfig.KubeconfigError,), weight=1),
    Target("report", inputs.altered({"n1": _JUDGED, "n2": {"host": _JUDGED}, "hosts": {"n1": _JUDGED}}), _report),
    Target("ssh", st.one_of(inputs.texts, inputs.text_of(st.just(_SAID), str)), _ssh, weight=8),
    Target("facts", inputs.altered(_FACTS), _facts, weight=10),
)  # fmt: skip
