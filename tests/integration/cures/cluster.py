# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cluster that preflight looks at, and how its user does to the letter what a finding's fix says."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts import sizes
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import CONTROLLER, INVENTORY
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.registry import REGISTRY

# Those that no host decides: of the control node, the inventory and the settings.
CHECKS = {check.id for check in REGISTRY.values() if check.place in (CONTROLLER, INVENTORY)} | {
    check.id for check in sizes.CHECKS
}
SSH = """\
#!/bin/bash
# In place of ssh: every host is this machine, or, where it is told so, none answers.
case " $* " in *" -O "*) exit 255 ;; esac
if [ -n "$NO_HOST_ANSWERS" ]; then echo "ssh: connect to host x port 22: Connection timed out" >&2; exit 255; fi
exec sh -c "${@: -1}"
"""
HOSTS = {"ansible_python_interpreter": "/usr/bin/python3", "ansible_become": False}


class Found(NamedTuple):
    """What preflight says of a check, and what to do."""

    message: str
    fix: str


@dataclass
class Cluster:
    """A user's folder with an inventory, and the shell and the command line that preflight is run from.

    Every path has a blank in it, since a command in a fix is one for any path.
    """

    folder: Path
    hosts: dict[str, Any]
    inventory: str = "hosts.yml"
    config: str = "ansible.cfg"
    variables: dict[str, Any] = field(default_factory=dict)
    # What was typed before, and what comes behind the playbook.
    shell: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    cwd: Path = field(init=False)
    playbook: str = "k8n.cluster.preflight"
    inside: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700)
        self.cwd = self.folder
        (self.folder / "ssh").write_text(SSH)
        (self.folder / "ssh").chmod(0o755)

    @property
    def file(self) -> Path:
        """Its ansible.cfg."""
        return self.folder / self.config

    def look(self) -> dict[str, list[Found]]:
        """Run preflight; what it finds that is no host's, by the check."""
        self.folder.joinpath(self.inventory).write_text(yaml.safe_dump(self.hosts))
        (self.folder / "group_vars").mkdir(exist_ok=True)
        self.folder.joinpath("group_vars", "all.yml").write_text(yaml.safe_dump(self.variables))
        report = self.folder / "reports" / "preflight.json"
        report.unlink(missing_ok=True)
        command = [
            "ansible-playbook", "-i", str(self.folder / self.inventory), self.playbook,
            "-e", "k8n_between=false", "-e", json.dumps({"k8n_report_dir": str(report.parent)}), *self.options,
        ]  # fmt: skip
        done = self._run(f"exec {shlex.join(command)}")
        assert report.is_file(), done.stdout
        document = json.loads(report.read_text())
        fixes = {each["number"]: each["text"] for each in document["fixes"]}
        found: dict[str, list[Found]] = {}
        for each in document["findings"]:
            if each["check"] in CHECKS:
                one = Found(each["message"], fixes[each["fix"]])
                found.setdefault(each["check"], []).append(one)
        return found

    def type(self, typed: str) -> None:
        """What the user types into the shell; what changes that is typed once more before each command."""
        if typed.startswith(("export ", "unset ", "ulimit ", ". ")):
            self.shell.append(typed)
        else:
            done = self._run(typed)
            assert done.returncode == 0, (typed, done.stdout)

    def _run(self, typed: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if name not in _OURS}
        return subprocess.run(
            [*self.inside, "bash", "-c", "\n".join(["set -e", *self.shell, typed])],
            cwd=self.cwd,
            env={
                **kept,
                "ANSIBLE_NOCOLOR": "1",
                "ANSIBLE_SSH_EXECUTABLE": str(self.folder / "ssh"),
                "ANSIBLE_SSH_RETRIES": "0",
                "NO_HOST_ANSWERS": "1",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def write(self, text: str) -> None:
        """The ansible.cfg."""
        self.file.write_text(text)

    def set(self, section: str, key: str, value: str, file: Path | None = None) -> None:
        """Give a key of an ansible.cfg this value, and leave all else as it is."""
        file = file or self.file
        text = file.read_text() if file.is_file() else ""
        line = f"{key} = {value}"
        before, header, rest = text.partition(f"[{section}]\n")
        if not header:
            text = f"{text}[{section}]\n{line}\n"
        else:
            own, bracket, others = f"\n{rest}".partition("\n[")
            own, number = re.subn(rf"^{key}\s*=.*$", line, own, flags=re.M)
            own = own[1:] if number else f"{line}{own}"
            text = before + header + own + bracket + others
        file.write_text(text)

    def drop(self, section: str, key: str) -> str:
        """Take a key out of the ansible.cfg; the value that it had."""
        before, header, rest = self.file.read_text().partition(f"[{section}]\n")
        own, bracket, others = rest.partition("\n[")
        line = re.search(rf"^{key}\s*=(.*)$\n?", own, re.M)
        assert line, (section, key, own)
        self.file.write_text(before + header + own.replace(line[0], "") + bracket + others)
        return line[1].strip()


# Of the machine that runs the tests, and not of this cluster.
_OURS = {
    name
    for name in os.environ
    if name.startswith("ANSIBLE_") and name not in ("ANSIBLE_COLLECTIONS_PATH", "ANSIBLE_HOME")
}
Cure = Callable[[Cluster, Found], None]
_SET = re.compile(r"[Ss]et (\w+) = (.+?) in the section \[(\w+)\] of (.+?\.cfg)(?=[,;. ]|$)")
_OPTION = re.compile(r"run with (--[\w-]+=\S+?)(?=[.,]|$)", re.IGNORECASE)
_COMMAND = re.compile(r"(?:Run: |, or (?=export ))(.+?)(?=, or run|, if it is|; |, or take|$)")
_KEY = re.compile(r"\[([\w.]+)\] (\w+)")


def key(cluster: Cluster, found: Found) -> None:
    """Set key = value in the section [section] of FILE."""
    name, value, section, file = parts(_SET, found.fix)
    cluster.set(section, name, value, Path(file))


def option(cluster: Cluster, found: Found) -> None:
    """run with --option=value"""
    cluster.options.append(parts(_OPTION, found.fix)[0])


def command(cluster: Cluster, found: Found) -> None:
    """Run: COMMAND"""
    cluster.type(parts(_COMMAND, found.fix)[0].removesuffix("."))


def quoted(cluster: Cluster, found: Found) -> None:
    """Run 'COMMAND' in the shell"""
    cluster.type(parts(re.compile(r"Run '(.+?)' in the shell"), found.fix)[0])


def line(cluster: Cluster, found: Found) -> None:
    """Write [section] key, or remove the line, that the message names."""
    section, name = parts(_KEY, found.message.partition(", line ")[2])
    value = cluster.drop(section, name)
    if not found.fix.startswith("Remove the line"):
        there, new = parts(_KEY, found.fix)
        cluster.set(there, new, value)


def section(cluster: Cluster, found: Found) -> None:
    """Name the section [right], and what else of its keys is to move or to go."""
    (wrong,) = parts(re.compile(r"knows the section \[(\w+)\]"), found.message)
    for name, there, new in re.findall(r"(\w+) as \[(\w+)\] (\w+)", found.fix):
        cluster.set(there, new, cluster.drop(wrong, name))
    for name in _listed(r"remove ([\w, ]+)\.$", found.fix):
        cluster.drop(wrong, name)
    for right in re.findall(r"ame the section \[(\w+)\]", found.fix):
        cluster.write(cluster.file.read_text().replace(f"[{wrong}]", f"[{right}]"))


def variable(cluster: Cluster, found: Found) -> None:
    """Set the variable NAME to VALUE in the inventory; or `name: value`"""
    name, value = parts(re.compile(r"the variable (\w+) to (\S+) where it is given"), found.fix)
    cluster.variables[name] = yaml.safe_load(value)


def assignment(cluster: Cluster, found: Found) -> None:
    """Set or write name: value, as a variable of all"""
    name, value = parts(re.compile(r"\b(\w+): ([\w./:-]*\w)(?=[,. ]|$)"), found.fix)
    cluster.variables[name] = value


def to_the_letter(*words: str) -> Callable[[Cure], Cure]:
    """A cure that does what these words of the fix say; they have to be in it."""

    def wrapped(cure: Cure) -> Cure:
        def checked(cluster: Cluster, found: Found) -> None:
            missing = [each for each in words if each not in found.fix]
            assert not missing, (missing, found.fix)
            cure(cluster, found)

        return checked

    return wrapped


def parts(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    match = pattern.search(text)
    assert match, (pattern.pattern, text)
    return match.groups()


def _listed(pattern: str, text: str) -> list[str]:
    match = re.search(pattern, text)
    return match[1].split(", ") if match else []
