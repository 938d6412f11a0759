# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Every task that is made to stop Kubespray's run, read from the text of its files.

Those that ignore_assert_errors switches off are of any kind; those that nothing switches off are assertions and tasks
that do nothing but fail.

This says what the gates are; which of them a playbook comes to, and with which variables, is flow.py's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml

from ..collection import KubesprayError, install_command
from ..loader import Loader
from .names import slug

SWITCH = "ignore_assert_errors"
_MENTION = re.compile(rf"\b{SWITCH}\b")
_INCLUDES = {"include_role", "import_role", "include_tasks", "import_tasks"}
# Tasks that measure, set or include; they are not made to stop a run.
_HELPERS = _INCLUDES | {
    "add_host", "debug", "gather_facts", "group_by", "include_vars", "meta", "service_facts", "set_fact", "setup",
    "stat",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where a task stands: a file below Kubespray's folder, and its line, from 1 on."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Gate:
    """A task that stops Kubespray's run; fixed, where it does so whatever ignore_assert_errors is."""

    id: str
    task: str
    place: Place
    fixed: bool = False


@dataclass(frozen=True)
class Include:
    """A task that brings in the tasks of other files; target is a pattern of their paths, as fnmatch has it."""

    place: Place
    target: str
    gated: bool


@dataclass(frozen=True)
class Text:
    """One task as it is written."""

    place: Place
    task: Mapping[str, Any]
    # Whether the task itself, or a block around it, mentions ignore_assert_errors.
    gated: bool
    # Whether it runs only where another task has failed.
    rescues: bool = False

    @property
    def stops(self) -> bool:
        """Whether the task can end a run: not where it only helps, or where its failure is let pass."""
        return (
            action(self.task) not in _HELPERS
            and self.task.get("failed_when") is not False
            and self.task.get("ignore_errors") is not True
        )


@dataclass
class Catalog:
    """What the text of one Kubespray says."""

    root: Path
    gates: dict[Place, Gate]
    includes: list[Include]
    # By the name of a variable: the files whose tasks set it, through set_fact or register.
    setters: dict[str, set[str]] = field(default_factory=dict)

    def leading_to(self, files: set[str]) -> set[str]:
        """Those files, and all whose includes lead to one of them, however far."""
        found = set(files)
        grown = True
        while grown:
            more = {
                include.place.file
                for include in self.includes
                if include.place.file not in found
                and any(fnmatch(file, include.target) for file in found)
            }
            grown = bool(more)
            found |= more
        return found


def action(task: Mapping[str, Any]) -> str:
    """The short name of a task's action among those that matter here; empty for any other."""
    for key in task:
        name = str(key).removeprefix("ansible.builtin.").removeprefix("ansible.legacy.")
        if name in _HELPERS or name in {"assert", "fail", "command", "shell"}:
            return name
    return ""


def sets(task: Mapping[str, Any]) -> set[str]:
    """The names of the variables that a task sets."""
    found = {task["register"]} if isinstance(task.get("register"), str) else set()
    for key in ("set_fact", "ansible.builtin.set_fact"):
        if isinstance(task.get(key), Mapping):
            found |= {str(name) for name in task[key]} - {"cacheable"}
    return found


def read(root: Path) -> Catalog:
    """Read the Kubespray in root; raises KubesprayError naming file and line where that cannot be done."""
    texts: list[Text] = []
    includes: list[Include] = []
    for path in _task_files(root):
        file = str(path.relative_to(root))
        for text in _tasks(_document(path), file, gated=False):
            texts.append(text)
            if action(text.task) in _INCLUDES:
                includes.append(Include(text.place, _target(text), text.gated))
    gated_files = _gated_files(includes, {text.place.file for text in texts})
    _refuse_what_is_not_understood(root)
    switched = [text for text in texts if text.gated or text.place.file in gated_files]
    catalog = Catalog(root, _gates(switched, texts), includes)
    for text in texts:
        for name in sets(text.task):
            catalog.setters.setdefault(name, set()).add(text.place.file)
    if all(gate.fixed for gate in catalog.gates.values()):
        raise KubesprayError(
            f"{root}: no task of roles/*/tasks depends on {SWITCH}, so that none of its checks could be audited. "
            f"Either this is not a whole Kubespray, or this version of k8n.cluster is too old for it. "
            f"Install it again: {install_command()}"
        )
    return catalog


def _task_files(root: Path) -> list[Path]:
    return sorted(
        path
        for pattern in ("roles/**/tasks/**/*.yml", "roles/**/tasks/**/*.yaml")
        for path in root.glob(pattern)
    )


def _document(path: Path) -> Iterator[tuple[int, Any]]:
    """The entries of a YAML list, each with its line from 1 on."""
    try:
        loader = Loader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        if node is None:
            return
        if not isinstance(node, yaml.SequenceNode):
            raise KubesprayError(
                f"{path}, line {node.start_mark.line + 1}: this is not a list of tasks. "
                f"Install Kubespray again: {install_command()}"
            )
        for entry in node.value:
            yield entry.start_mark.line + 1, _with_lines(loader, entry)
    except yaml.MarkedYAMLError as exc:
        line = exc.problem_mark.line + 1 if exc.problem_mark else 1
        raise KubesprayError(
            f"{path}, line {line}: Kubespray's task file is not YAML: {exc.problem}. "
            f"Install Kubespray again: {install_command()}"
        ) from exc
    except (OSError, ValueError, yaml.YAMLError) as exc:  # the last: signs that YAML does not allow
        raise _unreadable(path, exc) from exc


def _unreadable(path: Path, exc: Exception) -> KubesprayError:
    why = " ".join(str(exc).split())
    return KubesprayError(
        f"{path}: this file of Kubespray cannot be read: {why}. Install Kubespray again: {install_command()}"
    )


def _with_lines(loader: Any, entry: yaml.Node) -> Any:
    """A task; the tasks of a block as pairs of line and task."""
    if not isinstance(entry, yaml.MappingNode):
        return None
    task = {}
    for key, value in entry.value:
        if key.value in ("block", "rescue", "always") and isinstance(value, yaml.SequenceNode):
            task[key.value] = [
                (part.start_mark.line + 1, _with_lines(loader, part)) for part in value.value
            ]
        else:
            task[key.value] = loader.construct_object(value, deep=True)
    return task


def _tasks(entries: Any, file: str, gated: bool, rescues: bool = False) -> Iterator[Text]:
    """All tasks of a list, those of blocks included."""
    for line, task in entries:
        if not isinstance(task, dict):
            continue
        parts = {part: task.pop(part) for part in ("block", "rescue", "always") if part in task}
        here = gated or _mentions(task)
        if parts:
            for part, inside in parts.items():
                yield from _tasks(inside, file, here, rescues or part == "rescue")
        else:
            yield Text(Place(file, line), task, here, rescues)


def _mentions(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_mentions(part) for part in value.values())
    if isinstance(value, list):
        return any(map(_mentions, value))
    return isinstance(value, str) and bool(_MENTION.search(value))


def _pattern(template: str) -> str:
    """A name that may hold templates, as a pattern that matches all it can become."""
    return re.sub(r"\{\{.*?\}\}", "*", template)


def _target(text: Text) -> str:
    """The pattern of the files that an include names."""
    kind = action(text.task)
    given = next(value for key, value in text.task.items() if str(key).endswith(kind))
    if kind.endswith("role"):
        given = given if isinstance(given, Mapping) else {}
        name = str(given.get("name") or given.get("role") or "")
        # A role of its own collection may be named in full.
        name = _pattern(name).removeprefix("kubernetes_sigs.kubespray.")
        return f"roles/{name}/tasks/{_pattern(str(given.get('tasks_from') or 'main')).removesuffix('.yml')}.y*ml"
    path = given.get("file") if isinstance(given, Mapping) else given
    folder = re.sub(r"^(.*?/tasks)/.*$", r"\1", text.place.file)
    return f"{folder}/{_pattern(str(path))}"


def _gated_files(includes: list[Include], files: set[str]) -> set[str]:
    """The files all of whose tasks are switched off, since what includes them is."""
    found: set[str] = set()
    grown = True
    while grown:
        more = {
            file
            for include in includes
            if include.gated or include.place.file in found
            for file in files
            if fnmatch(file, include.target)
        } - found
        grown = bool(more)
        found |= more
    return found


def _gates(switched: list[Text], texts: list[Text]) -> dict[Place, Gate]:
    """The gates with their ids; tasks of the same name are counted in the order of file and line.

    Those that can be switched off, which waivers name, before the others.
    """
    gates: dict[Place, Gate] = {}
    counts: dict[str, int] = {}
    switchable = {text.place for text in switched}
    ordered = sorted(
        texts, key=lambda text: (text.place not in switchable, text.place.file, text.place.line)
    )
    for text in ordered:
        fixed = text.place not in switchable
        if not (_is_fixed(text) if fixed else text.stops):
            continue
        name = str(text.task.get("name") or f"{text.place}")
        base = slug(name)
        counts[base] = counts.get(base, 0) + 1
        number = counts[base]
        gate_id = f"{base}_{number}" if number > 1 else base
        gates[text.place] = Gate(gate_id, name, text.place, fixed)
    return gates


def _is_fixed(text: Text) -> bool:
    """Whether nothing but the variables decides that a task ends the run."""
    return action(text.task) in ("assert", "fail") and text.stops and not text.rescues


def _refuse_what_is_not_understood(root: Path) -> None:
    """Raise if ignore_assert_errors is used outside of tasks, where this module would not see what it does."""
    for pattern in ("playbooks/*.yml", "roles/**/meta/*.yml", "roles/**/handlers/*.yml",
                    "roles/**/defaults/**/*.yml", "roles/**/vars/**/*.yml"):  # fmt: skip
        for path in sorted(root.glob(pattern)):
            try:
                lines = path.read_text(encoding="utf-8").splitlines()
            except (OSError, ValueError) as exc:
                raise _unreadable(path, exc) from exc
            for number, line in enumerate(lines, 1):
                code = line.partition("#")[0]
                if _MENTION.search(code) and not re.match(rf"\s*{SWITCH}\s*:", code):
                    raise KubesprayError(
                        f"{path}, line {number}: Kubespray uses {SWITCH} here in a way that this version of "
                        f"k8n.cluster does not understand, so that its checks cannot be audited. "
                        f"Use a Kubespray that k8n.cluster is tested with, or a newer k8n.cluster."
                    )
