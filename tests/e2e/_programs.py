# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The programs of a cluster, built from their Go modules, in the versions that the installed Kubespray asks for."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent / "programs"
Say = Callable[[str], None]
# Two at a time: one compiles on every core, the other downloads or links.
AT_A_TIME = 2


class BuildError(Exception):
    """A program cannot be built; the text says which, and what to do."""


@dataclass(frozen=True)
class Recipe:
    """How one folder of programs/ is built."""

    folder: Path
    version: str | None = None
    staging: bool = False
    cgo: bool = False
    tags: str = ""
    ldflags: str = ""
    stamp: Mapping[str, str] | None = None
    names: Mapping[str, str] | None = None

    @property
    def name(self) -> str:
        return self.folder.name


@dataclass(frozen=True)
class Built:
    """Programs of one module: their version without v, and where they are by name."""

    version: str
    programs: Mapping[str, Path]


def recipes() -> list[Recipe]:
    """All of programs.yml, the longest build first, as it stands there."""
    read = yaml.safe_load((HERE / "programs.yml").read_text(encoding="utf-8"))
    return [Recipe(HERE / name, **(options or {})) for name, options in read.items()]


def missing_toolchain() -> str | None:
    """What this machine lacks to build them, as a sentence with its cure; None where it has everything."""
    if not shutil.which("go"):
        return (
            "There is no Go toolchain on this machine, from which the cluster's programs are built. Install Go 1.24 "
            "or later (go.dev/doc/install, or Debian's golang-go where it is that new) so that `go version` answers."
        )
    lacks = [program for program in ("gcc", "pkg-config") if not shutil.which(program)]
    if lacks:
        return (
            f"{' and '.join(lacks)} not found, which runc is built with; `make setup` installs it."
        )
    return None


def build(wanted: Mapping[str, Any], cache: Path, say: Say) -> dict[str, Built]:
    """Build whatever the cache does not have, and return all of it by the folder's name.

    wanted: the values of Kubespray's version variables. Raises BuildError.
    """
    todo = recipes()

    def one(recipe: Recipe) -> Built:
        return _built(recipe, wanted, cache, say)

    with ThreadPoolExecutor(max_workers=AT_A_TIME) as pool:
        return dict(zip([recipe.name for recipe in todo], pool.map(one, todo), strict=True))


def _built(recipe: Recipe, wanted: Mapping[str, Any], cache: Path, say: Say) -> Built:
    module, packages, required = _module(recipe)
    version = required
    if recipe.version is not None:
        asked = f"v{wanted[recipe.version]}"
        version = asked if asked == required else _served(module, asked)
        if version != asked:
            say(f"{recipe.name} {asked[1:]} is not served as a Go module: taking {version[1:]}")
    target = cache / "programs" / f"{recipe.name}-{version[1:]}-{_digest(recipe)}"
    if not target.is_dir():
        say(f"building {recipe.name} {version[1:]} ({len(packages)} programs)")
        began = time.monotonic()
        _compile(recipe, module, version, packages, target)
        say(f"built {recipe.name} {version[1:]} in {time.monotonic() - began:.0f} s")
    return Built(version[1:], {path.name: path for path in sorted(target.iterdir())})


def _module(recipe: Recipe) -> tuple[str, list[str], str]:
    """The module whose version counts, its main packages, and the version that go.mod requires."""
    read = json.loads(_go("mod", "edit", "-json", str(recipe.folder / "go.mod")))
    packages = [tool["Path"] for tool in read["Tool"]]
    required = {each["Path"]: each["Version"] for each in read["Require"]}
    module = next(path for path in required if (packages[0] + "/").startswith(path + "/"))
    return module, packages, required[module]


def _served(module: str, asked: str) -> str:
    """That version, or the nearest one that is served: the next below, else the next above."""
    if _go("list", "-m", f"{module}@{asked}", check=False):
        return asked
    versions = [
        version
        for version in _go("list", "-m", "-versions", module).split()[1:]
        if re.fullmatch(r"v\d+\.\d+\.\d+", version)
    ]
    if not versions:
        raise BuildError(f"No version of the Go module {module} is served; {asked} is wanted.")
    below = [version for version in versions if _parts(version) <= _parts(asked)]
    return max(below, key=_parts) if below else min(versions, key=_parts)


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version[1:].split("."))


def _digest(recipe: Recipe) -> str:
    """What else the programs depend on: our files and the toolchain."""
    # Wherever this checkout lies.
    recipe_as_text = repr(replace(recipe, folder=Path(recipe.name)))
    content = (
        recipe_as_text.encode() + (recipe.folder / "go.mod").read_bytes() + _go("version").encode()
    )
    return hashlib.sha256(content).hexdigest()[:12]


def _compile(recipe: Recipe, module: str, version: str, packages: list[str], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # Beside its target, where nobody else looks, so that a build that is cut off leaves nothing half done.
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        folder, out = Path(scratch) / "module", Path(scratch) / "out"
        folder.mkdir()
        shutil.copy(recipe.folder / "go.mod", folder / "go.mod")
        _edit(recipe, module, version, folder)
        env = {"CGO_ENABLED": "1" if recipe.cgo else "0"}
        tags = ["-tags", recipe.tags] if recipe.tags else []
        out.mkdir()
        _go(
            "build", "-trimpath", *tags, "-ldflags", _ldflags(recipe, version), "-o", f"{out}/", *packages,
            cwd=folder, env=env, what=f"{recipe.name} {version[1:]}",
        )  # fmt: skip
        for name, called in (recipe.names or {}).items():
            (out / name).rename(out / called)
        os.replace(out, target)


def _edit(recipe: Recipe, module: str, version: str, folder: Path) -> None:
    """Let the copy of go.mod require that version, of all modules that are released together with it."""
    read = json.loads(_go("mod", "edit", "-json", cwd=folder))
    before = {each["Path"]: each["Version"] for each in read["Require"]}
    together = [path for path, required in before.items() if required == before[module]]
    words = [f"-require={path}@{version}" for path in together]
    if recipe.staging:
        got = json.loads(_go("mod", "download", "-json", f"{module}@{version}", cwd=folder))
        its_own = json.loads(_go("mod", "edit", "-json", got["GoMod"]))
        published = "v0" + version[version.index(".") :]
        words += [
            f"-replace={each['Old']['Path']}={each['Old']['Path']}@{published}"
            for each in its_own["Replace"] or []
            if each["New"]["Path"].startswith("./")
        ]
    _go("mod", "edit", *words, cwd=folder)


def _ldflags(recipe: Recipe, version: str) -> str:
    major, minor, _patch = version[1:].split(".", 2)
    stamps = [
        f"-X {name}={value.format(version=version[1:], major=major, minor=minor)}"
        for name, value in (recipe.stamp or {}).items()
    ]
    return " ".join(["-s -w", *stamps, recipe.ldflags])


def _go(
    *argv: str,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    check: bool = True,
    what: str = "",
) -> str:
    """Run the Go toolchain as this machine is set up for it; its standard output, empty where it failed unchecked."""
    done = subprocess.run(
        ["go", *argv], cwd=cwd or HERE, capture_output=True, text=True, check=False,
        env={**os.environ, "GOFLAGS": "-mod=mod", **(env or {})},
    )  # fmt: skip
    if done.returncode and check:
        last = "\n  ".join(done.stderr.strip().splitlines()[-15:])
        raise BuildError(f"{what or 'go ' + ' '.join(argv[:3])} could not be built:\n  {last}")
    return "" if done.returncode else done.stdout
