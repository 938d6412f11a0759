# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib.metadata
import json
import platform
import sys
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.control_node import versions
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Skipped, Unknown
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import collection

INSTALL = (
    "Run: pip install distlib && ansible-galaxy collection install --force --no-deps "
    "git+https://github.com/kubernetes-sigs/kubespray.git,v2.31.0"
)
AGAINST_KUBESPRAY = (
    "ansible_core_version",
    "library_missing",
    "library_version",
    "collection_missing",
    "collection_version",
)
PYTEST = importlib.metadata.version("pytest")


@pytest.fixture(autouse=True)
def supported(monkeypatch: pytest.MonkeyPatch) -> None:
    """This Python is one that the ansible-core in use names, whichever it is."""
    this = ".".join(platform.python_version_tuple()[:2])
    monkeypatch.setattr(versions, "supported_pythons", lambda: [this])


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Kubespray that needs two collections, of which there is c.old 1.5.0, and two libraries."""
    (tmp_path / "meta").mkdir()
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "meta" / "runtime.yml").write_text("requires_ansible: '>=2.18.0,<2.19.0'\n")
    (tmp_path / "playbooks" / "ansible_version.yml").write_text("[]\n")
    (tmp_path / "requirements.txt").write_text(f"ansible==11.13.0\npytest=={PYTEST}\n")
    manifest(tmp_path, {})
    old = tmp_path / "old"
    old.mkdir()
    (old / "galaxy.yml").write_text("version: 1.5.0\n")
    monkeypatch.setattr(collection, "find", {"c.old": old}.get)
    return tmp_path


def manifest(path: Path, dependencies: dict[str, str]) -> None:
    info = {"version": "2.31.0", "dependencies": dependencies}
    (path / "MANIFEST.json").write_text(json.dumps({"collection_info": info}))


def test_all_that_matches(installed: Path) -> None:
    manifest(installed, {"c.old": ">=1.0.0,<2.0.0"})
    assert versions.check(installed, "2.18.19") == (
        {
            "ansible_core": "2.18.19",
            "python": {"path": sys.executable, "version": platform.python_version()},
            "kubespray": {
                "version": "2.31.0",
                "path": str(installed),
                "ansible_core_window": ">=2.18.0,<2.19.0",
            },
        },
        [],
    )


def test_preflight_may_run_without_kubespray() -> None:
    values, findings = versions.check(None, "2.21.0")
    assert values["kubespray"] is None
    assert findings == [
        warn(
            "kubespray_missing",
            "Kubespray is not installed: the collection kubernetes_sigs.kubespray is in none of "
            "Ansible's collection paths.",
            INSTALL,
        ),
        Skipped("kubespray_unreadable", "There is no Kubespray."),
        *(Unknown(name, "Kubespray is not installed.") for name in AGAINST_KUBESPRAY),
    ]


def test_a_broken_kubespray_blocks(installed: Path) -> None:
    (installed / "MANIFEST.json").write_text("{}")
    values, findings = versions.check(installed, "2.18.0")
    assert values["kubespray"] is None
    again = f"rm -rf {installed} && {INSTALL.removeprefix('Run: ')}"
    assert findings == [
        block(
            "kubespray_unreadable",
            f"{installed}: no version in MANIFEST.json or galaxy.yml. Install it again: {again}",
            f"Run: {again}",
        ),
        *(Unknown(name, "Kubespray's files cannot be read.") for name in AGAINST_KUBESPRAY),
    ]


def test_another_core(installed: Path) -> None:
    assert versions.check(installed, "2.21.5")[1] == [
        block(
            "ansible_core_version",
            f"Kubespray 2.31.0 in {installed} wants ansible-core >=2.18.0,<2.19.0; this is ansible-core 2.21.5.",
            "Run the playbook k8n.cluster.controller with -e k8n_dir=NAME, which makes a venv that fits in that "
            "folder, then: . NAME/activate. Or make one: python3 -m venv kubespray-venv && kubespray-venv/bin/pip "
            f"install distlib -r {installed}/requirements.txt, and run kubespray-venv/bin/ansible-playbook.",
        )
    ]


def test_libraries(installed: Path) -> None:
    (installed / "requirements.txt").write_text(
        "ansible==11.13.0\n# why\npytest==1.0\nno-such-library<6 # bound\n"
        "no-such-pin==1.0\npytest>=1\nnot-for-this ; python_version < '3'\n-r other.txt\n"
    )
    assert versions.check(installed, "2.18.0")[1] == [
        warn(
            "library_version",
            f"Kubespray 2.31.0 asks for the library pytest ==1.0; there is {PYTEST}.",
            f"Run: {sys.executable} -m pip install pytest==1.0",
        ),
        block(
            "library_missing",
            f"Kubespray 2.31.0 asks for the library no-such-library <6, which is not there ({sys.executable}).",
            f"Run: {sys.executable} -m pip install 'no-such-library<6'",
        ),
        block(
            "library_missing",
            f"Kubespray 2.31.0 asks for the library no-such-pin ==1.0, which is not there ({sys.executable}).",
            f"Run: {sys.executable} -m pip install no-such-pin==1.0",
        ),
    ]


def test_collections(installed: Path) -> None:
    manifest(installed, {"c.old": ">=2.5.0", "c.none": "*"})
    assert versions.check(installed, "2.18.0")[1] == [
        warn(
            "collection_version",
            "Kubespray 2.31.0 asks for the collection c.old >=2.5.0; there is 1.5.0.",
            "Run: ansible-galaxy collection install --upgrade 'c.old:>=2.5.0'",
        ),
        block(
            "collection_missing",
            f"Kubespray 2.31.0 asks for the collection c.none, which is not there ({sys.executable}).",
            f"Run: {sys.executable} -m pip install -r {installed}/requirements.txt, whose package ansible brings it, "
            "or ansible-galaxy collection install --upgrade c.none",
        ),
    ]


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [("*", True), ("1.5.0", True), ("1.5", True), ("1.6.0", False), (">=1,!=1.5.0", False)],
)
def test_ranges_as_ansible_galaxy_writes_them(installed: Path, wanted: str, fits: bool) -> None:
    manifest(installed, {"c.old": wanted})
    assert (versions.check(installed, "2.18.0")[1] == []) is fits


def test_a_range_that_nobody_can_read(installed: Path) -> None:
    manifest(installed, {"c.old": "newest"})
    [problem] = [each for each in versions.check(installed, "2.18.0")[1] if isinstance(each, dict)]
    assert problem["id"] == "kubespray_unreadable"
    assert problem["message"].startswith(f"{installed}: cannot read which c.old Kubespray wants: ")


def test_a_collection_without_a_version_is_there(installed: Path) -> None:
    (installed / "old" / "galaxy.yml").write_text("{}\n")
    manifest(installed, {"c.old": ">=2.5.0"})
    assert versions.check(installed, "2.18.0")[1] == []


def test_a_python_that_the_core_does_not_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "supported_pythons", lambda: ["3.7", "3.8"])
    this = ".".join(platform.python_version_tuple()[:2])
    assert versions.check(None, "2.18.0")[1][0] == warn(
        "python_version",
        f"ansible-core 2.18.0 names Python 3.7, 3.8; this is Python {this} ({sys.executable}).",
        "Recreate the venv of Ansible with Python 3.8.",
    )


def test_a_core_that_names_no_pythons(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "supported_pythons", list)
    assert versions.check(installed, "2.18.0")[1] == [
        Unknown("python_version", "This ansible-core does not name its Pythons.")
    ]


def test_the_pythons_of_the_core_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    this = ".".join(platform.python_version_tuple()[:2])
    assert this in versions.supported_pythons()


def test_a_command_is_one_for_paths_with_blanks(
    installed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", "/my venv/bin/python3")
    (installed / "requirements.txt").write_text("no-such-pin==1.0\n")
    [problem] = versions.check(installed, "2.18.0")[1]
    assert isinstance(problem, dict)
    assert problem["fix"] == "Run: '/my venv/bin/python3' -m pip install no-such-pin==1.0"

    monkeypatch.chdir(tmp_path)
    directory = tmp_path / "my cluster"
    (directory / ".k8n/controller/current").mkdir(parents=True)
    (directory / "activate").touch()
    monkeypatch.chdir(directory)
    problem = versions.check(None, "2.18.0")[1][0]
    assert isinstance(problem, dict)
    assert problem["fix"].endswith(f"in each new shell: . '{directory}/activate'")
