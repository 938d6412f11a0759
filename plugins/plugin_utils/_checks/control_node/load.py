# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""How many workers, and how long they wait: against these hosts, their sshd, and this machine."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn

from ..._ansible import settings
from ..._text.words import some
from ..model import Finding, Skipped, Unknown
from ..probed import found
from .values import NOT_SSH, Machine, Value

# A number of workers is only worth a word when it is off by so much.
_FACTOR = 2


def check(
    probes: Mapping[str, object],
    forks: Value,
    machine: Machine,
    persistent: bool | None,
    delegates: Collection[str],
    timeout: Value,
) -> list[Finding]:
    """probes maps each host to its node_probe.

    persistent tells whether ssh keeps its connections open, None where there is no ssh.

    delegates are the hosts on which Kubespray runs tasks for all others; timeout is the connection's, of one host.
    """
    if not probes:
        return []
    # There is never more than one worker for a host.
    workers = min(int(forks.value), len(probes))
    serves = _serves(len(probes), machine)
    return [
        *_forks(len(probes), workers, forks, machine, serves),
        *_memory(workers, machine),
        *_open_files(workers, machine),
        *_sshd(
            {host: probes.get(host) for host in sorted(delegates)},
            workers,
            persistent,
            lambda number: _is_low(number, serves),
            forks,
        ),
        *_timeout(probes, timeout),
    ]


def _serves(hosts: int, machine: Machine) -> int:
    """How many workers serve the hosts well, and are no more than there is memory and open files for now."""
    wanted = settings.forks(hosts, machine.cores, machine.memory_mb)
    bounds = (_by_memory(machine), _by_files(machine.open_files))
    return max(min([wanted, *(bound for bound in bounds if bound is not None)]), 1)


def _by_memory(machine: Machine) -> int | None:
    """How many workers the free memory is enough for; None where that is not known."""
    free = machine.available_mb
    return None if free is None else free // settings.MEMORY_PER_FORK_MB


def _by_files(limit: int | None) -> int | None:
    """How many workers may have their files open; None where there is no limit."""
    return (
        None if limit is None else max(limit - settings.FILES_BESIDE, 0) // settings.FILES_PER_FORK
    )


def _is_low(workers: int, serves: int) -> bool:
    return workers * _FACTOR <= serves


def check_task_timeout(limit: Value) -> Iterator[Finding]:
    """limit is Ansible's task_timeout, in seconds; 0 is none."""
    seconds = int(limit.value or 0)
    if 0 < seconds < settings.LEAST_TASK_TIMEOUT_SECONDS:
        yield warn(
            "task_timeout_short",
            f"Ansible ends every task after {seconds} s (task_timeout, {limit.said}); Kubespray's downloads and "
            f"kubeadm may take longer, and want none or {settings.LEAST_TASK_TIMEOUT_SECONDS} s.",
            f"{limit.change(0)}.",
        )


def _memory(workers: int, machine: Machine) -> Iterator[Finding]:
    available, fits = machine.available_mb, _by_memory(machine)
    if available is None:
        yield Unknown("controller_memory_low", "This machine does not say how much memory is free.")
        return
    if workers * settings.MEMORY_PER_FORK_MB <= available:
        return
    yield warn(
        "controller_memory_low",
        f"This machine has {available} MiB of memory free, and {workers} workers want about "
        f"{workers * settings.MEMORY_PER_FORK_MB}.",
        "Free memory on this machine" + (f", or run with --forks={fits}." if fits else "."),
    )


def _open_files(workers: int, machine: Machine) -> Iterator[Finding]:
    limit = machine.open_files
    wanted = workers * settings.FILES_PER_FORK + settings.FILES_BESIDE
    if limit is None or wanted <= limit:
        return
    fits = _by_files(limit)
    if machine.most_files is not None and machine.most_files < wanted:
        # The shell cannot go beyond that.
        fix = f"Give this login a hard limit of {wanted} open files (nofile in /etc/security/limits.conf)"
    else:
        fix = f"Run 'ulimit -n {wanted}' in the shell before ansible-playbook"
    yield block(
        "open_files_low",
        f"A process may have {limit} files open here, and Ansible with {workers} workers wants {wanted}: it ends with "
        "'Too many open files'.",
        fix + (f", or run with --forks={fits}." if fits else "."),
    )


def _forks(hosts: int, used: int, forks: Value, machine: Machine, serves: int) -> Iterator[Finding]:
    this = f"{machine.cores} cores and {machine.memory_mb} MiB of memory"
    fix = f"{forks.change_or_run_with('--forks', serves)}."
    if _is_low(used, serves):
        yield warn(
            "forks_low",
            f"forks is {forks.value} ({forks.said}): {hosts} hosts are worked on {used} at a time; "
            f"this machine ({this}) serves {serves}.",
            fix,
        )
    elif used >= settings.forks(hosts, machine.cores, machine.memory_mb) * _FACTOR:
        yield warn(
            "forks_high",
            f"forks is {forks.value} ({forks.said}): {used} workers for {hosts} hosts, each with about "
            f"{settings.MEMORY_PER_FORK_MB} MB, are more than this machine ({this}) serves well, "
            f"which is {serves}.",
            fix,
        )


def _sshd(
    probes: Mapping[str, object],
    workers: int,
    persistent: bool | None,
    is_low: Callable[[int], bool],
    forks: Value,
) -> Iterator[Finding]:
    """Whether the sshd of hosts to which all workers delegate tasks lets them in; probes are those of these hosts.

    is_low tells whether so many workers are few for the cluster's hosts.
    """

    def fewer(number: int) -> str:
        """The other way out, where it does not end at the next finding."""
        if is_low(number):
            return ""
        change = forks.change_or_run_with("--forks", number)
        return f", or {change[0].lower()}{change[1:]}"

    if persistent is None:
        yield Skipped("sshd_max_sessions", NOT_SSH)
        yield Skipped("sshd_max_startups", NOT_SSH)
        return
    if persistent:
        yield from _sessions(probes, workers, fewer)
    else:
        yield Skipped("sshd_max_sessions", "Each session has a connection of its own.")
    yield from _startups(probes, workers, persistent, fewer)


def _sessions(
    probes: Mapping[str, object], workers: int, fewer: Callable[[int], str]
) -> Iterator[Finding]:
    short, unknown = _below(probes, workers, "max_sessions")
    if short:
        least = min(short.values())
        yield warn(
            "sshd_max_sessions",
            f"sshd lets {least} sessions into one connection (MaxSessions) on {some(short)}, to which Kubespray "
            f"delegates tasks of all hosts, and {workers} workers may do so at a time: each session beyond is "
            "refused and costs a login of its own.",
            f"Run the playbook k8n.cluster.prepare with -e prepare_sshd_max_sessions={workers}{fewer(least)}.",
        )
    elif unknown:
        yield Unknown("sshd_max_sessions", _untold(unknown))


def _startups(
    probes: Mapping[str, object], workers: int, persistent: bool, fewer: Callable[[int], str]
) -> Iterator[Finding]:
    short, unknown = _below(probes, workers, "max_startups", "start")
    if short:
        least = min(short.values())
        if persistent:
            # ssh shares a connection that is there; those that start before the first is there each make their own.
            how = " may connect at a time where no connection is open, as in a run with --limit"
            other = fewer(least)
        else:
            how = ", which keep no connection open, may connect at a time"
            other = ", or set ssh_args with ControlPersist as the finding control_persist_off says"
        yield warn(
            "sshd_max_startups",
            f"sshd drops new connections at random from {least} on that have not logged in yet (MaxStartups) on "
            f"{some(short)}, to which Kubespray delegates tasks of all hosts, and {workers} workers{how}.",
            "Run the playbook k8n.cluster.prepare with "
            f"-e prepare_sshd_max_startups={workers * 2}:30:{workers * 4}{other}.",
        )
    elif unknown:
        yield Unknown("sshd_max_startups", _untold(unknown))


def _below(
    probes: Mapping[str, object], workers: int, *key: str
) -> tuple[dict[str, int], list[str]]:
    """The hosts whose limit is below the number of workers, and those whose limit is not known."""
    limits = {host: found(probe, "sshd", *key) for host, probe in probes.items()}
    known = {host: limit for host, limit in limits.items() if isinstance(limit, int)}
    return (
        {host: limit for host, limit in known.items() if limit < workers},
        [host for host in limits if host not in known],
    )


def _untold(hosts: Collection[str]) -> str:
    return f"The limits of sshd are not known on {some(hosts)}, where only root may read them."


def _timeout(probes: Mapping[str, object], timeout: Value) -> Iterator[Finding]:
    short: dict[str, tuple[float, str]] = {}
    unknown = [host for host, probe in probes.items() if not found(probe, "latency", "timeouts")]
    for host, probe in probes.items():
        seconds = found(probe, "latency", "timeouts", "connection")
        # 0 is no limit.
        if isinstance(seconds, (int, float)) and 0 < seconds < settings.LEAST_TIMEOUT_SECONDS:
            origin = found(probe, "latency", "timeouts", "origin")
            short[host] = (seconds, str(origin))
    if not short:
        if unknown:
            yield Unknown("timeout_short", f"Nothing was measured of {some(unknown)}.")
        return
    least, origin = min(short.values())
    timeout = replace(timeout, origin=origin)
    where = "" if len(short) == len(probes) else f" for {some(short)}"
    yield warn(
        "timeout_short",
        f"The connection's timeout is {least:g} s ({timeout.said}){where}, and {least + 2:g} s for sudo. The slowest "
        f"of these hosts needs {_slowest(probes, short)} now; a sudo that waits for one silent name server takes 20 s, "
        "and Ansible then ends the host with 'Timeout waiting for privilege escalation prompt'.",
        f"{timeout.change_or_run_with('--timeout', _advised(probes))}.",
    )


def _slowest(probes: Mapping[str, object], hosts: Mapping[str, object]) -> str:
    logins = [found(probes[host], "latency", "connect_seconds") for host in hosts]
    sudos = [found(probes[host], "sudo", "seconds", "median") for host in hosts]
    texts = [
        f"{_rounded(max(seconds))} {what}"
        for what, measured in (("to log in", logins), ("for a sudo", sudos))
        if (seconds := [value for value in measured if isinstance(value, (int, float))])
    ]
    return " and ".join(texts) or "an unknown time"


def _rounded(seconds: float) -> str:
    return "under 0.1 s" if seconds < 0.1 else f"{seconds:.1f} s"


def _advised(probes: Mapping[str, object]) -> int:
    measured = [found(probe, "latency", "recommended_timeout") for probe in probes.values()]
    return max([settings.TIMEOUT_SECONDS, *(value for value in measured if isinstance(value, int))])
