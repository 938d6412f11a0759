# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of faults: what is wrong on which lab host, and what preflight has to say of it. Needs no lab."""

from __future__ import annotations

import itertools
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
# What a container of the lab does not say of itself: its machine's kernel, clock and hardware.
IN_CONTAINERS = (
    "kernel_module_missing",
    "product_uuid_duplicate",
    "time_not_synchronised",
)
# Settings of the lab's run without which healthy hosts of it would be reported; part of the page.
RELAXED = """\
# How long the one disk and a name server take depends on what else the machine does.
k8n_thresholds: {etcd_fsync_p99_ms: 1000, name_server_ms: 2000}
# The hosts are more than a machine with few cores has workers for.
k8n_checks: {forks_low: 'off'}
"""

PAGE = ROOT / "docs" / "faults.md"
# In two parts, so that it is not taken for this file's own.
LICENSE = "SPDX-License-" + "Identifier: GPL-3.0-or-later"
HEAD = f"""\
<!--
SPDX-FileCopyrightText: 2026 k8n contributors
{LICENSE}
Written by tests/integration/faults/table.py from faults.yml beside it and from what scripts of tests/lab/faults say.
-->

# What preflight says of which fault

Each fault is made on a real SSH host of its own (a script in
[tests/lab/faults](../tests/lab/faults), or variables in the inventory). One preflight runs over all of these hosts and
some healthy ones, and [a test](../tests/integration/test_faults.py) compares the report with this table: each host
has exactly these findings, and no host keeps the others from being judged. `...` stands for what differs from run to
run.

Then the fix of each finding is carried out: the commands that stand in it are run as they were reported, its settings
are set, and prepare runs where it says so. A second preflight finds none of it any more, and nothing new. Where a fix
is not carried out, the reason stands behind the finding.

| fault | found, and what it says |
|---|---|"""
FALSE_ALARMS = """
## False alarms

Three healthy hosts, two Debian 13 and one Debian 12, are among the hosts of that run as they were installed. Then
`k8n.cluster.prepare` runs on them, and preflight again. Both times nothing is found on them. These are minimal
installations from Debian's packages; there is no image of Ubuntu where these tests run, so nothing is known of its
false alarms.

The hosts are containers, which share the disk, the cores and the kernel of one machine. So some checks do not judge
them as they judge a real host: {unknown} are unknown on each of them, and the run has these settings:

```yaml
{relaxed}```

On a machine with version 1 of cgroups the lab's own variables accept that, too (`kubelet_fail_cgroup_v1`,
`kubeadm_ignore_preflight_errors`).
"""
SEAMS = """
## What no host of the lab has

These checks are tested in a run of their own, or with values at their seam: recorded ones of real systems where a file
is named, else ones that were written by hand as a host sends them.

| check | why no lab host has it | tested in | with values that are |
|---|---|---|---|"""


@dataclass(frozen=True)
class Expected:
    """One problem that a fault has to bring up: of its own hosts, unless `at` names another place.

    cure is how its fix is carried out, as faults.yml has it; cure.py reads it.
    """

    id: str
    severity: str
    message: str
    fix: str
    at: str | None = None
    cure: Mapping[str, Any] | None = None

    def differences(self, problem: Mapping[str, Any]) -> list[str]:
        """What of a problem is not as wanted, in sentences."""
        wrong = []
        if problem["severity"] != self.severity:
            wrong.append(f"severity is {problem['severity']}, wanted {self.severity}")
        for key, wanted in (("message", self.message), ("fix", self.fix)):
            if not matches(wanted, str(problem[key])):
                wrong.append(f"{key} is {problem[key]!r}, wanted {wanted!r}")
        return wrong


@dataclass(frozen=True)
class Fault:
    """One row: a fault, made by a script of the lab or by variables, and the hosts that have it.

    unknown are the checks that can say nothing because of it, which healthy hosts pass, and the reason of each; None
    where that is not held against the report.
    """

    name: str
    text: str
    script: str | None
    hosts: Mapping[str, str]
    groups: tuple[str, ...]
    variables: Mapping[str, Any]
    finds: tuple[Expected, ...]
    unknown: Mapping[str, str] | None


def matches(wanted: str, text: str) -> bool:
    """Whether a text is the one that the table wants, with anything where that has three dots."""
    pattern = ".*?".join(map(re.escape, wanted.split(ANYTHING)))
    return re.fullmatch(pattern, text, re.DOTALL) is not None


def load() -> list[Fault]:
    """Every row of the table, in its order."""
    faults, free = [], 20
    for row in [*_read()["faults"], *_in_scripts()]:
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
                unknown=row.get("unknown"),
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


def _in_scripts() -> list[dict[str, Any]]:
    """The rows of those scripts that have theirs in a comment, which begins with `# finds:`."""
    rows = []
    for path in sorted(SCRIPTS.glob("*.sh")):
        _before, mark, after = path.read_text(encoding="utf-8").partition("\n# finds:\n")
        if mark:
            lines = itertools.takewhile(lambda line: line.startswith("#"), after.splitlines())
            finds = yaml.safe_load("\n".join(line[2:] for line in lines))
            rows.append({"fault": path.stem, "finds": finds})
    return rows


def description(script: str) -> str:
    """What a fault script says that it does."""
    lines = (SCRIPTS / f"{script}.sh").read_text(encoding="utf-8").splitlines()
    return next(line[2:] for line in lines[1:] if line.startswith("# ") and "SPDX" not in line)


def page(faults: Sequence[Fault], seams: Sequence[Mapping[str, str]]) -> str:
    """The text of docs/faults.md."""
    lines = [HEAD]
    for fault in faults:
        found = [_found(find) for find in fault.finds]
        found += [
            f"`{check}` is unknown: {_cell(reason)}"
            for check, reason in (fault.unknown or {}).items()
        ]
        lines.append(
            f"| {_cell(fault.text)} | {'<br>'.join(found) or 'nothing: no finding is right'} |"
        )
    unknown = ", ".join(f"`{check}`" for check in IN_CONTAINERS)
    lines.append(FALSE_ALARMS.format(unknown=unknown, relaxed=RELAXED).rstrip("\n"))
    lines.append(SEAMS)
    lines += [
        f"| `{seam['check']}` | {_cell(seam['why'])} | {_link(seam['test'])} | {_source(seam)} |"
        for seam in seams
    ]
    return "\n".join(lines) + "\n"


def _found(find: Expected) -> str:
    where = f" of {find.at}" if find.at else ""
    none = (find.cure or {}).get("none")
    not_cured = f" (fix not carried out: {_cell(none)})" if none else ""
    return f"`{find.id}` ({find.severity}){where}: {_cell(find.message)}{not_cured}"


def _link(path: str) -> str:
    return f"[{Path(path).name}](../{path})"


def _source(seam: Mapping[str, str]) -> str:
    """Where the values are from that stand in for a host's."""
    if "recorded" in seam:
        return f"recorded: {_link(seam['recorded'])}"
    return "of a run" if seam["test"].startswith("tests/integration/") else "by hand"


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
