# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What the installed Kubespray is and asks for, read from its own files."""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

# ansible-core itself depends on packaging; only ansible-test's import check is without it.
with contextlib.suppress(ImportError):
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import Version

COLLECTION = "kubernetes_sigs.kubespray"
SOURCE = "https://github.com/kubernetes-sigs/kubespray.git"
# What the controller installs unless told otherwise; what a Kubespray asks for is always read from that Kubespray.
TESTED_VERSION = "v2.31.0"
# The variables of the play in playbooks/ansible_version.yml, to the operators its task applies to them.
_WINDOW_VARIABLES = {"minimal_ansible_version": ">=", "maximal_ansible_version": "<"}


class KubesprayError(Exception):
    """Kubespray cannot be used as it is; the text says what to do."""


@dataclass(frozen=True)
class Kubespray:
    """An installed Kubespray collection."""

    path: Path
    version: str
    ansible_core: SpecifierSet

    @property
    def window(self) -> str:
        """The ansible-core versions that it accepts, lowest bound first."""
        return ",".join(sorted({str(part) for part in self.ansible_core}, reverse=True))


def find(collection: str = COLLECTION) -> Path | None:
    """Where Ansible would load a collection from, or None; the collection itself is not loaded."""
    try:
        spec = importlib.util.find_spec(f"ansible_collections.{collection}")
    except ModuleNotFoundError:
        return None
    locations = list(spec.submodule_search_locations or ()) if spec else []
    return Path(locations[0]) if locations else None


def read(path: Path) -> Kubespray:
    """Read version and ansible-core window; raises KubesprayError naming the file that is not as expected."""
    runtime = _yaml(path / "meta" / "runtime.yml")
    plays = _yaml(path / "playbooks" / "ansible_version.yml")
    parts = [str(runtime.get("requires_ansible") or "")] if isinstance(runtime, Mapping) else []
    for play in plays if isinstance(plays, list) else ():
        variables = play.get("vars") if isinstance(play, Mapping) else None
        for name, operator in _WINDOW_VARIABLES.items():
            bound = variables.get(name) if isinstance(variables, Mapping) else None
            parts += [f"{operator}{bound}"] if bound is not None else []
    try:
        window = SpecifierSet(",".join(part for part in parts if part))
    except InvalidSpecifier as exc:
        raise KubesprayError(
            f"{path}: cannot read which ansible-core Kubespray wants: {exc}"
        ) from exc
    if not len(window):
        raise KubesprayError(
            f"{path}: neither meta/runtime.yml nor playbooks/ansible_version.yml says which ansible-core "
            f"Kubespray wants. Install it again: {install_command()}"
        )
    return Kubespray(path, str(_metadata(path)["version"]), window)


def _metadata(path: Path) -> Mapping[str, Any]:
    """The collection's galaxy.yml, or what an installation has in its place."""
    if (path / "MANIFEST.json").is_file():
        data = _yaml(path / "MANIFEST.json")
        data = data.get("collection_info") if isinstance(data, Mapping) else None
    else:
        data = _yaml(path / "galaxy.yml")
    if not isinstance(data, Mapping) or not data.get("version"):
        raise KubesprayError(
            f"{path}: no version in MANIFEST.json or galaxy.yml. "
            f"Install it again: {install_command()}"
        )
    return data


def dependencies(path: Path) -> dict[str, str]:
    """The collections that this Kubespray names as its own dependencies, each with its version specifier."""
    return {name: str(spec) for name, spec in (_metadata(path).get("dependencies") or {}).items()}


def requirements(path: Path) -> list[Requirement]:
    """The Python packages of its requirements.txt; a comment, an empty line or an option of pip is none."""
    file = path / "requirements.txt"
    found = []
    for line in file.read_text(encoding="utf-8").splitlines() if file.is_file() else []:
        with contextlib.suppress(InvalidRequirement):
            found.append(Requirement(line.partition("#")[0].strip()))
    return found


def missing_requirements(path: Path) -> list[str]:
    """Collections and Python libraries that this Kubespray names as its own and that are not there.

    The bundle `ansible` itself is not asked for: who has ansible-core and the collections needs no more.
    """
    missing = [name for name in dependencies(path) if find(name) is None]
    for requirement in requirements(path):
        if requirement.name == "ansible":
            continue
        try:
            importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(requirement.name)
    return missing


def _yaml(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
        return json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError) as exc:
        raise KubesprayError(
            f"Cannot read {path} of the installed Kubespray: {exc}. Install it again: {install_command()}"
        ) from exc


def install_command() -> str:
    """How Kubespray is installed as a collection, with the library that its manifest needs."""
    return (
        f"pip install distlib && "
        f"ansible-galaxy collection install --force --no-deps git+{SOURCE},{TESTED_VERSION}"
    )


def not_installed() -> str:
    """What to say where there is no Kubespray."""
    return (
        f"Kubespray is not installed: the collection {COLLECTION} is in none of Ansible's collection paths.\n"
        f"  Install it:  {install_command()}"
    )


def usable(path: Path | None, core_version: str) -> Kubespray:
    """The Kubespray at path, if this ansible-core may run it; raises KubesprayError with the commands to run."""
    if path is None:
        raise KubesprayError(not_installed())
    kubespray = read(path)
    # A pre-release of a core inside the window is inside it, as Kubespray's own check has it.
    if not kubespray.ansible_core.contains(Version(core_version), prereleases=True):
        raise KubesprayError(
            f"Kubespray {kubespray.version} in {path} wants ansible-core {kubespray.window}; "
            f"this is ansible-core {core_version}.\n"
            f"  Make a venv of its own for it:  python3 -m venv kubespray-venv && "
            f"kubespray-venv/bin/pip install distlib -r {path / 'requirements.txt'}\n"
            f"  and run from there:  kubespray-venv/bin/ansible-playbook ...\n"
            f"  or install a Kubespray for this core; its releases name theirs in meta/runtime.yml."
        )
    missing = missing_requirements(path)
    if missing:
        raise KubesprayError(
            f"Kubespray {kubespray.version} in {path} needs what this Python ({sys.executable}) does not have: "
            f"{', '.join(missing)}.\n"
            f"  Install it:  {sys.executable} -m pip install -r {path / 'requirements.txt'}"
        )
    return kubespray
