# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.control_node import load
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.control_node.values import (
    Machine,
    Value,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    Finding,
    Skipped,
    Unknown,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._text.origins import Key

SMALL = Machine(2, 24000, 20000)
TASKS = Key("defaults", "task_timeout")
FORKS, TIMEOUT = Key("defaults", "forks", "/x/k.cfg"), Key("defaults", "timeout", "/x/k.cfg")


def probe(
    timeout: float | None = 60.0,
    sessions: int | None = 1000,
    startups: int = 1000,
    connect: float = 0.3,
    sudo: float | None = 0.01,
) -> dict[str, Any]:
    """What node_probe returns, as far as it is looked at."""
    return {
        "latency": {
            "connect_seconds": connect,
            "recommended_timeout": max(30, int(connect * 10)),
            "timeouts": {"connection": timeout, "origin": "default"},
        },
        "sudo": {"seconds": {"median": sudo} if sudo is not None else None},
        "sshd": sessions and {"max_sessions": sessions, "max_startups": {"start": startups}},
        "problems": [],
    }


def findings(
    probes: list[Any],
    forks: int = 5,
    machine: Machine = SMALL,
    persistent: bool | None = True,
    origin: str = "default",
) -> list[Finding]:
    named = {f"n{number}": each for number, each in enumerate(probes, 1)}
    return load.check(
        named,
        Value(forks, origin, FORKS),
        machine,
        persistent,
        {"n1", "n3"},
        Value(10, "default", TIMEOUT),
    )


def check(*given: Any, **options: Any) -> list[Problem]:
    """The problems alone."""
    return [each for each in findings(*given, **options) if isinstance(each, dict)]


def unknown(*given: Any, **options: Any) -> dict[str, str]:
    return dict(each for each in findings(*given, **options) if isinstance(each, Unknown))


@pytest.mark.parametrize(
    ("hosts", "forks"),
    [(1, 5), (5, 5), (5, 10), (5, 100), (9, 5), (20, 20), (19, 10), (39, 39), (300, 20), (300, 11)],
)
def test_sane_forks_are_not_worth_a_word(hosts: int, forks: int) -> None:
    assert check([probe()] * hosts, forks) == []


def test_no_hosts_are_no_problem() -> None:
    assert check([]) == []


def test_too_few_forks() -> None:
    assert check([probe()] * 300, 5) == [
        warn(
            "forks_low",
            "forks is 5 (Ansible's default): 300 hosts are worked on 5 at a time; "
            "this machine (2 cores and 24000 MiB of memory) serves 20.",
            "Set forks = 20 in the section [defaults] of /x/k.cfg, or run with --forks=20.",
        )
    ]


@pytest.mark.parametrize(
    ("machine", "serves"), [(SMALL, 20), (Machine(16, 4000), 20)], ids=["cores", "memory"]
)
def test_too_many_forks(machine: Machine, serves: int) -> None:
    assert check([probe()] * 300, 100, machine) == [
        warn(
            "forks_high",
            "forks is 100 (Ansible's default): 100 workers for 300 hosts, each with about 100 MB, are more than this "
            f"machine ({machine.cores} cores and {machine.memory_mb} MiB of memory) serves well, which is {serves}.",
            "Set forks = 20 in the section [defaults] of /x/k.cfg, or run with --forks=20.",
        )
    ]


@pytest.mark.parametrize(
    ("origin", "fix"),
    [
        ("env: ANSIBLE_FORKS", "Run: export ANSIBLE_FORKS=20, or run with --forks=20."),
        ("cli: forks", "Run with --forks=20."),
    ],
)
def test_forks_are_changed_where_they_were_set(origin: str, fix: str) -> None:
    assert [problem["fix"] for problem in check([probe()] * 300, 5, origin=origin)] == [fix]


@pytest.mark.parametrize(
    ("forks", "machine", "ids"),
    [
        # More forks than the memory or the open files allow would be the next finding.
        (3, Machine(9, 24000, 500), []),
        (5, Machine(9, 24000, 500), []),
        (2, Machine(9, 24000, 500), ["forks_low"]),
        (1, Machine(9, 24000, None, 60), ["forks_low"]),
        (3, Machine(9, 24000, None, 60), []),
        (5, Machine(9, 24000, None, 60), []),
    ],
)
def test_no_more_forks_are_wanted_than_there_is_room_for(
    forks: int, machine: Machine, ids: list[str]
) -> None:
    problems = check([probe()] * 20, forks, machine)
    assert [problem["id"] for problem in problems] == ids
    assert all("--forks=5." in problem["fix"] for problem in problems)


def test_fewer_forks_are_no_cure_where_they_would_be_too_few() -> None:
    [problem] = check([probe(sessions=10), *[probe()] * 19], 20)
    assert problem["id"] == "sshd_max_sessions"
    assert problem["fix"] == (
        "Run the playbook k8n.cluster.prepare with -e prepare_sshd_max_sessions=20."
    )


def test_sessions_of_one_connection() -> None:
    probes = [probe(sessions=limit) for limit in (10, 9, 8, 7, 100, None)] + [probe()] * 6
    assert check(probes, 11) == [
        warn(
            "sshd_max_sessions",
            "sshd lets 8 sessions into one connection (MaxSessions) on n1, n3, to which Kubespray delegates tasks of "
            "all hosts, and 11 workers may do so at a time: each session beyond is refused and costs a login of its "
            "own.",
            "Run the playbook k8n.cluster.prepare with -e prepare_sshd_max_sessions=11, or set forks = 8 in the "
            "section [defaults] of /x/k.cfg, or run with --forks=8.",
        )
    ]


def test_as_many_sessions_as_workers_are_enough() -> None:
    assert check([probe(sessions=10, startups=10)] * 12, 10) == []


def test_startups_count_where_a_connection_is_kept_too_since_the_first_ones_come_at_once() -> None:
    assert check([probe(sessions=12, startups=10), *[probe()] * 11], 12) == [
        warn(
            "sshd_max_startups",
            "sshd drops new connections at random from 10 on that have not logged in yet (MaxStartups) on n1, to "
            "which Kubespray delegates tasks of all hosts, and 12 workers may connect at a time where no connection "
            "is open, as in a run with --limit.",
            "Run the playbook k8n.cluster.prepare with -e prepare_sshd_max_startups=24:30:48, or set forks = 10 in the "
            "section [defaults] of /x/k.cfg, or run with --forks=10.",
        )
    ]


def test_limits_of_sshd_that_only_root_may_read_are_unknown() -> None:
    said = "The limits of sshd are not known on n1, where only root may read them."
    probes = [probe(sessions=None), *[probe()] * 3]
    assert unknown(probes) == {"sshd_max_sessions": said, "sshd_max_startups": said}
    assert unknown(probes, persistent=False) == {"sshd_max_startups": said}
    # One that --limit leaves out has said nothing either.
    assert unknown([probe()])["sshd_max_sessions"].startswith(
        "The limits of sshd are not known on n3"
    )
    assert unknown([probe()] * 3) == {}


def test_without_ssh_there_is_no_sshd() -> None:
    assert findings([probe()], persistent=None) == [
        Skipped("sshd_max_sessions", "The connection is not ssh."),
        Skipped("sshd_max_startups", "The connection is not ssh."),
    ]


def test_what_nobody_measured_is_unknown() -> None:
    told = unknown([{}, probe(), probe()], machine=Machine(2, 24000, None))
    assert told["timeout_short"] == "Nothing was measured of n1."
    assert told["controller_memory_low"] == "This machine does not say how much memory is free."


def test_sessions_count_only_where_tasks_are_delegated_to() -> None:
    assert check([probe(), probe(sessions=1), *[probe()] * 10], 11) == []


def test_startups_count_where_no_connection_is_kept() -> None:
    assert check([probe(sessions=1, startups=10), *[probe()] * 11], 12, persistent=False) == [
        warn(
            "sshd_max_startups",
            "sshd drops new connections at random from 10 on that have not logged in yet (MaxStartups) on n1, to "
            "which Kubespray delegates tasks of all hosts, and 12 workers, which keep no connection open, may connect "
            "at a time.",
            "Run the playbook k8n.cluster.prepare with -e prepare_sshd_max_startups=24:30:48, or set ssh_args with "
            "ControlPersist as the finding control_persist_off says.",
        )
    ]


def test_a_short_timeout() -> None:
    assert check([probe(10, connect=0.5, sudo=1.25), probe(10, connect=0.25, sudo=None)]) == [
        warn(
            "timeout_short",
            "The connection's timeout is 10 s (Ansible's default), and 12 s for sudo. The slowest of these hosts "
            "needs 0.5 s to log in and 1.2 s for a sudo now; a sudo that waits for one silent name server takes 20 s, "
            "and Ansible then ends the host with 'Timeout waiting for privilege escalation prompt'.",
            "Set timeout = 60 in the section [defaults] of /x/k.cfg, or run with --timeout=60.",
        )
    ]


@pytest.mark.parametrize(
    ("origin", "fix"),
    [
        ("env: ANSIBLE_TIMEOUT", "Run: export ANSIBLE_TIMEOUT=60, or run with --timeout=60."),
        ("--timeout", "Run with --timeout=60."),
        # Which is stronger than the option.
        (
            "var: ansible_ssh_timeout",
            "Set the variable ansible_ssh_timeout to 60 where it is given, in the inventory or with -e.",
        ),
    ],
)
def test_a_timeout_is_changed_where_it_was_set(origin: str, fix: str) -> None:
    short = probe(10)
    short["latency"]["timeouts"]["origin"] = origin
    assert [problem["fix"] for problem in check([short])] == [fix]


def test_a_short_timeout_of_some_hosts_and_a_slow_login() -> None:
    problem = check([probe(60), probe(29, connect=9), probe(10, sudo=None)])[0]
    assert problem["message"].startswith(
        "The connection's timeout is 10 s (Ansible's default) for n2, n3, and 12 s for sudo. "
        "The slowest of these hosts needs 9.0 s to log in and under 0.1 s for a sudo now;"
    )
    assert problem["fix"].startswith("Set timeout = 90 in")


@pytest.mark.parametrize("timeout", [30, 300, 0, None])
def test_a_timeout_that_is_long_enough_or_none(timeout: float | None) -> None:
    assert check([probe(timeout)]) == []


@pytest.mark.parametrize("odd", [None, "text", {}, {"latency": None, "sudo": 5, "sshd": []}])
def test_a_host_that_said_nothing_is_not_judged(odd: object) -> None:
    assert check([odd]) == []
    assert [problem["id"] for problem in check([odd, probe(10)])] == ["timeout_short"]


@pytest.mark.parametrize("machine", [Machine(9, 24000, 1999), Machine(9, 24000, 999)])
def test_less_memory_free_than_the_workers_want(machine: Machine) -> None:
    assert check([probe()] * 20, 20, machine) == [
        warn(
            "controller_memory_low",
            f"This machine has {machine.available_mb} MiB of memory free, and 20 workers want about 2000.",
            f"Free memory on this machine, or run with --forks={(machine.available_mb or 0) // 100}.",
        )
    ]


def test_fewer_open_files_than_the_workers_want() -> None:
    assert check([probe()] * 20, 20, Machine(9, 24000, None, 119)) == [
        block(
            "open_files_low",
            "A process may have 119 files open here, and Ansible with 20 workers wants 120: it ends with "
            "'Too many open files'.",
            "Run 'ulimit -n 120' in the shell before ansible-playbook, or run with --forks=19.",
        )
    ]


@pytest.mark.parametrize(
    ("machine", "fix"),
    [
        (Machine(9, 24000, 99), "Free memory on this machine."),
        (
            Machine(9, 24000, None, 43),
            "Run 'ulimit -n 120' in the shell before ansible-playbook.",
        ),
        (
            Machine(9, 24000, None, 100, 119),
            "Give this login a hard limit of 120 open files (nofile in /etc/security/limits.conf), or run with "
            "--forks=15.",
        ),
    ],
)
def test_a_cure_that_is_not_enough_is_not_offered(machine: Machine, fix: str) -> None:
    assert [problem["fix"] for problem in check([probe()] * 20, 20, machine)] == [fix]


@pytest.mark.parametrize("machine", [Machine(9, 24000, 2000, 120), Machine(9, 24000, None, None)])
def test_enough_memory_and_files_or_no_limit(machine: Machine) -> None:
    # More forks than hosts are never used.
    assert check([probe()] * 20, 35, machine) == []


@pytest.mark.parametrize("seconds", [0, None, 900, 3600])
def test_a_task_may_take_its_time(seconds: int | None) -> None:
    assert list(load.check_task_timeout(Value(seconds, "default", TASKS))) == []


def test_a_task_that_is_ended_early() -> None:
    assert list(load.check_task_timeout(Value(60, "env: ANSIBLE_TASK_TIMEOUT", TASKS))) == [
        warn(
            "task_timeout_short",
            "Ansible ends every task after 60 s (task_timeout, environment variable ANSIBLE_TASK_TIMEOUT); Kubespray's "
            "downloads and kubeadm may take longer, and want none or 900 s.",
            "Run: export ANSIBLE_TASK_TIMEOUT=0.",
        )
    ]
