# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A closed place: everything that the installed Kubespray downloads and pulls, made here and served here."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import _files
import _images
import _machine
import _programs
import _servers
import _wanted
import yaml
from _programs import Built, Say

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FILES_PORT = 8088
REGISTRY_PORT = 5000
# The tests' own image: not Kubespray's, pulled by the pods that the tests start.
TOOLS = ("registry/e2e-tools", "1")


@dataclass(frozen=True)
class Place:
    """What was made: programs by module, the folder of files, the registry's storage, Kubespray's variables for it."""

    built: Mapping[str, Built]
    files: Path
    storage: Path
    variables: Mapping[str, Any]

    def group_vars(self, gateway: str) -> dict[str, str]:
        """The texts by name for group_vars/k8s_cluster of a cluster that is served from that address."""
        here = {
            "files_repo": f"http://{gateway}:{FILES_PORT}",
            "registry_host": f"{gateway}:{REGISTRY_PORT}",
        }
        return {**_settings(), "z-place.yml": yaml.safe_dump({**here, **self.variables})}

    def versions(self) -> dict[str, str]:
        """The version of each module that is in it."""
        return {name: each.version for name, each in self.built.items()}

    def tools(self, gateway: str) -> str:
        """The image of the tests' own pods in a cluster that is served from that address."""
        name, tag = TOOLS
        return f"{gateway}:{REGISTRY_PORT}/{name.split('/', 1)[1]}:{tag}"

    @contextmanager
    def serve(self, gateway: str) -> Iterator[None]:
        """Serve all of it on that address of this machine."""
        program = self.built["registry"].programs["registry"]
        with ExitStack() as stack:
            stack.enter_context(_servers.files(self.files, gateway, FILES_PORT))
            stack.enter_context(_servers.registry(program, self.storage, gateway, REGISTRY_PORT))
            yield


def cache() -> Path:
    """Where everything that was made is kept, for every checkout of this user."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "k8n-cluster" / "e2e"


def make(say: Say) -> Place:
    """Make what the cache does not have; raises BuildError or EvaluationError with what to do."""
    folder = cache()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _make(folder, say)


def _make(folder: Path, say: Say) -> Place:
    names = [recipe.version for recipe in _programs.recipes() if recipe.version]
    names += [packing.version for packing in _files.PACKINGS.values()]
    wanted = _wanted.wanted(_settings().values(), names)
    built = _programs.build(wanted.versions, folder, say)
    programs = sorted(str(path) for each in built.values() for path in each.programs.values())
    digest = hashlib.sha256("\0".join(programs).encode()).hexdigest()[:12]
    base = str(_default("files_repo"))
    files = folder / "files" / digest
    packed = _files.pack(wanted, built, base, files)
    storage = folder / "registry"
    port = REGISTRY_PORT
    images = [*wanted.images, *_kubeadms(built, wanted.versions["kube_version"]), TOOLS]
    with _servers.registry(built["registry"].programs["registry"], storage, "127.0.0.1", port):
        _images.push(images, built, f"127.0.0.1:{port}", folder / "images.json", say)
    return Place(built, files, storage, {**packed, **_machine.variables()})


def _kubeadms(built: Mapping[str, Built], version: str) -> list[tuple[str, str]]:
    """The images that kubeadm names itself, of which Kubespray leaves out those that it names, too."""
    kubeadm = built["kubernetes"].programs["kubeadm"]
    said = subprocess.run(
        [str(kubeadm), "config", "images", "list", "--kubernetes-version", f"v{version}"],
        check=True, stdout=subprocess.PIPE, text=True,
    ).stdout.split()  # fmt: skip
    named = [(image.rpartition(":")[0], image.rpartition(":")[2]) for image in said]
    return [(name, tag) for name, tag in named if name.rsplit("/", 1)[-1].startswith("kube-")]


def _settings() -> dict[str, str]:
    """The group_vars that every closed place has."""
    return {
        "offline.yml": (ROOT / "docs/offline/group_vars.yml").read_text(encoding="utf-8"),
        "z-hosts.yml": (HERE / "group_vars.yml").read_text(encoding="utf-8"),
    }


def _default(name: str) -> Any:
    return yaml.safe_load(_settings()["offline.yml"])[name]
