# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role controller installs a Kubespray with each Python of this machine; nox -s controller has all versions."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import collection
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.installation import pythons
from controller_run import changed, controller, tasks_of_kubespray

VERSION = os.environ.get("K8N_CONTROLLER", "")
PYTHONS = pythons.on_this_machine(os.environ.get("PATH", "")) if VERSION else []
pytestmark = pytest.mark.skipif(not VERSION, reason="slow: run it with nox -s controller")


@pytest.fixture(scope="module")
def table() -> Iterator[list[str]]:
    rows: list[str] = []
    yield rows
    print(f"\nKubespray {VERSION}", *rows, sep="\n  ")


@pytest.mark.parametrize("python", PYTHONS, ids=lambda python: python.path)
def test_installed_into_an_empty_directory(
    python: pythons.Python, table: list[str], tmp_path: Path, repository: Path
) -> None:
    directory = tmp_path / "prod"
    variables = {
        "kubespray_version": VERSION,
        "k8n_kubespray_source": str(repository),
        "controller_python": python.path,
    }
    ran = controller(directory, **variables)
    row = f"{python.text:8} {python.path:45} "
    if ran.code:
        # What it says then, and that it is so, is of test_installation_pythons.py.
        assert "runs on Python 3." in ran.output, ran.output[-5000:]
        assert f"found {python.text} ({python.path}" in ran.output
        assert list(tmp_path.iterdir()) == []
        table.append(row + "refused: it does not run the ansible-core wanted")
        return
    tasks = tasks_of_kubespray(directory, "kubespray").count("TAGS: [")
    kubespray = collection.read(
        directory
        / ".k8n/controller/current/collections/ansible_collections/kubernetes_sigs/kubespray"
    )
    low, high = pythons.bounds(kubespray.ansible_core)
    assert high is not None
    assert low <= python.version[1] <= high
    assert changed(controller(directory, **variables)) == 0
    # Half a gigabyte, of which pytest would keep many.
    shutil.rmtree(directory)
    said = next(line for line in ran.output.splitlines() if "To use them in this shell" in line)
    table.append(f"{row}{said.partition(' To use')[0]} {tasks} tasks")
