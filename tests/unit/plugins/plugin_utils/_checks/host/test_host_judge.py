# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._host.collect import PARTS
from ansible_collections.k8n.cluster.plugins.module_utils._problems import warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host import judge
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host.answer import Answer
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    Check,
    Host,
    Skipped,
    Stage,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.registry import THRESHOLDS

HOST = Host("n1", frozenset({"etcd"}))
CHECKS = (
    Check("a_bad", "a is good", "warn", Stage.SYSTEM),
    Check("b_bad", "b is good", "warn", Stage.SYSTEM),
)
PROBLEM = warn("a_bad", "a is bad.", "Fix it.")


@pytest.fixture
def subject(monkeypatch):
    """Puts a judge in the place of all of them."""

    def put(function, **more):
        module = SimpleNamespace(CHECKS=CHECKS, judge=function, **more)
        monkeypatch.setattr(judge, "JUDGES", {"a": module})

    return put


def test_what_a_judge_says(subject):
    seen = []

    def function(found, host):
        seen.append((found, host))
        yield PROBLEM

    subject(function)

    state = {"ran": True}
    judged = judge.judge(Answer(True, "lxc", {"a": {"x": 1}, "kubeadm": state}, {}), HOST)

    assert seen == [({"x": 1, "root": True, "container": "lxc", "kubeadm": state}, HOST)]
    assert (judged.problems, judged.passed, judged.unknown) == ([PROBLEM], ["b_bad"], [])


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (None, "No module ran on the host."),
        (
            Answer(True, None, {"a": None}, {"a": "it was not done after 5 s"}),
            "It could not be found out on the host: it was not done after 5 s.",
        ),
        (
            Answer(False, None, {}, {"": "Killed."}),
            "It could not be found out on the host: Killed.",
        ),
        (
            Answer(False, None, {}, {}),
            "It could not be found out on the host: nothing was returned.",
        ),
        (
            Answer(False, None, {"a": {"x": []}}, {}),
            "What the host said of it makes no sense (TypeError).",
        ),
    ],
)
def test_what_was_not_found_out_does_not_pass(subject, answer, reason):
    def function(found, _host):
        if found["x"] < 1:
            yield PROBLEM

    subject(function)

    judged = judge.judge(answer, HOST)

    assert judged.unknown == [("a_bad", reason), ("b_bad", reason)]
    assert (judged.problems, judged.passed) == ([], [])


def test_what_a_host_wrote_into_a_finding_does_nothing_to_a_terminal(subject):
    def function(found, _host):
        yield warn("a_bad", f"It says {found['x']}.", f"Ask {found['x']}.")
        yield Skipped("b_bad", f"It says {found['x']}.")

    subject(function)

    judged = judge.judge(Answer(True, None, {"a": {"x": "\x1b[31m\n"}}, {}), HOST)

    assert judged.problems == [warn("a_bad", "It says ?[31m?.", "Ask ?[31m?.")]
    assert judged.skipped == [("b_bad", "It says ?[31m?.")]


def test_half_an_answer_is_none(subject):
    """A judge that stumbles halfway must not leave its other checks as passed."""

    def function(_found, _host):
        yield PROBLEM
        raise KeyError("y")

    subject(function)

    judged = judge.judge(Answer(True, None, {"a": {}}, {}), HOST)

    assert (judged.problems, judged.passed) == ([], [])


def test_what_the_collectors_are_told(subject):
    subject(None, wants=lambda host: {"names": [host.name]})

    assert judge.wants(HOST) == {"etcd_member": True, "names": ["n1"], "left_out": []}


def test_no_two_judges_tell_the_collectors_the_same():
    """The later one would overwrite what the first has asked for."""
    settings = {"directories": {"etcd": "/srv/etcd"}, "ports": [], "downloads": {}}
    member, worker = (
        Host("n1", frozenset({group}), settings=settings, thresholds=THRESHOLDS)
        for group in ("etcd", "kube_node")
    )
    own = [module.wants for module in judge.JUDGES.values() if hasattr(module, "wants")]
    assert len(own) > 2
    for host in (member, worker):
        keys = [key for wants in own for key in wants(host)] + ["etcd_member", "left_out"]
        assert len(set(keys)) == len(keys)
    assert judge.wants(worker)["etcd_data_dir"] == "/srv/etcd"


def test_a_collector_whose_checks_are_all_off_is_left_out(subject):
    subject(None)

    assert judge.wants(HOST, {"a_bad"})["left_out"] == []
    assert judge.wants(HOST, {"a_bad", "b_bad", "c_bad"})["left_out"] == ["a"]


def test_every_judge_has_a_collector():
    assert set(judge.JUDGES) <= set(PARTS)


def test_no_check_and_no_threshold_has_two_judges():
    modules = judge.JUDGES.values()
    checks = [check.id for module in modules for check in module.CHECKS]
    thresholds = [name for module in modules for name in module.THRESHOLDS]

    assert len(set(checks)) == len(checks)
    assert len(set(thresholds)) == len(thresholds)
