# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The closed place as fixtures. `make e2e` starts these tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import _closed
import _place
import _programs
import pytest
from _cluster import LabCluster


@pytest.fixture(scope="session")
def kubespray() -> Path:
    """Where the real Kubespray is installed. Without it there is nothing to test, and that is a failure here."""
    paths = os.environ["ANSIBLE_COLLECTIONS_PATH"].split(os.pathsep)
    found = _closed.installed([Path(path) for path in paths])
    if found is None:
        pytest.fail("Kubespray is not installed; `make setup` says how it gets there.")
    return found


@pytest.fixture(scope="session")
def place(kubespray: Path, pytestconfig: pytest.Config) -> _place.Place:
    """Everything that Kubespray downloads and pulls; the first time its making takes ten minutes, and one sees it."""
    missing = _programs.missing_toolchain()
    if missing:
        pytest.fail(missing)
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")

    def say(text: str) -> None:
        with capture.global_and_fixture_disabled():
            print(f"\ne2e: {text}", end="", flush=True)

    return _place.make(say)


@pytest.fixture(scope="module")
def closed(
    place: _place.Place, kubespray: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., LabCluster]]:
    """A function that boots hosts with the closed place in reach and makes their cluster's directory."""
    with ExitStack() as stack:

        def make(name: str, addresses: list[str], **inventory: object) -> LabCluster:
            folder = tmp_path_factory.mktemp("e")
            return _closed.cluster(stack, place, kubespray, folder, name, addresses, inventory)

        yield make
