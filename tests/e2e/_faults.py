# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults of a deployed cluster: each a script in faults/ that makes it, and what verify must say of it.

A script runs on a host, as root, with one of its parts and the worker's name: `inject` makes the fault, `on_worker`
adds to it there, `cure` does what a cure says that is no command, and `heal` removes what the cure leaves.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from _cluster import Cluster

HERE = Path(__file__).resolve().parent / "faults"
CLUSTER = "(cluster)"
VERIFY = ("ansible-playbook", "k8n.cluster.verify", "-b", "-v", "-e", "k8n_report_dir=reports")
# A folder for what each host said, from which the data of the unit tests is made (test_verify_recorded.py).
KEEP = os.environ.get("K8N_KEEP_PROBES")
_PROBED = re.compile(r"^ok: \[(.+?)\] => (\{.*\})$", re.MULTILINE)
# Seconds within which a cluster is well again after its cure: kubelets and controllers look every few seconds, and
# what was killed comes back with a pause that grows.
WELL_WITHIN = 240
FOUND_WITHIN = 60
# A cure may uncover what it says verify will find next, such as a node with another range than its pods.
CURES = 3
# Where a script goes on with what it shares with another fault.
_THEN = re.compile(r"^# then: (\S+)\n", re.MULTILINE)
_HEADER = re.compile(r"^# (\w+): (.+)$", re.MULTILINE)
_COMMAND = re.compile(
    r"[Oo]n (this host|each control plane host|[\w.-]+) run(?: as root)? '([^']+)'"
)
# A command whose output belongs into a file, and what follows it.
_WRITTEN = re.compile(
    r"On ([\w.-]+) run as root '([^']+)', write what it prints \([^)]*\) to (\S+) on this host, and run '([^']+)' here"
)
Found = Mapping[str, Mapping[str, Sequence[Mapping[str, str]]]]


@dataclass(frozen=True)
class Fault:
    """One of them. finds is the check that must find it, at the place: control_plane, worker, cluster, or anywhere,
    where that is on one or more of the hosts."""

    name: str

    @cached_property
    def text(self) -> str:
        own = (HERE / f"{self.name}.sh").read_text(encoding="utf-8")
        return _THEN.sub(lambda found: (HERE / found[1]).read_text(encoding="utf-8"), own)

    @cached_property
    def _said(self) -> dict[str, str]:
        return dict(_HEADER.findall(self.text))

    @property
    def on(self) -> str:
        return self._said["on"]

    @property
    def finds(self) -> str:
        return self._said["finds"]

    @property
    def at(self) -> str:
        return self._said["at"]

    def has(self, part: str) -> bool:
        return f"\n  {part})\n" in self.text


def names() -> list[str]:
    return sorted(path.stem for path in HERE.glob("*.sh"))


class Broken:
    """A cluster in which one fault after another is made; hosts has the names of one control plane and one worker."""

    def __init__(self, cluster: Cluster, control_plane: str, worker: str) -> None:
        self.cluster = cluster
        self.hosts = {"control_plane": control_plane, "worker": worker}
        self._cured: Fault | None = None

    def make(self, fault: Fault, part: str) -> None:
        if fault.has(part):
            on = "worker" if part == "on_worker" else fault.on
            self._root(self.hosts[on], fault.text, part, self.hosts["worker"])

    def _root(self, host: str, script: str, *arguments: str) -> str:
        """Run a shell text as root and return what it printed."""
        words = " ".join(f"'{each}'" for each in arguments)
        return self.cluster.said(
            host, f"sudo bash -s {words} << 'END_OF_SCRIPT'\n{script}\nEND_OF_SCRIPT"
        )

    def verify(self, name: str = "") -> Found:
        """By place and check the problems that verify finds now; name is what of, where that is to be kept."""
        report = self.cluster.directory / "reports" / "verify.json"
        report.unlink(missing_ok=True)
        ran = self.cluster.run(*VERIFY)
        assert report.exists(), ran.output[-5000:]
        found = problems(json.loads(report.read_text(encoding="utf-8")))
        blocks = any(
            each["severity"] == "block"
            for checks in found.values() for said in checks.values() for each in said
        )  # fmt: skip
        assert ran.code == (2 if blocks else 0), ran.output[-5000:]
        if KEEP and name:
            text = json.dumps(probes(ran.output), indent=1)
            Path(KEEP, f"{name}.json").write_text(text, encoding="utf-8")
            about = {"roles": self.hosts, "groups": self.cluster.groups()}
            Path(KEEP, "about.json").write_text(json.dumps(about), encoding="utf-8")
        return found

    def is_found(self, fault: Fault) -> Found:
        """Verify finds the fault, by exactly its check at exactly its place, as soon as its traces are those alone."""
        deadline = time.monotonic() + FOUND_WITHIN
        while not self._is_all(fault, found := self.verify(fault.name)):
            assert time.monotonic() < deadline, found
            time.sleep(5)
        return found

    def _is_all(self, fault: Fault, found: Found) -> bool:
        places = [*found]
        where = (
            CLUSTER not in places
            if fault.at == "anywhere"
            else places == [self.hosts.get(fault.at, CLUSTER)]
        )
        return where and _checks(found) == {fault.finds}

    def is_whole(self) -> None:
        """Wait until verify finds nothing: what a fault leaves behind must not count for the next one."""
        deadline = time.monotonic() + WELL_WITHIN
        while found := self.verify():
            assert time.monotonic() < deadline, found
            time.sleep(5)

    def heal(self, fault: Fault) -> None:
        """Undo it where its test has not cured it, and remove what the cure leaves."""
        if self._cured != fault:
            if fault.has("cure"):
                self.make(fault, "cure")
            elif not fault.has("heal") and (found := self.verify()):
                self.cure(fault, found)
        self.make(fault, "heal")

    def cure(self, fault: Fault, found: Found) -> None:
        """Follow every cure to the letter, until the cluster is well."""
        for _time in range(CURES):
            if fault.has("cure"):
                self.make(fault, "cure")
            else:
                for place, checks in found.items():
                    for each in (each for said in checks.values() for each in said):
                        self._follow(place, each["fix"])
            found = self._settled(found)
            if not found:
                self._cured = fault
                return
        raise AssertionError(f"the cures do not help: {found}")

    def _follow(self, place: str, fix: str) -> None:
        if written := _WRITTEN.search(fix):
            admin, command, path, then = written.groups()
            text = self._root(admin, _with_path(command))
            self._root(
                place, f"umask 077; cat > {path} << 'END_OF_FILE'\n{text}\nEND_OF_FILE\n{then}"
            )
        else:
            commands = _commands(fix)
            assert commands, f"no command in: {fix}"
            for host, command in commands:
                self._root(place if " host" in host else host, _with_path(command))

    def _settled(self, before: Found) -> Found:
        """What verify finds once it finds nothing, or something new to cure, or has found something for too long."""
        deadline = time.monotonic() + WELL_WITHIN
        while True:
            found = self.verify()
            if not found or _is_new(found, before) or time.monotonic() > deadline:
                return found
            time.sleep(5)


def _is_new(found: Found, before: Found) -> bool:
    """Whether what is left has a cure that is a command, and is no more what was cured before."""
    return _checks(found).isdisjoint(_checks(before)) and all(
        _commands(each["fix"])
        for checks in found.values() for said in checks.values() for each in said
    )  # fmt: skip


def _commands(fix: str) -> list[tuple[str, str]]:
    """Host and command of all that a cure says to run; what only tells more cures nothing."""
    return [] if fix.startswith("Fix what ") else _COMMAND.findall(fix)


def _checks(found: Found) -> set[str]:
    return {check for checks in found.values() for check in checks}


def _with_path(command: str) -> str:
    """As a root's login shell has it."""
    return f"export PATH=$PATH:/usr/local/bin; {command}"


def probes(output: str) -> dict[str, Any]:
    """What cluster_probe returned of each host, in what `ansible-playbook -v` printed."""
    asked = output.partition("TASK [Ask the host]")[2].partition("\nTASK [")[0]
    return {host: json.loads(text) for host, text in _PROBED.findall(asked)}


def problems(report: Mapping[str, Any]) -> Found:
    """By place and check the problems in a verify.json."""
    found: dict[str, dict[str, list[Mapping[str, str]]]] = {}
    for place in _places(report):
        for check, said in place["checks"].items():
            if said.get("problems"):
                found.setdefault(place["name"], {})[check] = said["problems"]
    return found


def _places(report: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from report["others"]
    yield from report["hosts"]
