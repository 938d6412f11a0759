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
import re
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

SAMPLE = Path("inventory") / "sample" / "group_vars"

# ansible-core itself depends on packaging; only ansible-test's import check is without it.
with contextlib.suppress(ImportError):
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion, Version

COLLECTION = "kubernetes_sigs.kubespray"
SOURCE = "https://github.com/kubernetes-sigs/kubespray.git"
# What the role controller installs unless told otherwise; what a Kubespray asks for is always read from that Kubespray.
TESTED_VERSION = "v2.31.0"
# The name of a tag or branch: what git allows, but for what a shell, or git itself as an option, would misread.
REF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./+-]*")
# A tag or branch with the commit that it must be.
_PINNED = re.compile(r"(?P<name>.+)@(?P<commit>[0-9a-f]{40}(?:[0-9a-f]{24})?)")
NOT_INSTALLED = f"Kubespray is not installed: the collection {COLLECTION} is in none of Ansible's collection paths."
# The variables of the play in playbooks/ansible_version.yml, to the operators its task applies to them.
_WINDOW_VARIABLES = {"minimal_ansible_version": ">=", "maximal_ansible_version": "<"}


@dataclass(frozen=True)
class Need:
    """What Kubespray names as its own: a collection or a Python library.

    found is the version that is there, None where there is none, and "*" where it does not say.
    """

    kind: str
    name: str
    wanted: SpecifierSet
    found: str | None

    @property
    def fits(self) -> bool:
        """Whether the version that is there is one that is wanted."""
        if self.found in (None, "*"):
            return self.found is not None
        try:
            return self.wanted.contains(Version(str(self.found)), prereleases=True)
        except InvalidVersion:
            return True  # a version of its own making, which nothing can be said of


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


def pinned(version: str) -> tuple[str, str]:
    """The name of a tag or branch, and the commit that it must be, as NAME@COMMIT gives it; "" where none is given."""
    found = _PINNED.fullmatch(version)
    return (found["name"], found["commit"]) if found else (version, "")


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
    runtime = _yaml(path, "meta/runtime.yml")
    plays = _yaml(path, "playbooks/ansible_version.yml")
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
            f"Kubespray wants. Install it again: {install_again(path)}"
        )
    return Kubespray(path, str(_metadata(path)["version"]), window)


def _metadata(path: Path) -> Mapping[str, Any]:
    """The collection's galaxy.yml, or what an installation has in its place."""
    if (path / "MANIFEST.json").is_file():
        data = _yaml(path, "MANIFEST.json")
        data = data.get("collection_info") if isinstance(data, Mapping) else None
    else:
        data = _yaml(path, "galaxy.yml")
    if not isinstance(data, Mapping) or not data.get("version"):
        raise KubesprayError(
            f"{path}: no version in MANIFEST.json or galaxy.yml. "
            f"Install it again: {install_again(path)}"
        )
    return data


def dependencies(path: Path) -> dict[str, str]:
    """The collections that this Kubespray names as its own dependencies, each with its version specifier."""
    return {name: str(spec) for name, spec in (_metadata(path).get("dependencies") or {}).items()}


def requirements(path: Path) -> list[Requirement]:
    """The Python packages of its requirements.txt; a comment, an empty line or an option of pip is none."""
    file = path / "requirements.txt"
    found = []
    for line in _text(path, file).splitlines() if file.is_file() else []:
        with contextlib.suppress(InvalidRequirement):
            found.append(Requirement(line.partition("#")[0].strip()))
    return found


def needs(path: Path) -> list[Need]:
    """The collections and Python libraries that this Kubespray names as its own, and what is there of each.

    The bundle `ansible` itself is not asked for: who has ansible-core and the collections needs no more.
    """
    found = [
        Need("collection", name, _collection_range(path, name, wanted), _collection_version(name))
        for name, wanted in dependencies(path).items()
    ]
    for requirement in requirements(path):
        if requirement.name == "ansible" or not _applies(requirement):
            continue
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            version = None
        found.append(Need("library", requirement.name, requirement.specifier, version))
    return found


def _applies(requirement: Requirement) -> bool:
    """Whether it is meant for this Python and this system at all."""
    return requirement.marker is None or requirement.marker.evaluate()


def _collection_range(path: Path, name: str, wanted: str) -> SpecifierSet:
    """A range as ansible-galaxy writes it: "*" is any, and a bare version is exactly that one."""
    parts = [part.strip() for part in wanted.split(",")]
    try:
        return SpecifierSet(
            ",".join(
                f"=={part}" if part[:1].isdigit() else part
                for part in parts
                if part not in ("", "*")
            )
        )
    except InvalidSpecifier as exc:
        raise KubesprayError(
            f"{path}: cannot read which {name} Kubespray wants: {exc}. "
            f"Install it again: {install_again(path)}"
        ) from exc


def _collection_version(name: str) -> str | None:
    """The version of a collection that Ansible finds; "*" where it is there without saying its version."""
    place = find(name)
    if place is None:
        return None
    try:
        return str(_metadata(place)["version"])
    except KubesprayError:
        return "*"


def role_default(path: Path, variable: str) -> bool:
    """Whether this Kubespray has the variable among the defaults that all of its roles share.

    Searched, not parsed: that would take most of a second.
    """
    pattern = re.compile(rf"^{re.escape(variable)}:", re.MULTILINE)
    files = path.glob("roles/kubespray[_-]defaults/defaults/**/*.yml")
    return any(pattern.search(_text(path, file)) for file in files)


def role_default_text(path: Path, variable: str) -> str | None:
    """The text of a variable among those defaults, as it is written; None where it is none, or more than one line."""
    pattern = re.compile(rf"^{re.escape(variable)}:(.*)$", re.MULTILINE)
    for file in sorted(path.glob("roles/kubespray[_-]defaults/defaults/**/*.yml")):
        if found := pattern.search(_text(path, file)):
            try:
                value = yaml.safe_load(found[1])
            except yaml.YAMLError:
                return None
            return value if isinstance(value, str) else None
    return None


def _text(root: Path, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as exc:
        raise _unreadable(root, path, exc) from exc


def _yaml(root: Path, name: str) -> Any:
    path = root / name
    text = _text(root, path)
    try:
        return json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError) as exc:
        raise _unreadable(root, path, exc) from exc


def _unreadable(root: Path, path: Path, exc: Exception) -> KubesprayError:
    return KubesprayError(
        f"Cannot read {path} of the installed Kubespray: {exc}. Install it again: {install_again(root)}"
    )


def install_command() -> str:
    """How Kubespray is installed as a collection, with the library that its manifest needs."""
    return (
        f"pip install distlib && "
        f"ansible-galaxy collection install --force --no-deps git+{SOURCE},{TESTED_VERSION}"
    )


def install_again(path: Path) -> str:
    """The same in the place of one that cannot be read, over which ansible-galaxy itself would trip."""
    return f"rm -rf {shlex.quote(str(path))} && {install_command()}"


def not_installed() -> str:
    """What to say where there is no Kubespray."""
    script = own_installation()
    cure = (
        f"In each new shell:  . {shlex.quote(str(script))}"
        if script
        else f"Install it:  {install_command()}"
    )
    return f"{NOT_INSTALLED}\n  {cure}"


def own_installation() -> Path | None:
    """What is to be sourced where Ansible runs in a cluster directory with an installation that is not in use."""
    directory = Path.cwd()
    script = directory / "activate"
    return script if (directory / ".k8n/controller/current").is_dir() and script.is_file() else None


def venv_command(path: Path) -> str:
    """How a venv is made in which the Kubespray at path can run."""
    return (
        f"python3 -m venv kubespray-venv && "
        f"kubespray-venv/bin/pip install distlib -r {shlex.quote(str(path / 'requirements.txt'))}"
    )


def accepts(kubespray: Kubespray, core_version: str) -> bool:
    """Whether it runs with this ansible-core.

    A pre-release of a core inside the window is inside it, as Kubespray's own check has it.
    """
    return kubespray.ansible_core.contains(Version(core_version), prereleases=True)


def usable(path: Path | None, core_version: str) -> Kubespray:
    """The Kubespray at path, if this ansible-core may run it; raises KubesprayError with the commands to run."""
    if path is None:
        raise KubesprayError(not_installed())
    kubespray = read(path)
    if not accepts(kubespray, core_version):
        raise KubesprayError(
            f"Kubespray {kubespray.version} in {path} wants ansible-core {kubespray.window}; "
            f"this is ansible-core {core_version}.\n"
            f"  Make a venv of its own for it:  {venv_command(path)}\n"
            f"  and run from there:  kubespray-venv/bin/ansible-playbook ...\n"
            f"  or install a Kubespray for this core; its releases name theirs in meta/runtime.yml."
        )
    missing = [need.name for need in needs(path) if need.found is None]
    if missing:
        raise KubesprayError(
            f"Kubespray {kubespray.version} in {path} needs what this Python ({sys.executable}) does not have: "
            f"{', '.join(missing)}.\n"
            f"  Install it:  {shlex.quote(sys.executable)} -m pip install -r "
            f"{shlex.quote(str(path / 'requirements.txt'))}"
        )
    return kubespray
