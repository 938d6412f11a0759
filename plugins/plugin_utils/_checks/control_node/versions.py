# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""This ansible-core, Python, libraries and collections, against what the installed Kubespray asks for."""

from __future__ import annotations

import importlib.metadata
import platform
import shlex
import sys
from pathlib import Path
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, block, warn

from ..._kubespray import collection
from ..model import Finding, Skipped, Unknown

# What cannot be judged without a Kubespray whose files can be read.
_AGAINST_KUBESPRAY = (
    "ansible_core_version",
    "library_missing",
    "library_version",
    "collection_missing",
    "collection_version",
)
_CLASSIFIER = "Programming Language :: Python :: 3."


def check(path: Path | None, core_version: str) -> tuple[dict[str, Any], list[Finding]]:
    """The versions in use, and what does not match; path is that of the installed Kubespray."""
    values: dict[str, Any] = {
        "ansible_core": core_version,
        "python": {"path": sys.executable, "version": platform.python_version()},
        "kubespray": None,
    }
    findings = _python(core_version, supported_pythons())
    if path is None:
        script = collection.own_installation()
        fix = (
            f"This directory has one; in each new shell: . {shlex.quote(str(script))}"
            if script
            else f"Run: {collection.install_command()}"
        )
        findings.append(warn("kubespray_missing", collection.NOT_INSTALLED, fix))
        findings.append(Skipped("kubespray_unreadable", "There is no Kubespray."))
        return values, findings + _not_judged("Kubespray is not installed.")
    try:
        kubespray = collection.read(path)
        needs = collection.needs(path)
    except collection.KubesprayError as exc:
        fix = f"Run: {collection.install_again(path)}"
        findings.append(block("kubespray_unreadable", str(exc), fix))
        return values, findings + _not_judged("Kubespray's files cannot be read.")
    values["kubespray"] = {
        "version": kubespray.version,
        "path": str(path),
        "ansible_core_window": kubespray.window,
    }
    if not collection.accepts(kubespray, core_version):
        findings.append(_core(kubespray, core_version))
    return values, findings + [_need(kubespray, need) for need in needs if not need.fits]


def supported_pythons() -> list[str]:
    """The Pythons that the ansible-core in use names as its own; none where it is no installed package."""
    try:
        names = importlib.metadata.metadata("ansible-core").get_all("Classifier") or []
    except importlib.metadata.PackageNotFoundError:
        return []
    minors = {
        int(name.removeprefix(_CLASSIFIER))
        for name in map(str, names)
        if name.startswith(_CLASSIFIER) and name.removeprefix(_CLASSIFIER).isdigit()
    }
    return [f"3.{minor}" for minor in sorted(minors)]


def _not_judged(reason: str) -> list[Finding]:
    return [Unknown(name, reason) for name in _AGAINST_KUBESPRAY]


def _python(core_version: str, supported: list[str]) -> list[Finding]:
    this = ".".join(platform.python_version_tuple()[:2])
    if not supported:
        return [Unknown("python_version", "This ansible-core does not name its Pythons.")]
    if this in supported:
        return []
    return [
        warn(
            "python_version",
            f"ansible-core {core_version} names Python {', '.join(supported)}; "
            f"this is Python {this} ({sys.executable}).",
            f"Recreate the venv of Ansible with Python {supported[-1]}.",
        )
    ]


def _core(kubespray: collection.Kubespray, core_version: str) -> Problem:
    return block(
        "ansible_core_version",
        f"Kubespray {kubespray.version} in {kubespray.path} wants ansible-core {kubespray.window}; "
        f"this is ansible-core {core_version}.",
        "Run the playbook k8n.cluster.controller with -e k8n_dir=NAME, which makes a venv that fits in that folder, "
        f"then: . NAME/activate. Or make one: {collection.venv_command(kubespray.path)}, and run "
        "kubespray-venv/bin/ansible-playbook.",
    )


def _need(kubespray: collection.Kubespray, need: collection.Need) -> Problem:
    wanted = f"{need.name}{' ' if str(need.wanted) else ''}{need.wanted}"
    python = shlex.quote(sys.executable)
    if need.kind == "library":
        package = shlex.quote(f"{need.name}{need.wanted}")
        fix = f"Run: {python} -m pip install {package}"
    else:
        package = shlex.quote(f"{need.name}:{need.wanted}" if str(need.wanted) else need.name)
        fix = f"Run: ansible-galaxy collection install --upgrade {package}"
        if need.found is None:
            bundle = f"{python} -m pip install -r {shlex.quote(str(kubespray.path / 'requirements.txt'))}"
            fix = f"Run: {bundle}, whose package ansible brings it, or {fix.removeprefix('Run: ')}"
    asks = f"Kubespray {kubespray.version} asks for the {need.kind} {wanted}"
    if need.found is None:
        return block(f"{need.kind}_missing", f"{asks}, which is not there ({sys.executable}).", fix)
    return warn(f"{need.kind}_version", f"{asks}; there is {need.found}.", fix)
