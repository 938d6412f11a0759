# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry out on the lab's hosts what the fixes of a preflight say, and look again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from conftest import LAB, run

from . import table
from .cure import Cure, CureError, parsed
from .looked import VARIABLES, Looked, look, write_settings


@dataclass(frozen=True)
class Cured:
    """The preflight after the cures. names: what each host is called there, None if it was taken out; failures: what
    was said on the hosts where a cure ended with an error."""

    looked: Looked
    names: Mapping[str, str | None]
    failures: Mapping[str, str]


def cure_of(fault: table.Fault, find: table.Expected) -> Cure:
    """The cure that the table has for a finding."""
    return parsed(find.cure, f"{fault.name}, {find.id}")


def carry_out(faults: Sequence[table.Fault], before: Looked, state: Path) -> Cured:
    """Carry out every cure of these faults; state is the lab's folder, where its known_hosts lies."""
    todo, failures = _todo(faults, before)
    addresses = {host: address for fault in faults for host, address in fault.hosts.items()}
    lab = before.folder
    with ThreadPoolExecutor(max_workers=8) as pool:
        for host, said in pool.map(lambda host: (host, _on_host(lab, host, todo[host])), todo):
            _note(failures, host, said)
    folder = lab / "cured"
    folder.mkdir()
    _write_settings(folder, faults, todo, (state / "vars.yml").read_text() + VARIABLES)
    for host, cures in todo.items():
        env = {"LAB": str(state), "ADDRESS": addresses[host]}
        for command in (cure.here for cure in cures if cure.here is not None):
            ran = run("sh", "-ec", command, cwd=folder, env=env)
            _note(failures, host, ran.output if ran.code else "")
    names = {host: _name(host, todo[host]) for host in todo}
    for host, said in _prepared(folder, todo, names).items():
        _note(failures, host, said)
    return Cured(look(folder, "reports"), names, failures)


def _todo(
    faults: Sequence[table.Fault], before: Looked
) -> tuple[dict[str, list[Cure]], dict[str, str]]:
    """The cures of each host, with what they take out of the fixes that were reported."""
    todo: dict[str, list[Cure]] = {host: [] for fault in faults for host in fault.hosts}
    failures: dict[str, str] = {}
    for fault in faults:
        for find in fault.finds:
            cure = cure_of(fault, find)
            for host in list(fault.hosts)[1 if cure.but_one else 0 :]:
                fixes = {each["id"]: each["fix"] for each in before.problems(find.at or host)}
                try:
                    todo[host].append(cure.of(fixes.get(find.id, "")))
                except CureError as exc:
                    _note(failures, host, str(exc))
    return todo, failures


def _note(failures: dict[str, str], host: str, said: str) -> None:
    if said:
        failures[host] = f"{failures.get(host, '')}{said[-3000:]}\n"


def _on_host(lab: Path, host: str, cures: Sequence[Cure]) -> str:
    """Run what the cures run there, as its root and not through SSH: what was said where that failed."""
    spec = str(lab / "lab.yml")
    said = ""
    for script in (cure.run for cure in cures if cure.run is not None):
        ran = run(*LAB, "exec", spec, host, "sh", "-ec", script)
        said += ran.output if ran.code else ""
    if any(cure.reboot for cure in cures):
        for power in ("off", "on"):
            ran = run(*LAB, power, spec, host)
            said += ran.output if ran.code else ""
    return said


def _name(host: str, cures: Sequence[Cure]) -> str | None:
    """What a host is called after its cures, None if it was taken out of the inventory."""
    if any(cure.leave_out for cure in cures):
        return None
    return next((cure.rename for cure in cures if cure.rename), host)


def _write_settings(
    folder: Path, faults: Sequence[table.Fault], todo: Mapping[str, list[Cure]], variables: str
) -> None:
    every = [cure for cures in todo.values() for cure in cures]
    everywhere = {key: value for cure in every for key, value in cure.settings.items()}
    inventory = yaml.safe_load(table.inventory(faults))["all"]
    hosts = inventory["hosts"]
    for host, cures in todo.items():
        hosts[host].update({key: value for cure in cures for key, value in cure.variables.items()})

    def renamed(members: Mapping[str, Any]) -> dict[str, Any]:
        names = {host: _name(host, todo.get(host, ())) for host in members}
        return {name: members[host] for host, name in names.items() if name is not None}

    inventory["hosts"] = renamed(hosts)
    for group in inventory["children"].values():
        if "hosts" in group:
            group["hosts"] = renamed(group["hosts"])
    write_settings(
        folder,
        yaml.safe_dump({"all": inventory}, sort_keys=False),
        yaml.safe_dump({**yaml.safe_load(variables), **everywhere}),
        # One line counts for all hosts: the longest.
        max((cure.timeout for cure in every if cure.timeout), default="timeout = 30"),
    )


def _prepared(
    folder: Path, todo: Mapping[str, list[Cure]], names: Mapping[str, str | None]
) -> dict[str, str]:
    """Run the playbook prepare once for all hosts with the same options: what it said, by the hosts where it failed."""
    runs: dict[str, list[str]] = {}
    for host, cures in todo.items():
        for options in dict.fromkeys(cure.prepare for cure in cures if cure.prepare is not None):
            runs.setdefault(options, []).append(host)
    failures = {}
    for options, hosts in runs.items():
        limit = ",".join(names[host] or host for host in hosts)
        ran = run(
            "ansible-playbook", "k8n.cluster.prepare", "--limit", limit, "-e", options, cwd=folder
        )
        for host in hosts:
            # The recap's line of the host.
            line = rf"^{re.escape(names[host] or host)} +: .*unreachable=0 +failed=0 "
            if not re.search(line, ran.output, re.MULTILINE):
                failures[host] = ran.output
    return failures
