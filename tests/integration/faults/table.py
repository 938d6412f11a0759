# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of faults: what is wrong on which lab host, and what preflight has to say of it; nothing here needs a lab."""

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


@dataclass(frozen=True)
class Expected:
    """One problem that a fault has to bring up; of another host than the one with the fault, where `on` names one."""

    id: str
    severity: str
    message: str
    fix: str
    on: str | None = None

    def fits(self, problem: Mapping[str, Any]) -> bool:
        return problem["id"] == self.id and not self.differences(problem)

    def differences(self, problem: Mapping[str, Any]) -> list[str]:
        """What of a problem is not as wanted, in sentences."""
        wrong = []
        if problem["severity"] != self.severity:
            wrong.append(f"severity is {problem['severity']}, wanted {self.severity}")
        for key, wanted in (("message", self.message), ("fix", self.fix)):
            pattern = ".+?".join(map(re.escape, wanted.split(ANYTHING)))
            if not re.fullmatch(pattern, str(problem[key]), re.DOTALL):
                wrong.append(f"{key} is\\n  {problem[key]}\\nwanted\\n  {wanted}")
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


def load(path: Path = HERE / "faults.yml") -> list[Fault]:
    """Every row of the table, in its order."""
    faults, free = [], 20
    for row in yaml.safe_load(path.read_text(encoding="utf-8"))["faults"]:
        name = row["fault"]
        host = name.replace("_", "-")
        count = row.get("hosts", 1)
        names = [host] if count == 1 else [f"{host}-{number + 1}" for number in range(count)]
        addresses = [f"{SUBNET}.{free + number}" for number in range(count)]
        free += count
        script = None if "text" in row else name
        faults.append(
            Fault(
                name=name,
                text=row["text"] if script is None else description(script),
                script=script,
                hosts=dict(zip(names, addresses, strict=True)),
                groups=tuple(row.get("groups", ["kube_node"])),
                variables=row.get("variables", {}),
                finds=tuple(Expected(**find) for find in row["finds"]),
            )
        )
    return faults


def description(script: str) -> str:
    """What a fault script says that it does."""
    lines = (SCRIPTS / f"{script}.sh").read_text(encoding="utf-8").splitlines()
    return next(line[2:] for line in lines[1:] if line.startswith("# ") and "SPDX" not in line)


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
    for number, name in enumerate(HEALTHY):
        hosts[name] = {"ansible_host": f"{SUBNET}.{11 + number}"}
        for members in groups.values():
            members[name] = None
    for fault in faults:
        for host, address in fault.hosts.items():
            hosts[host] = {"ansible_host": address, **fault.variables}
            for group in fault.groups:
                groups[group][host] = None
    children: dict[str, Any] = {group: {"hosts": members} for group, members in groups.items()}
    children["k8s_cluster"] = {"children": {"kube_control_plane": {}, "kube_node": {}}}
    return yaml.safe_dump({"all": {"hosts": hosts, "children": children}})
