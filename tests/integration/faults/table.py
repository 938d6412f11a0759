# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of faults: what is wrong on which lab host, and what preflight has to say of it. Needs no lab."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
SCRIPTS = ROOT / "tests" / "lab" / "faults"
# What differs from run to run stands in the table as three dots.
ANYTHING = "..."
SUBNET = "10.106.1"
MIRROR = f"{SUBNET}.10"
# Without a fault, and the release that each has.
HEALTHY = {"healthy-1": "trixie", "healthy-2": "trixie", "healthy-3": "bookworm"}


PAGE = ROOT / "docs" / "faults.md"
# In two parts, so that it is not taken for this file's own.
LICENSE = "SPDX-License-" + "Identifier: GPL-3.0-or-later"
HEAD = f"""\
<!--
SPDX-FileCopyrightText: 2026 k8n contributors
{LICENSE}
Written by tests/integration/faults/table.py from faults.yml beside it.
-->

# What preflight says of which fault

Each fault is made on a real SSH host of its own (a script in
[tests/lab/faults](../tests/lab/faults), or variables in the inventory). One preflight runs over all of these hosts and
some healthy ones, Debian 12 and 13, and [a test](../tests/integration/test_faults.py) holds it against this table: each
host has exactly these findings, and the healthy ones have none. `...` stands for what differs from run to run.

| fault | found, and what it says |
|---|---|"""
SEAMS = """
## What cannot be made on one machine

These checks are tested with recorded outputs of real systems, with values as a host sends them, or in a test
of their own.

| check | why no lab host has it | tested in |
|---|---|---|"""


@dataclass(frozen=True)
class Expected:
    """One problem that a fault has to bring up: of its own hosts, unless `at` names another place."""

    id: str
    severity: str
    message: str
    fix: str
    at: str | None = None

    def differences(self, problem: Mapping[str, Any]) -> list[str]:
        """What of a problem is not as wanted, in sentences."""
        wrong = []
        if problem["severity"] != self.severity:
            wrong.append(f"severity is {problem['severity']}, wanted {self.severity}")
        for key, wanted in (("message", self.message), ("fix", self.fix)):
            pattern = ".*?".join(map(re.escape, wanted.split(ANYTHING)))
            if not re.fullmatch(pattern, str(problem[key]), re.DOTALL):
                wrong.append(f"{key} is {problem[key]!r}, wanted {wanted!r}")
        return wrong


@dataclass(frozen=True)
class Fault:
    """One row: a fault, made by a script of the lab or by variables, and the hosts that have it."""

    name: str
    text: str
    script: str | None
    hosts: Mapping[str, str]
    groups: tuple[str, ...]
    variables: Mapping[str, Any]
    finds: tuple[Expected, ...]


def load() -> list[Fault]:
    """Every row of the table, in its order."""
    faults, free = [], 20
    for row in _read()["faults"]:
        name = row["fault"]
        host = row.get("host", name.replace("_", "-"))
        count = row.get("hosts", 1)
        names = [host] if count == 1 else [f"{host}-{number + 1}" for number in range(count)]
        addresses = [f"{SUBNET}.{free + number}" for number in range(count)]
        free += count
        script = row.get("script", None if "text" in row else name)
        faults.append(
            Fault(
                name=name,
                text=row.get("text") or description(str(script)),
                script=script,
                hosts=dict(zip(names, addresses, strict=True)),
                groups=tuple(row.get("groups", ["kube_node"])),
                variables=row.get("variables", {}),
                finds=tuple(Expected(**find) for find in row["finds"]),
            )
        )
    return faults


def seams() -> list[dict[str, str]]:
    """The checks that no fault brings up, why, and the file that tests each."""
    listed: list[dict[str, str]] = _read()["seams"]
    return listed


def _read() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((HERE / "faults.yml").read_text(encoding="utf-8"))
    return data


def description(script: str) -> str:
    """What a fault script says that it does."""
    lines = (SCRIPTS / f"{script}.sh").read_text(encoding="utf-8").splitlines()
    return next(line[2:] for line in lines[1:] if line.startswith("# ") and "SPDX" not in line)


def page(faults: Sequence[Fault], seams: Sequence[Mapping[str, str]]) -> str:
    """The text of docs/faults.md."""
    lines = [HEAD]
    for fault in faults:
        found = "<br>".join(_found(find) for find in fault.finds) or "nothing: no finding is right"
        lines.append(f"| {_cell(fault.text)} | {found} |")
    lines.append(SEAMS)
    lines += [
        f"| `{seam['check']}` | {_cell(seam['why'])} | [{Path(seam['test']).name}](../{seam['test']}) |"
        for seam in seams
    ]
    return "\n".join(lines) + "\n"


def _found(find: Expected) -> str:
    where = f" of {find.at}" if find.at else ""
    return f"`{find.id}` ({find.severity}){where}: {_cell(find.message)}"


def _cell(text: str) -> str:
    """A text in a table, where markup of a hostile host must not be any."""
    for special in "\\|<>*_":
        text = text.replace(special, f"\\{special}")
    return text


def lab(faults: Sequence[Fault], name: str) -> str:
    """The spec of the lab with all of these hosts, and healthy ones."""
    hosts: list[dict[str, Any]] = [{"name": "mirror", "address": MIRROR, "services": ["mirror"]}]
    hosts += [
        {"name": host, "address": f"{SUBNET}.{11 + number}", "release": release}
        for number, (host, release) in enumerate(HEALTHY.items())
    ]
    hosts += [
        {"name": host, "address": address, "faults": [fault.script] if fault.script else []}
        for fault in faults
        for host, address in fault.hosts.items()
    ]
    return yaml.safe_dump({"name": name, "name_server": MIRROR, "hosts": hosts})


def inventory(faults: Sequence[Fault]) -> str:
    """An inventory with the groups that Kubespray knows, written by hand as many users have it."""
    hosts: dict[str, dict[str, Any]] = {}
    groups: dict[str, dict[str, None]] = {"kube_control_plane": {}, "etcd": {}, "kube_node": {}}
    for fault in faults:
        for host, address in fault.hosts.items():
            hosts[host] = {"ansible_host": address, **fault.variables}
            for group in fault.groups:
                groups[group][host] = None
    for number, name in enumerate(HEALTHY):
        hosts[name] = {"ansible_host": f"{SUBNET}.{11 + number}"}
        for members in groups.values():
            members[name] = None
    children: dict[str, Any] = {group: {"hosts": members} for group, members in groups.items()}
    children["k8s_cluster"] = {"children": {"kube_control_plane": {}, "kube_node": {}}}
    # As they stand in the table: Kubespray delegates to the first of a group.
    return yaml.safe_dump({"all": {"hosts": hosts, "children": children}}, sort_keys=False)


if __name__ == "__main__":
    PAGE.write_text(page(load(), seams()), encoding="utf-8")
