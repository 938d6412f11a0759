# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is printed of failures: all of it, at once, and only once."""

from __future__ import annotations

from types import SimpleNamespace as Made
from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.failure import causes, said
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.report import Report, diffs


class Said(list[tuple[str, str]]):
    def __call__(self, text: str, color: str) -> None:
        self.append((color, text))


def result(host: str, values: dict[str, Any], name: str = "Run it", **fields: Any) -> Any:
    task = Made(
        _uuid=name,
        _parent=fields.pop("parent", None),
        ignore_unreachable=False,
        run_once=fields.pop("run_once", False),
        get_name=lambda: name,
        get_path=lambda: "/p/site.yml:7",
    )
    return Made(_task=task, _host=Made(get_name=lambda: host), _result=values, _task_fields=fields)


@pytest.fixture
def out() -> Said:
    return Said()


@pytest.fixture
def report(out: Said) -> Report:
    return Report(out, lambda text: None, 60)


def test_a_host_that_stands_for_all_is_not_blamed(report: Report, out: Said) -> None:
    report.failed(result("node1", {"msg": "3 to fix"}, run_once=True), "node1", False)
    assert out[0][1].startswith("FAILED  node1 (once, for all hosts)  Run it\n")


def test_a_failure_in_full(report: Report, out: Said) -> None:
    values = {
        "changed": True,
        "cmd": ["sh", "-c", "x"],
        "msg": "non-zero return code",
        "rc": 3,
        "stderr": "one\ntwo\x1b[31m",
        "stderr_lines": ["one", "two"],
        "stdout": "",
        "_ansible_no_log": False,
    }
    report.failed(result("node1", values), "node1 -> node2", False)
    assert out == [
        (
            "error",
            "FAILED  node1 -> node2  Run it\n"
            "        at /p/site.yml:7\n"
            "        non-zero return code\n"
            "        rc: 3\n"
            "        stderr: one\n"
            "        two\n"
            '        cmd: ["sh", "-c", "x"]',
        )
    ]


def test_a_further_host_that_fails_in_the_same_way_takes_a_line(report: Report, out: Said) -> None:
    report.failed(result("node1", {"msg": "no"}), "node1", False)
    report.failed(result("node2", {"msg": "no"}), "node2", False)
    report.failed(result("node3", {"msg": "other"}), "node3", False)
    assert [text.splitlines()[0] for _color, text in out] == [
        "FAILED  node1  Run it",
        "FAILED  node2  the same",
        "FAILED  node3  Run it",
    ]


def test_what_it_means_is_said_once_for_a_task(report: Report, out: Said) -> None:
    for host in ("node1", "node2"):
        report.unreachable(
            result(host, {"msg": f"ssh: connect to host {host}: Connection refused"}), host
        )
    assert out[1] == (
        "plain",
        "        means: Nothing answers at this address and port.\n"
        "        fix: Try ssh to it by hand; look at the address in\n"
        "        the inventory, the machine, its sshd and any\n"
        "        firewall on the way.",
    )
    assert [color for color, _text in out] == ["unreachable", "plain", "unreachable"]


def test_each_refusal_of_kubeadm_is_said_once_for_all_hosts(report: Report, out: Said) -> None:
    for host, name in (("node1", "Mem"), ("node2", "Mem"), ("node3", "NumCPU")):
        stderr = f"[preflight] Some fatal errors occurred:\n\t[ERROR {name}]: x\n\t[ERROR Swap]: \x1b[2Jy\n"
        report.failed(result(host, {"msg": "non-zero return code", "stderr": stderr}), host, False)
    means = [text.splitlines()[0].strip() for color, text in out if color == "plain"]
    assert means == [
        "means: kubeadm refuses the host [Mem]: The host has",
        "means: kubeadm refuses the host [Swap]: Swap is on.",
        "means: kubeadm refuses the host [NumCPU]: The host",
    ]
    assert "\x1b" not in str(out)


def test_no_log_stays_hidden(report: Report, out: Said) -> None:
    report.failed(result("node1", {"censored": "hidden by no_log", "rc": 1}), "node1", False)
    assert out[0][1] == "FAILED  node1  Run it\n        at /p/site.yml:7\n        hidden by no_log"


def test_ignored_failures_of_a_task_take_one_line(report: Report, out: Said) -> None:
    values = {"msg": "[Errno 2] No such file or directory: b'/usr/local/bin/etcd'", "rc": 2}
    for host in ("node1", "node2", "node3", "node4"):
        report.failed(
            result(host, values, "etcd : Get currently-deployed etcd version"), host, True
        )
    assert out == []
    report.task_over()
    report.task_over()
    assert out == [
        (
            "ignored",
            "ignored  node1, node2, node3 and 1 more  etcd : Get currently-deployed etcd version: [Errno 2] No such "
            "file or directory: b'/usr/local/bin/etcd' rc: 2 - normal: etcd is not installed yet.",
        )
    ]


def test_the_items_of_a_loop_are_said_one_by_one(report: Report, out: Said) -> None:
    report.item_failed(result("node1", {"msg": "no"}), "node1", "a")
    report.item_failed(result("node1", {"msg": "no"}), "node1", "b")
    report.failed(result("node1", {"msg": "One or more items failed"}), "node1", False)
    assert [text for _color, text in out] == [
        "FAILED  node1  Run it\n        item: a\n        at /p/site.yml:7\n        no",
        "FAILED  node1  the same (item: b)",
    ]


def test_ignored_items(report: Report, out: Said) -> None:
    for item in "ab":
        report.item_failed(result("node1", {"msg": "no"}, ignore_errors=True), "node1", item)
    report.failed(result("node1", {"msg": "One or more items failed"}), "node1", True)
    report.task_over()
    assert out == [("ignored", "ignored  node1  Run it: no")]


def test_a_rescue_is_announced_but_not_to_its_own_tasks(report: Report, out: Said) -> None:
    rescuing = Made(_uuid="Fix")
    block = Made(_uuid="block", rescue=[rescuing], _parent=None)
    report.failed(result("node1", {"msg": "no"}, "Run it", parent=block), "node1", False)
    report.failed(result("node1", {"msg": "no"}, "Fix", parent=block), "node1", False)
    assert [text.splitlines()[-1].strip() for _color, text in out] == [
        "(The task's block has a rescue, which runs now.)",
        "no",
    ]


def test_a_message_of_the_playbook_comes_once(report: Report, out: Said) -> None:
    for host in ("node1", "node2"):
        report.message(result(host, {"msg": "hello\nthere", "changed": False}), host)
    report.message(result("node1", {"x": [1], "changed": False}, "Other"), "node1")
    report.message(result("node1", {"msg": "All items completed", "results": []}), "node1")
    assert [text for _color, text in out] == ["node1: hello\nthere", 'node1: {"x": [1]}']


@pytest.mark.parametrize(
    ("values", "lines"),
    [
        ({"msg": "m", "stderr": "m"}, ["m"]),
        ({"msg": "No", "assertion": "a == 1", "evaluated_to": False}, ["No", "assertion: a == 1"]),
        ({"msg": ["two", 2]}, ['["two", 2]']),
        ({"reason": "Could not find or access 'x.yml'"}, ["Could not find or access 'x.yml'"]),
        ({"msg": "m", "module_stderr": "Trace\nKeyError: x"}, ["m", "module_stderr: Trace", "KeyError: x"]),
        ({"msg": "m", "exception": "Traceback\n  File\nKeyError: 'y'\n"}, ["m", "exception: KeyError: 'y'"]),
        ({"msg": "m", "exception": "(traceback unavailable)"}, ["m"]),
        ({"changed": False, "status": 404}, ['{"status": 404}']),
        ({"changed": False, "_ansible_x": 1}, ["The module gave no reason."]),
    ],
)  # fmt: skip
def test_what_the_module_said(values: dict[str, Any], lines: list[str]) -> None:
    assert list(said(values)) == lines


def test_core_2_19_keeps_the_cause_beside_the_result() -> None:
    missing = Made(msg="[Errno 2] No such file: 'etcd'", chain=None)
    executing = Made(msg="Error executing command.", chain=Made(event=missing))
    module = Made(msg="Module failed.", chain=Made(event=executing))
    error = Made(event=Made(msg="Task failed.", chain=Made(event=module)))
    why = causes(error)
    assert why == ["Error executing command.", "[Errno 2] No such file: 'etcd'"]
    assert said({"msg": "Error executing command."}, why) == tuple(why)
    assert said({"censored": "hidden"}, why) == ("hidden",)
    assert causes(None) == []


def test_diffs_of_what_has_changed() -> None:
    assert diffs({"changed": True, "diff": {"after": "x"}}) == [{"after": "x"}]
    assert diffs({"changed": False, "diff": {"after": "x"}}) == []
    items = [{"changed": True, "diff": 1}, {"changed": False, "diff": 2}, {"changed": True}]
    assert diffs({"results": items}) == [1]
